import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** How many test files and tests there are, passed or skipped. */
export interface Figures {
  files: number;
  tests: number;
}

/** The share by which a figure of the README may be off: it is brought up to date now and then, not with each test. */
const tolerance = 0.05;

/** The figures that the README shows below a command: those in parentheses, which count what was skipped as well. */
export function figuresOf(readme: string, command: string): Figures {
  const [, shown = ''] = readme.split(`    $ ${command}\n`);
  const read = (what: string) => Number(new RegExp(`^ +${what} .*\\((\\d+)\\)$`, 'm').exec(shown)?.[1] ?? Number.NaN);
  return { files: read('Test Files'), tests: read('Tests') };
}

/** Which figures of the README a run does not bear out. */
export function figureFaults(shown: Figures, run: Figures): string[] {
  return (['files', 'tests'] as const)
    .filter((what) => !(Math.abs(shown[what] - run[what]) <= tolerance * run[what]))
    .map((what) => `README.md says ${shown[what]} ${what}, and there are ${run[what]}`);
}

const root = join(import.meta.dirname, '..');

/** Fails a run of all tests, or of all the product's own, whose figures are not those of the README. */
export class ReadmeFigures implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const isProduct = modules.every(({ project }) => project.name === 'product');
    const all = globSync(isProduct ? 'test/{pipeline,house}/**/*.test.ts' : 'test/**/*.test.ts', { cwd: root });
    if (modules.length !== all.length) return;
    const tests = modules.reduce((sum, { children }) => sum + [...children.allTests()].length, 0);
    const command = isProduct ? 'npm run test:product' : 'npm test';
    const shown = figuresOf(readFileSync(join(root, 'README.md'), 'utf8'), command);
    const faults = figureFaults(shown, { files: modules.length, tests });
    for (const fault of faults) process.stderr.write(`${command}: ${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
}
