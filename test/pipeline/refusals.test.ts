import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Refusal, type RefusalName, refusals } from '../../pipeline/refusals.ts';

const names = Object.keys(refusals) as RefusalName[];

test.each(names)('%s has a status of a refusal, and a sentence', (name) => {
  const { status, message, code } = new Refusal(name);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect([code, message]).toEqual([name, expect.stringMatching(/^[A-Z].+\.$/)]);
});

test('a refusal may say more than its code', () => {
  expect(new Refusal('InvalidRequest', 'The field a is missing.')).toMatchObject({
    status: 400,
    message: 'The field a is missing.',
  });
});

test('a client finds every code in API.md, with its status', () => {
  const rows = readFileSync('API.md', 'utf8').matchAll(/^\| (\d{3}) \| ([^|]+) \|/gm);
  const listed = [...rows].flatMap(([, status, codes = '']) =>
    [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => [code, Number(status)]),
  );
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(names.map((name) => [name, refusals[name][0]])));
});
