import { pathToFileURL } from 'node:url';
import { peakBytes } from '../child.ts';

/** `loadModule.ts FILE`: imports a module, and nothing else. */
export interface LoadReport {
  peakBytes: number;
}

await import(pathToFileURL(process.argv[2] ?? '').href);
process.stdout.write(JSON.stringify({ peakBytes: peakBytes() } satisfies LoadReport));
