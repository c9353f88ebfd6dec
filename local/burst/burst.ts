import { join } from 'node:path';
import { toConfig } from '../../pipeline/config.ts';
import { toRecordingId } from '../../pipeline/recording/recording.ts';
import type { Json, JsonObject } from '../services/jsonService.ts';
import { Executions } from '../services/stepFunctions/executions.ts';
import type { ExecutionRecord } from '../services/stepFunctions/executionRecord.ts';
import { Machines } from '../services/stepFunctions/machines.ts';
import { noStore } from '../services/stepFunctions/store.ts';
import { type Deployment, readDeployment } from '../stack/template.ts';
import { Account } from './account.ts';
import { characters, plan } from './clinical.ts';
import { Functions } from './functions.ts';
import { HeapClock } from './heapClock.ts';
import { Jobs } from './jobs.ts';
import { type Kept, type Machine, toPorts } from './ports.ts';
import { BurstQueue } from './queue.ts';
import { boundOf, type Load, type Quotas } from './quotas.ts';

const place = { stage: 'local', region: 'eu-west-1', accountId: '111122223333' };
const start = Date.UTC(2026, 0, 5, 8);

/** A job takes a third of its audio, a fifth more or less. */
const usualJobMs = 300_000;

export interface Report {
  recordings: number;
  completed: number;
  /** Ended otherwise. */
  failed: number;
  /** Without an end. */
  lost: number;
  /** From the upload of all to the end of the last, in seconds of virtual time. */
  makespan: number;
  bound: { name: string; seconds: number };
  startCalls: { all: number; perRecording: number };
  /** By service; `Step Functions` without the machine's own. */
  services: Record<string, number>;
  /** By service and operation. */
  calls: Record<string, number>;
  refused: Record<string, number>;
  mostJobs: number;
  mostFunctions: number;
  functionsRefused: number;
  /** The recordings in the order of their ends, each by its place in the order of their starts. */
  ends: number[];
}

export interface BurstOptions {
  recordings: number;
  quota: Quotas;
  /** How long each job takes, by the number of the upload; a third of the audio, more or less, unless given. */
  jobMs?: (n: number) => number;
  /** The time between two uploads, in milliseconds. */
  everyMs?: number;
  onEnd?: (ended: number) => void;
}

/** Uploads so many recordings at once to an account with such quotas, on virtual time, until all have ended. */
export async function burst({
  recordings,
  quota,
  jobMs = varied,
  everyMs = 0,
  onEnd = () => {},
}: BurstOptions): Promise<Report> {
  const clock = new HeapClock(start);
  const account = new Account(clock, quota);
  const deployment = readDeployment(join(import.meta.dirname, '../..'), place);
  const objects = Array.from({ length: recordings }, (_, n) => objectOf(n));
  const ids = await Promise.all(
    objects.map(({ key, versionId }) => toRecordingId({ ...bucketOf(deployment), key, versionId, etag: 'e' })),
  );
  const numberOf = new Map(ids.map((id, n) => [id, n]));
  const kept: Kept = { statuses: new Map(), claims: new Map(), tokens: new Map(), audited: new Set() };
  const ends: ExecutionRecord[] = [];
  const jobs = new Jobs(
    account,
    (jobName) => jobMs(numberOf.get(jobName) ?? 0),
    (key) => jobEvents.send(created(deployment.environment['TRANSCRIPTS_BUCKET'] ?? '', { key, size: 1, etag: 'e' })),
  );
  const executions = await machineOf(deployment, account, {
    invoke: (name, payload) => functions.invoke(name, payload),
    ended: (record) => {
      ends.push(record);
      onEnd(ends.length);
    },
  });
  const config = toConfig({
    ...deployment.environment,
    AWS_REGION: place.region,
    SUPABASE_URL: 'http://localhost',
    SUPABASE_SERVICE_ROLE_KEY: 'none',
    MEDICAL_JOBS: String(quota.jobs),
    STANDARD_JOBS: String(quota.jobs),
  });
  const functions: Functions = new Functions(account, toPorts(account, config, jobs, executions, kept));
  const queueOf = (name: string) => {
    const { queue = { batchSize: 10, maximumConcurrency: 5 } } =
      deployment.functions.find((one) => one.name === name) ?? {};
    return new BurstQueue(clock, queue, (messages) => functions.handle(name, messages));
  };
  const [recordingEvents, jobEvents] = [queueOf('startWorkflow'), queueOf('resumeWorkflow')];

  for (const [n, { key, versionId }] of objects.entries()) {
    const object = { key, size: 9_000_000, etag: 'e', 'version-id': versionId };
    recordingEvents.send(created(bucketOf(deployment).bucket, object), n * everyMs);
  }
  await clock.run(() => ends.length === recordings);

  const positions = new Map(executions.started.map((name, at) => [name, at]));
  const starts = Object.fromEntries(account.calls);
  const all = sumOf(starts, /^Transcribe Start/);
  const completed = ends.filter(
    ({ name, status }) => status === 'SUCCEEDED' && kept.statuses.get(name) === 'completed',
  );
  const jobTimes = ids.map((_, n) => jobMs(n));
  const callsOf = new Map<string, number>();
  for (const { operation } of plan) callsOf.set(operation, (callsOf.get(operation) ?? 0) + 1);
  const load: Load = {
    recordings,
    jobMs: jobTimes.reduce((sum, ms) => sum + ms, 0),
    longestJobMs: jobTimes.reduce((most, ms) => Math.max(most, ms), 0),
    characters: recordings * characters,
    calls: recordings * Math.max(...callsOf.values()),
  };
  return {
    recordings,
    completed: completed.length,
    failed: ends.length - completed.length,
    lost: recordings - new Set(ends.map(({ name }) => name)).size,
    makespan: (clock.now() - start) / 1_000,
    bound: boundOf(load, quota),
    startCalls: { all, perRecording: all / recordings },
    services: byService(starts),
    calls: starts,
    refused: Object.fromEntries(account.refused),
    mostJobs: jobs.mostRunning,
    mostFunctions: functions.mostRunning,
    functionsRefused: functions.refused,
    ends: ends.map(({ name }) => positions.get(name) ?? -1),
  };
}

