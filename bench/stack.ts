import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inChild } from './child.ts';
import type { BatchReport } from './children/replayBatches.ts';
import type { StartReport } from './children/startStack.ts';
import { type Figure, median, percentile } from './figures.ts';

const starts = 3;
/** Alone before the crowd, and again after it: load that comes or goes in between falls on both sides of the ratio. */
const warmRuns = 5;
const atOnce = 100;
const folder = join(import.meta.dirname, '../fixtures/ten-minute-consultation');

/**
 * The embedded stack: how long it takes to start, and how long a recording takes from its upload to SUCCEEDED, alone
 * and among a hundred. Jobs take no time and the stack's clock skips every wait, so nothing sleeps: what is left is
 * work.
 */
export async function stack(): Promise<Figure[]> {
  const start = await measureStarts();
  const alone = Array.from({ length: warmRuns }, () => '1');
  const sizes = ['1', ...alone, String(atOnce), ...alone];
  const [cold, ...rest] = await inChild<BatchReport[]>('replayBatches.ts', [folder, ...sizes]);
  const [crowd] = rest.splice(warmRuns, 1);
  if (!cold || !crowd) throw new Error('the child ran too few batches');
  return [...start, ...aloneFigures(cold, rest), ...crowdFigures(crowd, rest)];
}

/** Each round starts twice with one cache directory: the first prepares the database image, the second finds it. */
async function measureStarts(): Promise<Figure[]> {
  const first: StartReport[] = [];
  const second: StartReport[] = [];
  for (let round = 0; round < starts; round += 1) {
    const cacheDir = await mkdtemp(join(tmpdir(), 'medzen-bench-'));
    try {
      first.push(await inChild<StartReport>('startStack.ts', [cacheDir]));
      second.push(await inChild<StartReport>('startStack.ts', [cacheDir]));
    } finally {
      await rm(cacheDir, { recursive: true, force: true });
    }
  }
  const ready = (reports: readonly StartReport[]) => median(reports.map(({ readyMs }) => readyMs));
  const how = `fresh process to serving, modules loaded; median of ${starts}`;
  return [
    { name: 'first start', value: ready(first), unit: 'ms', how: `${how}, no database image` },
    { name: 'second start', value: ready(second), unit: 'ms', how: `${how}, image in the cache` },
    { name: 'first / second start', value: ready(first) / ready(second), unit: 'x', how: 'the two above, alternating' },
    {
      name: 'peak memory, idle',
      value: megabytes(median(second.map(({ peakBytes }) => peakBytes))),
      unit: 'MB',
      how: 'maxRSS of the second start',
    },
  ];
}

function aloneFigures(cold: BatchReport, warm: readonly BatchReport[]): Figure[] {
  const warmMs = median(warm.map(({ totalMs }) => totalMs));
  const warmHow = `median of ${warm.length} on the same stack, half before the crowd and half after it`;
  return [
    {
      name: 'alone, cold',
      value: cold.totalMs,
      unit: 'ms',
      how: 'upload to SUCCEEDED, first recording of a new stack',
    },
    { name: 'alone, warm', value: warmMs, unit: 'ms', how: `upload to SUCCEEDED, ${warmHow}` },
    { name: 'cold / warm', value: cold.totalMs / warmMs, unit: 'x', how: 'the two above' },
    ...shares('alone, warm', warm),
    {
      name: 'peak memory, alone',
      value: megabytes(cold.peakBytes),
      unit: 'MB',
      how: 'maxRSS of the process after the cold recording: stack, steps and driver',
    },
  ];
}

function crowdFigures(crowd: BatchReport, warm: readonly BatchReport[]): Figure[] {
  const { totalMs, recordings, latenciesMs } = crowd;
  const eachMs = totalMs / recordings;
  const warmMs = median(warm.map(({ totalMs }) => totalMs));
  const name = `${recordings} at once`;
  const latency = `upload to SUCCEEDED of each, all uploaded together`;
  return [
    { name, value: totalMs / 1000, unit: 's', how: 'first upload to last SUCCEEDED, every one completed' },
    { name: `${name}, throughput`, value: 60_000 / eachMs, unit: '/min', how: 'recordings divided by the total time' },
    { name: `${name}, median`, value: median(latenciesMs) / 1000, unit: 's', how: latency },
    { name: `${name}, p95`, value: percentile(latenciesMs, 95) / 1000, unit: 's', how: latency },
    {
      name: `${name} / alone`,
      value: eachMs / warmMs,
      unit: 'x',
      how: 'total time per recording divided by the warm one alone',
    },
    ...shares(name, [crowd]),
    {
      name: `peak memory, ${name}`,
      value: megabytes(crowd.peakBytes),
      unit: 'MB',
      how: 'maxRSS of the same process afterwards',
    },
  ];
}

/** The share of our own steps: the rest is stand-ins, database, SDK traffic and the driver, all in one process. */
function shares(name: string, batches: readonly BatchReport[]): Figure[] {
  const share = (part: (batch: BatchReport) => number, whole: (batch: BatchReport) => number) =>
    100 * median(batches.map((batch) => part(batch) / whole(batch)));
  const stepCpu = (batch: BatchReport) => batch.stepCpuMs;
  return [
    {
      name: `${name}, steps in time`,
      value: share(stepCpu, ({ totalMs }) => totalMs),
      unit: '%',
      how: "CPU time of the steps' thread (our code and its SDKs) divided by elapsed time",
    },
    {
      name: `${name}, steps in CPU`,
      value: share(stepCpu, ({ processCpuMs }) => processCpuMs),
      unit: '%',
      how: "CPU time of the steps' thread divided by that of the whole process",
    },
    {
      name: `${name}, invocations under way`,
      value:
        share(
          ({ stepWallMs }) => stepWallMs,
          ({ totalMs }) => totalMs,
        ) / 100,
      unit: 'x',
      how: "wall time of the steps' invocations, waiting included, divided by elapsed time: how many at once",
    },
  ];
}

function megabytes(bytes: number): number {
  return bytes / 1e6;
}
