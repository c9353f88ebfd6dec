import { DescribeExecutionCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type AuditEntry, type ChainReport, verifyChain } from '../../pipeline/audit.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import { readAuditEntries, readChainHead } from '../../pipeline/edge/auditTrail.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { toPlaceStore } from '../../pipeline/edge/placeStore.ts';
import { keys } from '../../pipeline/recording/recording.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import type { Deployment } from '../replay/deployment.ts';
import { executionArn, historyOf } from '../replay/execution.ts';
import type { Uploaded } from '../replay/upload.ts';
import type { CallTraces } from './callTraces.ts';
import type { Decided } from './decide.ts';
import type { Seen } from './disturber.ts';
import type { Fault } from './harms.ts';
import type { Planned } from './meetings.ts';
import type { Functions, Schedule } from './schedule.ts';

type Row = Record<string, unknown>;

/** Everything that can be seen of a recording from outside, once nothing moves any more. */
export interface Traces {
  planned: Planned;
  recordingId: string;
  row: Row | undefined;
  session: Row | undefined;
  execution: { status: string; error: string | undefined; startedAt: number; endedAt: number } | undefined;
  history: HistoryEvent[];
  audit: AuditEntry[];
  turns: number;
  entities: number;
  codes: number;
  transcript: Transcript | undefined;
  entitiesFile: Entities | undefined;
  consultation: Consultation | undefined;
}

/** Everything that can be seen of a run. */
export interface Evidence {
  schedule: Schedule;
  functions: Functions;
  recordings: Traces[];
  chains: ChainReport[];
  /** The entries of all meetings. */
  trail: readonly AuditEntry[];
  /** What clinicians decided once everything had ended. */
  decided: readonly Decided[];
  calls: readonly Seen[];
  /** The faults that met what they were meant for. */
  hits: readonly Fault[];
  /** How many of the calls got no answer, and of the functions no time, though nothing was done to them. */
  unanswered: number;
  logs: readonly string[];
  messages: readonly string[];
  /** Bodies in the dead-letter queues. */
  dead: readonly string[];
  /** The recordings that hold places, and those that wait for one. */
  places: Places;
  uploadedAt: number;
  /** The call that was held meanwhile. */
  call?: CallTraces;
  /** Whether the failed executions were redriven. */
  redriven: boolean;
}

export interface Places {
  held: string[];
  waiting: string[];
}

/** Everybody who holds a place or waits for one. */
export async function placesOf({ target, clients }: Deployment): Promise<Places> {
  const store = toPlaceStore(target, () => new Date(), clients.dynamodb);
  const engines = ['transcribe-medical', 'transcribe'] as const;
  const houses = await Promise.all(engines.map((engine) => store.read(engine)));
  const lines = await Promise.all(engines.map((engine) => store.line(engine, 100)));
  return {
    held: houses.flatMap(({ leases }) => Object.keys(leases)),
    waiting: lines.flat().map(({ recordingId }) => recordingId),
  };
}

/** Reads everything that the run has left of one object. */
export async function tracesOf(
  deployment: Deployment,
  recording: Planned & Uploaded,
  chains: Map<string, AuditEntry[]>,
): Promise<Traces> {
  const { recordingId, meetingId, sessionId } = recording;
  const rows = async (table: string, column: string, value: string) => {
    const { data, error } = await deployment.supabase.from(table).select('*').eq(column, value);
    if (error) throw new Error(`${table}: ${error.message}`);
    return data as Row[];
  };
  const { medicalDataBucket, transcriptsBucket } = deployment.target;
  const document = <T>(bucket: string, key: string) => readJson<T>(deployment, bucket, key);
  const execution = await describe(deployment, recordingId);
  return {
    planned: recording,
    recordingId,
    row: (await rows('recordings', 'recording_id', recordingId))[0],
    session: (await rows('video_call_sessions', 'id', sessionId))[0],
    execution,
    history: execution ? await historyOf(deployment, recordingId, true) : [],
    audit: (chains.get(meetingId) ?? []).filter((entry) => entry.recordingId === recordingId),
    turns: (await rows('transcript_turns', 'recording_id', recordingId)).length,
    entities: (await rows('clinical_entities', 'recording_id', recordingId)).length,
    codes: (await rows('clinical_codes', 'recording_id', recordingId)).length,
    transcript: await document<Transcript>(transcriptsBucket, keys.transcript(recordingId)),
    entitiesFile: await document<Entities>(medicalDataBucket, keys.entities(recordingId)),
    consultation: await document<Consultation>(medicalDataBucket, keys.consultation(recordingId)),
  };
}

/** A meeting's entries in their order, and what is wrong with their chain. */
export async function chainOf(
  { target, clients }: Deployment,
  meetingId: string,
): Promise<{ entries: AuditEntry[]; report: ChainReport }> {
  const entries = await readAuditEntries(target, meetingId, clients.dynamodb);
  const head = await readChainHead(target, meetingId, clients.dynamodb);
  entries.sort((a, b) => a.sequence - b.sequence);
  // No entry of a run is old enough to have expired.
  return { entries, report: await verifyChain(entries, head, new Date(0)) };
}

async function readJson<T>({ clients }: Deployment, Bucket: string, Key: string): Promise<T | undefined> {
  try {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? '') as T;
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

async function describe(deployment: Deployment, recordingId: string): Promise<Traces['execution']> {
  try {
    const { status = '', ...execution } = await deployment.clients.sfn.send(
      new DescribeExecutionCommand({ executionArn: executionArn(deployment, recordingId) }),
    );
    const { startDate, stopDate, error } = execution;
    return { status, error, startedAt: Number(startDate), endedAt: stopDate ? Number(stopDate) : Infinity };
  } catch (error) {
    if (isNamed(error, 'ExecutionDoesNotExist')) return undefined;
    throw error;
  }
}
