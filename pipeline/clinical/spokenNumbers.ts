/** A number that was read from its words. */
export interface SpokenNumber {
  figures: string;
  value: number;
  /** Said as medicine says hundreds: "one forty", "two fifty", "one-oh-six". */
  isShort: boolean;
  /** How many hundreds or thousands it counts: two in "two hundred and ten" and in "two ten". */
  factor?: number;
  /**
   * A whole number between two of these may be a part of this one when it is said next: after "one twenty", the
   * "thirty" of "or thirty" may mean 130. Both ends exclusive.
   */
  open: readonly (readonly [above: number, below: number])[];
}

const ones = numbered('one two three four five six seven eight nine', 1, 1);
const teens = numbered('ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen', 10, 1);
const tens = numbered('twenty thirty forty fifty sixty seventy eighty ninety', 20, 10);
const zeros: ReadonlySet<string> = new Set(['zero', 'nought', 'naught']);
const isZero = (word: string) => zeros.has(word) || word === 'oh';

/** Every word that a number may have, besides "and" and "a". */
export const numberWords: readonly string[] = [
  ...[ones, teens, tens].flatMap((some) => [...some.keys()]),
  ...zeros,
  'oh',
  'point',
  'hundred',
  'thousand',
];

const fractions: ReadonlyMap<string, string> = new Map([
  ['and a half', '.5'],
  ['and a quarter', '.25'],
]);

/**
 * The number that all the words say together; undefined where they are none, or may be another one: "thirteen two",
 * "twenty ten", "two six".
 * @param words in small letters, without hyphens
 */
export function readNumber(words: readonly string[]): SpokenNumber | undefined {
  const fraction = fractions.get(words.slice(-3).join(' '));
  if (fraction !== undefined) return toDecimal(readWhole(words.slice(0, -3)), fraction);
  const point = words.indexOf('point');
  if (point === -1) return readWhole(words);
  const before = words.slice(0, point);
  const places = readPlaces(words.slice(point + 1));
  const isBelowOne = before.length === 0 || (before.length === 1 && isZero(before[0] ?? ''));
  return places === undefined ? undefined : toDecimal(isBelowOne ? zero : readWhole(before), `.${places}`);
}

const zero: SpokenNumber = { figures: '0', value: 0, isShort: false, open: [] };

function toDecimal(whole: SpokenNumber | undefined, places: string): SpokenNumber | undefined {
  if (!whole) return undefined;
  const figures = `${whole.value}${places}`;
  return { figures, value: Number(figures), isShort: whole.isShort, open: [[Number(figures.at(-1)), 10]] };
}

/** "five five", "oh four", "twenty-five", "one twenty-five". A ten alone is none: "point twenty" may go on. */
function readPlaces(words: readonly string[]): string | undefined {
  const digits = words.map((word) => (isZero(word) ? 0 : ones.get(word)));
  const first = digits.indexOf(undefined);
  if (first === -1) return words.length > 0 ? digits.join('') : undefined;
  const last = readBelowHundred(words.slice(first));
  return last === undefined || last % 10 === 0 ? undefined : [...digits.slice(0, first), last].join('');
}

function readWhole(words: readonly string[]): SpokenNumber | undefined {
  const [first = '', ...rest] = words;
  if (rest.length === 0 && zeros.has(first)) return zero;
  const plain = readPlain(words);
  if (plain) return toWhole(plain, words);
  const hundreds = ones.get(first);
  const last = rest[0] === 'oh' ? ones.get(rest[1] ?? '') : readBelowHundred(rest);
  const isTail = last !== undefined && (rest[0] === 'oh' ? rest.length === 2 : last >= 10);
  if (hundreds === undefined || !isTail) return undefined;
  return { ...toWhole({ value: 100 * hundreds + last, factor: hundreds }, words), isShort: true };
}

interface Plain {
  value: number;
  factor?: number;
}

/** What the words say when every hundred and thousand is named. */
function readPlain(words: readonly string[]): Plain | undefined {
  if (words.includes('thousand')) return readScaled(words, 'thousand', 1000);
  if (words.includes('hundred')) return readScaled(words, 'hundred', 100);
  const value = readBelowHundred(words);
  return value === undefined ? undefined : { value };
}

/** "a hundred", "hundred and four", "eighteen hundred", "two thousand and fifty". */
function readScaled(words: readonly string[], name: string, scale: 100 | 1000): Plain | undefined {
  const at = words.indexOf(name);
  const before = words.slice(0, at);
  const after = words.slice(at + 1);
  const isAdded = after[0] === 'and';
  const factor = before.length === 0 || before.join() === 'a' ? 1 : readPlain(before)?.value;
  const rest = after.length === 0 ? 0 : readPlain(isAdded ? after.slice(1) : after)?.value;
  if (factor === undefined || rest === undefined || !mayCount(factor, scale)) return undefined;
  // "One thousand and two hundred" may be two numbers.
  return rest < (isAdded ? 100 : scale) ? { value: factor * scale + rest, factor } : undefined;
}

/** "Eighteen hundred" and "twenty-five hundred" are said, "twenty hundred" is not. */
function mayCount(factor: number, scale: 100 | 1000): boolean {
  return scale === 1000 ? factor < 1000 : factor < 10 || (factor < 100 && factor % 10 !== 0);
}

function toWhole({ value, factor }: Plain, words: readonly string[]): SpokenNumber {
  const open: [number, number][] = [];
  if (factor !== undefined) open.push([factor, factor < 10 ? 10 : 100]);
  if (value > 100 && value % 100 > 0) open.push([value % 100, 100]);
  if (value > 20 && ones.has(words.at(-1) ?? '')) open.push([value % 10, 10]);
  return { figures: String(value), value, isShort: false, ...(factor === undefined ? {} : { factor }), open };
}

function readBelowHundred([first = '', second, ...more]: readonly string[]): number | undefined {
  if (second === undefined) return ones.get(first) ?? teens.get(first) ?? tens.get(first);
  const [ten, one] = [tens.get(first), ones.get(second)];
  return more.length > 0 || ten === undefined || one === undefined ? undefined : ten + one;
}

function numbered(words: string, from: number, step: number): ReadonlyMap<string, number> {
  return new Map(words.split(' ').map((word, at) => [word, from + at * step]));
}
