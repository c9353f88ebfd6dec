import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bundleFunctions, entryOf, writeModules } from '../infra/build.ts';
import { loadEngine } from '../local/lexicon/engine.ts';
import { sha256 } from '../pipeline/digest.ts';
import { type KeptAnswer, slice, toPlan } from '../pipeline/clinical/extraction.ts';
import type { Operation } from '../pipeline/clinical/operations.ts';
import { formatCodeTable } from '../pipeline/clinical/icd10cm.ts';
import { keys } from '../pipeline/recording/recording.ts';
import { toTranscript } from '../pipeline/transcript/normalize.ts';
import { inChild } from './child.ts';
import type { LoadReport } from './children/loadModule.ts';
import type { StoreReport } from './children/storeMemory.ts';
import type { Figure } from './figures.ts';
import { contextOf, toLongJob } from './longJobs.ts';

const operations = {
  DetectEntitiesV2: 'detectEntitiesV2',
  InferICD10CM: 'inferIcd10cm',
  InferRxNorm: 'inferRxNorm',
} as const;
/** As many as the official table has. */
const tableRows = 98_000;

/**
 * The figures by which the functions' memory is chosen: each function loaded, and storeResults on the longest recording
 * that is accepted, with a code table of the official size. `normalize` measures normalizeTranscript on the same
 * recording.
 */
export async function memory(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'medzen-memory-'));
  try {
    const limits = await limitsOfFunctions();
    const figures: Figure[] = [];
    for (const bundle of await bundleFunctions()) {
      const { name } = bundle;
      await writeModules(bundle, join(folder, name));
      const { peakBytes } = await inChild<LoadReport>('loadModule.ts', [join(folder, name, entryOf(name))]);
      figures.push(share(`${name}, loaded`, peakBytes, limits[name] ?? 0, 'Node and the module'));
    }
    await writeFourHours(folder);
    const limit = limits['storeResults'] ?? 0;
    const flags = [
      `--max-old-space-size=${Math.floor(limit * 0.9)}`,
      `--max-semi-space-size=${Math.floor(limit * 0.05)}`,
    ];
    const { peakBytes, ms, written } = await inChild<StoreReport>('storeMemory.ts', [folder], flags);
    const how = `240 min of talk, ${tableRows} codes, ${(written / 1e6).toFixed(1)} MB of results in ${(ms / 1000).toFixed(1)} s`;
    return [...figures, share('storeResults, peak', peakBytes, limit, how)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function share(name: string, bytes: number, limitMb: number, how: string): Figure {
  const value = (100 * bytes) / (limitMb * 1024 * 1024);
  return { name: `${name} / limit`, value, unit: '%', how: `${(bytes / 1e6).toFixed(0)} of ${limitMb} MB; ${how}` };
}

async function limitsOfFunctions(): Promise<Record<string, number>> {
  const yaml = await readFile(join(import.meta.dirname, '../serverless.yml'), 'utf8');
  const { functions } = parse(yaml) as { functions: Record<string, { memorySize: number }> };
  return Object.fromEntries(Object.entries(functions).map(([name, { memorySize }]) => [name, memorySize]));
}

async function writeFourHours(folder: string): Promise<void> {
  const job = toLongJob(240, 'medical-guide');
  const context = contextOf(job);
  const transcript = toTranscript(JSON.parse(job.json), context);
  const { recordingId, meetingId, appointmentId } = context;
  const engine = loadEngine();
  const plan = toPlan(transcript, Object.keys(operations) as Operation[]);
  for (const item of plan) {
    const text = slice(transcript.text, item);
    const response = engine[operations[item.operation as keyof typeof operations]](text);
    const kept: KeptAnswer = { ...item, textSha256: await sha256(text), response };
    await writeFile(
      join(folder, keys.answer(recordingId, item.operation, item.n).split('/').at(-1) ?? ''),
      JSON.stringify(kept),
    );
  }
  const input = {
    recordingId,
    recording: { bucket: 'recordings', key: 'recordings/meeting/a.mp4', etag: 'e', size: 1 },
    executionArn: 'arn',
    startedAt: new Date(0).toISOString(),
    inspection: { ...context, sessionId: null, meetingId, appointmentId, speakersBy: 'voice', coded: true },
    transcriptKey: keys.transcript(recordingId),
    textSha256: await sha256(transcript.text),
    calls: plan,
  };
  await writeFile(join(folder, 'input.json'), JSON.stringify(input));
  await writeFile(join(folder, 'transcript.json'), JSON.stringify(transcript));
  await writeFile(join(folder, 'table.txt'), formatCodeTable('FY2026', madeUpCodes()));
}

/** Codes of the right shape and descriptions of the usual length; none needs to be real. */
function* madeUpCodes() {
  const description = 'Displaced fracture of the shaft of some bone, left side, sequela';
  for (let at = 0; at < tableRows; at += 1) {
    const letter = String.fromCharCode(65 + (Math.floor(at / 10_000) % 26));
    const digits = String(at % 10_000).padStart(4, '0');
    yield {
      code: `${letter}${digits.slice(0, 2)}.${digits.slice(2)}${at % 7}A`,
      billable: true,
      description: `${description} ${at}`,
    };
  }
}