function varied(n: number): number {
  return usualJobMs * (0.8 + 0.4 * (((n * 7_919) % 1_000) / 1_000));
}

const bucketOf = ({ environment }: Deployment) => ({ bucket: environment['RECORDINGS_BUCKET'] ?? '' });

function objectOf(n: number) {
  const id = String(n).padStart(12, '0');
  return { key: `recordings/meeting-${n}/audio/00000000-0000-4000-8000-${id}.mp4`, versionId: `v${n}` };
}

function created(bucket: string, object: JsonObject): Json {
  return { 'detail-type': 'Object Created', detail: { bucket: { name: bucket }, object } };
}

interface Watched {
  invoke: (name: string, payload: Json) => ReturnType<Functions['invoke']>;
  ended: (record: ExecutionRecord) => void;
}

interface Started extends Machine {
  /** The executions in the order of their start. */
  started: string[];
}

/** The packaged definition in the stand-in for Step Functions, which forgets the history of what has ended. */
async function machineOf(deployment: Deployment, account: Account, { invoke, ended }: Watched): Promise<Started> {
  const { name, arn, definition } = deployment.stateMachine;
  const { clock } = account;
  const machines = new Machines(clock, noStore());
  const revision = { name, stateMachineArn: arn, definition, roleArn: `arn:aws:iam::${place.accountId}:role/machine` };
  await machines.create(revision);
  const nameOf = new Map(deployment.functions.map((one) => [one.arn, one.name]));
  const executions = new Executions({
    clock,
    region: place.region,
    random: account.random,
    machines,
    invoke: (functionArn, payload) => invoke(nameOf.get(functionArn) ?? functionArn, payload),
    store: {
      ...noStore<ExecutionRecord>(),
      save: async (_, record) => {
        if (record.status === 'RUNNING') return;
        ended(record);
        record.events.length = 0;
        delete record.reached;
      },
    },
  });
  const started: string[] = [];
  const known = new Set<string>();
  return {
    started,
    start(input) {
      if (known.has(input.recordingId)) return 'known';
      known.add(input.recordingId);
      started.push(input.recordingId);
      const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${input.recordingId}`;
      executions.start(executionArn, input.recordingId, revision, JSON.stringify(input));
      return 'started';
    },
    wake(token, output) {
      try {
        void executions.tokens.succeed(token, JSON.stringify(output));
        return 'woken';
      } catch {
        return 'stale';
      }
    },
  };
}

function sumOf(calls: Readonly<Record<string, number>>, pattern: RegExp): number {
  return Object.entries(calls).reduce((sum, [name, count]) => sum + (pattern.test(name) ? count : 0), 0);
}

function byService(calls: Readonly<Record<string, number>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of Object.entries(calls)) {
    const service = name.slice(0, name.lastIndexOf(' '));
    sums[service] = (sums[service] ?? 0) + count;
  }
  return sums;
}
