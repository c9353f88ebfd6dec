import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toNewFolder, writeFolder } from '../../../local/record/folder.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'folder-'));
  await mkdir(join(root, 'a/b'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true }));

test('a marker counts for every folder below it, and for none above', async () => {
  await writeFile(join(root, 'a/SYNTHETIC'), '');
  expect(await toNewFolder(join(root, 'a/b/case'), false)).toMatch(/\/a\/b\/case$/);
  await expect(toNewFolder(join(root, 'case'), false)).rejects.toThrow('has a file named SYNTHETIC');
});

test('all files are there together', async () => {
  await writeFolder(join(root, 'whole'), { one: '1', two: Buffer.from('2') });
  expect((await readdir(join(root, 'whole'))).toSorted()).toEqual(['one', 'two']);
  expect(await readFile(join(root, 'whole/two'), 'utf8')).toBe('2');
});

test.each<[why: string, name: string, files: Record<string, string>, error: RegExp]>([
  ['a file cannot be written', 'half', { one: '1', 'no/such/folder': '2' }, /ENOENT/],
  ['somebody made the folder meanwhile', 'a', { one: '1' }, /ENOTEMPTY|EEXIST/],
])('nothing is left when %s', async (_, name, files, error) => {
  const before = (await readdir(root, { recursive: true })).toSorted();
  await expect(writeFolder(join(root, name), files)).rejects.toThrow(error);
  expect((await readdir(root, { recursive: true })).toSorted()).toEqual(before);
});
