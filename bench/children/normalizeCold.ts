import { readFileSync } from 'node:fs';
import { toTranscript } from '../../pipeline/transcript/normalize.ts';
import { contextOf } from '../longJobs.ts';

/**
 * `normalizeCold.mjs JOB_FILE DURATION_MS`, bundled like a function: reads one job result, once, in a process that has
 * run nothing else, as a cold Lambda does.
 */
export interface ColdReport {
  parseMs: number;
  /** From the parsed job result to the transcript. */
  normalizeMs: number;
}

const [path = '', durationMs = ''] = process.argv.slice(2);
const json = readFileSync(path, 'utf8');
const started = performance.now();
const job: unknown = JSON.parse(json);
const parsed = performance.now();
const transcript = toTranscript(job, contextOf({ durationMs: Number(durationMs) }));
const ended = performance.now();
if (transcript.turns.length === 0) throw new Error('the job result came to nothing');
process.stdout.write(JSON.stringify({ parseMs: parsed - started, normalizeMs: ended - parsed } satisfies ColdReport));
