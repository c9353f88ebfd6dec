import { expect, test } from 'vitest';
import { compare, differencesOf, toLines } from '../../../local/burst/against.ts';

test('sixty take as many calls of each service in the embedded stack, and end in the same order', async () => {
  const { embedded, differences } = await compare(60);
  expect(differences).toEqual([]);
  expect(embedded.statuses).toEqual({ completed: 60 });
  expect(Object.keys(embedded.services)).toHaveLength(6);
  expect(embedded.ends).toHaveLength(60);
});

const sides = { services: { S3: 20, DynamoDB: 11 }, ends: [0, 1, 2] };

test.each([
  ['nothing', sides, []],
  [
    'a call more',
    { ...sides, services: { S3: 20, DynamoDB: 12 } },
    ['DynamoDB: 11 calls in the embedded stack, 12 in the burst'],
  ],
  [
    'a service that is not called',
    { ...sides, services: { S3: 20 } },
    ['DynamoDB: 11 calls in the embedded stack, 0 in the burst'],
  ],
  [
    'another service',
    { ...sides, services: { ...sides.services, Supabase: 1 } },
    ['Supabase: 0 calls in the embedded stack, 1 in the burst'],
  ],
  ['another order', { ...sides, ends: [0, 2, 1] }, ['end 2: recording 1 in the embedded stack, 2 in the burst']],
  ['an end less', { ...sides, ends: [0, 1] }, ['end 3: recording 2 in the embedded stack, undefined in the burst']],
  ['an end more', { ...sides, ends: [0, 1, 2, 3] }, ['3 ended in the embedded stack, 4 in the burst']],
])('%s differs', (_, virtual, differences) => {
  expect(differencesOf(sides, virtual)).toEqual(differences);
});

test('what became of them is said in three lines', () => {
  const embedded = { ...sides, statuses: { failed: 1, completed: 2 }, characters: 1, seconds: 1.4 };
  expect(toLines(embedded)).toEqual([
    '3 recordings in the embedded stack: completed 2, failed 1',
    'calls: DynamoDB 11, S3 20',
    '1 s of real time',
  ]);
});
