import { describe, expect, test } from 'vitest';
import { chooseNames, readWords } from '../../bench/bench.ts';
import { median, percentile, toTable } from '../../bench/figures.ts';
import { shapes, toLongJob } from '../../bench/longJobs.ts';

describe('chooseNames', () => {
  const known = ['stack', 'normalize'];

  test.each([
    { wanted: [], chosen: ['stack', 'normalize'] },
    { wanted: ['normalize'], chosen: ['normalize'] },
    { wanted: ['normalize', 'stack', 'normalize'], chosen: ['normalize', 'stack'] },
  ])('$wanted runs $chosen', ({ wanted, chosen }) => {
    expect(chooseNames(wanted, known)).toEqual(chosen);
  });

  test('an unknown name is bad usage, said in one line', () => {
    const refusal = {
      exitCode: 2,
      message: expect.stringMatching(/^no benchmark is named stak; the benchmarks are stack, normalize$/) as string,
    };
    expect(() => chooseNames(['stack', 'stak'], known)).toThrow(expect.objectContaining(refusal));
  });
});

describe('readWords', () => {
  test.each([
    { words: ['extract', 'consultations'], names: ['extract', 'consultations'], corpus: undefined },
    { words: ['consultations', '../shared/corpus'], names: ['consultations'], corpus: '../shared/corpus' },
    { words: ['fixtures/consultations', 'consultations'], names: ['consultations'], corpus: 'fixtures/consultations' },
    { words: ['..'], names: [], corpus: '..' },
  ])('$words', ({ words, names, corpus }) => {
    expect(readWords(words)).toEqual({ names, corpus });
  });

  test('two corpora are bad usage', () => {
    expect(() => readWords(['a/b', 'c/d'])).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe('statistics', () => {
  test.each([
    { values: [7], middle: 7, p95: 7 },
    { values: [9, 1, 10], middle: 9, p95: 10 },
    { values: [4, 1, 3, 2], middle: 2.5, p95: 4 },
    { values: Array.from({ length: 100 }, (_, n) => 100 - n), middle: 50.5, p95: 95 },
  ])('median $middle and p95 $p95 of $values.length values', ({ values, middle, p95 }) => {
    expect([median(values), percentile(values, 95)]).toEqual([middle, p95]);
  });

  test('nothing has no median and no percentile', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([], 95)).toThrow(RangeError);
  });
});

test('a table has its columns aligned and numbers of three digits', () => {
  const table = toTable([
    { name: 'short', value: 1234.5, unit: 'ms', how: 'once' },
    { name: 'a longer name', value: 3, unit: 'x', how: 'side by side' },
  ]);
  expect(table).toEqual(['  short          1235 ms  once', '  a longer name   3.00 x  side by side']);
});

test.each(shapes)('a long job of shape %s has as many words and minutes as it says', (shape) => {
  const { json, words, durationMs } = toLongJob(15, shape);
  const items = (JSON.parse(json) as { results: { items: { type: string }[] } }).results.items;
  expect(items.filter(({ type }) => type === 'pronunciation')).toHaveLength(words);
  expect(Math.abs(durationMs / 60_000 - 15)).toBeLessThan(1);
});
