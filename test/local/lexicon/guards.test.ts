import { expect, test } from 'vitest';
import { conditionsIn, detect } from './reading.ts';

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
  "sorry, I can't hear you",
  "the line's a bit crackly",
])('a figure of speech: %s', (saying) => {
  expect(conditionsIn(saying)).toEqual([]);
});

test.each([
  ['a pain in my neck', 'pain in my neck'],
  ['I have a boil on my leg', 'boil'],
  ['he has been shaky and shaking all day', 'shaky'],
  ['I fell on the stairs', 'fell'],
  ["it's my nerves", 'nerves'],
  ["I can't hear on the left", "can't hear"],
  ['a headache', 'headache'],
])('meant medically: %s', (saying, words) => {
  expect(conditionsIn(saying).some((one) => one.includes(words))).toBe(true);
});

test('an echo on the line is no test of the heart, and a form that is scanned no scan', () => {
  const tests = ["there's an echo on the line", 'scan the form for me', 'book an echo and a scan'].map(
    (saying) => detect(saying).length,
  );
  expect(tests).toEqual([0, 0, 2]);
});
