import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntry } from '../../pipeline/audit.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import { readAuditEntries } from '../../pipeline/edge/auditTrail.ts';
import { keys } from '../../pipeline/recording/recording.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import type { Case } from '../cases/caseFolder.ts';
import { type Deployment, hasStandIns } from './deployment.ts';
import type { Execution } from './execution.ts';
import { nowhere, type SessionRow, type Stored, toFhir } from './fhir.ts';
import { readInputs, type RecordingRow, readText } from './inputs.ts';
import { type PageRows, removePage, writePage } from './page.ts';
import { readable } from './readable.ts';
import { described, violationsOf } from './schemas.ts';

/** The results of a recording. A document that its workflow did not get to is absent. */
export interface Collected {
  transcript?: Transcript;
  consultation?: Consultation;
  audit: AuditEntry[];
  /** The places where a result document breaks its JSON Schema. */
  violations: string[];
}

/**
 * Fetches everything that belongs to a recording and writes it to `folder`, in place of the files of an earlier run, with
 * the page of the consultation.
 * @param given the case that was uploaded, where it is known
 */
export async function collect(
  deployment: Deployment,
  ids: { recordingId: string; meetingId: string },
  execution: Execution | undefined,
  folder: string,
  given?: Case,
): Promise<Collected> {
  const { recordingId, meetingId } = ids;
  const { transcriptsBucket, medicalDataBucket } = deployment.target;
  const files = {
    'transcript.json': await readText(deployment, transcriptsBucket, keys.transcript(recordingId)),
    'transcript.vtt': await readText(deployment, transcriptsBucket, keys.captions(recordingId)),
    'entities.json': await readText(deployment, medicalDataBucket, keys.entities(recordingId)),
    'consultation.json': await readText(deployment, medicalDataBucket, keys.consultation(recordingId)),
  };
  const entries = await readAuditEntries(deployment.target, meetingId, deployment.clients.dynamodb);
  const audit = entries.sort((a, b) => a.sequence - b.sequence);
  const rows = await readRows(deployment, recordingId, meetingId);
  const [row] = rows.recordings as (RecordingRow & PageRows['recording'])[];
  const transcript = parsed<Transcript>(files['transcript.json']);
  const entities = parsed<Entities>(files['entities.json']);
  const consultation = parsed<Consultation>(files['consultation.json']);
  const inputs = await readInputs(deployment, recordingId, row, transcript);
  const [session] = rows.video_call_sessions as (SessionRow & PageRows['session'])[];
  const stored = await storedOf(deployment, row);
  const made = {
    'fhir.json': toFhir(files, session, stored),
    'audit.json': JSON.stringify(audit),
    'database.json': JSON.stringify(rows),
    'execution.json': JSON.stringify(execution ? summarize(execution) : null),
  };
  await write(folder, { ...files, ...made });
  await write(join(folder, 'inputs'), inputs);
  await removePage(folder);
  if (transcript && entities && consultation) {
    const documents = { transcript, entities, consultation };
    await writePage(deployment, documents, { session, recording: row }, stored, folder, given);
  }
  const violations = described.map(async (name) => {
    const text = files[`${name}.json`];
    return text === undefined ? [] : violationsOf(name, JSON.parse(text));
  });
  return {
    audit,
    violations: (await Promise.all(violations)).flat(),
    ...(transcript && { transcript }),
    ...(consultation && { consultation }),
  };
}

/** A deployment of AWS is somewhere, and stores something for good; the embedded stack neither. */
async function storedOf(deployment: Deployment, row: RecordingRow | undefined): Promise<Stored> {
  if (row === undefined || (await hasStandIns(deployment))) return nowhere;
  return { base: deployment.target.apiUrl ?? nowhere.base, at: row.updated_at };
}

/** Writes the texts as files, JSON so that people can read it; a file without a text goes. */
async function write(folder: string, files: Readonly<Record<string, string | undefined>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) await rm(join(folder, name), { force: true });
    else await writeFile(join(folder, name), name.endsWith('.json') ? indented(text) : text);
  }
}

/** A job's output may be anything: what is not JSON stays as it is. */
function indented(text: string): string {
  try {
    return readable(JSON.parse(text));
  } catch {
    return text;
  }
}

function summarize({ status, error, cause, states }: Execution) {
  return { status, error, cause, states };
}

function parsed<T>(text: string | undefined): T | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** The rows that the recording's workflow wrote or changed. */
async function readRows({ supabase }: Deployment, recordingId: string, meetingId: string) {
  const rows = async (table: string, column: string, value: string) => {
    const { data, error } = await supabase.from(table).select('*').eq(column, value);
    if (error) throw new Error(`${table}: ${error.message}`);
    return data as object[];
  };
  const sessions = await rows('video_call_sessions', 'meeting_id', meetingId);
  return {
    video_call_sessions: sessions,
    recordings: await rows('recordings', 'recording_id', recordingId),
    transcript_turns: await rows('transcript_turns', 'recording_id', recordingId),
    clinical_entities: await rows('clinical_entities', 'recording_id', recordingId),
    clinical_codes: await rows('clinical_codes', 'recording_id', recordingId),
  };
}
