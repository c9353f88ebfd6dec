import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Deployment } from '../replay/deployment.ts';
import type { Meeting } from '../services/chime/meeting.ts';
import type { Chunk } from '../services/chimePipelines/chimePipelines.ts';
import type { Pipeline } from '../services/chimePipelines/pipeline.ts';
import { lengthOf, readMp4 } from '../services/chimePipelines/sound.ts';
import type { Stack } from '../stack/stack.ts';
import type { CallPlan } from './callPlan.ts';
import type { ChatTraces } from './chatTraces.ts';

export type Row = Record<string, unknown>;

/** What somebody's app told the product about the recording. Times are milliseconds on the stack's clock. */
export interface Said {
  userId: string;
  meetingId: string;
  decision: 'given' | 'refused' | 'withdrawn';
  sentAt: number;
  /** Undefined when the product never said that it had understood. */
  answeredAt: number | undefined;
}

/** A meeting as it was at Chime, which the product only hears of. */
export interface MeetingTruth
  extends Pick<Meeting, 'id' | 'createdAt' | 'endedAt' | 'end' | 'attendees' | 'presences'> {
  pipelines: Pick<Pipeline, 'kind' | 'id' | 'createdAt' | 'endedAt'>[];
  chunks: Pick<Chunk, 'from' | 'to' | 'voices'>[];
  /** What lies in the bucket, with every version. */
  keys: string[];
  /** Of each joined file its length in milliseconds. */
  lengths: Record<string, number>;
}

/** The tables' rows, as far as they are the call's. */
export interface CallRows {
  sessions: Row[];
  meetings: Row[];
  participants: Row[];
  presence: Row[];
  captures: Row[];
  consents: Row[];
  recordings: Row[];
}

/** Everything that can be seen of a call from outside. */
export interface CallTraces extends CallRows {
  plan: CallPlan;
  people: Readonly<Record<'provider' | 'patient' | 'third', string>>;
  said: readonly Said[];
  /** When the provider's app asked for the end. */
  endsAskedAt: readonly number[];
  /** Meetings that Chime has ended by itself. */
  lost: readonly string[];
  truth: MeetingTruth[];
  /** What the people of the call wrote to each other. */
  chat?: ChatTraces;
}

const tables: Readonly<Record<Exclude<keyof CallRows, 'sessions'>, [table: string, column: string]>> = {
  meetings: ['call_meetings', 'session_id'],
  participants: ['video_call_participants', 'video_call_id'],
  presence: ['call_presence', 'session_id'],
  captures: ['call_captures', 'session_id'],
  consents: ['recording_consents', 'session_id'],
  recordings: ['recordings', 'session_id'],
};

export async function rowsOf({ supabase }: Deployment, appointmentId: string): Promise<CallRows> {
  const rows = async (table: string, column: string, values: readonly string[]): Promise<Row[]> => {
    const found: Row[] = [];
    for (const value of values) {
      const { data, error } = await supabase.from(table).select('*').eq(column, value);
      if (error) throw new Error(`${table}: ${error.message}`);
      found.push(...(data as Row[]));
    }
    return found;
  };
  const sessions = await rows('video_call_sessions', 'appointment_id', [appointmentId]);
  const ids = sessions.map(({ id }) => String(id));
  const of = (name: keyof typeof tables) => rows(...tables[name], ids);
  const [meetings, participants, presence] = [await of('meetings'), await of('participants'), await of('presence')];
  const [captures, consents, recordings] = [await of('captures'), await of('consents'), await of('recordings')];
  return { sessions, meetings, participants, presence, captures, consents, recordings };
}

/** The meetings that Chime has, or had, for sessions. */
export function meetingsOf({ chime }: Stack, sessions: readonly Row[]): Meeting[] {
  const ids = sessions.map(({ id }) => String(id));
  return chime.meetings().filter(({ request }) => ids.includes(request.ExternalMeetingId));
}

export function pipelinesOf({ chime }: Stack, meetingId: string): Pipeline[] {
  const all = chime.pipelines.all();
  const captures = all.filter((one) => one.kind === 'capture' && one.meetingId === meetingId);
  const ids = captures.map(({ id }) => id);
  return [...captures, ...all.filter((one) => one.kind === 'concatenation' && ids.includes(one.captureId))];
}

export async function truthOf(stack: Stack, deployment: Deployment, meeting: Meeting): Promise<MeetingTruth> {
  const { clients, target } = deployment;
  const Bucket = target.recordingsBucket;
  const keys: string[] = [];
  for (const folder of ['captures', 'recordings']) {
    const Prefix = `${folder}/${meeting.id}/`;
    const { Versions = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    keys.push(...Versions.map(({ Key = '' }) => Key));
  }
  const lengths: Record<string, number> = {};
  for (const Key of keys.filter((key) => key.startsWith('recordings/') && key.endsWith('.mp4'))) {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    lengths[Key] = 1_000 * lengthOf(await readMp4((await Body?.transformToByteArray()) ?? new Uint8Array()));
  }
  return {
    ...meeting,
    pipelines: pipelinesOf(stack, meeting.id),
    chunks: stack.chime.pipelines.chunks(meeting.id),
    keys,
    lengths,
  };
}
