import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toNotice } from '../../../infra/cdn/notice.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notice-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function install(path: string, version: string, texts: Readonly<Record<string, string>>): void {
  const name = path.split('node_modules/').at(-1);
  const files = { 'package.json': JSON.stringify({ name, version, license: 'MIT' }), ...texts };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path, file)), { recursive: true });
    writeFileSync(join(folder, path, file), text);
  }
}

/** A bundle in which each module has this many bytes. */
const bundleOf = (modules: Readonly<Record<string, number>>) => {
  const inputs = Object.entries(modules).map(([path, bytesInOutput]) => [path, { bytesInOutput }] as const);
  const output = { bytes: 1, inputs: Object.fromEntries(inputs), imports: [], exports: [] };
  return { inputs: {}, outputs: { 'a.js': output } } satisfies Metafile;
};

test('names each package with what it says, a text once, and no package of which nothing is left', () => {
  install('node_modules/a', '1.0.0', { LICENSE: 'MIT, of A and B', NOTICE: 'made by A' });
  install('node_modules/@x/b', '2.0.0', { 'license.md': 'BSD' });
  install('node_modules/a/node_modules/@x/b', '1.9.0', { 'LICENCE.txt': 'BSD\r\n' });
  install('node_modules/gone', '1.0.0', { LICENSE: 'GPL' });
  const bundle = bundleOf({
    'node_modules/a/index.js': 10,
    'node_modules/a/more.js': 10,
    'node_modules/@x/b/dist/b.js': 10,
    'node_modules/a/node_modules/@x/b/b.js': 10,
    'node_modules/gone/index.js': 0,
  });
  const [head, bsd, mit, ...more] = toNotice(folder, bundle).split(/\n\n(?=@x|a )|\n-+\n/);
  expect(head).toBe('This file contains the following packages.');
  expect(bsd).toBe('@x/b 2.0.0 (MIT)\n@x/b 1.9.0 (MIT)\n\nBSD\n');
  expect([mit, ...more].join('').trim()).toBe('a 1.0.0 (MIT)\n\nMIT, of A and B\n\nmade by A');
});

test.each([
  ['a package without a licence', 'node_modules/a/index.js', /node_modules\/a has no licence/],
  ['a module that is in no package', 'shim.js', /shim\.js is in no package/],
])('%s is refused', (_, path, message) => {
  install('node_modules/a', '1.0.0', { 'README.md': 'A' });
  expect(() => toNotice(folder, bundleOf({ [path]: 1 }))).toThrow(message);
});
