import { toEntities } from '../../pipeline/clinical/merge.ts';
import type { KeptAnswer, PlanItem, ServiceAnswer } from '../../pipeline/clinical/extraction.ts';
import type { Operation } from '../../pipeline/clinical/operations.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { spanOf } from './transcriptOf.ts';
import { byRules } from './byRules.ts';

export type ServiceEntity = NonNullable<ServiceAnswer['Entities']>[number];

/** Code points. */
export const length = (transcript: Transcript) => Array.from(transcript.text).length;

/** A call over a stretch of the text, by default all of it; its entities are given with offsets into that stretch. */
export function answer(
  transcript: Transcript,
  operation: Operation,
  entities: ServiceEntity[],
  item: Partial<PlanItem> = {},
): KeptAnswer {
  const response = { Entities: entities, ModelVersion: '3.0' };
  return { operation, n: 1, begin: 0, end: length(transcript), textSha256: '', response, ...item };
}

/** A mention as a call answers it whose text begins at `from` of the whole. */
export function mention(
  transcript: Transcript,
  words: string,
  more: ServiceEntity = {},
  nth = 1,
  from = 0,
): ServiceEntity {
  const { begin, end, text } = spanOf(transcript, words, nth);
  const where = { BeginOffset: begin - from, EndOffset: end - from, Text: text };
  return { ...where, Category: 'MEDICAL_CONDITION', Type: 'DX_NAME', Score: 0.9, ...more };
}

/** The entities of a transcript with no call that failed and no code table. */
export const merged = (transcript: Transcript, ...answers: KeptAnswer[]) =>
  toEntities(transcript, answers, [], undefined, byRules);
