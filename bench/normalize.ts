import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../infra/build.ts';
import { inChild, inColdChild } from './child.ts';
import type { ColdReport } from './children/normalizeCold.ts';
import type { MemoryReport } from './children/normalizeMemory.ts';
import type { TimesReport } from './children/normalizeTimes.ts';
import { type Figure, median } from './figures.ts';
import { type LongJob, shapes, toLongJob } from './longJobs.ts';

const minutes = [15, 60, 120, 240];
const coldMinutes = [15, 60, 240];
const rounds = 11;
/**
 * The memory that serverless.yml gives normalizeTranscript, and the part that a heap may take: the rest is Node's own.
 */
const memoryMb = 512;
const oldSpaceMb = Math.floor(memoryMb * 0.9);
const semiSpaceMb = Math.floor(memoryMb * 0.05);

/**
 * From job result to transcript: how much longer this takes than reading the JSON alone, warm and cold, whether that grows
 * with the length, and whether four hours fit into the step's Lambda.
 */
export async function normalize(): Promise<Figure[]> {
  const args = [rounds, ...minutes].map(String);
  const times = await inChild<TimesReport[]>('normalizeTimes.ts', args, ['--expose-gc']);
  const figures = times.flatMap(timeFigures);
  for (const shape of shapes) figures.push(growthFigure(times.filter((report) => report.shape === shape)));
  figures.push(...(await coldFigures()));
  for (const shape of shapes) figures.push(...(await memoryFigures(shape)));
  return figures;
}

function timeFigures(report: TimesReport): Figure[] {
  const name = `${report.shape} ${report.minutes} min`;
  const on = `${report.words} words, ${(report.jsonBytes / 1e6).toFixed(1)} MB`;
  return [
    {
      name: `${name}, total / parse`,
      value: report.ratio,
      unit: 'x',
      how: `${on}: JSON.parse + toTranscript divided by JSON.parse alone, alternating, median of ${rounds} rounds`,
    },
    {
      name: `${name}, total`,
      value: report.totalMs,
      unit: 'ms',
      how: 'JSON.parse + toTranscript, median of the same rounds',
    },
    {
      name: `${name}, allocated`,
      value: report.allocatedBytes / 1e6,
      unit: 'MB',
      how: 'heap growth during both, including what was collected meanwhile',
    },
  ];
}

/** Four times the speech should take four times as long. */
function growthFigure(reports: readonly TimesReport[]): Figure {
  const at = (length: number) => reports.find((report) => report.minutes === length);
  const [short, long] = [at(60), at(240)];
  if (!short || !long) throw new Error('the child left out a length');
  return {
    name: `${short.shape} growth, 240 / 60 min`,
    value: long.totalMs / short.totalMs,
    unit: 'x',
    how: `total divided by total; JSON.parse alone grows ${(long.parseMs / short.parseMs).toFixed(2)} x, the words 4 x`,
  };
}

/** As a cold Lambda does it: once, in a new process, of a bundle that is made like a function's. */
async function coldFigures(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'medzen-bench-'));
  try {
    const script = join(import.meta.dirname, 'children/normalizeCold.ts');
    await build({ ...bundleOptions, entryPoints: [script], outdir: folder });
    const figures: Figure[] = [];
    for (const shape of shapes)
      for (const length of coldMinutes) figures.push(await coldFigure(folder, toLongJob(length, shape)));
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function coldFigure(folder: string, { shape, minutes: length, durationMs, json }: LongJob): Promise<Figure> {
  const path = join(folder, 'job.json');
  await writeFile(path, json);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const args = [path, String(durationMs)];
    const { parseMs, normalizeMs } = await inColdChild<ColdReport>(join(folder, 'normalizeCold.mjs'), args);
    ratios.push((parseMs + normalizeMs) / parseMs);
  }
  return {
    name: `${shape} ${length} min, cold, total / parse`,
    value: median(ratios),
    unit: 'x',
    how: `the same, each done once in a new process that runs a bundle; median of ${rounds} processes`,
  };
}

/** The step's own work on four hours, in a process whose heap is limited as above. */
async function memoryFigures(shape: TimesReport['shape']): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'medzen-bench-'));
  try {
    const path = join(folder, 'job.json');
    const job = toLongJob(240, shape);
    await writeFile(path, job.json);
    const flags = [`--max-old-space-size=${oldSpaceMb}`, `--max-semi-space-size=${semiSpaceMb}`];
    const args = [path, String(job.durationMs)];
    const { idlePeakBytes, peakBytes } = await inChild<MemoryReport>('normalizeMemory.ts', args, flags);
    return [
      {
        name: `${shape} 240 min, peak memory`,
        value: peakBytes / 1e6,
        unit: 'MB',
        how: `maxRSS of a process limited to ${oldSpaceMb} MB of heap; ${Math.round(idlePeakBytes / 1e6)} MB of that before the job`,
      },
      {
        name: `${shape} 240 min, peak / limit`,
        value: (100 * peakBytes) / (memoryMb * 1024 * 1024),
        unit: '%',
        how: `of the ${memoryMb} MB that the function has`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
