import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './sources.ts';

/** How a test would fail because the machine is busy: its own limit, or the time that has passed. */
const wallClock = [
  /performance\.now|Date\.now\(\) -/,
  /^\s*\}, \d[\d_]{3,}\);$/m,
  /\{\s*timeout: \d[\d_]{3,}/,
  /spawnSync\([^;]*timeout: /,
  /vi\.waitFor|vi\.waitUntil/,
];

/** Ours, but for this one, which has what it looks for. */
const tests = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: (path) => path.includes('node_modules') }).filter(
    (file) => !file.endsWith('deadlines.test.ts'),
  );

test('no test has a deadline of its own: cpuTime.ts measures work, expect.poll waits as long as it takes', () => {
  const files = tests('test/**/*.ts');
  const faults = files.filter((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return wallClock.some((pattern) => pattern.test(text));
  });
  expect(files.length).toBeGreaterThan(300);
  expect(faults).toEqual([]);
});

test('a test that replaces modules leaves none of them to the files that share its worker', () => {
  const files = tests('test/**/*.test.ts');
  const replacing = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('vi.mock('));
  expect(replacing.length).toBeGreaterThan(0);
  const leaving = replacing.filter(
    (file) => !/afterAll\(.*vi\.resetModules/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(leaving).toEqual([]);
});
