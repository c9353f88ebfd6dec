import { describe, expect, test } from 'vitest';
import { joinLabels } from '../../../pipeline/transcript/jobLabels.ts';

/** Labels as the service lists them: one segment each, its one word at that second. */
const labelled = (...words: readonly [seconds: number, label: string][]) => ({
  speakers: 2,
  segments: words.map(([seconds, speaker_label]) => {
    const times = { start_time: String(seconds), end_time: String(seconds + 0.1), speaker_label };
    return { ...times, items: [times] };
  }),
});

const ask = (speakerLabels: unknown, ...startsMs: readonly number[]) => startsMs.map(joinLabels(speakerLabels));

describe('each label is given away once', () => {
  test.each<[string, unknown, number[], (string | undefined)[]]>([
    ['in their order at one time', labelled([1, 'a'], [1, 'b']), [1000, 1000], ['a', 'b']],
    ['and then there is none left', labelled([1, 'a'], [1, 'b']), [1000, 1000, 1000], ['a', 'b', undefined]],
    ['the nearest first', labelled([1, 'a'], [1.004, 'b']), [1004, 1000], ['b', 'a']],
    ['the nearest that is left', labelled([1, 'a'], [1.004, 'b']), [1004, 1004, 1004], ['b', 'a', undefined]],
    [
      'a word out of its order finds its own',
      labelled([1, 'a'], [2, 'b'], [3, 'a']),
      [1000, 3000, 2000],
      ['a', 'a', 'b'],
    ],
    ['no word, no label', labelled([1, 'a']), [1006, 994], [undefined, undefined]],
  ])('%s', (_, speakerLabels, startsMs, labels) => {
    expect(ask(speakerLabels, ...startsMs)).toEqual(labels);
  });

  test('four hours of words at one and the same time', () => {
    const words = Array.from({ length: 36_000 }, (_, at): [number, string] => [1, at % 2 === 0 ? 'a' : 'b']);
    const labels = ask(labelled(...words), ...words.map(() => 1000));
    expect(labels).toEqual(words.map(([, label]) => label));
  });
});
