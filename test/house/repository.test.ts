import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, sources } from './sources.ts';

test('the lockfile has an entry for every optional dependency it names, so that npm ci works everywhere', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`])
      .map((name) => `${path} needs ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the repository speaks of the project alone', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => existsSync(join(root, file)) && file !== '' && !/package-lock\.json$|\.(gz|mp4|png)$/.test(file));
  // Written so that this file does not speak of them either.
  const foreign = /\x2fwork\x2f|\x2ftmp\x2fmedzen|registry\x2enpmjs/;
  expect(files.filter((file) => foreign.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test('no file of the product is longer than a reader holds in mind', () => {
  const linesOf = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;
  const long = sources('pipeline').filter((file) => linesOf(file) > 260);
  expect(long).toEqual([]);
});
