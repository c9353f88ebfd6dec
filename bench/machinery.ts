import { setTimeout as pause } from 'node:timers/promises';
import { transitionsOf, usdOfMachinery } from '../infra/machinery.ts';
import { latency, overheadMs } from '../local/burst/latency.ts';
import type { Case } from '../local/cases/caseFolder.ts';
import { connect, type Deployment } from '../local/replay/deployment.ts';
import { awaitExecution, historyOf } from '../local/replay/execution.ts';
import { seedSession } from '../local/replay/session.ts';
import { uploadRecording } from '../local/replay/upload.ts';
import type { ObservedCall } from '../local/services/gateway.ts';
import type { FunctionUsage } from '../local/services/lambda/runtime.ts';
import { type Stack, startStack } from '../local/stack/stack.ts';
import { type Figure, median } from './figures.ts';
import { toLongJob } from './longJobs.ts';

const minutes = 15;
const warmRuns = 5;
const memoryMb = 512;
/** Real milliseconds after which nothing of a recording is under way. */
const settleMs = 500;

const services: Readonly<Record<string, string>> = {
  s3: 'S3',
  DynamoDB_20120810: 'DynamoDB',
  AWSStepFunctions: 'Step Functions',
  Transcribe: 'Transcribe',
  ComprehendMedical_20181030: 'Comprehend Medical',
};

/** What one recording alone has used. */
interface Used extends FunctionUsage {
  transitions: number;
  calls: Record<string, number>;
}

/**
 * What the machinery around a consultation of fifteen minutes takes: state transitions, invocations and their time, and
 * requests by service, on functions that are warm. One recording at a time, so that none waits for its place, and each has
 * a batch of anchors to itself.
 */
export async function machinery(): Promise<Figure[]> {
  const seen: ObservedCall[] = [];
  const requests: string[] = [];
  const stack = await startStack({
    jobDelayMs: 60_000,
    onLog: () => {},
    onCall: (call) => seen.push(call),
    onRequest: (method, path) => requests.push(`${method} ${path}`),
  });
  try {
    const deployment = connect(stack.env);
    const used: Used[] = [];
    for (let n = 0; n <= warmRuns; n += 1) used.push(await useOf(stack, deployment, n, { seen, requests }));
    deployment[Symbol.dispose]();
    return toFigures(used.slice(1));
  } finally {
    await stack.stop();
  }
}

interface Seen {
  seen: ObservedCall[];
  requests: string[];
}

async function useOf(stack: Stack, deployment: Deployment, n: number, { seen, requests }: Seen): Promise<Used> {
  const session = await seedSession(deployment.supabase, consultation(n));
  [seen.length, requests.length] = [0, 0];
  const before = usageOf(stack);
  const [uploaded] = await uploadRecording(deployment, consultation(n), session);
  const recordingId = uploaded?.recordingId ?? '';
  const execution = await awaitExecution(deployment, recordingId, { pollMs: 50 });
  if (execution?.status !== 'SUCCEEDED') throw new Error(`the recording ended as ${execution?.status}`);
  const asked = requests.length;
  // Until the entries of the trail are anchored, which takes five minutes of the stack's time.
  await pause(settleMs);
  const after = usageOf(stack);
  const steps = new Set(stack.deployment.functions.map(({ name }) => name));
  const calls: Record<string, number> = { 'Supabase request': asked };
  for (const call of seen) {
    const service = services[call.target];
    if (!service || !steps.has(call.accessKeyId)) continue;
    const name = `${service} ${'operation' in call ? call.operation : toS3(call.method)}`;
    calls[name] = (calls[name] ?? 0) + 1;
  }
  return {
    transitions: transitionsOf(await historyOf(deployment, recordingId, false)),
    calls,
    invocations: after.invocations - before.invocations,
    wallMs: after.wallMs - before.wallMs,
  };
}

function consultation(n: number): Case {
  const { json, durationMs } = toLongJob(minutes, 'medical-guide');
  const name = `machinery-${n}`;
  return {
    name,
    kind: 'case-folder',
    jobName: name,
    language: 'en-US',
    job: json,
    standIn: { durationMs, channels: 1 },
  };
}

function toS3(method: string): string {
  return { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' }[method] ?? method;
}

function usageOf({ lambda }: Stack): FunctionUsage {
  const { invocations, wallMs } = lambda.usage();
  return { invocations, wallMs };
}

function toFigures(used: readonly Used[]): Figure[] {
  const middle = (of: (one: Used) => number) => median(used.map(of));
  const names = [...new Set(used.flatMap(({ calls }) => Object.keys(calls)))];
  const calls = Object.fromEntries(names.map((name) => [name, middle((one) => one.calls[name] ?? 0)]));
  const [transitions, invocations] = [middle((one) => one.transitions), middle((one) => one.invocations)];
  const lambdaMs = invocations * overheadMs + Object.entries(calls).reduce((sum, call) => sum + msOf(call), 0);
  // One event reports the recording, another the end of its job.
  const cost = usdOfMachinery({ transitions, invocations, lambdaMs, memoryMb, messages: 2, calls });
  const how = `median of ${used.length}, ${minutes} minutes of talk`;
  return [
    { name: 'transitions', value: transitions, unit: 'calls', how: `states entered and repeated; ${how}` },
    { name: 'invocations', value: invocations, unit: 'calls', how: `of all functions; ${how}` },
    {
      name: 'Lambda, stand-ins',
      value: middle((one) => one.wallMs),
      unit: 'ms',
      how: 'wall time of all invocations together; services answer at once',
    },
    {
      name: 'Lambda, assumed',
      value: lambdaMs,
      unit: 'ms',
      how: `${overheadMs} ms an invocation, and the services' usual times, one call after another`,
    },
    ...toRequests(calls),
    { name: 'cost', value: cost * 1_000, unit: 'USD', how: `of a thousand such recordings, ${memoryMb} MB a function` },
  ];
}

function msOf([name, count]: [string, number]): number {
  return count * (latency[name.slice(0, name.lastIndexOf(' '))] ?? 0);
}

function toRequests(calls: Readonly<Record<string, number>>): Figure[] {
  const sums: Record<string, number> = {};
  for (const [name, count] of Object.entries(calls)) {
    const service = name.slice(0, name.lastIndexOf(' '));
    sums[service] = (sums[service] ?? 0) + count;
  }
  const all = Object.values(sums).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(sums).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const how = 'requests of the steps';
  return [
    ...each.map(([name, value]): Figure => ({ name, value, unit: 'calls', how })),
    { name: 'all requests', value: all, unit: 'calls', how },
  ];
}
