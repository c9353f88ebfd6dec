import { expect, test } from 'vitest';
import { conditionsIn, detect, traitsOf } from './reading.ts';

const allergens = (text: string): string[] =>
  detect(text)
    .filter(({ Type }) => Type === 'ALLERGIES')
    .map((entity) => [entity.Text, ...traitsOf(entity)].join(' '));

test.each<[string, string[]]>([
  ["I'm allergic to kiwi and house dust mites", ['kiwi', 'house dust mites']],
  ['Any allergies?\nNo, just latex.', ['latex']],
  ['Are you allergic to anything?\nUm.\nSticking plasters. And wasps.', ['Sticking plasters', 'wasps']],
  ['Allergies: shellfish.', ['shellfish']],
  ['Any reaction to the contrast?', ['contrast']],
  ["I can't eat prawns, my lips swell", ['prawns']],
  ['I came out in a rash from the nickel', ['nickel']],
  ['Cats make me sneeze', ['Cats']],
  ['grass sets me off every June', ['grass']],
  ['hair dye gave me blisters', ['hair dye']],
  ["I'm not allergic to strawberries", ['strawberries NEGATION']],
])('an allergen: %s', (text, expected) => {
  expect(allergens(text)).toEqual(expected);
});

test.each([
  'I had eggs for breakfast and fish for tea',
  'he fell off his horse and a dog licked him',
  'the nuts and bolts of it, by contrast',
  'Any allergies?\nNo. I ate eggs this morning.',
  'Any allergies?\nNo, none that I know of.\nAnd who is at home?\nMy wife and the cat.',
  'I have allergies. We went to the pub and had some fish.',
  'she makes me eggs',
  'there was a pet shop next to the surgery',
])('no allergen: %s', (text) => {
  expect(allergens(text)).toEqual([]);
});

test.each([
  ['NKDA', 'NKDA Z88.9 NEGATION'],
  ['n k d a', 'n k d a Z88.9 NEGATION'],
  ['no known drug allergies', 'known drug allergies Z88.9 NEGATION'],
  ['no known allergies', 'known allergies T78.40XA NEGATION'],
])('a denial of all of them: %s', (text, expected) => {
  expect(conditionsIn(text)).toEqual([expected]);
});
