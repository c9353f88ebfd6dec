import { expect, test } from 'vitest';
import { isWord, runsOf, tokensOf } from '../../../../../pipeline/clinical/assertion/cues/tokens.ts';

test.each<[string, string[]]>([
  ['', []],
  ["Don't, I said!", ["don't", ',', 'i', 'said', '!']],
  ['37.5 or 38?', ['NUM', 'or', 'NUM', '?']],
  ['5mg at 10', ['NUM', 'mg', 'at', 'NUM']],
  ['Café — naïve 🩺', ['café', 'naïve']],
  ['x-ray; (twice)', ['x', 'ray', 'twice']],
])('%j: %j', (text, tokens) => expect(tokensOf(text)).toEqual(tokens));

test.each([
  ['no', true],
  ['é', true],
  ['NUM', true],
  [',', false],
  ["'", false],
  ['', false],
])('%j is a word: %s', (one, expected) => expect(isWord(one)).toBe(expected));

test.each<[string[], number, string[]]>([
  [[], 3, []],
  [['no', ',', 'a', 'b'], 3, ['no', 'no ,', 'a', ', a', 'no , a', 'b', 'a b', ', a b']],
  [['a', 'b'], 1, ['a', 'b']],
  [['.', '?'], 2, ['. ?']],
])('the runs of %j up to %i: %j', (tokens, longest, runs) => expect(runsOf(tokens, longest)).toEqual(runs));
