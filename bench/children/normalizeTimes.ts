import { GCProfiler } from 'node:v8';
import { toTranscript } from '../../pipeline/transcript/normalize.ts';
import { median } from '../figures.ts';
import { contextOf, type LongJob, shapes, toLongJob } from '../longJobs.ts';

/**
 * `normalizeTimes.ts ROUNDS MINUTES...`, with --expose-gc: reads long job results of both shapes, in rounds that go
 * through all of them, so that a busy spell of the machine falls on all alike.
 */

export interface TimesReport extends Omit<LongJob, 'json'> {
  jsonBytes: number;
  /** Medians over the rounds; `ratio` is the median of the rounds' own ratios. */
  parseMs: number;
  totalMs: number;
  ratio: number;
  /** The bytes that JSON.parse and toTranscript allocate together, including those that were collected on the way. */
  allocatedBytes: number;
}

const [rounds = '1', ...minutes] = process.argv.slice(2);
const jobs = shapes.flatMap((shape) => minutes.map((each) => toLongJob(Number(each), shape)));
const times = jobs.map((job) => ({ job, parseMs: [] as number[], totalMs: [] as number[] }));
warmUp();
for (let round = 0; round < Number(rounds); round += 1) {
  for (const { job, parseMs, totalMs } of times) {
    parseMs.push(timed(() => JSON.parse(job.json)));
    totalMs.push(timed(() => normalize(job)));
  }
}
const reports = times.map(
  ({ job: { json, ...job }, parseMs, totalMs }): TimesReport => ({
    ...job,
    jsonBytes: Buffer.byteLength(json),
    parseMs: median(parseMs),
    totalMs: median(totalMs),
    ratio: median(totalMs.map((ms, round) => ms / (parseMs[round] ?? Number.NaN))),
    allocatedBytes: allocatedBy(() => normalize({ ...job, json })),
  }),
);
process.stdout.write(JSON.stringify(reports));

/** One round that does not count: otherwise compilation would fall on the first of the measured rounds. */
function warmUp(): void {
  for (const job of jobs) normalize(job);
}

function normalize(job: LongJob) {
  return toTranscript(JSON.parse(job.json), contextOf(job));
}

/**
 * The milliseconds that the work takes. No collection is forced beforehand: it would also drop the compiled patterns,
 * which a warm function keeps from one recording to the next.
 */
function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** The bytes that the work allocates: the heap's growth, and all that collections took from it in between. */
function allocatedBy(work: () => unknown): number {
  globalThis.gc?.();
  const profiler = new GCProfiler();
  profiler.start();
  const before = process.memoryUsage().heapUsed;
  const kept = work();
  const grown = process.memoryUsage().heapUsed - before;
  const collections = profiler.stop()?.statistics ?? [];
  return collections.reduce(
    (sum, { beforeGC, afterGC }) => sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    kept === undefined ? 0 : grown,
  );
}
