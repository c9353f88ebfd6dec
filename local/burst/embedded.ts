import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Case } from '../cases/caseFolder.ts';
import { parseDialogue } from '../cases/dialogue.ts';
import { toJobResult } from '../cases/jobResult.ts';
import { connect, type Deployment } from '../replay/deployment.ts';
import { awaitExecution, executionArn } from '../replay/execution.ts';
import { seedSession } from '../replay/session.ts';
import { uploadRecording } from '../replay/upload.ts';
import { type VirtualClock, virtualClock } from '../services/clock.ts';
import type { ObservedCall } from '../services/gateway.ts';
import { startStack } from '../stack/stack.ts';

/** What the recordings of a burst did in the embedded stack. */
export interface Embedded {
  /** How many ended in each way, by the status of their rows. */
  statuses: Record<string, number>;
  /** The recordings in the order of their ends, each by its place in the order of the uploads. */
  ends: number[];
  /** The steps' calls by service. */
  services: Record<string, number>;
  /** The length of each transcript, at most. */
  characters: number;
  /** Between the first upload and the end of the last, in seconds of real time. */
  seconds: number;
}

export interface EmbeddedOptions {
  recordings: number;
  /** How many jobs run at once; what the deployment says, unless given. */
  jobs?: number;
  jobMs: number;
  /** When each is uploaded, in milliseconds of the stack from the first; all at once, unless given. */
  uploadMs?: (n: number) => number;
  onEnd?: (ended: number) => void;
}

const services: Readonly<Record<string, string>> = {
  s3: 'S3',
  DynamoDB_20120810: 'DynamoDB',
  AWSStepFunctions: 'Step Functions',
  Transcribe: 'Transcribe',
  ComprehendMedical_20181030: 'Comprehend Medical',
};

const dialogue = parseDialogue(`title: one of many

clinician: Hello. What brings you in today?
patient: I have had a sore throat and a cough for three days.
clinician: Any fever?
patient: No. I take lisinopril for high blood pressure.
`);
/** A little more than the text, which changes no plan of calls. */
const characters = dialogue.utterances.reduce((sum, { words }) => sum + 10 * words.length, 0);

/** Real milliseconds between two looks. */
const pollMs = 50;
/** Uploads at the same time: each holds a recording in memory. */
const uploaders = 8;

/** Uploads so many recordings to an embedded stack on virtual time, until all have ended. */
export async function runEmbedded({
  recordings,
  jobs,
  jobMs,
  uploadMs,
  onEnd = () => {},
}: EmbeddedOptions): Promise<Embedded> {
  const counted = new CallCounter();
  const clock = virtualClock();
  const stack = await startStack({
    clock,
    jobDelayMs: jobMs,
    onLog: () => {},
    onCall: (call) => counted.call(call),
    onRequest: (_, path) => counted.request(path),
    ...(jobs === undefined ? {} : { stepEnv: { MEDICAL_JOBS: String(jobs) } }),
  });
  const deployment = connect(stack.env);
  try {
    const began = performance.now();
    const ids =
      uploadMs === undefined
        ? await uploadTogether(deployment, recordings)
        : await uploadInTurn(deployment, recordings, clock, uploadMs);
    const ends: [number, number][] = [];
    for (const [n, id] of ids.entries()) {
      await awaitExecution(deployment, id, { pollMs });
      ends.push([await stopOf(deployment, id), n]);
      onEnd(ends.length);
    }
    const seconds = (performance.now() - began) / 1_000;
    return {
      statuses: await statusesOf(deployment),
      ends: ends.toSorted(([a], [b]) => a - b).map(([, n]) => n),
      services: counted.services(),
      characters,
      seconds,
    };
  } finally {
    deployment[Symbol.dispose]();
    await stack.stop();
  }
}

/** Counts the calls of the steps. */
class CallCounter {
  readonly #sums: Record<string, number> = {};
  #rpcs = 0;

  call(call: ObservedCall): void {
    const service = services[call.target];
    // The trail is anchored every five minutes, and a warm function proves its access to the bucket once a minute,
    // whatever is recorded. Whoever uploads and looks has another key.
    const isShared = call.accessKeyId === 'anchorAudit' || ('url' in call && /\/proof(?:\?|$)/.test(call.url));
    if (service && !isShared && /^[a-z]/.test(call.accessKeyId)) this.#sums[service] = (this.#sums[service] ?? 0) + 1;
  }

  request(path: string): void {
    if (path.includes('/rpc/')) this.#rpcs += 1;
  }

  services(): Record<string, number> {
    return { ...this.#sums, Supabase: this.#rpcs };
  }
}

function consultation(n: number): Case {
  const jobName = `burst-${n}`;
  const job = JSON.stringify(toJobResult(dialogue, { jobName }));
  const standIn = { durationMs: dialogue.durationMs, channels: 1 as const };
  return { name: jobName, kind: 'case-folder', jobName, language: 'en-US', job, standIn };
}

async function upload(deployment: Deployment, n: number): Promise<string> {
  const session = await seedSession(deployment.supabase, consultation(n));
  const [uploaded] = await uploadRecording(deployment, consultation(n), session);
  return uploaded?.recordingId ?? '';
}

async function uploadTogether(deployment: Deployment, recordings: number): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const uploader = async () => {
    for (let n = next++; n < recordings; n = next++) ids[n] = await upload(deployment, n);
  };
  await Promise.all(Array.from({ length: uploaders }, uploader));
  return ids;
}

/**
 * One after the other, each at its time: the clock goes on only when nothing is under way any more, so that each has its
 * job or its place in the line before the next comes, however slow this machine is.
 */
async function uploadInTurn(
  deployment: Deployment,
  recordings: number,
  clock: VirtualClock,
  uploadMs: (n: number) => number,
) {
  const ids: string[] = [];
  for (let n = 0; n < recordings; n += 1) {
    const goOn = clock.hold();
    ids.push(await upload(deployment, n));
    const next = clock.sleep(uploadMs(n + 1) - uploadMs(n));
    goOn();
    await next;
  }
  return ids;
}

async function stopOf(deployment: Deployment, recordingId: string): Promise<number> {
  const command = new DescribeExecutionCommand({ executionArn: executionArn(deployment, recordingId) });
  const { stopDate } = await deployment.clients.sfn.send(command);
  return stopDate?.getTime() ?? 0;
}

async function statusesOf({ supabase }: Deployment): Promise<Record<string, number>> {
  const { data, error } = await supabase.from('recordings').select('status');
  if (error) throw new Error(`recordings: ${error.message}`);
  const statuses: Record<string, number> = {};
  for (const { status } of data as { status: string }[]) statuses[status] = (statuses[status] ?? 0) + 1;
  return statuses;
}
