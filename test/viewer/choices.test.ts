import { beforeAll, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { choicesOf } from '../../viewer/choices.ts';
import { mustChoose } from '../../viewer/verbs.ts';
import { openVisit } from '../pipeline/reading/visit.ts';
import { drawn, foundAs } from './charts.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

test.each([
  [
    'two readings are as likely',
    { toCheck: ['present', 'possible'] as ['present', 'possible'] },
    ['present', 'possible'],
  ],
  ['it is contradicted', { contradictedBy: ['ruledOut' as const] }, ['present', 'absent']],
])('nobody agrees with one key where %s', (_, facts, likely) => {
  const finding = drawn(foundAs(opened, 'cough', facts), 'cough');
  expect(mustChoose(finding)).toBe(true);
  expect(choicesOf(finding).flatMap(({ status, isLikely }) => (isLikely ? [status] : []))).toEqual(likely);
});
