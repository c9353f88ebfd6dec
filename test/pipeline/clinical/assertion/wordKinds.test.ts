import { expect, test } from 'vitest';
import { illnessWords } from '../../../../pipeline/clinical/assertion/words/illness.ts';
import { talkWords } from '../../../../pipeline/clinical/assertion/words/talk.ts';
import { treatmentWords } from '../../../../pipeline/clinical/assertion/words/treatment.ts';
import { kindsIn, wordKinds } from '../../../../pipeline/clinical/assertion/wordKinds.ts';

test('no name stands in two of the tables: one would hide the other', () => {
  const names = [talkWords, illnessWords, treatmentWords].flatMap((table) => Object.keys(table));
  expect(Object.keys(wordKinds)).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
});

test.each<[string, string[]]>([
  ['', []],
  ['.', []],
  ['Elephants', []],
  ['NO', ['no']],
  ['Better, better and quit', ['better', 'stop']],
])('%j holds each kind once, in the order of the tables: %j', (text, kinds) => expect(kindsIn(text)).toEqual(kinds));

test('is heard alike however often it is read', () => {
  const texts = ["I don't take it any more", 'No'];
  const first = texts.map(kindsIn);
  expect(texts.map(kindsIn)).toEqual(first);
  expect(first[0]).toContain('notTaking');
});
