import { expect, test } from 'vitest';
import { talkWords } from '../../../../../pipeline/clinical/assertion/words/talk.ts';
import { msFor, mostMs } from './longText.ts';

type Name = keyof typeof talkWords;

/** What each kind is heard in, and what is near to it and something else. */
const examples: Readonly<Record<Name, readonly [heard: string, not: string]>> = {
  no: ['Never', 'No problem'],
  will: ['We should look', 'We look'],
  kin: ['Her mum', 'A mummy'],
  self: ['It is mine', 'A miner'],
  you: ["You're well", 'Young'],
  have: ['It hurts', 'A hut'],
  ask: ['I googled', 'A goggle'],
  said: ['As you say', 'As they say'],
  unsure: ['I suppose', 'I propose'],
  only: ['Apart from that', 'A part of it'],
  whether: ['Did you', 'Do they'],
  habit: ['He vapes', 'He gapes'],
  reads: ['According to this', 'A cord'],
  confirm: ["You smoke, don't you?", 'You smoke.'],
  friend: ['My neighbour', 'My elbow'],
  kinMore: ["She's ill", 'Shell'],
  bloodKin: ['My late dad', 'My dog'],
  notMe: ['None of us', 'None of it'],
  died: ['It was lost', 'It was last'],
  allNone: ['Neither', 'Either one'],
  allYes: ['The lot', 'A lotion'],
  partly: ['Hardly', 'Hard'],
  dont: ['Honestly', 'Honest'],
};
const rows = Object.entries(talkWords) as [Name, RegExp][];

test.each(rows)('%s is heard in its example, in any case of letters, and not in the near miss', (name, pattern) => {
  const [heard, not] = examples[name];
  expect([heard, heard.toUpperCase(), not].map((text) => pattern.test(text))).toEqual([true, true, false]);
});

test.each(rows)('%s is heard neither in nothing nor in marks, and remembers no place', (_, pattern) => {
  expect(['', ' ', '.', '?!', "'"].filter((text) => pattern.test(text))).toEqual([]);
  expect([pattern.global, pattern.sticky]).toEqual([false, false]);
});

test.each(rows)('%s reads a long text in one go', (_, pattern) => expect(msFor(pattern)).toBeLessThan(mostMs));
