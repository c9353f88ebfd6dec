import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ReadmeFigures } from './test/figures.ts';

const product = ['test/pipeline/**/*.test.ts', 'test/house/**/*.test.ts'];
const services = ['test/local/services/**/*.test.ts'];

/** The small files last, whichever project they are of: they fill the time until the slowest worker is done. */
class SmallFilesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = ['stack', 'services', 'product'];
    const placeOf = ({ project }: TestSpecification) => order.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: 'test/globalSetup.ts',
    reporters: ['default', new ReadmeFigures()],
    sequence: { sequencer: SmallFilesLast },
    // A stack under test is a real server with a real database: files share a worker one after the other, and what one of
    // them starts for itself it stops. Modules, packages and one stack are loaded once a worker, not once a file.
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
    // As local/commands/run.mjs runs the commands.
    execArgv: ['--liftoff-only'],
    // A limit is there to end what hangs. No test is slow only because the machine has other work.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    projects: [
      { extends: true, test: { name: 'product', include: product } },
      {
        extends: true,
        test: { name: 'stack', include: ['test/**/*.test.ts'], exclude: [...product, ...services] },
      },
      { extends: true, test: { name: 'services', include: services } },
    ],
  },
});
