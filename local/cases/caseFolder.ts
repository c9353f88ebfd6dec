import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CaseError } from './caseError.ts';
import { readExpected, readSessionFixture } from './caseFiles.ts';
import type { Expected, SessionFixture } from './caseFiles.ts';
import { parseDialogue } from './dialogue.ts';
import { DialogueError } from './dialogueError.ts';
import { toJobResult } from './jobResult.ts';
import { fileNamesIn, isFolder, readBytes } from './paths.ts';
import { parseJson, standInFor } from './standIn.ts';
import type { StandIn } from './standIn.ts';
import { RecordedAnswers, RecordedAnswersInvalid } from '../services/comprehendMedical/recordedAnswers.ts';

/** A file that is too large to be held: it is read when it is uploaded. */
export interface OnDisk {
  path: string;
  /** Bytes. */
  size: number;
}

/** One input of `replay`. */
export interface Case {
  /** Name of the file or folder, without its extension. */
  name: string;
  kind: 'case-folder' | 'job-result' | 'recording';
  /** The job result as given, unpacked but neither parsed nor checked; absent when the case has only a recording. */
  job?: string | Uint8Array;
  /** A job name that Transcribe accepts. */
  jobName: string;
  /** A Transcribe language code: the dialogue's, else the session's, else en-US. */
  language: string;
  recording?: { fileName: string; bytes: Uint8Array | OnDisk };
  /** The words file of a recording: the job result was made from it, or is it. */
  words?: string;
  /** What was found and not taken as it is, for people; nothing of the talk. */
  notes?: readonly string[];
  /** The silence to upload when the case has no recording. */
  standIn: StandIn;
  /** The events that Chime writes beside a concatenated recording, one JSON object per line. */
  meetingEvents?: string;
  /** Content of answers.json. */
  answers?: unknown;
  session?: SessionFixture;
  expected?: Expected;
}

/** The files that hold a case's speech. */
export const JOB_FILES = ['job.json', 'job.json.gz', 'dialogue.txt'];

const eventsFile = 'meeting-events.txt';

const unzip = promisify(gunzip);

/** Whether a job result may stand in a file of this name. */
export const isJobFile = (path: string) => /\.json(\.gz)?$/i.test(path);

/** Whether a folder with these files is one case. Any other folder may hold cases. */
export function isCaseFolder(fileNames: string[]): boolean {
  return fileNames.some((name) => JOB_FILES.includes(name) || isRecording(name));
}

/**
 * Reads a Transcribe job result (`.json`, `.json.gz`) or a case folder. A file is passed on as it is, even when it is
 * not a job result: the pipeline has to refuse it with a named failure.
 * @throws CaseError when the path is missing or unreadable, or a file of the case is not what its name says.
 */
export async function readCase(path: string): Promise<Case> {
  if (await isFolder(path)) return readCaseFolder(path);
  if (!isJobFile(path)) throw new CaseError(`${path}: neither a job result (.json, .json.gz) nor a case folder`);
  const job = await readJob(path);
  return { ...named(jobResultName(path)), kind: 'job-result', job, language: 'en-US', standIn: standInFor(job) };
}

/** Unpacks a `.gz` file. @throws CaseError when it cannot be read or unpacked. */
export async function readJob(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  if (!path.toLowerCase().endsWith('.gz')) return bytes;
  return unzip(bytes).catch(() => {
    throw new CaseError(`${path}: not a complete gzip file`);
  });
}

async function readCaseFolder(folder: string): Promise<Case> {
  const fileNames = await fileNamesIn(folder);
  if (!isCaseFolder(fileNames)) {
    throw new CaseError(`${folder}: not a case: it has none of ${JOB_FILES.join(', ')}, recording.*`);
  }
  const jobFile = onlyOne(
    folder,
    fileNames.filter((name) => JOB_FILES.includes(name)),
  );
  const recordingFile = onlyOne(folder, fileNames.filter(isRecording));
  const json = async (fileName: string): Promise<unknown> =>
    fileNames.includes(fileName) ? readJsonFile(join(folder, fileName)) : undefined;
  const [answers, session, expected] = [
    await json('answers.json'),
    await json('session.json'),
    await json('expected.json'),
  ];
  const names = named(basename(resolve(folder)));
  const fixture = session === undefined ? undefined : readSessionFixture(session, join(folder, 'session.json'));
  const language = fixture?.session?.transcription_language ?? 'en-US';
  return {
    ...names,
    kind: 'case-folder',
    language,
    ...(await readSpeech(folder, jobFile, names.jobName)),
    ...(recordingFile !== undefined && {
      recording: { fileName: recordingFile, bytes: await readBytes(join(folder, recordingFile)) },
    }),
    ...(fileNames.includes(eventsFile) && { meetingEvents: (await readBytes(join(folder, eventsFile))).toString() }),
    ...(answers !== undefined && { answers: checkedAnswers(answers, join(folder, 'answers.json')) }),
    ...(fixture !== undefined && { session: fixture }),
    ...(expected !== undefined && { expected: readExpected(expected, join(folder, 'expected.json')) }),
  };
}

/** @throws CaseError when no stand-in could use the answers */
function checkedAnswers(answers: unknown, path: string): unknown {
  try {
    new RecordedAnswers().add(path, answers);
  } catch (error) {
    throw error instanceof RecordedAnswersInvalid ? new CaseError(error.message) : error;
  }
  return answers;
}

type Speech = Pick<Case, 'job' | 'standIn'> & Partial<Pick<Case, 'language'>>;

/** The case's speech: its job result as it is, or one made from its dialogue. */
async function readSpeech(folder: string, fileName: string | undefined, jobName: string): Promise<Speech> {
  if (fileName === undefined) return { standIn: standInFor(undefined) };
  const path = join(folder, fileName);
  if (fileName === 'dialogue.txt') return readDialogue(path, jobName);
  const job = await readJob(path);
  return { job, standIn: standInFor(job) };
}

async function readDialogue(path: string, jobName: string): Promise<Speech> {
  const text = (await readBytes(path)).toString();
  try {
    const dialogue = parseDialogue(text);
    const channels = dialogue.layout === 'channels' ? 2 : 1;
    return {
      job: JSON.stringify(toJobResult(dialogue, { jobName })),
      language: dialogue.language,
      standIn: { durationMs: dialogue.durationMs, channels },
    };
  } catch (error) {
    throw error instanceof DialogueError ? new CaseError(`${path}: ${error.message}`) : error;
  }
}

async function readJsonFile(path: string): Promise<unknown> {
  const json = parseJson(await readBytes(path));
  if (json === undefined) throw new CaseError(`${path}: not JSON`);
  return json;
}

function onlyOne(folder: string, fileNames: string[]): string | undefined {
  if (fileNames.length > 1) throw new CaseError(`${folder}: a case has only one of ${fileNames.join(' and ')}`);
  return fileNames[0];
}

function isRecording(fileName: string): boolean {
  return fileName.startsWith('recording.') && fileName !== 'recording.';
}

/** `consult.json` is named `consult`; a `job.json` is named after its folder. */
function jobResultName(path: string): string {
  const name = basename(path).replace(/\.json(\.gz)?$/i, '');
  return name === 'job' ? basename(dirname(resolve(path))) : name;
}

/** A job name has at most 200 characters: letters, digits, dots, dashes and underscores. */
export function named(name: string): Pick<Case, 'name' | 'jobName'> {
  const jobName = name.replaceAll(/[^\w.-]/g, '-').slice(0, 200);
  return { name, jobName: /^\.*$/.test(jobName) ? 'job' : jobName };
}
