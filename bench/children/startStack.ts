import { startStack } from '../../local/stack/stack.ts';
import { peakBytes } from '../child.ts';

/** `startStack.ts CACHE_DIR`: starts the stack once, with or without a database image in the directory. */

export interface StartReport {
  /** From the start of the process to a stack that serves, including the loading of modules. */
  readyMs: number;
  peakBytes: number;
}

const [cacheDir = ''] = process.argv.slice(2);
const stack = await startStack({ cacheDir });
const report: StartReport = { readyMs: performance.now(), peakBytes: peakBytes() };
await stack.stop();
process.stdout.write(JSON.stringify(report));
