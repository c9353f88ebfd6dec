import { basename, dirname, extname, join } from 'node:path';
import * as v from 'valibot';
import { PipelineError } from '../../pipeline/errors.ts';
import { hasMediaName } from '../../pipeline/recording/recording.ts';
import { readJobResult } from '../../pipeline/transcript/jobResult.ts';
import { CaseError } from './caseError.ts';
import { type Case, isCaseFolder, isJobFile, JOB_FILES, named, readCase } from './caseFolder.ts';
import { parseDialogue } from './dialogue.ts';
import { DialogueError } from './dialogueError.ts';
import { holdWords, isWordsFile } from './import/wordsFile.ts';
import { type Pair, pairsIn } from './pairs.ts';
import { fileNamesIn, isFolder, readBytes } from './paths.ts';
import { readRecording } from './recordingCase.ts';
import { parseJson } from './standIn.ts';

export interface FoundCases {
  /** In the order of the paths, those of a folder by file name; their names are unique. */
  cases: Case[];
  /** Files inside a given folder that are not job results, and recordings without words. */
  skipped: { path: string; reason: string }[];
  /** Why inputs inside a given folder cannot be run, a line each that begins with the path. */
  refused: string[];
}

export interface Wanted {
  /** The words file of the one path, a recording. */
  words?: string | undefined;
  /** Recordings need no words: what they are uploaded to transcribes. */
  transcribes?: boolean;
}

/** Endings of recordings that Transcribe takes, as they are said to somebody who gave another file. */
const recordings = 'a recording (.mp3, .mp4, .m4a, .wav, .flac, .ogg, .webm, .amr)';
const otherKinds = `neither ${recordings}, a job result (.json, .json.gz) nor a case folder`;

const BatchResult = v.object({ results: v.looseObject({}) });

/**
 * Finds the cases at the paths: a job result, a case folder, a recording with its words, or a folder that holds any number
 * of them at any depth. A file named as a path is always taken; inside a folder, only job results and recordings that have
 * their words beside them. An input inside a folder that is wrong is refused, and the others are found.
 * @throws CaseError with a line for each fault, when a path is missing, unreadable or wrong, or a folder holds no case.
 */
export async function findCases(paths: readonly string[], wanted: Wanted = {}): Promise<FoundCases> {
  const found: FoundCases = { cases: [], skipped: [], refused: [] };
  const faults: string[] = [];
  for (const path of paths) await unlessWrong(() => findAt(path, found, wanted), faults);
  if (faults.length > 0) throw new CaseError(linesOf([...faults, ...found.refused]));
  return { ...found, cases: withUniqueNames(found.cases), refused: [...new Set(found.refused)] };
}

async function findAt(path: string, found: FoundCases, wanted: Wanted): Promise<void> {
  if (!(await isFolder(path))) return void found.cases.push(await readFile(path, wanted));
  if (wanted.words !== undefined) throw new CaseError(`${path}: --words goes with a recording, not with a folder`);
  const own: FoundCases = { cases: [], skipped: [], refused: [] };
  await unlessWrong(() => searchFolder(path, own, wanted), own.refused);
  if (own.cases.length === 0) throw new CaseError(own.refused.length > 0 ? linesOf(own.refused) : nothingIn(path, own));
  found.cases.push(...own.cases);
  found.skipped.push(...own.skipped);
  found.refused.push(...own.refused);
}

/** Reads on after an input that is wrong, and notes its fault. */
async function unlessWrong(read: () => Promise<void>, faults: string[]): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    faults.push(error.message);
  }
}

const linesOf = (faults: readonly string[]) => [...new Set(faults)].join('\n');

function nothingIn(folder: string, { skipped }: FoundCases): string {
  const media = skipped.find(({ path }) => hasMediaName(path));
  const remedy = media
    ? `, and no words beside ${media.path}. ${toRecognize(media.path, (words) => `put ${words} beside it`)}`
    : '';
  return `${folder}: holds no job result and no case folder${remedy}`;
}

async function readFile(path: string, { words, transcribes = false }: Wanted): Promise<Case> {
  if (words !== undefined) return readRecording(toRecording(path, words), words);
  if (hasMediaName(path)) {
    if (transcribes) return readRecording(path, undefined);
    throw new CaseError(`${path}: ${await besides(path)}`);
  }
  const usage = `words go with a recording: npm run replay -- <recording> --words ${path}`;
  if (!isJobFile(path)) {
    const todo = isWordsFile(path) ? `; ${usage}${await orCase(path)}` : '';
    throw new CaseError(`${path}: ${otherKinds}${todo}`);
  }
  const read = await readCase(path);
  const job = Buffer.from(read.job ?? '');
  if (holdWords(job)) throw new CaseError(`${path}: the words of a recording, without the recording; ${usage}`);
  const why = whyNoJobResult(job);
  if (why !== undefined) throw new CaseError(`${path}: no job result of Transcribe: ${why}; ${usage}`);
  return read;
}

/** The command that a talk with its speakers needs no recording for. */
async function orCase(path: string): Promise<string> {
  try {
    const { utterances } = parseDialogue((await readBytes(path)).toString());
    return utterances.length > 0 ? `; a text with speakers needs none: npm run case -- ${path}` : '';
  } catch (error) {
    if (error instanceof DialogueError) return '';
    throw error;
  }
}

