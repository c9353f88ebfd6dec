import { describe, expect, test } from 'vitest';
import type { Token } from '../../../pipeline/transcript/jobItems.ts';
import type { Utterance } from '../../../pipeline/transcript/jobResult.ts';
import {
  cutBefore,
  isAfterPause,
  isContiguous,
  isI,
  isLowerCase,
  relabel,
  type Spoken,
  textOf,
  toSpoken,
} from '../../../pipeline/transcript/spoken.ts';

const word = (text: string, startMs = 0, endMs = startMs + 200): Token => ({
  kind: 'word',
  text,
  startMs,
  endMs,
  confidence: null,
});
const mark = (text: string): Token => ({ kind: 'punctuation', text });
const utterance = (speaker: string, tokens: Token[], more: Partial<Utterance> = {}): Utterance => ({
  speaker,
  startMs: 0,
  endMs: 0,
  tokens,
  text: '',
  ...more,
});

/** The words of one speaker, said without a pause. */
const said = (text: string): Spoken[] =>
  toSpoken([
    utterance(
      'a',
      text.split(' ').map((one, at) => word(one, at * 200)),
    ),
  ]);
const one = (text: string, gapMs = 0): Spoken => ({ ...(said(text)[0] as Spoken), gapMs });

describe('the words of a stream', () => {
  test('have the marks that follow them, and the silence before them across turns', () => {
    const spoken = toSpoken([
      utterance('a', [word('Any', 1_000), word('pain', 1_250), mark('?'), mark('!')]),
      utterance('b', [word('No', 1_300), mark('.')]),
    ]);
    expect(spoken.map(({ word: { text }, marks, label, gapMs }) => [text, marks, label, gapMs])).toEqual([
      ['Any', '', 'a', Number.POSITIVE_INFINITY],
      ['pain', '?!', 'a', 50],
      ['No', '.', 'b', -150],
    ]);
  });

  test('leave marks out that no word precedes', () => {
    expect(toSpoken([utterance('a', [mark('¿'), word('Qué')])]).map(({ marks }) => marks)).toEqual(['']);
  });

  test('have the label that the service gave them, where another was put over it', () => {
    const tokens = [word('Um'), mark(','), word('only'), word('at'), word('night')];
    const relabelled = [
      { from: 0, to: 1, label: 'b' },
      { from: 2, to: 4, label: 'c' },
    ];
    expect(toSpoken([utterance('a', tokens, { relabelled })]).map(({ label }) => label)).toEqual(['b', 'a', 'c', 'c']);
  });

  test.each<[string, Pick<Spoken, 'ends' | 'asks'>]>([
    ['.', { ends: true, asks: false }],
    ['!', { ends: true, asks: false }],
    ['…', { ends: true, asks: false }],
    ['。', { ends: true, asks: false }],
    ['?', { ends: true, asks: true }],
    ['？', { ends: true, asks: true }],
    ['؟', { ends: true, asks: true }],
    [',', { ends: false, asks: false }],
    ['¿', { ends: false, asks: false }],
  ])('before %s: %j', (text, expected) => {
    expect(toSpoken([utterance('a', [word('so'), mark(text), mark(',')])])[0]).toMatchObject(expected);
  });
});

test.each([
  [-50, { contiguous: true, pause: false }],
  [99, { contiguous: true, pause: false }],
  [100, { contiguous: false, pause: false }],
  [149, { contiguous: false, pause: false }],
  [150, { contiguous: false, pause: true }],
])('a silence of %i ms is %j', (gapMs, expected) => {
  const next = one('so', gapMs);
  expect({ contiguous: isContiguous(next), pause: isAfterPause(next) }).toEqual(expected);
});

test.each([
  ['and', { lowerCase: true, i: false }],
  ['été', { lowerCase: true, i: false }],
  ['And', { lowerCase: false, i: false }],
  ['I', { lowerCase: false, i: true }],
  ["I'd", { lowerCase: false, i: true }],
  ['It', { lowerCase: false, i: false }],
  ['37.5', { lowerCase: false, i: false }],
  ['痛み', { lowerCase: false, i: false }],
])('%s is %j', (text, expected) => {
  expect({ lowerCase: isLowerCase(one(text)), i: isI(one(text)) }).toEqual(expected);
});

describe('words are cut', () => {
  const cuts = (text: string, begins: Parameters<typeof cutBefore>[1]) => {
    const spoken = said(text);
    return cutBefore(spoken, begins).map(({ begin, end }) => textOf(spoken.slice(begin, end)));
  };

  test.each<[string, string, (word: Spoken, before: Spoken) => boolean, string[]]>([
    ['nowhere', 'a b c', () => false, ['a b c']],
    ['before each', 'a b c', () => true, ['a', 'b', 'c']],
    ['by the word', 'a B c', (next) => !isLowerCase(next), ['a', 'B c']],
    ['by the word before', 'a B c', (_, before) => !isLowerCase(before), ['a B', 'c']],
    ['when there is one only', 'a', () => true, ['a']],
  ])('%s', (_, text, begins, pieces) => {
    expect(cuts(text, begins)).toEqual(pieces);
  });

  test('into nothing when there are none', () => {
    expect(cutBefore([], () => true)).toEqual([]);
  });
});

test('a label is put over some words and no others, and their text keeps its marks', () => {
  const spoken = toSpoken([utterance('a', [word('Yes'), mark(','), word('at'), word('night'), mark('.')])]);
  relabel(spoken.slice(1), 'b');
  expect(spoken.map(({ label }) => label)).toEqual(['a', 'b', 'b']);
  expect(textOf(spoken)).toBe('Yes, at night.');
});
