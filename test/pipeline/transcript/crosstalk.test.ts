import { expect, test } from 'vitest';
import { isSameSpeech, toEchoes } from '../../../pipeline/transcript/crosstalk.ts';
import type { Word } from '../../../pipeline/transcript/jobItems.ts';
import { cpuMs } from '../../cpuTime.ts';

/** Words one after the other from a second on, three a second. */
function said(fromSeconds: number, text: string, confidence: number | null = 0.95, lagMs = 0): Word[] {
  return text.split(' ').map((word, n) => {
    const startMs = fromSeconds * 1000 + n * 330 + lagMs;
    return { kind: 'word', text: word, startMs, endMs: startMs + 300, confidence };
  });
}
const echo = (fromSeconds: number, text: string, lagMs = 40) => said(fromSeconds, text, 0.45, lagMs);
const words = (some: ReadonlySet<Word>) => [...some].map(({ text }) => text).join(' ');

const question = 'do you have any chest pain';

test.each<[string, Word[], Word[], string, string]>([
  ['a sentence that the other heard', said(1, question), echo(1, question), '', question],
  ['the other way round', echo(1, question), said(1, question), question, ''],
  ['with own words around it', said(1, question), [...echo(1, question), ...said(4, 'no none')], '', question],
  ['a word misheard in it', said(1, question), echo(1, 'do you have any chess pain'), '', 'do you have any chess pain'],
  ['only its end', said(1, question), echo(1 + 3 * 0.33, 'any chest pain'), '', 'any chest pain'],
  ['as sure, but later', said(1, question), said(1, question, 0.95, 60), '', question],
  ['no confidence, but later', said(1, question, null), said(1, question, null, 60), '', question],
  ['as sure and at once, as in one mono stream', said(1, question), said(1, question), '', ''],
  [
    'in chorus, drifting apart',
    said(1, 'bye bye for now'),
    said(1, 'bye bye for now').map((word, n) => ({ ...word, startMs: word.startMs + n * 90 - 150 })),
    '',
    '',
  ],
  ['repeated by the other a second later', said(1, question), said(3.5, question), '', ''],
  ['two words, once', said(1, 'chest pain'), echo(1, 'chest pain'), '', ''],
  [
    'two words where there is a longer echo',
    [...said(1, question), ...said(9, 'any fever')],
    [...echo(1, question), ...echo(9, 'any fever')],
    '',
    `${question} any fever`,
  ],
  [
    '"yes" at once beside an echo',
    [...said(1, question), ...said(9, 'yes')],
    [...echo(1, question), ...said(9, 'yes')],
    '',
    question,
  ],
  [
    'a word as sure a moment later, beside an echo',
    [...said(1, question), ...said(9, 'yes')],
    [...echo(1, question), ...said(9, 'yes', 0.95, 60)],
    '',
    question,
  ],
  [
    'each hears the other, all along',
    [...said(1, question), ...echo(3.2, 'no I have none at all'), ...said(6, 'any fever or vomiting')],
    [...echo(1, question), ...said(3.2, 'no I have none at all', 0.95, 0), ...echo(6, 'any fever or vomiting')],
    'no I have none at all',
    `${question} any fever or vomiting`,
  ],
  ['nothing in common', said(1, question), said(3.5, 'no none at all'), '', ''],
  ['an empty channel', said(1, question), [], '', ''],
])('%s', (_, first, second, heardInFirst, heardInSecond) => {
  const echoes = toEchoes(first, second);
  expect([words(echoes.first), words(echoes.second)]).toEqual([heardInFirst, heardInSecond]);
});

test.each<[string, Word[], Word[], boolean]>([
  ['the same words at once', said(1, 'a b c d e f g h i j'), said(1, 'a b c d e f g h i j'), true],
  ['nine of them', said(1, 'a b c d e f g h i j'), said(1, 'a b c d e f g h i'), false],
  ['nine in ten of many', said(1, 'a b c d e f g h i j k l'), said(1, 'A B C D E F G H I J K'), true],
  ['the same words two seconds later', said(1, 'a b c d e f g h i j'), said(3, 'a b c d e f g h i j'), false],
])('one mono stream is stored twice: %s', (_, first, second, expected) => {
  expect(isSameSpeech(first, second)).toBe(expected);
});

test('eight times as much echo takes no more than four times its share of time', () => {
  const talk = (seconds: number) =>
    Array.from({ length: seconds / 3 }, (_, n) => [said(n * 3, `${question} ${n}`), echo(n * 3, `${question} ${n}`)]);
  const timeOf = (seconds: number) => {
    const [first, second] = [
      talk(seconds).flatMap(([one = []]) => one),
      talk(seconds).flatMap(([, other = []]) => other),
    ];
    return cpuMs(() => expect(toEchoes(first, second).second.size).toBe(second.length));
  };
  const half = timeOf(1800);
  expect(timeOf(14_400) / half).toBeLessThan(32);
});
