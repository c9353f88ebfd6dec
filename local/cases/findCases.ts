import { basename, dirname, extname, join } from 'node:path';
import * as v from 'valibot';
import { hasMediaName } from '../../pipeline/recording/recording.ts';
import { CaseError } from './caseError.ts';
import { type Case, isCaseFolder, isJobFile, JOB_FILES, named, readCase } from './caseFolder.ts';
import { holdWords, isWordsFile } from './import/wordsFile.ts';
import { type Pair, pairsIn } from './pairs.ts';
import { fileNamesIn, isFolder } from './paths.ts';
import { readRecording } from './recordingCase.ts';
import { parseJson } from './standIn.ts';

export interface FoundCases {
  /** In the order of the paths, those of a folder by file name; their names are unique. */
  cases: Case[];
  /** Files inside a given folder that are not job results, and recordings without words. */
  skipped: { path: string; reason: string }[];
}

export interface Wanted {
  /** The words file of the one path, a recording. */
  words?: string | undefined;
  /** Recordings need no words: what they are uploaded to transcribes. */
  transcribes?: boolean;
}

const BatchResult = v.object({ results: v.looseObject({}) });

/**
 * Finds the cases at the paths: a job result, a case folder, a recording with its words, or a folder that holds any number
 * of them at any depth. A file named as a path is always taken; inside a folder, only job results and recordings that have
 * their words beside them.
 * @throws CaseError when a path is missing or unreadable, a case is wrong, or a folder holds no case.
 */
export async function findCases(paths: readonly string[], wanted: Wanted = {}): Promise<FoundCases> {
  const found: FoundCases = { cases: [], skipped: [] };
  for (const path of paths) {
    if (!(await isFolder(path))) found.cases.push(await readFile(path, wanted));
    else if (wanted.words !== undefined)
      throw new CaseError(`${path}: --words goes with a recording, not with a folder`);
    else if (!(await searchFolder(path, found, wanted))) throw new CaseError(nothingIn(path, found));
  }
  return { ...found, cases: withUniqueNames(found.cases) };
}

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
  const usage = `npm run replay -- <recording> --words ${path}`;
  if (isWordsFile(path) && !isJobFile(path)) {
    throw new CaseError(
      `${path}: neither a job result (.json, .json.gz) nor a case folder; words go with a recording: ${usage}`,
    );
  }
  const read = await readCase(path);
  if (read.job !== undefined && holdWords(Buffer.from(read.job))) {
    throw new CaseError(`${path}: the words of a recording, without the recording: ${usage}`);
  }
  return read;
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

/** Whether there was a case in the folder. */
async function searchFolder(folder: string, found: FoundCases, wanted: Wanted): Promise<boolean> {
  const fileNames = (await fileNamesIn(folder)).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  if (isCaseFolder(fileNames) && !isPairOnly(folder, fileNames)) return found.cases.push(await readCase(folder)) > 0;
  const pairs = pairsIn(folder, fileNames);
  const paired = new Set(pairs.flatMap(({ words, others }) => [words, ...others]));
  let any = false;
  for (const fileName of fileNames.filter((name) => !paired.has(name))) {
    const path = join(folder, fileName);
    const pair = pairs.find(({ recording }) => recording === fileName);
    if (await isFolder(path)) any = (await searchFolder(path, found, wanted)) || any;
    else if (pair) any = found.cases.push(await readPair(folder, pair)) > 0;
    else if (hasMediaName(fileName) && wanted.transcribes) any = found.cases.push(await readFile(path, wanted)) > 0;
    else if (hasMediaName(fileName)) found.skipped.push({ path, reason: 'a recording without words beside it' });
    else if (isJobFile(fileName)) any = (await takeJobResult(path, found)) || any;
  }
  return any;
}

/** A recording that happens to be named `recording`, with its words beside it and nothing else of a case. */
function isPairOnly(folder: string, fileNames: readonly string[]): boolean {
  return !fileNames.some((name) => JOB_FILES.includes(name)) && pairsIn(folder, fileNames).length > 0;
}

async function readPair(folder: string, { recording, words, others }: Pair): Promise<Case> {
  const read = await readRecording(join(folder, recording), join(folder, words));
  if (others.length === 0) return read;
  return { ...read, notes: [...(read.notes ?? []), `${words} is taken for the words, not ${others.join(', ')}`] };
}

async function takeJobResult(path: string, found: FoundCases): Promise<boolean> {
  const read = await readCase(path);
  const json = read.job === undefined ? undefined : parseJson(Buffer.from(read.job));
  if (v.is(BatchResult, json)) return found.cases.push(read) > 0;
  found.skipped.push({ path, reason: json === undefined ? 'not JSON' : 'not a job result' });
  return false;
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
