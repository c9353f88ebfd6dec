import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toConsultation } from '../../pipeline/clinical/consultation.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import type { KeptAnswer } from '../../pipeline/clinical/extraction.ts';
import type { CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import { toEntities } from '../../pipeline/clinical/merge.ts';
import { PipelineError } from '../../pipeline/errors.ts';
import type { EngineName } from '../../pipeline/recording/route.ts';
import { toMeetingEvents } from '../../pipeline/transcript/meetingEvents.ts';
import { toTranscript, type TranscriptContext } from '../../pipeline/transcript/normalize.ts';
import type { Participant } from '../../pipeline/transcript/roster.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import { parseJson } from '../cases/standIn.ts';
import { CommandError } from '../commandLine.ts';
import { isFoundInAnswers } from '../record/calls.ts';
import { compare } from './compare.ts';
import { differencesOf } from './differences.ts';
import { readable } from './readable.ts';

/** What a step makes of the files of a run, and what it made at first. */
interface Again {
  made: Record<string, object>;
  differences: string[];
}

type AgainStep = (folder: string, codeTable: CodeTable | undefined) => Promise<Again>;

/** The steps that turn documents into documents: they need nothing but the files of a run. */
const steps: Readonly<Record<string, AgainStep>> = { normalizeTranscript, storeResults };

/**
 * Runs a document step of an earlier run again, from the files in its folder. The new documents go to `again/` in that
 * folder, and each difference from the first ones is a line.
 * @throws CommandError for a step that cannot be run so, a folder without what it needs, and when the step fails
 */
export async function runAgain(step: string, folder: string, codeTable: CodeTable | undefined): Promise<string[]> {
  const run = Object.hasOwn(steps, step) ? steps[step] : undefined;
  if (!run) throw new CommandError(`--step ${step}: the steps are ${Object.keys(steps).join(' and ')}`, 2);
  try {
    const { made, differences } = await run(folder, codeTable);
    const again = join(folder, 'again');
    await mkdir(again, { recursive: true });
    for (const [name, document] of Object.entries(made)) await writeFile(join(again, name), readable(document));
    return differences;
  } catch (error) {
    if (error instanceof PipelineError) throw new CommandError(`${step}: ${error.name}: ${error.message}`);
    throw error;
  }
}

async function normalizeTranscript(folder: string): Promise<Again> {
  const before = await read<Transcript>(folder, 'transcript.json');
  const roster = await read<{ events: string; participants: Participant[] }>(folder, 'inputs/roster.json');
  const transcript = toTranscript(parseJson(Buffer.from(await readJob(folder))), {
    ...(before ? contextOf(before) : await contextFromRows(folder)),
    ...(roster && { roster: { events: toMeetingEvents(roster.events), participants: roster.participants } }),
  });
  return { made: { 'transcript.json': transcript }, differences: differencesOf(before, transcript) };
}

async function storeResults(folder: string, codeTable: CodeTable | undefined): Promise<Again> {
  const transcript = await need<Transcript>(folder, 'transcript.json');
  const answers = await need<KeptAnswer[]>(folder, 'inputs/answers.json');
  const before = {
    entities: await read<Entities>(folder, 'entities.json'),
    consultation: await read<Consultation>(folder, 'consultation.json'),
  };
  const gaps = before.entities?.coverage.gaps.filter((gap) => !isFoundInAnswers(gap)) ?? [];
  const entities = await toEntities(transcript, answers, gaps, codeTable);
  const coded = before.consultation?.status !== 'not_coded';
  const consultation = toConsultation(transcript, entities, { coded, icd10cm: codeTable?.release ?? null });
  const findings = compare(before.consultation, consultation);
  const rest = [...differencesOf(before.entities, entities), ...differencesOf(before.consultation, consultation)];
  return {
    made: { 'entities.json': entities, 'consultation.json': consultation },
    differences: [...findings, ...rest],
  };
}

/** The facts of the recording as its transcript repeats them. */
function contextOf(transcript: Transcript): TranscriptContext {
  const { recordingId, meetingId, appointmentId, language, engine, durationMs, quality } = transcript;
  const isTruncated = quality.flags.includes('truncated');
  const facts = { recordingId, meetingId, appointmentId, language, engine: engine.name, durationMs };
  return { ...facts, ...(isTruncated ? { truncated: true } : {}) };
}

interface Rows {
  video_call_sessions: { meeting_id: string; appointment_id: string | null }[];
  recordings: { recording_id: string; language: string; engine: EngineName; duration_ms: number }[];
}

/** The same facts of a run that came to no transcript: as its rows have them. */
async function contextFromRows(folder: string): Promise<TranscriptContext> {
  const rows = await need<Rows>(folder, 'database.json');
  const [[session], [recording]] = [rows.video_call_sessions, rows.recordings];
  if (!recording?.language) throw new CommandError(`${folder}: the run came to no transcription`);
  return {
    recordingId: recording.recording_id,
    meetingId: session?.meeting_id ?? '',
    appointmentId: session?.appointment_id ?? null,
    language: recording.language,
    engine: recording.engine,
    durationMs: recording.duration_ms,
  };
}

/** Not parsed: whether it is JSON is for the step to say. */
async function readJob(folder: string): Promise<string> {
  return readFile(join(folder, 'inputs/job.json'), 'utf8').catch((error: unknown) =>
    refuse(folder, 'inputs/job.json', error),
  );
}

async function need<T>(folder: string, name: string): Promise<T> {
  return (await read<T>(folder, name)) ?? refuse(folder, name);
}

async function read<T>(folder: string, name: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : refuse(folder, name, error);
  }
}

function refuse(folder: string, name: string, cause?: unknown): never {
  const why = cause instanceof SyntaxError ? 'is not JSON' : 'is not there';
  throw new CommandError(`${join(folder, name)} ${why}: name the folder of a run that a replay has left`, 2);
}
