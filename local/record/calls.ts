import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import { sha256 } from '../../pipeline/digest.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import { type Gap, type KeptAnswer, type PlanItem, slice, toPlan } from '../../pipeline/clinical/extraction.ts';
import { defaultOperations, type Operation, operationNames } from '../../pipeline/clinical/operations.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { CommandError } from '../commandLine.ts';
import { RecordedAnswers, RecordedAnswersInvalid } from '../services/comprehendMedical/recordedAnswers.ts';

/** The documents that a finished workflow has written, without the captions. */
export interface Documents {
  transcript: Transcript;
  entities: Entities;
  consultation: Consultation;
}

/** A call of the plan and how it ended: with an answer that was kept, or as a gap. */
export interface Call {
  text: string;
  ended: KeptAnswer | Gap;
}

/** Gaps that the merge finds in the answers themselves: with the same answers it finds them again. */
const foundInAnswers = ['AnswerTruncated', 'OffsetMismatch'];
export const isFoundInAnswers = ({ error }: Gap) => foundInAnswers.includes(error);

/**
 * The calls that were made for a transcript, in the order of the plan; none for one that was not coded. An answer to
 * another text, from an earlier normalization, does not count.
 * @throws CommandError naming the calls that left neither an answer nor a gap
 */
export async function readCalls(
  { transcript, entities, consultation }: Documents,
  readAnswer: (item: PlanItem) => Promise<KeptAnswer | undefined>,
): Promise<Call[]> {
  if (consultation.status === 'not_coded') return [];
  const gaps = entities.coverage.gaps.filter((gap) => !isFoundInAnswers(gap));
  const calls: Call[] = [];
  const missing: string[] = [];
  for (const item of toPlan(transcript, operationsOf(entities))) {
    const text = slice(transcript.text, item);
    const gap = gaps.find(({ operation, begin }) => operation === item.operation && begin === item.begin);
    const answer = gap ? undefined : await readAnswer(item);
    if (gap) calls.push({ text, ended: gap });
    else if (answer?.textSha256 === (await sha256(text))) calls.push({ text, ended: answer });
    else missing.push(`${item.operation}-${item.n}`);
  }
  if (missing.length > 0) {
    throw new CommandError(`these kept answers are missing or were made for another text: ${missing.join(', ')}`);
  }
  return calls;
}

/** The operations that read the text, or left a gap in it. A text without words was read by none: any would do. */
export function operationsOf({ engine, coverage }: Entities): readonly Operation[] {
  const made = new Set<string>([...Object.keys(engine.operations), ...coverage.gaps.map((gap) => gap.operation)]);
  return made.size === 0 ? defaultOperations : operationNames.filter((name) => made.has(name));
}

/**
 * Content of `answers.json`. A gap becomes an error that the service keeps giving.
 * @throws CommandError for a gap that the service had no part in, or that the workflow no longer leaves because it waits
 *   for a busy service, or for two answers to one text
 */
export function toAnswers(calls: readonly Call[]): object[] {
  const entries = calls.map(({ text, ended }) =>
    'error' in ended
      ? { operation: ended.operation, text, error: { name: serviceError(ended) } }
      : { operation: ended.operation, text, response: { Entities: [], ...ended.response } },
  );
  try {
    new RecordedAnswers().add('answers.json', entries);
  } catch (error) {
    throw error instanceof RecordedAnswersInvalid ? new CommandError(error.message) : error;
  }
  return entries;
}

/** The error that the service has to give for a call to end with this gap. */
function serviceError({ operation, error }: Gap): string {
  if (/^\w+Exception$/.test(error)) return error;
  throw new CommandError(
    `a gap of ${operation} is a ${error}, which a replay cannot repeat: the service did not refuse the text`,
  );
}