/** What the workflow would find, after minutes and with a failure's name; undefined for what it can read. */
function whyNoJobResult(job: Buffer): string | undefined {
  if (job.length === 0) return 'the file is empty';
  const json = parseJson(job);
  if (json === undefined) return 'not JSON';
  try {
    readJobResult(json);
    return undefined;
  } catch (error) {
    if (error instanceof PipelineError) return error.name === 'TranscriptShapeUnknown' ? error.message : undefined;
    throw error;
  }
}

/** @throws CaseError when the path is not that of a recording */
function toRecording(path: string, words: string): string {
  if (hasMediaName(path)) return path;
  const usage = hasMediaName(words) ? `${words} --words ${path}` : `<recording> --words ${words}`;
  throw new CaseError(`${path}: --words goes with a recording: npm run replay -- ${usage}`);
}

/** What a recording without words lacks: nothing here recognizes speech. */
async function besides(path: string): Promise<string> {
  const [pair] = pairsIn(
    dirname(path),
    (await fileNamesIn(dirname(path))).filter((name) => !hasMediaName(name) || name === basename(path)),
  );
  if (pair?.fault !== undefined) throw new CaseError(pair.fault);
  if (pair)
    return `its words lie beside it: add --words ${quoted(join(dirname(path), pair.words))}, or give the folder`;
  return `a recording without words, and nothing here recognizes speech. ${toRecognize(path, (words) => `add --words ${quoted(words)}`)}`;
}

/** How to make the words of a recording. whisper.cpp reads fewer containers than others do. */
function toRecognize(path: string, todo: (words: string) => string): string {
  const stem = basename(path, extname(path));
  const isRead = /\.(?:flac|mp3|ogg|wav)$/i.test(path);
  const [from, wav, to] = [path, `${stem}.wav`, stem].map(quoted);
  const cpp = (file = '') => `whisper-cli -m models/ggml-base.en.bin -f ${file} -ojf -of ${to}`;
  return (
    `Make them with WhisperX, which tells speakers apart: \`whisperx ${from} --diarize --hf_token TOKEN --output_format json\`, ` +
    `or with whisper.cpp: \`${isRead ? cpp(from) : `ffmpeg -i ${from} ${wav} && ${cpp(wav)}`}\`; then ${todo(`${stem}.json`)}`
  );
}

/** As a shell takes it for one word. */
const quoted = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

async function searchFolder(folder: string, found: FoundCases, wanted: Wanted): Promise<void> {
  const fileNames = (await fileNamesIn(folder)).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  if (isCaseFolder(fileNames) && !isPairOnly(folder, fileNames)) return void found.cases.push(await readCase(folder));
  const pairs = pairsIn(folder, fileNames);
  const paired = new Set(pairs.flatMap(({ words, others }) => [words, ...others]));
  for (const fileName of fileNames.filter((name) => !paired.has(name))) {
    const path = join(folder, fileName);
    const pair = pairs.find(({ recording }) => recording === fileName);
    await unlessWrong(() => take(path, pair, found, wanted), found.refused);
  }
}

/** Takes what lies in a folder: another folder, a recording with its words or a job result. */
async function take(path: string, pair: Pair | undefined, found: FoundCases, wanted: Wanted): Promise<void> {
  if (await isFolder(path)) await searchFolder(path, found, wanted);
  else if (pair) found.cases.push(await readPair(dirname(path), pair));
  else if (hasMediaName(path) && wanted.transcribes) found.cases.push(await readFile(path, wanted));
  else if (hasMediaName(path)) found.skipped.push({ path, reason: 'a recording without words beside it' });
  else if (isJobFile(path)) await takeJobResult(path, found);
}

/** A recording that happens to be named `recording`, with its words beside it and nothing else of a case. */
function isPairOnly(folder: string, fileNames: readonly string[]): boolean {
  return !fileNames.some((name) => JOB_FILES.includes(name)) && pairsIn(folder, fileNames).length > 0;
}

async function readPair(folder: string, { recording, words, others, fault }: Pair): Promise<Case> {
  if (fault !== undefined) throw new CaseError(fault);
  const read = await readRecording(join(folder, recording), join(folder, words));
  if (others.length === 0) return read;
  return { ...read, notes: [...(read.notes ?? []), `${words} is taken for the words, not ${others.join(', ')}`] };
}

async function takeJobResult(path: string, found: FoundCases): Promise<void> {
  const read = await readCase(path);
  const json = read.job === undefined ? undefined : parseJson(Buffer.from(read.job));
  if (v.is(BatchResult, json)) found.cases.push(read);
  else found.skipped.push({ path, reason: json === undefined ? 'not JSON' : 'not a job result' });
}

/** The second case of the same name gets `-2`, the third `-3`; no case loses its own name to a numbered one. */
function withUniqueNames(cases: Case[]): Case[] {
  const given = new Set(cases.map(({ name }) => name));
  const used = new Set<string>();
  return cases.map((each) => {
    let name = each.name;
    for (let n = 2; used.has(name) || (name !== each.name && given.has(name)); n++) name = `${each.name}-${n}`;
    used.add(name);
    const notes =
      each.kind === 'recording' && name !== each.name ? [`a second input of this name; it is ${name} here`] : [];
    return { ...each, ...named(name), ...(notes.length > 0 && { notes: [...notes, ...(each.notes ?? [])] }) };
  });
}
