import { PipelineError } from '../errors.ts';

/** One spoken item. A word has times; punctuation belongs to the word before it. */
export type Token = Word | { kind: 'punctuation'; text: string };
export interface Word {
  kind: 'word';
  text: string;
  startMs: number;
  endMs: number;
  confidence: number | null;
}

/** Part of a job result. Nothing is known about a field until it is read; a field that is not read is not checked. */
export type Unread<Field extends string> = { readonly [F in Field]?: unknown };
export type Item = Unread<'type' | 'start_time' | 'end_time' | 'alternatives' | 'speaker_label'>;
type Alternative = Unread<'content' | 'confidence'>;

/** The reader's place in the document. It is written out only for a refusal: hours of talk are read without one. */
export interface Place {
  path: string;
  index: number;
}

/** @throws PipelineError TranscriptShapeUnknown, like every reader here, naming the place and what was found there */
export function readObject(value: unknown, place: Place): object {
  return isObject(value) ? value : refuse(value, place);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function readList(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuseAt(path, value);
}

/** The item's own label, where the layout has one. */
export function readLabel(item: Unread<'speaker_label'>, place: Place): string | undefined {
  const label = item.speaker_label;
  return label === undefined || typeof label === 'string' ? label : refuse(label, place, 'speaker_label');
}

export function readToken(item: Item, place: Place): Token {
  const { type } = item;
  if (type !== 'pronunciation' && type !== 'punctuation') refuse(type, place, 'type');
  const { content: text, confidence } = readBest(item.alternatives, place);
  if (type === 'punctuation') return { kind: 'punctuation', text };
  if (item.start_time === undefined || item.end_time === undefined) {
    throw shapeUnknown('no batch transcript: a spoken item has no times');
  }
  const startMs = readMs(item.start_time, place, 'start_time');
  const endMs = Math.max(startMs, readMs(item.end_time, place, 'end_time'));
  return { kind: 'word', text, startMs, endMs, confidence: confidence === unknownConfidence ? null : confidence };
}

interface Reading {
  content: string;
  confidence: number;
}

/** The reading with the highest confidence; of equal ones, the first. */
function readBest(alternatives: unknown, place: Place): Reading {
  if (!Array.isArray(alternatives)) refuse(alternatives, place, 'alternatives');
  if (alternatives.length === 0) refuse(0, place, 'alternatives');
  let best = readReading(alternatives, 0, place);
  for (let at = 1; at < alternatives.length; at += 1) {
    const other = readReading(alternatives, at, place);
    if (other.confidence > best.confidence) best = other;
  }
  return best;
}

/** Confidence is compared as a number: as a string "9.0E-4" beats "0.62". */
function readReading(alternatives: readonly unknown[], at: number, place: Place): Reading {
  const alternative = alternatives[at];
  if (!isObject(alternative)) refuse(alternative, place, `alternatives.${at}`);
  const { content, confidence }: Alternative = alternative;
  if (typeof content !== 'string') refuse(content, place, `alternatives.${at}.content`);
  if (confidence === undefined || confidence === null || confidence === '') {
    return { content, confidence: unknownConfidence };
  }
  if (!isDecimal(confidence)) refuse(confidence, place, `alternatives.${at}.confidence`);
  return { content, confidence: toNumber(confidence) };
}

const unknownConfidence = -1;

/** Whole milliseconds of a time in seconds. */
export function readMs(decimal: unknown, place: Place, key: string): number {
  if (!isDecimal(decimal)) refuse(decimal, place, key);
  const ms = Math.round(toNumber(decimal) * 1000);
  if (!Number.isFinite(ms)) throw shapeUnknown('no batch transcript: a time is no decimal number');
  return ms;
}

function isDecimal(value: unknown): value is string | number {
  return typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value));
}

/**
 * Whole numbers of up to this many digits are exact, and so are powers of ten: their quotient is what `Number` gives.
 */
const exactDigits = 15;
const powersOfTen = Array.from({ length: exactDigits + 1 }, (_, power) => 10 ** power);

/**
 * The same as `Number(decimal)`, but several times as fast for decimals such as "123.45", which the services write: a
 * long recording has a hundred thousand of them.
 */
function toNumber(decimal: string | number): number {
  if (typeof decimal === 'number') return decimal;
  if (decimal.length > exactDigits) return Number(decimal);
  let digits = 0;
  let point = -1;
  for (let at = 0; at < decimal.length; at += 1) {
    const digit = decimal.charCodeAt(at) - zero;
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
    else if (digit === pointFromZero && point < 0 && decimal.length > 1) point = at;
    else return Number(decimal);
  }
  return point < 0 ? digits : digits / (powersOfTen[decimal.length - 1 - point] ?? Number.NaN);
}

const zero = '0'.charCodeAt(0);
const pointFromZero = '.'.charCodeAt(0) - zero;

/** Refuses a value by its place, e.g. `results.items.3.alternatives is undefined`. */
export function refuse(value: unknown, place: Place, key?: string): never {
  const path = `${place.path}.${place.index}${key === undefined ? '' : `.${key}`}`;
  return refuseAt(path, value);
}

export function refuseAt(path: string, value: unknown): never {
  throw shapeUnknown(`no batch transcript: ${path} is ${nameOf(value).slice(0, 20)}`);
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'a string'; // not its text, which may be what somebody said
  if (Array.isArray(value)) return 'Array';
  return isObject(value) ? 'Object' : String(value);
}

export function shapeUnknown(message: string): PipelineError {
  return new PipelineError('TranscriptShapeUnknown', message);
}
