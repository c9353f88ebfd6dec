import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { CaseError } from '../caseError.ts';
import { readCaptions } from './captions.ts';
import { sizeOf } from '../paths.ts';
import { decode } from './decode.ts';
import { readDialogueText } from './dialogueText.ts';
import { type Fields, isFields } from './fields.ts';
import type { ImportedWords } from './importedWords.ts';
import { readWhisper } from './whisper.ts';
import { readWhisperCpp } from './whisperCpp.ts';

/** The endings of files that hold words. */
const extensions = ['.json', '.vtt', '.srt', '.txt'];

export const isWordsFile = (path: string) => extensions.includes(extname(path).toLowerCase());

/** The formats that are read, said in every refusal. */
const wanted =
  'the JSON of whisper.cpp (-oj, -ojf), Whisper, WhisperX or Amazon Transcribe, WebVTT, SRT, or ' +
  'text with lines such as "Doctor: "';

/** The words of a recording, or the result of a Transcribe job, which needs no reading here. */
export type WordsFile = ImportedWords | { job: Uint8Array };

/** Four hours of talk in the most talkative format take a tenth of this. */
const mostBytes = 256 * 1024 ** 2;

/**
 * Reads a words file of any format that is known, and tells the format from the content.
 * @throws CaseError that names the file, what was found and what is accepted; it never repeats what the file says
 */
export async function readWordsFile(path: string): Promise<WordsFile> {
  const size = await sizeOf(path);
  try {
    return await readFormat(path, size);
  } catch (error) {
    throw error instanceof CaseError ? new CaseError(`${path}: ${error.message}. Accepted are: ${wanted}`) : error;
  }
}

async function readFormat(path: string, size: number): Promise<WordsFile> {
  const extension = extname(path).toLowerCase();
  if (!isWordsFile(path)) throw new CaseError(`a name that ends in "${extension}" is not that of a words file`);
  if (size > mostBytes) throw new CaseError(`${Math.round(size / 1024 ** 2)} MB are too many for words`);
  if (size === 0) throw new CaseError('the file is empty');
  const bytes = await readFile(path);
  const { text, notes } = decode(bytes, extension === '.json');
  const read = extension === '.json' ? readJson(parse(text), bytes) : readText(text);
  return 'job' in read ? read : { ...read, notes: [...notes, ...read.notes] };
}

/** Whether these bytes are the JSON of another recognizer, and no job result. */
export function holdWords(bytes: Uint8Array): boolean {
  try {
    const json = parse(decode(bytes, true).text);
    return isFields(json) && (Array.isArray(json['transcription']) || Array.isArray(json['segments']));
  } catch (error) {
    if (error instanceof CaseError) return false;
    throw error;
  }
}

function readText(text: string): ImportedWords {
  return text.startsWith('WEBVTT') || /^[\d\s:.,]+-->/m.test(text) ? readCaptions(text) : readDialogueText(text);
}

/** Other recognizers' JSON, by a key that theirs has. */
const foreign: readonly [name: string, is: (json: Fields) => boolean][] = [
  ['a Call Analytics job', (json) => 'ConversationCharacteristics' in json],
  ['HealthScribe', (json) => 'Conversation' in json || 'ClinicalDocumentation' in json],
  ['Deepgram', (json) => isFields(json['results']) && 'channels' in json['results'] && !('items' in json['results'])],
  ['AssemblyAI', (json) => 'utterances' in json || 'audio_duration' in json],
  ['Azure', (json) => 'recognizedPhrases' in json],
  ['Rev', (json) => 'monologues' in json],
  ['Google', (json) => Array.isArray(json['results'])],
  ['Vosk', (json) => Array.isArray(json['result'])],
];

function readJson(json: unknown, bytes: Uint8Array): WordsFile {
  const object: Fields = isFields(json) ? json : {};
  const name = foreign.find(([, is]) => is(object))?.[0];
  if (name !== undefined) throw new CaseError(`JSON like that of ${name}, which is not read`);
  if (isFields(object['results'])) return { job: bytes };
  const { transcription, segments, words } = object;
  if (Array.isArray(transcription)) return readWhisperCpp(object, transcription);
  if (Array.isArray(segments)) return readWhisper(object, segments);
  if (Array.isArray(words)) return readWhisper(object, []);
  if (Array.isArray(json) && json.some((one) => isFields(one) && 'text' in one)) return readWhisper({}, json);
  throw new CaseError(`JSON (${kindOf(json)}) without segments or transcription`);
}

function kindOf(json: unknown): string {
  if (Array.isArray(json)) return 'a list';
  return json === null ? 'null' : isFields(json) ? 'an object' : `a ${typeof json}`;
}

/** JSON, also as Python writes it, with NaN where a number is missing. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const withNull = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (part) =>
      part.startsWith('"') ? part : 'null',
    );
    if (withNull !== text) return parse(withNull);
    // The message of the parser repeats the text around the place.
    const [, line] = /\(line (\d+) column \d+\)/.exec(String(error)) ?? [];
    throw new CaseError(
      `broken JSON${line === undefined ? ', which ends too early or never begins' : ` in line ${line}`}`,
    );
  }
}
