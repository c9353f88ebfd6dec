import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toFigures } from '../../../pipeline/clinical/figures.ts';
import { decimalSpellings, spellings } from '../spellings.ts';

describe('figures', () => {
  test.each([
    // blood pressures
    ['One sixty-eight over one hundred and two', '168/102'],
    ['hundred and forty over seventy', '140/70'],
    ['one-oh-six over sixty-four', '106/64'],
    ['118 by 70', '118/70'],
    ['118 over seventy', '118/70'],
    ['one twenty-two over seventy-six and', '122/76'],
    ['one fifty-eight over eighty-four, one sixty-two over eighty', '158/84, 162/80'],
    ['162/96', '162/96'],
    // values
    ['seven point two', '7.2'],
    ['ninety-seven percent', '97 percent'],
    ['sixty-two to thirty-one', '62 to 31'],
    ['minus two point six', 'minus 2.6'],
    ['under point oh one', 'under 0.01'],
    ['one forty, one sixty', '140, 160'],
    ['2,400', '2,400'],
    ['zero', '0'],
    ['two plus', '2+'],
    // doses
    ['two and a half milligrams', '2.5 milligrams'],
    ['Half a milligram', '0.5 milligram'],
    ['a thousand milligrams', '1000 milligrams'],
    ['one puff', '1 puff'],
    ['one or two', '1 or 2'],
    ['three or four', '3 or 4'],
    ['forty and fifty', '40 and 50'],
    ['ten then five', '10 then 5'],
    ['one hundred to fifty', '100 to 50'],
    ['two fifty, twice a day', '250, twice a day'],
    ['two half milligram tablets', 'two 0.5 milligram tablets'],
    // what only looks alike
    ['3 by 4', '3 by 4'],
    ['sixty over two', '60 over 2'],
    ['ninety by eighty centimetres', '90 by 80 centimetres'],
  ])('"%s" is "%s"', (words, written) => expect(toFigures(words)).toBe(written));
});

describe('words stay', () => {
  test.each([
    ['one of them'],
    ['that one'],
    ['the first one'],
    ['one'],
    ['no one'],
    ['one-off'],
    ['once a day'],
    ["one o'clock"],
    ['a couple'],
    ['half a tablet'],
    ['half an hour'],
    ['two thirds'],
    ['one half'],
    ['two and three quarters'],
    ['twenty first'],
    ['two million'],
    ['at this point four'],
    ['normal'],
    [''],
  ])('that are no number: "%s"', (words) => expect(toFigures(words)).toBe(words));

  test.each([
    ['thirteen two'],
    ['three or four hundred'],
    ['3 to four hundred'],
    ['three to four hundreds'],
    ['fifty to sixty thousand'],
    ['two to three fifty'],
    ['two hundred and three hundred'],
    ['one twenty or thirty'],
    ['120 to thirty'],
    ['sixty-two or three'],
    ['five point one or two'],
    ['two thousand or three'],
    ['two forty milligram tablets'],
    ['two fifty tablets'],
    ['one 48 over 90'],
    ['5 hundred'],
    ['5 point two'],
    ['116 over 70-something'],
  ])('that may be another number: "%s"', (words) => expect(toFigures(words)).toBe(words));
});

test('a number is written in any way of saying it, where it stands', () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.nat(9), (whole, place) => {
      // "Two ten milligrams" is one number, unlike "two ten milligram tablets".
      for (const words of spellings(whole)) expect(toFigures(`${words} milligrams`)).toBe(`${whole} milligrams`);
      for (const words of decimalSpellings(whole, place)) expect(toFigures(words)).toBe(`${whole}.${place}`);
    }),
  );
});

test('a blood pressure is written in any way of saying it', () => {
  const pressures = fc.tuple(fc.integer({ min: 70, max: 260 }), fc.integer({ min: 35, max: 150 }));
  fc.assert(
    fc.property(
      pressures.filter(([high, low]) => high > low),
      ([high, low]) => {
        for (const systolic of spellings(high)) {
          for (const diastolic of spellings(low)) {
            expect(toFigures(`${systolic} over ${diastolic}`)).toBe(`${high}/${low}`);
          }
        }
      },
    ),
  );
});

test('what is written stays when it is written again', () => {
  fc.assert(
    fc.property(
      fc.nat(9999),
      fc.nat(9999),
      fc.constantFrom(' or ', ' to ', ' over ', ', ', ' '),
      (one, other, joint) => {
        const written = toFigures(`${spellings(one)[0]}${joint}${spellings(other)[0]}`);
        expect(toFigures(written)).toBe(written);
      },
    ),
  );
});
