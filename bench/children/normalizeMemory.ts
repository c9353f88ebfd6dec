import { readFileSync } from 'node:fs';
import { toPlan } from '../../pipeline/clinical/extraction.ts';
import { toTranscript } from '../../pipeline/transcript/normalize.ts';
import { toWebVtt } from '../../pipeline/transcript/webvtt.ts';
import { peakBytes } from '../child.ts';
import { contextOf } from '../longJobs.ts';

/**
 * `normalizeMemory.ts JOB_FILE DURATION_MS`: does once what the step normalizeTranscript does with a job result between
 * reading and writing, in a process that has loaded what the step loads. Everything that it makes is held to the end,
 * as the step holds it.
 */

export interface MemoryReport {
  /** Before the job result is read: Node and the modules. */
  idlePeakBytes: number;
  peakBytes: number;
}

const [path = '', durationMs = ''] = process.argv.slice(2);
await Promise.all(
  ['steps/normalizeTranscript', 'edge/s3', 'edge/auditTrail', 'edge/supabase'].map(
    (module) => import(`../../pipeline/${module}.ts`),
  ),
);
const idlePeakBytes = peakBytes();
const transcript = toTranscript(JSON.parse(readFileSync(path, 'utf8')), contextOf({ durationMs: Number(durationMs) }));
const made = [
  Buffer.from(JSON.stringify(transcript)),
  Buffer.from(toWebVtt(transcript)),
  toPlan(transcript, ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm']),
];
if (made.some(({ length }) => length === 0)) throw new Error('the job result came to nothing');
process.stdout.write(JSON.stringify({ idlePeakBytes, peakBytes: peakBytes() } satisfies MemoryReport));
