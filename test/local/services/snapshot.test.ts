import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keep, readKept } from '../../../local/services/snapshot.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, 'of a service', `${name}.json`);

test('a document that is kept is read again, the newest, and nothing else is left beside it', () => {
  for (const n of [1, 2]) keep(path('a'), { schema: 'a/1', n });
  expect(readKept(path('a'), 'a/1')).toEqual({ schema: 'a/1', n: 2 });
  expect(readdirSync(join(folder, 'of a service'))).toEqual(['a.json']);
});

test('there is none before the first', () => {
  expect(readKept(path('b'), 'b/1')).toBeUndefined();
});

test('one of another schema is refused by its name, and one that is cut short is no empty one', () => {
  keep(path('c'), { schema: 'c/2' });
  expect(() => readKept(path('c'), 'c/1')).toThrow(`${path('c')} is not a c/1 file`);
  writeFileSync(path('c'), '{"schema": "c/1"');
  expect(() => readKept(path('c'), 'c/1')).toThrow(SyntaxError);
});
