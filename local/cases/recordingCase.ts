import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { probeMedia } from '../../pipeline/edge/media.ts';
import { PipelineError } from '../../pipeline/errors.ts';
import { toLanguage } from '../../pipeline/recording/languages.ts';
import { type Audio, checkSize, toAudio } from '../../pipeline/recording/media.ts';
import { counted } from '../commandLine.ts';
import { type Case, named, type OnDisk } from './caseFolder.ts';
import { CaseError } from './caseError.ts';
import { toImportedJob } from './import/importedJob.ts';
import type { ImportedWords } from './import/importedWords.ts';
import { type Timed, toTimed } from './import/timing.ts';
import { readWordsFile } from './import/wordsFile.ts';
import { sizeOf } from './paths.ts';

/**
 * A recording of the engineer's own with the words that another recognizer found in it, or without words for a deployment
 * that transcribes. The recording is measured here, so that what the pipeline would refuse is refused before a stack
 * starts.
 * @throws CaseError that names the file, what was found and what would do
 */
export async function readRecording(path: string, words: string | undefined): Promise<Case> {
  const file: OnDisk = { path, size: await sizeOf(path) };
  const read = words === undefined ? undefined : await readWordsFile(words);
  const { durationMs, channels } = await measure(file);
  const extension = extname(path).toLowerCase();
  const facts = {
    ...named(basename(path, extname(path))),
    kind: 'recording' as const,
    language: 'en-US',
    // The name of a file may be a patient's, and would stand in keys and logs.
    recording: { fileName: `recording${extension}`, bytes: file },
    standIn: { durationMs, channels: channels === 2 ? 2 : 1 } as const,
  };
  const size = file.size > largeBytes ? [`${megabytes(file.size)} of sound: this takes a while`] : [];
  if (words === undefined || read === undefined) return { ...facts, notes: size };
  if ('job' in read)
    return {
      ...facts,
      words,
      job: read.job,
      notes: [`a Transcribe job result; ${clock(durationMs)} of sound`, ...size],
    };
  const timed = toTimed(read.segments, durationMs);
  return {
    ...facts,
    words,
    ...languageOf(read, words),
    job: toImportedJob(timed.words, read.recognizer),
    notes: [
      summary(read, timed, durationMs),
      ...read.notes,
      ...timesNotes(timed),
      ...lengthNotes(timed, durationMs),
      ...size,
    ],
  };
}

const largeBytes = 200 * 1000 ** 2;
const megabytes = (bytes: number) => `${Math.round(bytes / 1000 ** 2).toLocaleString('en-US')} MB`;

/**
 * What the pipeline finds in a recording.
 * @throws CaseError with the pipeline's own name of the refusal
 */
export async function measure({ path, size }: OnDisk): Promise<Audio> {
  try {
    checkSize(size);
    await using file = await open(path);
    const facts = await probeMedia(size, async (start, end) => {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    });
    return toAudio(facts);
  } catch (error) {
    throw error instanceof PipelineError ? new CaseError(`${path}: ${error.message} (${error.name})`) : error;
  }
}

/** @throws CaseError for a language that the pipeline does not read */
function languageOf({ language }: ImportedWords, words: string): { language?: string } {
  if (language === undefined || language === 'auto') return {};
  try {
    return { language: toLanguage(codeOf(language)) };
  } catch (error) {
    const found = /^[\w-]{1,20}$/.test(language) ? language : 'no language code';
    throw error instanceof PipelineError
      ? new CaseError(`${words}: its language, ${found}, is not one that Transcribe reads`)
      : error;
  }
}

/** The API of OpenAI writes the name of a language, everything else its code. */
function codeOf(language: string): string {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const codes = Array.from({ length: 26 ** 2 }, (_, n) => String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26)));
  return language.length <= 3
    ? language
    : (codes.find((code) => names.of(code)?.toLowerCase() === language.toLowerCase()) ?? language);
}

function summary({ recognizer }: ImportedWords, { words }: Timed, durationMs: number): string {
  const speakers = new Set(words.flatMap(({ speaker }) => speaker ?? [])).size;
  const who = speakers === 0 ? 'no speakers, so every role stays unknown' : counted(speakers, 'speaker');
  return `${counted(words.length, 'word')}, ${who}; ${recognizer}; ${clock(durationMs)} of sound`;
}

function timesNotes({ words, hasTimes, spread, backwards, reordered }: Timed): string[] {
  if (words.length === 0) return ['the words file holds no words'];
  const all = spread === words.length;
  const over = hasTimes ? 'segments' : 'recording';
  return [
    ...(all ? [`the words have no times of their own: they are spread over the ${over}, by their length`] : []),
    ...(!all && spread > 0 ? [`${withoutTime(spread, words.length)}: placed evenly between the times around`] : []),
    ...(backwards > 0 ? [`${counted(backwards, 'time')} went backwards: no word begins before the one before it`] : []),
    ...(reordered ? ['the segments were not in the order of their times, and now are'] : []),
  ];
}

const withoutTime = (spread: number, all: number) =>
  `${spread.toLocaleString('en-US')} of ${counted(all, 'word')} ${spread === 1 ? 'has no time of its own' : 'have no time of their own'}`;

/** As the pipeline flags a transcript that is longer than its recording. */
const beyondMs = 1_000;
const silentMs = 30_000;
const question = 'do they belong together?';
/** Nobody speaks faster for long; a consultation has two or three words a second. */
const mostPerSecond = 5;

function lengthNotes({ words }: Timed, durationMs: number): string[] {
  const endMs = words.reduce((last, word) => Math.max(last, word.endMs), 0);
  const isFar = words.length > 0 && durationMs - endMs > Math.max(silentMs, durationMs / 5);
  if (endMs > durationMs + beyondMs || isFar)
    return [`the words end at ${clock(endMs)}, the recording at ${clock(durationMs)}: ${question}`];
  const perSecond = Math.round((words.length * 1000) / durationMs);
  return words.length * 1000 > durationMs * mostPerSecond
    ? [`${counted(perSecond, 'word')} in each second of sound: ${question}`]
    : [];
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
