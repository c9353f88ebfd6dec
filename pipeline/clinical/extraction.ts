import { type ConceptField, type Operation, operations } from './operations.ts';
import { type ByteRange, cutText, unitCharacters } from './pieces.ts';
import { sha256 } from '../digest.ts';
import type { Transcript } from '../transcript/transcript.ts';

/** One call to make. `begin` and `end` are code point offsets into the transcript's text. */
export interface PlanItem {
  operation: Operation;
  /** The call's number among those of its operation, from 1. */
  n: number;
  begin: number;
  end: number;
}

/** A call with the stretch of `text.txt` that it reads: its bytes, and the digest of the text that it was planned for. */
export interface PlannedCall extends PlanItem {
  bytes: ByteRange;
  textSha256: string;
}

/** The plan as the states hand it on: a call that finds another text in its bytes knows that the plan is not for it. */
export function sealPlan(text: string, plan: readonly (PlanItem & { bytes: ByteRange })[]): Promise<PlannedCall[]> {
  const utf8 = new TextEncoder().encode(text);
  return Promise.all(
    plan.map(async (item) => ({ ...item, textSha256: await sha256(utf8.subarray(item.bytes.from, item.bytes.to)) })),
  );
}

/** The calls that cover the text once for each operation; none for a text without words. */
export function toPlan(transcript: Transcript, wanted: readonly Operation[]): (PlanItem & { bytes: ByteRange })[] {
  if (transcript.quality.words === 0) return [];
  return wanted.flatMap((operation) =>
    cutText(transcript.text, operations[operation].bytes).map((piece, index) => ({
      operation,
      n: index + 1,
      ...piece,
    })),
  );
}

/** A piece that the service finds too long is cut again, but not one as short as this: then something else is wrong. */
const shortestBytes = 500;

/** Two or more calls that together cover the text of one; undefined when that text is too short to be cut. */
export function cutAgain(text: string, item: PlanItem): PlanItem[] | undefined {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= shortestBytes) return undefined;
  return cutText(text, Math.ceil(bytes / 2)).map(({ begin, end }) => ({
    operation: item.operation,
    n: item.n,
    begin: item.begin + begin,
    end: item.begin + end,
  }));
}

/** Joins the answers to the parts of a call into the answer to the whole call; offsets count from where it begins. */
export function joinAnswers(item: PlanItem, parts: readonly KeptAnswer[]): Omit<KeptAnswer, 'textSha256'> {
  const shift = <Span extends ServiceSpan>(span: Span, by: number): Span => ({
    ...span,
    BeginOffset: (span.BeginOffset ?? 0) + by,
    EndOffset: (span.EndOffset ?? 0) + by,
  });
  const Entities = parts.flatMap(({ begin, response }) =>
    (response.Entities ?? []).map((entity) => ({
      ...shift(entity, begin - item.begin),
      Attributes: entity.Attributes?.map((attribute) => shift(attribute, begin - item.begin)),
    })),
  );
  const UnmappedAttributes = parts.flatMap(({ begin, response }) =>
    (response.UnmappedAttributes ?? []).map(({ Attribute, ...unmapped }) => ({
      ...unmapped,
      Attribute: Attribute && shift(Attribute, begin - item.begin),
    })),
  );
  const PaginationToken = parts.find(({ response }) => response.PaginationToken !== undefined)?.response
    .PaginationToken;
  const response = { Entities, UnmappedAttributes, ModelVersion: parts[0]?.response.ModelVersion, PaginationToken };
  return { ...item, response, calls: parts.flatMap(callsOf) };
}

/** The calls that an answer took: one, unless the service found the text too long. */
export function callsOf({ begin, end, calls }: KeptAnswer): readonly Pick<PlanItem, 'begin' | 'end'>[] {
  return calls ?? [{ begin, end }];
}

/** The code points `begin` to `end` of a text. */
export function slice(text: string, { begin, end }: { begin: number; end: number }): string {
  return Array.from(text).slice(begin, end).join('');
}

/** The billed units of one call. */
export function units(item: Pick<PlanItem, 'begin' | 'end'>): number {
  return Math.ceil((item.end - item.begin) / unitCharacters);
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

export interface ServiceEntity extends ServiceSpan, Partial<Record<ConceptField, ServiceConcept[] | undefined>> {
  Category?: string | undefined;
  Attributes?: ServiceAttribute[] | undefined;
}

export interface ServiceUnmapped {
  /** The category of the entity that it would belong to. */
  Type?: string | undefined;
  Attribute?: ServiceAttribute | undefined;
}

/** The fields of Comprehend Medical's answer that are read. Every field may be absent, every list may be empty. */
export interface ServiceAnswer {
  Entities?: ServiceEntity[] | undefined;
  UnmappedAttributes?: ServiceUnmapped[] | undefined;
  ModelVersion?: string | undefined;
  /** Present when the service cut its answer short: no request gets the rest. */
  PaginationToken?: string | undefined;
}

/** An answer as it is kept in S3: a retry or a redrive reads it instead of paying again. */
export interface KeptAnswer extends PlanItem {
  textSha256: string;
  response: ServiceAnswer;
  /** The calls that the answer took; absent when it took one. */
  calls?: readonly Pick<PlanItem, 'begin' | 'end'>[];
}

/** A span that an operation never answered for. A failure always leaves a gap; an empty list never stands for one. */
export interface Gap {
  operation: Operation;
  begin: number;
  end: number;
  error: string;
}
