import { expect, test } from 'vitest';
import { treatmentWords } from '../../../../../pipeline/clinical/assertion/words/treatment.ts';
import { msFor, mostMs } from './longText.ts';

type Name = keyof typeof treatmentWords;

/** What each kind is heard in, and what is near to it and something else. */
const examples: Readonly<Record<Name, readonly [heard: string, not: string]>> = {
  start: ['We swap it', 'A swamp'],
  stop: ['Finished', 'Finer'],
  keep: ['Carry on', 'Carry it'],
  change: ['Double it', 'A trouble'],
  avoid: ['Steer clear', 'A clear sky'],
  take: ["I'm on it", "I'm at it"],
  took: ['I tried', 'I try'],
  offer: ['Shall we', 'We shall'],
  binned: ['In the bin', 'In the inn'],
  neverTook: ['I forgot', 'I forget it'],
  notTaking: ['I came off it', 'I came home'],
  course: ['None left', 'The left'],
  works: ['No good', 'Goods'],
  switched: ['Over to that', 'Over there'],
  restart: ['Resume it', 'I presume'],
  someDay: ['Not yet', 'Yes'],
  refuse: ['No way', 'A way'],
  agree: ['Go for it', 'Go home'],
  demand: ['Cut it', 'A cute one'],
  purpose: ['Due to that', 'Due'],
  asNeeded: ['As needed', 'As said'],
  regimen: ['Twice daily', 'Twice'],
  doctors: ['Dr. Smith', 'A drill'],
  bought: ['In the supermarket', 'Marked'],
  nowDo: ["I'm taking it", "I'm talking"],
  clinicianStarts: ['Go ahead', 'Go away'],
  clinicianStops: ['Get rid of it', 'Get it'],
  clinicianKeeps: ['As you are', 'As we are'],
  clinicianAvoids: ['Never take it', 'You take it'],
  order: ['We book it', 'A lot of work'],
};
const rows = Object.entries(treatmentWords) as [Name, RegExp][];

test.each(rows)('%s is heard in its example, in any case of letters, and not in the near miss', (name, pattern) => {
  const [heard, not] = examples[name];
  expect([heard, heard.toUpperCase(), not].map((text) => pattern.test(text))).toEqual([true, true, false]);
});

test.each(rows)('%s is heard neither in nothing nor in marks, and remembers no place', (_, pattern) => {
  expect(['', ' ', '.', '?!', "'"].filter((text) => pattern.test(text))).toEqual([]);
  expect([pattern.global, pattern.sticky]).toEqual([false, false]);
});

test.each(rows)('%s reads a long text in one go', (_, pattern) => expect(msFor(pattern)).toBeLessThan(mostMs));
