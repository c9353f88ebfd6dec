import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { figureFaults, figuresOf } from '../figures.ts';

const readme = readFileSync('README.md', 'utf8');

test.each([
  ['npm test', 'test/**/*.test.ts'],
  ['npm run test:product', 'test/{pipeline,house}/**/*.test.ts'],
])('the README counts the test files of %s within reason', (command, pattern) => {
  const shown = figuresOf(readme, command);
  expect(shown.tests).toBeGreaterThan(shown.files);
  expect(figureFaults(shown, { files: globSync(pattern).length, tests: shown.tests })).toEqual([]);
});

test('a figure that is off by more than one part in twenty is named', () => {
  const shown = figuresOf(
    '    $ npm test\n     Test Files  9 passed | 1 skipped (10)\n          Tests  90 passed (100)\n',
    'npm test',
  );
  expect(shown).toEqual({ files: 10, tests: 100 });
  expect(figureFaults(shown, { files: 10, tests: 104 })).toEqual([]);
  expect(figureFaults(shown, { files: 12, tests: 100 })).toEqual(['README.md says 10 files, and there are 12']);
  expect(figureFaults(figuresOf('', 'npm test'), { files: 12, tests: 100 })).toHaveLength(2);
});
