import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusals } from '../../pipeline/refusals.ts';
import { root } from './sources.ts';

test("API.md's table has every refusal once, with its status, in the order of the statuses", () => {
  const [, part = ''] = readFileSync(join(root, 'API.md'), 'utf8').split('## What is refused\n');
  const rows = part.split('\n## ')[0]?.matchAll(/^\| (\d{3}) \| ([^|]+) \|/gm) ?? [];
  const told = [...rows].flatMap(([, status, codes = '']) =>
    [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => [String(code), Number(status)] as const),
  );
  expect(new Set(told.map(([code]) => code)).size).toBe(told.length);
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(Object.entries(refusals).map(([code, [status]]) => [code, status])),
  );
  const statuses = told.map(([, status]) => status);
  expect(statuses).toEqual(statuses.toSorted((one, other) => one - other));
});
