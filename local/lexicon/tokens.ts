/**
 * Text as a list of tokens, with offsets in code points, and as one normalized string that the phrase patterns search.
 */

export interface Token {
  /** Lower case, with a straight apostrophe and without the dots of an abbreviation. A line feed is a token too. */
  text: string;
  /** As written, for abbreviations that are another word in lower case. */
  written: string;
  /** Code point offsets into the text, end exclusive: what the service counts. */
  begin: number;
  end: number;
  /** UTF-16 offsets into the text: what JavaScript cuts by. */
  from: number;
  to: number;
}

export interface Document {
  text: string;
  tokens: Token[];
  /** Every token's text between single blanks, with one blank before the first and one after the last. */
  flow: string;
  /** Where in `flow` each token begins. */
  starts: number[];
}

/** Tokens `first` to `last`, both included. */
export interface Span {
  first: number;
  last: number;
  /** Characters at the end of the last token that do not belong to the mention: the 's of "my blood pressure's up". */
  clitic?: number;
}

/** The parts of a text: abbreviations with dots, words, numbers, marks. */
const lexemes = [
  /(?<![\p{L}\p{M}])\p{L}(?:\.\p{L})+(?![\p{L}\p{M}])/u,
  /\p{L}[\p{L}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)*/u,
  /\d+(?:[.,]\d+)*/u,
  /[.,;:!?%/\n]/u,
];
const lexeme = new RegExp(lexemes.map(({ source }) => source).join('|'), 'gu');
const fillers = new Set(['um', 'umm', 'uh', 'uhh', 'er', 'erm', 'eh', 'ehm', 'hmm', 'mm', 'mmm', 'ah', 'ohh', 'oh']);

const answers = new Set(['no', 'nope', 'yes', 'yeah', 'yep', 'well', 'ok', 'okay', 'right']);
const listening = new Set([
  'ok',
  'okay',
  'yeah',
  'yep',
  'yes',
  'right',
  'sure',
  'mhm',
  'mmhmm',
  'hm',
  'great',
  'alright',
]);
/** Stands for a listener's "OK" in the middle of a sentence: no name crosses it, but a sentence does. */
const pause = '…';

/** Reads spoken text: fillers are left out, with the commas around them. Hyphens separate words as blanks do. */
export function readDocument(text: string): Document {
  const tokens = bridgeInterruptions(withoutFillers(readTokens(text)));
  return { text, tokens, ...toFlow(tokens) };
}

function readTokens(text: string): Token[] {
  let read = { to: 0, end: 0 };
  return Array.from(text.matchAll(lexeme), ({ 0: written, index: from }) => {
    const to = from + written.length;
    const begin = read.end + codePoints(text, read.to, from);
    const end = begin + codePoints(text, from, to);
    read = { to, end };
    return { text: normal(written), written, begin, end, from, to };
  });
}

/** "It's, um, sore" is "it's sore"; the comma of "no, um, it's sore" stays. */
function withoutFillers(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (const [at, token] of tokens.entries()) {
    const isFiller = fillers.has(token.text);
    if (isFiller && kept.at(-1)?.text === ',' && !answers.has(kept.at(-2)?.text ?? '')) kept.pop();
    const isAfterFiller = fillers.has(tokens[at - 1]?.text ?? '');
    if (!isFiller && !(isAfterFiller && token.text === ',')) kept.push(token);
  }
  return kept;
}

/** The words of a lexicon name, read as text is read. The A of "hepatitis A" stays a capital: it is not an article. */
export function readWords(name: string): string[] {
  return Array.from(name.matchAll(lexeme), ({ 0: written, index }) =>
    written === 'A' && index > 0 && !/\d/.test(name[index + 1] ?? '') ? written : normal(written),
  );
}

/** All places where a phrase occurs. The pattern comes from `phrase`. */
export function findPhrases(document: Document, pattern: RegExp): Span[] {
  return Array.from(document.flow.matchAll(pattern), (match) => ({
    first: tokenAt(document.starts, match.index),
    last: tokenAt(document.starts, match.index + match[0].length - 1),
  }));
}

/** The flow of a span's sentence before it, at most so many characters of it. */
export function sentenceBefore({ flow, starts }: Document, { first }: Span, atMost: number): string {
  const from = starts[first] ?? 0;
  return flow.slice(Math.max(0, from - atMost), from).replace(/^.*[.?!;\n]/s, '');
}

/** A pattern of whole tokens with blanks between them, to search `Document.flow` with. */
export function phrase(source: string): RegExp {
  return new RegExp(`(?<= )(?:${source})(?= )`, 'g');
}

/** A pattern that matches the whole `text` of a token. */
export function wholeToken(source: string): RegExp {
  return new RegExp(`^(?:${source})$`);
}

/** The indexes of a span's tokens. */
export function tokensOf({ first, last }: Span): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** The characters of the text that a span covers. */
export function textOf(document: Document, span: Span): string {
  const to = document.tokens[span.last]?.to ?? 0;
  return document.text.slice(document.tokens[span.first]?.from, to - (span.clitic ?? 0));
}

/** A turn of nothing but "OK." or "Yeah." between two halves of one sentence does not end the sentence. */
function bridgeInterruptions(tokens: readonly Token[]): Token[] {
  const bridged: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    const end = isOpen(tokens[at - 1]) ? endOfListening(tokens, at) : undefined;
    if (token) bridged.push(end === undefined ? token : { ...token, text: pause });
    at = end ?? at + 1;
  }
  return bridged;
}

function isOpen(token: Token | undefined): boolean {
  return token !== undefined && !/^[.?!\n]$/.test(token.text);
}

/** The index after the line feed that follows the one at `start`, when only a sign of listening stands between them. */
function endOfListening(tokens: readonly Token[], start: number): number | undefined {
  if (tokens[start]?.text !== '\n') return undefined;
  let at = start + 1;
  while (at - start < 6 && listening.has(tokens[at]?.text ?? '')) at++;
  while (/^[,.]$/.test(tokens[at]?.text ?? '')) at++;
  return at > start + 1 && tokens[at]?.text === '\n' ? at + 1 : undefined;
}

function normal(written: string): string {
  const lower = written.toLowerCase().replace(/’/g, "'");
  return /^\p{L}\./u.test(lower) ? lower.replaceAll('.', '') : lower;
}

function toFlow(tokens: Token[]): { flow: string; starts: number[] } {
  let at = 1;
  const starts = tokens.map((token) => {
    const start = at;
    at += token.text.length + 1;
    return start;
  });
  return { flow: ` ${tokens.map((token) => token.text).join(' ')} `, starts };
}

/** Code points between two UTF-16 offsets; a lone surrogate counts as one, as in string iteration. */
function codePoints(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const low = text.charCodeAt(at);
    const high = at > 0 ? text.charCodeAt(at - 1) : 0;
    if (!(low >= 0xdc00 && low <= 0xdfff && high >= 0xd800 && high <= 0xdbff)) count++;
  }
  return count;
}

function tokenAt(starts: number[], position: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
