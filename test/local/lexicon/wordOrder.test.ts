import { expect, test } from 'vitest';
import { sentencesOf } from '../../../local/lexicon/wordOrder.ts';
import { conditionsIn } from './reading.ts';

const isSite = (word: string) => ['neck', 'eye', 'back'].includes(word);

test('an adjective and a part of the body are also said as a sentence', () => {
  expect(sentencesOf('stiff neck', isSite)).toEqual([]);
  expect(sentencesOf('pink eye', isSite)).toEqual(
    expect.arrayContaining(['eye pink', 'eye is pink', 'eye feels pink']),
  );
});

test.each(['pink', 'pink cheek', 'neck eye', 'very pink eye', 'sore eye'])('no other name is turned: %s', (name) => {
  expect(sentencesOf(name, isSite)).toEqual([]);
});

test.each([
  ['my toenail is ingrown', 'L60.0'],
  ["my toenail's ingrown", 'L60.0'],
  ['my nails are really brittle', 'L60'],
  ['the heart is weak', 'I50.9'],
])('%s: %s', (text, code) => {
  expect(conditionsIn(text)[0]).toContain(code);
});
