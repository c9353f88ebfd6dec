import { expect, test } from 'vitest';
import { illnessWords } from '../../../../../pipeline/clinical/assertion/words/illness.ts';
import { msFor, mostMs } from './longText.ts';

type Name = keyof typeof illnessWords;

/** What each kind is heard in, and what is near to it and something else. */
const examples: Readonly<Record<Name, readonly [heard: string, not: string]>> = {
  think: ['It looks like gout', 'It is gout'],
  explain: ['It happens', 'It is there'],
  may: ['It could be', 'It is'],
  if: ['Unless it hurts', 'It hurts'],
  comeBack: ['Come back soon', 'My back hurts'],
  past: ['I used to cough', 'I use it'],
  over: ['It has gone', 'It goes on'],
  recent: ['It began yesterday', 'It began'],
  had: ['I had it', 'I have it'],
  exam: ['I can see it', 'You know it'],
  result: ['The scan was raised', 'The scan'],
  almost: ['Not exactly', 'Exactly'],
  reaction: ['It gave me a fright', 'I gave it away'],
  vaccine: ['A booster', 'A boost'],
  childhood: ['At school', 'At work'],
  date: ['In March', 'On a march'],
  once: ['Only once', 'Often'],
  lasting: ['On and off', 'Off'],
  gone: ['It vanished', 'It varies'],
  better: ['It improved', 'It is proven'],
  worse: ['Awful', 'Lawful'],
  fine: ['All good', 'The goods'],
  tests: ["Let's rule it out", 'A ruler'],
  risk: ['A danger', 'An anger'],
  sideEffect: ['Rarely', 'Rare'],
  emergency: ['Ring us', 'A ring'],
  guess: ['I reckon', 'A reckoning'],
  certain: ['Clearly', 'Clear'],
  notIt: ["It isn't", 'It is'],
  findings: ['Press here', 'It is depressing'],
  example: ['Such as this', 'Such a thing'],
  allergy: ['It brings me out', 'It brings me joy'],
};
const rows = Object.entries(illnessWords) as [Name, RegExp][];

test.each(rows)('%s is heard in its example, in any case of letters, and not in the near miss', (name, pattern) => {
  const [heard, not] = examples[name];
  expect([heard, heard.toUpperCase(), not].map((text) => pattern.test(text))).toEqual([true, true, false]);
});

test.each(rows)('%s is heard neither in nothing nor in marks, and remembers no place', (_, pattern) => {
  expect(['', ' ', '.', '?!', "'"].filter((text) => pattern.test(text))).toEqual([]);
  expect([pattern.global, pattern.sticky]).toEqual([false, false]);
});

test.each(rows)('%s reads a long text in one go', (_, pattern) => expect(msFor(pattern)).toBeLessThan(mostMs));
