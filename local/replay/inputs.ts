import { GetObjectCommand } from '@aws-sdk/client-s3';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { toPlan } from '../../pipeline/clinical/extraction.ts';
import { operationNames } from '../../pipeline/clinical/operations.ts';
import { keys, meetingEventsKey } from '../../pipeline/recording/recording.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { ofRuns, readParticipants } from '../record/finished.ts';
import type { Deployment } from './deployment.ts';

/** The row of a recording, as far as it is needed. */
export interface RecordingRow {
  key: string;
  session_id: string | null;
  updated_at: string;
}

/** The files from which a document step of the run can be run again, by name; undefined where there is none. */
export async function readInputs(
  deployment: Deployment,
  recordingId: string,
  row: RecordingRow | undefined,
  transcript: Transcript | undefined,
): Promise<Record<'job.json' | 'answers.json' | 'roster.json', string | undefined>> {
  const { transcriptsBucket } = deployment.target;
  return {
    'job.json': await ofRuns(recordingId, (run) => readText(deployment, transcriptsBucket, keys.job(run))),
    'answers.json': transcript && (await readAnswers(deployment, recordingId, transcript)),
    'roster.json': row && (await readRoster(deployment, row)),
  };
}

/** The answers that were kept, in the order of the plan; of which operations is not known beforehand. */
async function readAnswers(deployment: Deployment, recordingId: string, transcript: Transcript): Promise<string> {
  const { medicalDataBucket } = deployment.target;
  const read = toPlan(transcript, operationNames).map(({ operation, n }) =>
    ofRuns(recordingId, (run) => readText(deployment, medicalDataBucket, keys.answer(run, operation, n))),
  );
  const kept = (await Promise.all(read)).filter((text) => text !== undefined);
  return `[${kept.join(',')}]`;
}

/** The meeting's events and its participants, where the recording has such events. */
async function readRoster(deployment: Deployment, { key, session_id: sessionId }: RecordingRow) {
  const eventsKey = meetingEventsKey(key);
  const events = eventsKey && (await readText(deployment, deployment.target.recordingsBucket, eventsKey));
  if (events === undefined) return undefined;
  const participants = sessionId === null ? [] : await readParticipants(deployment, sessionId);
  return JSON.stringify({ events, participants });
}

/** The text of an object; undefined when there is none. */
export async function readText({ clients }: Deployment, Bucket: string, Key: string): Promise<string | undefined> {
  try {
    const object = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    return await object.Body?.transformToString();
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
