/** "148 over 92" said alone: by its form it is a blood pressure. */
import { findPhrases, phrase, textOf, tokensOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

const units =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen';
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety';
const values = new Map([
  ...units.split(' ').map((word, value) => [word, value] as const),
  ...tens.split(' ').map((word, index) => [word, 20 + 10 * index] as const),
]);
const word = `(?:\\d{2,3}|hundred|and|${[...values.keys()].join('|')})`;
const reading = phrase(
  `${word}(?: ${word}){0,5} (?:over|by|/) ${word}(?: ${word}){0,3}(?<! and)(?! (?:cm|mm|centimet\\w+|inch\\w*|feet) )`,
);
const systolic = { least: 70, most: 260 };
const diastolic = { least: 35, most: 150 };

/** All readings of a blood pressure, with a name or without one. */
export function findPressures(document: Document): Span[] {
  return findPhrases(document, reading).filter((span) => {
    const [high = 0, low = 0] = textsOf(document, span)
      .split(/ (?:over|by|\/) /)
      .map(toNumber);
    return within(high, systolic) && within(low, diastolic) && high > low;
  });
}

export function namesPressure(document: Document, span: Span): boolean {
  return /pressure|^b\W?p$/i.test(textOf(document, span));
}

function textsOf({ tokens }: Document, span: Span): string {
  return tokensOf(span)
    .map((at) => tokens[at]?.text ?? '')
    .join(' ');
}

/** "148", "one forty eight", "a hundred and ten": the first word of a number above a hundred counts hundreds. */
function toNumber(said: string): number {
  if (/^\d+$/.test(said)) return Number(said);
  const words = said.split(' ').filter((each) => each !== 'and');
  const [first = '', ...rest] = words[0] === 'hundred' ? ['one', ...words] : words;
  const sum = rest.reduce((total, each) => total + (values.get(each) ?? 0), 0);
  const value = values.get(first) ?? 0;
  return rest.length > 0 && value < 10 ? 100 * value + sum : value + sum;
}

function within(value: number, { least, most }: { least: number; most: number }): boolean {
  return value >= least && value <= most;
}
