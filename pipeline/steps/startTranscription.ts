import type { AuditEvent } from '../audit.ts';
import { lambda, type Step } from '../edge/lambda.ts';
import { PipelineError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { JobRequest } from '../recording/job.ts';
import { usdOfAudio } from '../clinical/prices.ts';
import {
  earlierRunsOf,
  firstRunOf,
  keys,
  mediaUri,
  type RecordingObject,
  toRecordingId,
} from '../recording/recording.ts';
import type { EngineName } from '../recording/route.ts';
import { checkComplete } from '../transcript/jobResult.ts';
import { type Chained, type InspectedInput, toAuditFacts, toRow } from '../workflow.ts';

export interface StartInput extends InspectedInput {
  /** When the execution started, ISO 8601: its turn. */
  startedAt: string;
  /** Whether it was told before that all places are taken. */
  queued: boolean;
}

/** `queued` while all places are taken: then no job was started, and nothing else was done. */
export type StartOutcome = { outcome: 'queued' } | ({ outcome: 'started' } & StartedJob);

export interface StartedJob extends Chained {
  jobName: string;
  /** How long each wait for the job's output may be, in seconds: when one has run out, the job is asked again. */
  waitSeconds: number[];
}

/**
 * Starts the recording's job, once: the job's name is the recording's id, so a repeat finds its own job. A re-run adopts the
 * job of an earlier run where that can be: what is paid for is not paid for again. Any other takes a place before anything
 * else, and keeps it while Transcribe refuses the job: others may start jobs in the same account.
 */
export const startTranscription: Step<StartInput, StartOutcome> = (ports) => async (input) => {
  const { recordingId, inspection } = input;
  const { language, engine, durationMs } = inspection;
  const adopted = await findAdoptable(ports, input);
  if (adopted === undefined && !(await hasPlace(ports, input))) return { outcome: 'queued' };
  if (adopted === undefined) await start(ports, input, await toRequest(ports, input));
  else ports.log('adopted the job of an earlier run', { jobName: adopted });
  await ports.ehr.recordStatus(toRow(input), 'transcribing', { language, engine, durationMs });
  const event: AuditEvent = {
    ...toAuditFacts(input, 'startTranscription'),
    action: 'TRANSCRIPTION_STARTED',
    detail: { engine, language, durationMs, ...(adopted === undefined ? {} : { adopted }) },
  };
  const started = await ports.audit.record(event, input.chain);
  if (started === 'recorded' && adopted === undefined) {
    ports.measure(recordingId, 'AudioMinutes', durationMs / 60_000);
    ports.measure(recordingId, 'EstimatedUsd', usdOfAudio(engine, Math.ceil(durationMs / 1000)));
  }
  const chain = await ports.audit.headOf(inspection.meetingId);
  const waitSeconds = toWaits(engine, durationMs);
  return { outcome: 'started', jobName: adopted ?? recordingId, waitSeconds, chain };
};

export const handler = lambda('startTranscription', startTranscription);

/**
 * The earlier run whose job a re-run can use as its own: of the same object version, for which the id itself vouches, by the
 * same engine in the same language. Its output lies in S3, complete, or the job is still to write it.
 */
async function findAdoptable(ports: Ports, { recordingId, recording, inspection }: InspectedInput) {
  const earlier = earlierRunsOf(recordingId);
  if (inspection.fresh || earlier.length === 0) return undefined;
  if ((await toRecordingId(recording)) !== firstRunOf(recordingId)) return undefined;
  const runs = await ports.ehr.findRuns(recordingId);
  for (const id of earlier) {
    const run = runs.find((one) => one.recordingId === id);
    const isSame = run?.engine === inspection.engine && run.language === inspection.language;
    if (isSame && (await isUsable(ports, inspection.engine, id))) return id;
  }
  return undefined;
}

async function isUsable(ports: Ports, engine: EngineName, jobName: string): Promise<boolean> {
  const output = await ports.documents.read('transcripts', keys.job(jobName));
  if (output !== undefined) return isComplete(output);
  const job = await ports.transcription.find(engine, jobName);
  return job?.status === 'QUEUED' || job?.status === 'IN_PROGRESS';
}

function isComplete(output: string): boolean {
  try {
    checkComplete(JSON.parse(output.replace(/^\uFEFF/, '')));
    return true;
  } catch {
    return false;
  }
}

async function toRequest(ports: Ports, input: InspectedInput): Promise<JobRequest> {
  const { recordingId, inspection } = input;
  return {
    engine: inspection.engine,
    jobName: recordingId,
    media: await findMedia(ports, input),
    language: inspection.language,
    speakersBy: inspection.speakersBy,
    outputKey: keys.job(recordingId),
  };
}

async function hasPlace(ports: Ports, input: StartInput): Promise<boolean> {
  const { recordingId, inspection, startedAt: since, queued } = input;
  const { engine, durationMs } = inspection;
  const place = await ports.places.take(engine, { recordingId, since, queued }, leaseSeconds(durationMs));
  if (place === 'full' && !queued) await ports.ehr.recordStatus(toRow(input), 'received', {});
  return place === 'taken';
}

/** A recording whose job cannot start yet is known as received: this may last for hours. */
async function start(ports: Ports, input: InspectedInput, job: JobRequest): Promise<void> {
  try {
    if ((await ports.transcription.start(job)) === 'taken') await adopt(ports, job);
  } catch (error) {
    await ports.ehr.recordStatus(toRow(input), 'received', {});
    throw error;
  }
}

/**
 * The object for the job to read. A job reads an object as it is now, whichever version was inspected, so both must have
 * the same bytes. Where they have not, a duplicate under another name may: a client that renames a file copies it first
 * and then deletes it.
 */
async function findMedia(ports: Ports, input: InspectedInput): Promise<RecordingObject> {
  const { recording } = input;
  if (recording.versionId === undefined) return recording;
  const now = await ports.recordings.newest(recording);
  if (now?.versionId === recording.versionId) return recording;
  const inspected = await ports.recordings.checksum(recording);
  if (now && now.checksum === inspected) return recording;
  for (const { bucket, key } of await ports.ehr.findDuplicates(toRow(input))) {
    const copy = { bucket, key, etag: '', size: recording.size };
    if (inspected !== undefined && (await ports.recordings.checksum(copy)) === inspected) return copy;
  }
  const why = now === undefined ? 'the object is gone' : 'a newer version of the object has taken its place';
  throw new PipelineError('TranscriptionFailed', why);
}

/** A job of this name exists. It is ours if it reads the same media; if it failed, it is removed to free its name. */
async function adopt(ports: Ports, job: JobRequest): Promise<void> {
  const { engine, jobName } = job;
  const existing = await ports.transcription.find(engine, jobName);
  if (existing && existing.mediaUri !== mediaUri(job.media)) {
    throw new PipelineError('TranscriptionFailed', `the job name ${jobName} belongs to other media`);
  }
  if (existing && existing.status !== 'FAILED') return ports.log('adopted the job', { jobName });
  if (existing) await ports.transcription.remove(engine, jobName);
  if ((await ports.transcription.start(job)) === 'taken') {
    throw new PipelineError('NotThereYet', `the job name ${jobName} is being freed`);
  }
}

const longestWait = 6 * 3_600;

/** A job takes a fraction of its audio's length; five minutes cover the queue. */
const usualSeconds = (durationMs: number) => 300 + Math.ceil(durationMs / 1000);

/** A place is another's once the first two waits for the job are over: nobody who lives has kept it for that long. */
const leaseSeconds = (durationMs: number) => 3 * usualSeconds(durationMs);

/**
 * Each wait is twice the last. No event says that a medical job has failed, so it is asked once more, after two of the
 * five minutes.
 */
function toWaits(engine: EngineName, durationMs: number): number[] {
  const seconds = Math.ceil(durationMs / 1000);
  const [first = 0, ...later] = Array.from({ length: 6 }, (_, n) =>
    Math.min(usualSeconds(durationMs) * 2 ** n, longestWait),
  );
  return engine === 'transcribe-medical' ? [seconds + 120, first - seconds - 120, ...later] : [first, ...later];
}
