import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNumber } from '../../../pipeline/clinical/spokenNumbers.ts';
import { decimalSpellings, spellings } from '../spellings.ts';

const read = (words: string) => readNumber(words.toLowerCase().split(/[ -]/));

test('every whole number below ten thousand is read in all ways of saying it', () => {
  const wrong = Array.from({ length: 10_000 }, (_, value) =>
    spellings(value).filter((words) => read(words)?.figures !== String(value)),
  );
  expect(wrong.flat()).toEqual([]);
});

test('every number with one decimal place is read in all ways of saying it', () => {
  const places = fc.tuple(fc.nat(9999), fc.nat(9));
  fc.assert(
    fc.property(places, ([whole, place]) => {
      for (const words of decimalSpellings(whole, place)) expect(read(words)?.figures).toBe(`${whole}.${place}`);
    }),
  );
});

test.each([
  ['two point five five', '2.55'],
  ['oh point oh five', '0.05'],
  ['point one twenty-five', '0.125'],
  ['six point twenty-five', '6.25'],
  ['one and a quarter', '1.25'],
  ['hundred and four', '104'],
  ['twenty thousand', '20000'],
  ['one hundred and twenty thousand', '120000'],
])('"%s" is %s', (words, figures) => expect(read(words)?.figures).toBe(figures));

test.each([
  'thirteen two',
  'thirty-eight nine',
  'two six',
  'twenty ten',
  'nineteen eighty-four',
  'oh two',
  'two oh',
  'one oh ten',
  'point',
  'two point',
  'two point twenty',
  'two point five point five',
  'twenty hundred',
  'hundred hundred',
  'one thousand and two hundred',
  'two thousand two fifty',
  'and a half',
  'thousand zero',
])('"%s" is no number, or may be another one', (words) => expect(read(words)).toBeUndefined());

test.each([
  ['two hundred and ten', 2, false],
  ['two ten', 2, true],
  ['two point five', undefined, false],
  ['twenty-one', undefined, false],
])('"%s" counts %s, shortened: %s', (words, factor, isShort) => {
  expect(read(words)?.factor).toBe(factor);
  expect(read(words)?.isShort).toBe(isShort);
});
