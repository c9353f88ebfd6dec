import { expect, test } from 'vitest';
import { anyOf, listOf, opening } from '../../pipeline/phrases.ts';

const kin = 'mum|dad';
const pattern = anyOf`
  my (?:${kin})|runs in
  the \w+ family
`;

test.each<[string, boolean]>([
  ['My mum had it.', true],
  ['it runs in us', true],
  ['all of the Jones family', true],
  ['my mummy had it', false],
  ['tummy dad', false],
  ['the family', false],
])('any of the phrases, as whole words: %s', (text, isFound) => {
  expect(pattern.test(text)).toBe(isFound);
});

test.each<[string, boolean]>([
  ['No, none.', true],
  ['not really', true],
  ['Noah says so', false],
  ['oh no', false],
])('one of them at the beginning: %s', (text, isFound) => {
  expect(opening`no|not really`.test(text)).toBe(isFound);
});

test('a list is written over lines and read as one', () => {
  expect(listOf`
    one|two

    th\w+
  `).toBe('one|two|th\\w+');
});

test('a pattern remembers nothing from one text to the next', () => {
  expect([pattern.test('my dad'), pattern.test('my dad')]).toEqual([true, true]);
});
