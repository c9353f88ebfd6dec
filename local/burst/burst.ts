import { join } from 'node:path';
import { toConfig } from '../../pipeline/config.ts';
import type { Json, JsonObject } from '../services/jsonService.ts';
import { type Deployment, readDeployment } from '../stack/template.ts';
import { Account } from './account.ts';
import { clinicalSteps, planOf } from './clinical.ts';
import { Functions } from './functions.ts';
import { HeapClock } from './heapClock.ts';
import { Jobs } from './jobs.ts';
import { Kept } from './kept.ts';
import { type Ended, machineOf } from './machine.ts';
import { toPorts } from './ports.ts';
import { BurstQueue } from './queue.ts';
import type { Load, Quotas } from './quotas.ts';
import { type Report, Tally, toReport } from './report.ts';

const place = { stage: 'local', region: 'eu-west-1', accountId: '111122223333' };
const start = Date.UTC(2026, 0, 5, 8);

/** A job takes a third of its audio, a fifth more or less. */
export const usualJobMs = 300_000;
/** The text of fifteen minutes of talk, in ASCII. */
const usualCharacters = 11_652;

export interface BurstOptions {
  recordings: number;
  quota: Quotas;
  /** How long each job takes, by the number of the upload; a third of the audio, more or less, unless given. */
  jobMs?: (n: number) => number;
  /** The length of each transcript. */
  characters?: number;
  /** When each is uploaded, in milliseconds from the first. */
  uploadMs?: (n: number) => number;
  /** At most so many are under way; each of the others is uploaded when one has ended. All at once, unless given. */
  atOnce?: number;
  onEnd?: (ended: number) => void;
}

/**
 * Uploads so many recordings at once to an account with such quotas, on virtual time, until all have ended. What has ended
 * is counted and forgotten: memory grows with those that are under way.
 */
export async function burst({
  recordings,
  quota,
  jobMs = varied,
  characters = usualCharacters,
  uploadMs = () => 0,
  atOnce = recordings,
  onEnd = () => {},
}: BurstOptions): Promise<Report> {
  const clock = new HeapClock(start);
  const account = new Account(clock, quota);
  const deployment = readDeployment(join(import.meta.dirname, '../..'), place);
  const plan = planOf(characters);
  const kept = new Kept();
  const tally = new Tally();
  const outputs = deployment.environment['TRANSCRIPTS_BUCKET'] ?? '';
  const jobs = new Jobs(
    account,
    ({ media }) => jobMs(numberOf(media.key)),
    (key) => jobEvents.send(created(outputs, { key, size: 1, etag: 'e' })),
  );
  const askAfterMs = waitOf(deployment) * 1_000;
  const upload = (inMs = 0) => {
    if (tally.uploaded >= recordings) return;
    recordingEvents.send(created(deployment.environment['RECORDINGS_BUCKET'] ?? '', objectOf(tally.uploaded)), inMs);
    tally.upload();
  };
  const ended = ({ recordingId, hasSucceeded, position, transitions }: Ended) => {
    if (hasSucceeded && kept.statuses.get(recordingId) === 'completed') tally.completed += 1;
    tally.transitions += transitions;
    tally.ends.push(position);
    kept.forget(recordingId);
    jobs.forget(recordingId);
    onEnd(tally.ends.length);
    if (tally.uploaded < recordings) tally.asksLeftOut += Math.floor((clock.now() - start) / askAfterMs);
    upload();
  };
  const invoke = (name: string, payload: Json) => functions.invoke(name, payload);
  const machine = await machineOf(deployment, account, { region: place.region, invoke, ended });
  const ports = toPorts(account, configOf(deployment, quota), jobs, machine, kept);
  const functions: Functions = new Functions(account, ports, clinicalSteps(plan));
  const queueOf = (name: string) => {
    const { queue = { batchSize: 10, maximumConcurrency: 5 } } =
      deployment.functions.find((one) => one.name === name) ?? {};
    return new BurstQueue(clock, queue, (messages) => functions.handle(name, messages));
  };
  const [recordingEvents, jobEvents] = [queueOf('startWorkflow'), queueOf('resumeWorkflow')];

  for (let n = 0; n < Math.min(recordings, atOnce); n += 1) upload(uploadMs(n));
  await clock.run(() => tally.ends.length === recordings);
  const makespan = (clock.now() - start) / 1_000;
  const memoryMb = deployment.functions[0]?.memoryMb ?? 0;
  return toReport({ tally, account, jobs, functions, load: loadOf(recordings, jobMs, plan), makespan, memoryMb });
}

function varied(n: number): number {
  return usualJobMs * (0.8 + 0.4 * (((n * 7_919) % 1_000) / 1_000));
}

function configOf({ environment }: Deployment, { jobs }: Quotas) {
  return toConfig({
    ...environment,
    AWS_REGION: place.region,
    SUPABASE_URL: 'http://localhost',
    SUPABASE_SERVICE_ROLE_KEY: 'none',
    MEDICAL_JOBS: String(jobs),
    STANDARD_JOBS: String(jobs),
  });
}

/** After how many seconds a recording in the line asks for its place again. */
function waitOf({ stateMachine }: Deployment): number {
  const { States } = JSON.parse(stateMachine.definition) as { States: Record<string, { TimeoutSeconds?: number }> };
  return States['awaitPlace']?.TimeoutSeconds ?? Number.POSITIVE_INFINITY;
}

function loadOf(recordings: number, jobMs: (n: number) => number, plan: ReturnType<typeof planOf>): Load {
  const load: Load = { recordings, jobMs: 0, longestJobMs: 0, characters: 0, calls: 0 };
  for (let n = 0; n < recordings; n += 1) {
    load.jobMs += jobMs(n);
    load.longestJobMs = Math.max(load.longestJobMs, jobMs(n));
  }
  for (const { operation } of plan) {
    const own = plan.filter((item) => item.operation === operation);
    load.calls = Math.max(load.calls, recordings * own.length);
    load.characters = Math.max(load.characters, recordings * own.reduce((sum, item) => sum + item.characters, 0));
  }
  return load;
}

function objectOf(n: number): JsonObject {
  const id = String(n).padStart(12, '0');
  const key = `recordings/meeting-${n}/audio/00000000-0000-4000-8000-${id}.mp4`;
  return { key, size: 9_000_000, etag: 'e', 'version-id': `v${n}` };
}

const numberOf = (key: string) => Number(/^recordings\/meeting-(\d+)\//.exec(key)?.[1] ?? 0);

function created(bucket: string, object: JsonObject): Json {
  return { 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } };
}
