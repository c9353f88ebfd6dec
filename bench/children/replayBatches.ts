import { setTimeout as pause } from 'node:timers/promises';
import { type ExecutionListItem, paginateListExecutions } from '@aws-sdk/client-sfn';
import { type Case, readCase } from '../../local/cases/caseFolder.ts';
import { makeStandIn } from '../../local/cases/standIn.ts';
import { connect, type Deployment } from '../../local/replay/deployment.ts';
import { describe } from '../../local/replay/execution.ts';
import { seedSession, uuidOf } from '../../local/replay/session.ts';
import { uploadRecording } from '../../local/replay/upload.ts';
import { startStack } from '../../local/stack/stack.ts';
import { peakBytes } from '../child.ts';

/**
 * `replayBatches.ts CASE_FOLDER SIZE...`: runs batches of these sizes on one stack, one after another. A batch uploads
 * the case's recording under as many meetings at once and waits for all of their executions.
 */

export interface BatchReport {
  recordings: number;
  /** From the first upload to the last SUCCEEDED. */
  totalMs: number;
  /** For each recording, from the beginning of its upload until its SUCCEEDED is seen. */
  latenciesMs: number[];
  /** CPU time of the thread that runs the steps: our code with the SDKs it calls. */
  stepCpuMs: number;
  /** Wall time of the steps' invocations, waiting included; as they run side by side, the sum can exceed `totalMs`. */
  stepWallMs: number;
  /** CPU time of the whole process: steps, stand-ins, database and this driver. */
  processCpuMs: number;
  /** The peak of the process since its start. */
  peakBytes: number;
}

const pollMs = 20;

const [folder = '', ...sizes] = process.argv.slice(2);
const stack = await startStack({ onLog: () => {} });
using deployment = connect(stack.env);
const given = await readCase(folder);
const recording = await makeStandIn(given.standIn);
const reports: BatchReport[] = [];
for (const [index, size] of sizes.entries()) {
  reports.push(await runBatch(Array.from({ length: Number(size) }, (_, n) => copyOf(`batch-${index}-${n}`))));
}
await stack.stop();
process.stdout.write(JSON.stringify(reports));

/** The same consultation in a meeting of its own, with the recording made beforehand. */
function copyOf(name: string): Case {
  const ids = { id: uuidOf(name, 'session'), meeting_id: uuidOf(name, 'meeting') };
  const key = `recordings/${ids.meeting_id}/audio/${uuidOf(name, 'pipeline')}.mp4`;
  const session = { ...given.session, session: { ...given.session?.session, ...ids }, recording: { key } };
  return { ...given, name, recording, session };
}

async function runBatch(cases: Case[]): Promise<BatchReport> {
  const prepared = await Promise.all(
    cases.map(async (each) => ({ each, session: await seedSession(deployment.supabase, each) })),
  );
  const cpu = process.cpuUsage();
  const used = stack.lambda.usage();
  const started = performance.now();
  const begun = new Map<string, number>();
  const uploading = Promise.all(
    prepared.map(async ({ each, session }) => {
      const at = performance.now();
      for (const { recordingId } of await uploadRecording(deployment, each, session)) begun.set(recordingId, at);
    }),
  );
  const ended = await awaitSuccess(begun, cases.length);
  await uploading;
  const totalMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const { cpuMs, wallMs } = stack.lambda.usage();
  for (const recordingId of begun.keys()) await proveCompleted(recordingId);
  return {
    recordings: cases.length,
    totalMs,
    latenciesMs: [...begun].map(([recordingId, at]) => (ended.get(recordingId) ?? Number.NaN) - at),
    stepCpuMs: cpuMs - used.cpuMs,
    stepWallMs: wallMs - used.wallMs,
    processCpuMs: (user + system) / 1000,
    peakBytes: peakBytes(),
  };
}

/**
 * When each recording's execution was first seen to have succeeded. One list shows all of them at a fixed pace, so that
 * watching a hundred costs as much as watching one. @throws Error when an execution ends otherwise
 */
async function awaitSuccess(begun: ReadonlyMap<string, number>, count: number): Promise<Map<string, number>> {
  const ended = new Map<string, number>();
  while (begun.size < count || [...begun.keys()].some((recordingId) => !ended.has(recordingId))) {
    await pause(pollMs);
    for (const { name = '', status = '' } of await listExecutions(deployment)) {
      if (status === 'SUCCEEDED') ended.set(name, ended.get(name) ?? performance.now());
      else if (status !== 'RUNNING') throw new Error(`execution ${name} ended as ${status}`);
    }
  }
  return ended;
}

/** An execution that lost some calls succeeds too, as partial, but has done a different amount of work. */
async function proveCompleted(recordingId: string): Promise<void> {
  const { status } = JSON.parse((await describe(deployment, recordingId))?.output ?? '{}') as { status?: string };
  if (status !== 'completed') throw new Error(`recording ${recordingId} is ${status}, not completed`);
}

async function listExecutions({ clients, target }: Deployment): Promise<ExecutionListItem[]> {
  const all: ExecutionListItem[] = [];
  const { stateMachineArn } = target;
  for await (const page of paginateListExecutions({ client: clients.sfn, pageSize: 1000 }, { stateMachineArn })) {
    all.push(...(page.executions ?? []));
  }
  return all;
}
