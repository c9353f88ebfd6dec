import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import type { KeptAnswer } from '../../pipeline/clinical/extraction.ts';
import { earlierRunsOf, keys, meetingEventsKey } from '../../pipeline/recording/recording.ts';
import type { Participant } from '../../pipeline/transcript/roster.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { CommandError } from '../commandLine.ts';
import type { Deployment } from '../replay/deployment.ts';
import { unreadable } from '../replay/unreadable.ts';
import { type Call, type Documents, readCalls } from './calls.ts';

/** A recording whose workflow has ended with results, as its deployment keeps it. */
export interface Finished {
  recordingId: string;
  /** The recording's own key in its bucket. */
  key: string;
  job: Uint8Array;
  documents: Documents;
  /** The documents as they are stored, and the captions. */
  texts: Record<'transcript.json' | 'transcript.vtt' | 'entities.json' | 'consultation.json', string>;
  calls: Call[];
  meetingEvents: string | undefined;
  participants: Participant[];
}

/** @throws CommandError when the recording is unknown, has no results (yet), or something that it needs is gone */
export async function readFinished(deployment: Deployment, recordingId: string): Promise<Finished> {
  const row = await readRow(deployment, recordingId);
  const { transcriptsBucket, medicalDataBucket, recordingsBucket } = deployment.target;
  const read = async (bucket: string, key: string, what: string) => {
    const bytes = await readObject(deployment, bucket, key);
    if (!bytes) throw new CommandError(`${what} of ${recordingId} is missing`);
    return bytes;
  };
  const job = await ofRuns(recordingId, (run) => readObject(deployment, transcriptsBucket, keys.job(run)));
  if (!job) throw new CommandError(`the job result of ${recordingId} is missing`);
  const document = async (bucket: string, key: string) =>
    Buffer.from(await read(bucket, key, key.slice(key.lastIndexOf('/') + 1))).toString();
  const texts = {
    'transcript.json': await document(transcriptsBucket, keys.transcript(recordingId)),
    'transcript.vtt': await document(transcriptsBucket, keys.captions(recordingId)),
    'entities.json': await document(medicalDataBucket, keys.entities(recordingId)),
    'consultation.json': await document(medicalDataBucket, keys.consultation(recordingId)),
  };
  const documents: Documents = {
    transcript: JSON.parse(texts['transcript.json']) as Transcript,
    entities: JSON.parse(texts['entities.json']) as Entities,
    consultation: JSON.parse(texts['consultation.json']) as Consultation,
  };
  const eventsKey = meetingEventsKey(row.key);
  const events = eventsKey && (await readObject(deployment, recordingsBucket, eventsKey));
  return {
    recordingId,
    key: row.key,
    job,
    documents,
    texts,
    calls: await readCalls(documents, async ({ operation, n }) => {
      const answer = await ofRuns(recordingId, (run) =>
        readObject(deployment, medicalDataBucket, keys.answer(run, operation, n)),
      );
      return answer && (JSON.parse(Buffer.from(answer).toString()) as KeptAnswer);
    }),
    meetingEvents: events ? Buffer.from(events).toString() : undefined,
    participants: events && row.session_id ? await readParticipants(deployment, row.session_id) : [],
  };
}

/** What a run has made, or else what it has adopted: of the newest earlier run that has it. */
export async function ofRuns<T>(
  recordingId: string,
  read: (recordingId: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const run of [recordingId, ...earlierRunsOf(recordingId)]) {
    const found = await read(run);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface RecordingRow {
  status: string;
  error_name: string | null;
  key: string;
  session_id: string | null;
}

async function readRow({ supabase }: Deployment, recordingId: string): Promise<RecordingRow> {
  const { data, error } = await supabase
    .from('recordings')
    .select('status, error_name, key, session_id')
    .eq('recording_id', recordingId)
    .overrideTypes<RecordingRow[], { merge: false }>();
  if (error) throw unreadable('recordings', error);
  const row = data[0];
  if (!row) throw new CommandError(`there is no recording ${recordingId}`);
  if (['received', 'transcribing', 'extracting'].includes(row.status)) {
    throw new CommandError(`recording ${recordingId} is not finished yet: ${row.status}`);
  }
  if (['failed', 'skipped'].includes(row.status)) {
    throw new CommandError(`recording ${recordingId} has no results: ${row.status} (${row.error_name ?? 'unnamed'})`);
  }
  return row;
}

/** The participants by whom the meeting's events can be read; the others change nothing. */
export async function readParticipants({ supabase }: Deployment, sessionId: string): Promise<Participant[]> {
  const { data, error } = await supabase
    .from('video_call_participants')
    .select('attendee_id, role')
    .eq('video_call_id', sessionId)
    .not('attendee_id', 'is', null)
    .overrideTypes<{ attendee_id: string; role: Participant['role'] }[], { merge: false }>();
  if (error) throw unreadable('video_call_participants', error);
  return data.map(({ attendee_id, role }) => ({ attendeeId: attendee_id, role }));
}

async function readObject({ clients }: Deployment, Bucket: string, Key: string): Promise<Uint8Array | undefined> {
  try {
    const object = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    return await object.Body?.transformToByteArray();
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
