import { describe, expect, test } from 'vitest';
import { joinLabels, settleLabels } from '../../../pipeline/transcript/jobLabels.ts';

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

describe('words without a label go to a neighbour', () => {
  /** Words of 200 ms, each after that silence, with that label. */
  type Heard = readonly [silenceMs: number, label?: string];
  const settle = (...words: readonly Heard[]) => {
    let at = 0;
    const heard = words.map(([silenceMs]) => {
      const startMs = at + silenceMs;
      at = startMs + 200;
      return { kind: 'word' as const, text: 'x', startMs, endMs: at, confidence: null };
    });
    return settleLabels(
      heard,
      words.map(([, label]) => label),
      'spk_0',
    );
  };

  test.each<[string, Heard[], string[]]>([
    [
      'all have one',
      [
        [0, 'a'],
        [0, 'b'],
      ],
      ['a', 'b'],
    ],
    ['the nearer one before', [[0, 'a'], [100], [900, 'b']], ['a', 'a', 'b']],
    ['the nearer one behind', [[0, 'a'], [900], [100, 'b']], ['a', 'b', 'b']],
    ['the one before, if both are as near', [[0, 'a'], [500], [500, 'b']], ['a', 'a', 'b']],
    ['each the nearer one', [[0, 'a'], [100], [700], [100, 'b']], ['a', 'a', 'b', 'b']],
    ['the same on both sides', [[0, 'a'], [900], [100], [0, 'a']], ['a', 'a', 'a', 'a']],
    ['the first that is heard', [[0], [0], [5000, 'b'], [0, 'a']], ['b', 'b', 'b', 'a']],
    ['the last that was heard', [[0, 'b'], [5000], [0]], ['b', 'b', 'b']],
    ['words that overlap', [[0, 'a'], [-100], [-150, 'b']], ['a', 'b', 'b']],
    ['nobody, where nobody has one', [[0], [0]], ['spk_0', 'spk_0']],
    ['nothing', [], []],
  ])('%s', (_, words, labels) => {
    expect(settle(...words)).toEqual(labels);
  });

  test('in four hours of talk without a label', () => {
    expect(settle(...Array.from({ length: 36_000 }, (): Heard => [50]), [50, 'a'])).toEqual(
      Array.from({ length: 36_001 }, () => 'a'),
    );
  });
});
