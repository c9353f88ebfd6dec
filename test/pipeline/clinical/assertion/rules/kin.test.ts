import { expect, test } from 'vitest';
import {
  asksOfFamily,
  calledByName,
  kin,
  near,
  parents,
  partner,
  somebody,
} from '../../../../../pipeline/clinical/assertion/rules/kin.ts';
import { relatives } from '../../../../../pipeline/clinical/entities.ts';

const whole = (words: string) => new RegExp(`^(?:${words})$`);

test('every relative that has a name in the documents has words, and no word names two', () => {
  expect(Object.keys(kin)).toEqual(relatives.filter((relative) => relative !== 'other'));
  const words = Object.values(kin).flatMap((list) => list.split('|'));
  expect(new Set(words).size).toBe(words.length);
  expect(words.filter((word) => !whole(somebody).test(word))).toEqual([]);
});

test.each<[string, string, string, string]>([
  ['parents', parents, 'mum', 'son'],
  ['who is called without "my"', calledByName, 'nan', 'mother'],
  ['whom the patient may have brought up', near, 'little boy', 'father'],
  ['a partner', partner, 'wife', 'sister'],
  ['anybody else', somebody, 'stepson', 'doctor'],
])('%s', (_, words, is, isNot) => {
  expect([is, isNot].map((word) => whole(words).test(word))).toEqual([true, false]);
});

test.each([
  ['Does anybody in the family have it?', true],
  ['Did your late father have it?', true],
  ['Is it familiar?', false],
  ['Does your knee hurt?', false],
])('%s asks of the family: %s', (question, expected) => expect(asksOfFamily.test(question)).toBe(expected));
