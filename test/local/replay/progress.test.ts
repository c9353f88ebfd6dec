import { expect, test } from 'vitest';
import type { Outcome } from '../../../local/replay/outcome.ts';
import { Progress } from '../../../local/replay/progress.ts';

test.each<[string, begun: string[], ended: string[], lines: string[]]>([
  ['before anything began', [], [], ['interrupted: 0 of 3 done', '  not begun: a, b, c']],
  [
    'amid the work',
    ['a', 'b'],
    ['b'],
    [
      'interrupted: 1 of 3 done',
      '  done, with their files in out: b',
      '  under way, without files: a; it is gone',
      '  not begun: c',
    ],
  ],
  [
    'at the end',
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
    ['interrupted: 3 of 3 done', '  done, with their files in out: a, b, c'],
  ],
])('says what was done and what was not, %s', (_, begun, ended, lines) => {
  const progress = new Progress(['a', 'b', 'c']);
  for (const name of begun) progress.begin(name);
  for (const name of ended) progress.end({ name } as Outcome);
  expect(progress.describe('out', 'it is gone')).toEqual(lines);
});

test('names ten, and counts the rest', () => {
  const names = Array.from({ length: 12 }, (_, n) => `v${n}`);
  expect(new Progress(names).describe('out', '')[1]).toBe(
    '  not begun: v0, v1, v2, v3, v4, v5, v6, v7, v8, v9 and 2 more',
  );
});

test('tells every 25 cases how many are done, and the outcomes in the order of the cases', () => {
  const names = Array.from({ length: 50 }, (_, n) => `v${n}`);
  const progress = new Progress(names);
  const marks = names.toReversed().flatMap((name) => {
    progress.end({ name } as Outcome);
    return progress.mark ?? [];
  });
  expect(marks).toEqual(['  25 of 50 done']);
  expect(progress.outcomes.map(({ name }) => name)).toEqual(names);
});
