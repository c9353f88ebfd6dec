import { expect, test } from 'vitest';
import { conditionsIn } from './reading.ts';

test.each([
  "he's a pain in the neck",
  "it's a headache of a form",
  'it is a real headache',
  "I'm under pressure",
  'a rash decision',
  'shake it well',
  'the roof leaks',
  'in the absence of that',
  'no need to panic',
  "that's sad to hear",
  "I'm hopeless at that",
  'addicted to chocolate',
  'I wound up in the shop',
  'we have fallen behind',
  'boil the water first',
  'it would be premature to say',
  'it hit the nerve',
])('a figure of speech: %s', (saying) => {
  expect(conditionsIn(saying)).toEqual([]);
});

test.each([
  ['a pain in my neck', 'pain in my neck'],
  ['I have a boil on my leg', 'boil'],
  ['he has been shaky and shaking all day', 'shaky'],
  ['I fell on the stairs', 'fell'],
  ["it's my nerves", 'nerves'],
  ['a headache', 'headache'],
])('meant medically: %s', (saying, words) => {
  expect(conditionsIn(saying).some((one) => one.includes(words))).toBe(true);
});
