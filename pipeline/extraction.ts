import { cutText } from './pieces.ts';
import type { Transcript } from './transcript.ts';

export type Operation = 'DetectEntitiesV2' | 'InferICD10CM' | 'InferRxNorm' | 'InferSNOMEDCT';

/** UTF-8 bytes that one call may carry: the stricter of the API model and the documented quota. */
export const byteLimits: Readonly<Record<Operation, number>> = {
  DetectEntitiesV2: 20_000,
  InferICD10CM: 10_000,
  InferRxNorm: 10_000,
  InferSNOMEDCT: 5_000,
};

/** One call to make. `begin` and `end` are code point offsets into the transcript's text. */
export interface PlanItem {
  operation: Operation;
  /** Counts an operation's calls from 1. */
  n: number;
  begin: number;
  end: number;
}

/** The calls that cover the text once for each operation; none for a text without words. */
export function toPlan(transcript: Transcript, operations: readonly Operation[]): PlanItem[] {
  if (transcript.quality.words === 0) return [];
  return operations.flatMap((operation) =>
    cutText(transcript.text, byteLimits[operation]).map((piece, index) => ({ operation, n: index + 1, ...piece })),
  );
}

/** The code points `begin` to `end` of a text. */
export function slice(text: string, { begin, end }: { begin: number; end: number }): string {
  return Array.from(text).slice(begin, end).join('');
}

/** A unit of billing is 100 characters, rounded up for each call. */
export function units(item: Pick<PlanItem, 'begin' | 'end'>): number {
  return Math.ceil((item.end - item.begin) / 100);
}

export interface ServiceTrait {
  Name?: string | undefined;
  Score?: number | undefined;
}

export interface ServiceConcept {
  Code?: string | undefined;
  Description?: string | undefined;
  Score?: number | undefined;
}

export interface ServiceSpan {
  BeginOffset?: number | undefined;
  EndOffset?: number | undefined;
  Text?: string | undefined;
  Type?: string | undefined;
  Score?: number | undefined;
  Traits?: ServiceTrait[] | undefined;
}

export interface ServiceAttribute extends ServiceSpan {
  RelationshipType?: string | undefined;
  RelationshipScore?: number | undefined;
}

export interface ServiceEntity extends ServiceSpan {
  Category?: string | undefined;
  Attributes?: ServiceAttribute[] | undefined;
  ICD10CMConcepts?: ServiceConcept[] | undefined;
  RxNormConcepts?: ServiceConcept[] | undefined;
  SNOMEDCTConcepts?: ServiceConcept[] | undefined;
}

/** What Comprehend Medical answers, as far as it is read. Every field may be absent, every list empty. */
export interface ServiceAnswer {
  Entities?: ServiceEntity[] | undefined;
  ModelVersion?: string | undefined;
  /** Present when the service cut its answer: there is no request that gets the rest. */
  PaginationToken?: string | undefined;
}

/** An answer as it is kept in S3: a retry or a redrive reads it instead of paying again. */
export interface KeptAnswer extends PlanItem {
  textSha256: string;
  response: ServiceAnswer;
}

/** A span that an operation never answered for. An empty list never stands for a failure. */
export interface Gap {
  operation: Operation;
  begin: number;
  end: number;
  error: string;
}
