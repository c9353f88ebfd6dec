import { PipelineError } from '../errors.ts';

/** One spoken item, on one line. A word has times; punctuation belongs to the word before it. */
export type Token = Word | { kind: 'punctuation'; text: string };
export interface Word {
  kind: 'word';
  /** Empty where the result has the word's times and no text for it. */
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

/** The same as absent: some writers put null where a field is missing. */
export const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

/** The item's own label, where the layout has one. A blank label is nobody. */
export function readLabel(item: Unread<'speaker_label'>, place: Place): string | undefined {
  const label = item.speaker_label;
  if (isAbsent(label)) return undefined;
  if (typeof label !== 'string') refuse(label, place, 'speaker_label');
  return oneLine(label) || undefined;
}

/** Without blanks around it, and with one blank for each of those inside. */
const oneLine = (text: string): string => (uneven.test(text) ? clean(text).trim().replaceAll(/\s+/g, ' ') : text);

/** Most texts have none of these, and are as they should be. */
const uneven = /[\0\ud800-\udfff\s]/;

/**
 * The text without what neither Postgres nor UTF-8 can hold: U+0000 is left out, half of a surrogate pair becomes
 * U+FFFD. It is cleaned here, once, so that offsets, documents and rows agree.
 */
export function clean(text: string): string {
  return unclean.test(text) ? text.replaceAll('\0', '').toWellFormed() : text;
}

const unclean = /[\0\ud800-\udfff]/;

/** @returns undefined for an item that says nothing: a word that a vocabulary filter removed, a mark without a sign */
function readToken(item: Item, place: Place): Token | undefined {
  const { type } = item;
  if (type !== 'pronunciation' && type !== 'punctuation') refuse(type, place, 'type');
  const alternatives = readAlternatives(item.alternatives, place);
  const best = bestOf(alternatives, place);
  const text = oneLine(best < 0 ? '' : (contentOf(alternatives, best, place) ?? ''));
  const confidence = best < 0 ? unknownConfidence : confidenceOf(alternatives, best, place);
  if (text === '' && (best >= 0 || type === 'punctuation')) return undefined;
  if (type === 'punctuation') return { kind: 'punctuation', text };
  const startMs = readTime(item.start_time, place, 'start_time');
  const endMs = readTime(item.end_time, place, 'end_time');
  return { kind: 'word', text, startMs, endMs, confidence: confidence >= 0 ? confidence : null };
}

function readAlternatives(alternatives: unknown, place: Place): readonly unknown[] {
  if (isAbsent(alternatives)) return [];
  return Array.isArray(alternatives) ? alternatives : refuse(alternatives, place, 'alternatives');
}

/** What is said in a list of items, and the label of each word where the items have one. */
export interface Said {
  tokens: Token[];
  words: Word[];
  labels: (string | undefined)[];
  /** Whether a vocabulary filter took words away. The marks around them stay, and blanks that nobody can foresee. */
  filtered: boolean;
}

export function readItems(items: readonly unknown[], path: string): Said {
  const said: Said = { tokens: [], words: [], labels: [], filtered: false };
  const { tokens, words, labels } = said;
  const place: Place = { path, index: 0 };
  for (; place.index < items.length; place.index += 1) {
    const item: Item = readObject(items[place.index], place);
    const token = readToken(item, place);
    const label = readLabel(item, place);
    if (!token) {
      said.filtered ||= item.type === 'pronunciation';
      continue;
    }
    tokens.push(token);
    if (token.kind === 'punctuation') continue;
    words.push(token);
    labels.push(label);
  }
  settleTimes(said.words);
  // Marks around nothing are nothing.
  if (said.filtered && said.words.length === 0) said.tokens = [];
  return said;
}

/** The place of the reading with the highest confidence; of equal ones, the first; -1 where there is none. */
function bestOf(alternatives: readonly unknown[], place: Place): number {
  // Most words have one reading.
  if (alternatives.length === 1) return contentOf(alternatives, 0, place) === undefined ? -1 : 0;
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < alternatives.length; at += 1) {
    if (contentOf(alternatives, at, place) === undefined) continue;
    const confidence = confidenceOf(alternatives, at, place);
    if (confidence <= highest) continue;
    best = at;
    highest = confidence;
  }
  return best;
}

function contentOf(alternatives: readonly unknown[], at: number, place: Place): string | undefined {
  const alternative = alternatives[at];
  if (isAbsent(alternative)) return undefined;
  if (!isObject(alternative)) refuse(alternative, place, `alternatives.${at}`);
  const { content }: Alternative = alternative;
  if (isAbsent(content)) return undefined;
  return typeof content === 'string' ? content : refuse(content, place, `alternatives.${at}.content`);
}

/** Confidence is compared as a number: as a string "9.0E-4" beats "0.62". */
function confidenceOf(alternatives: readonly unknown[], at: number, place: Place): number {
  const { confidence }: Alternative = alternatives[at] ?? {};
  const known = isAbsent(confidence) || confidence === '' ? unknownConfidence : confidence;
  if (!isDecimal(known)) refuse(confidence, place, `alternatives.${at}.confidence`);
  const number = toNumber(known);
  return Number.isFinite(number) ? number : unknownConfidence;
}

const unknownConfidence = -1;

/** Whole milliseconds of a time in seconds; NaN where none can be read. A word cannot begin before the recording does. */
export function readTime(decimal: unknown, place: Place, key: string): number {
  if (isAbsent(decimal) || decimal === '') return Number.NaN;
  if (!isDecimal(decimal)) refuse(decimal, place, key);
  const ms = Math.round(toNumber(decimal) * 1000);
  return Number.isFinite(ms) ? Math.max(0, ms) : Number.NaN;
}

/**
 * Gives words without a time the nearest one: they begin when the word before them ends. A word never ends before it
 * begins.
 * @throws PipelineError TranscriptShapeUnknown when no word has a time
 */
function settleTimes(words: readonly Word[]): void {
  const known = words.find(({ startMs, endMs }) => !Number.isNaN(startMs) || !Number.isNaN(endMs));
  if (words.length > 0 && !known) throw shapeUnknown('not a batch transcript: a spoken item has no times');
  let lastMs: number | undefined;
  for (const word of words) {
    if (Number.isNaN(word.startMs)) word.startMs = lastMs ?? firstTime(known) ?? 0;
    if (!(word.endMs >= word.startMs)) word.endMs = word.startMs;
    lastMs = word.endMs;
  }
}

const firstTime = (word: Word | undefined) => (Number.isNaN(word?.startMs) ? word?.endMs : word?.startMs);

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

/** Refuses a value by its place, e.g. `results.items.3.alternatives is missing`. */
export function refuse(value: unknown, place: Place, key?: string): never {
  const path = `${place.path}.${place.index}${key === undefined ? '' : `.${key}`}`;
  return refuseAt(path, value);
}

export function refuseAt(path: string, value: unknown): never {
  throw shapeUnknown(`not a batch transcript: ${path} is ${nameOf(value).slice(0, 20)}`);
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'a string'; // not its text, which may be what somebody said
  if (Array.isArray(value)) return 'a list';
  const name = isObject(value) ? 'an object' : String(value);
  return name === 'undefined' ? 'missing' : name;
}

export function shapeUnknown(message: string): PipelineError {
  return new PipelineError('TranscriptShapeUnknown', message);
}
