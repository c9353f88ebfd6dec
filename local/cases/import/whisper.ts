import { CaseError } from '../caseError.ts';
import {
  type Fields,
  isFields,
  isSound,
  joinPieces,
  type Piece,
  toConfidence,
  toLabel,
  toMs,
  toSoundNotes,
  toWords,
} from './fields.ts';
import type { ImportedWord, ImportedWords, Segment } from './importedWords.ts';

/**
 * Reads the JSON of openai-whisper and of what followed it: faster-whisper and its wrappers, WhisperX, the transcription
 * API of OpenAI. They share `segments[]` with `start`, `end` (seconds), `text`, and `words[]`. Sources: whisper/utils.py
 * and whisper/timing.py (`word`, `probability`; a blank before each word), faster_whisper/transcribe.py (`Word`),
 * whisperx/types.py and whisperx/diarize.py (`score`, `speaker` on segments and words; a word that the aligner did not
 * find has no times). whisper-timestamped writes `text` and `confidence` in `words[]`.
 * @param segments of the file; those of a file that is a list are its elements
 * @throws CaseError naming the first place that is not as it should be
 */
export function readWhisper(json: Fields, segments: readonly unknown[]): ImportedWords {
  const listed = toListed(json, segments);
  const spoken = listed.filter(({ text }) => !isSound(text));
  const sounds = listed.filter(({ text }) => isSound(text) && text.trim() !== '').length;
  const areSpaced = areWordsSpaced(listed);
  const { language } = json;
  return {
    recognizer: recognizerOf(json, listed),
    language: typeof language === 'string' ? language : undefined,
    segments: spoken.map((one) => toSegment(one, areSpaced)),
    notes: toSoundNotes(sounds),
  };
}

/** A segment with its words as the file has them. */
interface Listed {
  segment: Fields;
  text: string;
  words: { fields: Fields; text: string }[];
}

/** The API of OpenAI lists the words beside the segments, not in them. */
function toListed({ words }: Fields, segments: readonly unknown[]): Listed[] {
  const listed = segments.map((segment, index) => toListedSegment(segment, index));
  const hasWords = listed.some((segment) => segment.words.length > 0);
  return hasWords || !Array.isArray(words) || words.length === 0 ? listed : [toListedSegment({ words }, 0)];
}

function toListedSegment(segment: unknown, index: number): Listed {
  if (!isFields(segment)) throw new CaseError(`segments.${index} is no object`);
  const { text, words } = segment;
  const listed = Array.isArray(words) ? words.flatMap((word: unknown, at) => toListedWord(word, index, at)) : [];
  const hasText = typeof text === 'string' && text.trim() !== '';
  return { segment, text: hasText ? text : listed.map((word) => word.text).join(' '), words: listed };
}

function toListedWord(fields: unknown, index: number, at: number): Listed['words'] {
  if (!isFields(fields)) throw new CaseError(`segments.${index}.words.${at} is no object`);
  const text = fields['word'] ?? fields['text'];
  if (typeof text !== 'string' && typeof text !== 'number') return [];
  return String(text).trim() === '' ? [] : [{ fields, text: String(text) }];
}

/** Whether the words have the blanks before them that part them: then one without a blank goes on with the one before. */
function areWordsSpaced(listed: readonly Listed[]): boolean {
  const inner = listed.flatMap(({ words }) => words.slice(1));
  return inner.filter(({ text }) => /^\s/.test(text)).length * 2 > inner.length;
}

function toSegment({ segment, text, words }: Listed, areSpaced: boolean): Segment {
  const speaker = toLabel(segment['speaker']);
  const pieces = words.map((word): Piece => ({ ...toWord(word), hasBlank: /^\s/.test(word.text) }));
  return {
    speaker,
    startMs: toMs(segment['start'], 1000),
    endMs: toMs(segment['end'], 1000),
    words: pieces.length > 0 ? joinPieces(pieces, areSpaced).flatMap(splitAtBlanks) : toWords(text),
  };
}

function toWord({ fields, text }: Listed['words'][number]): ImportedWord {
  const { start, end, probability, score, confidence, speaker } = fields;
  return {
    text: text.trim(),
    speaker: toLabel(speaker),
    startMs: toMs(start, 1000),
    endMs: toMs(end, 1000),
    confidence: toConfidence(probability ?? score ?? confidence),
  };
}

/** A "word" of several: the first has the time's begin, the last its end. */
function splitAtBlanks(word: ImportedWord): ImportedWord[] {
  const texts = word.text.split(/\s+/u);
  if (texts.length === 1) return [word];
  return texts.map((text, at) => ({
    ...word,
    text,
    startMs: at === 0 ? word.startMs : undefined,
    endMs: at === texts.length - 1 ? word.endMs : undefined,
  }));
}

/** openai-whisper and faster-whisper cannot be told apart: neither writes its name. */
function recognizerOf(json: Fields, listed: readonly Listed[]): string {
  const [word] = listed.flatMap(({ words }) => words.slice(0, 1));
  if ('word_segments' in json || (word && 'score' in word.fields)) return 'WhisperX';
  if (word && 'confidence' in word.fields) return 'whisper-timestamped';
  return 'Whisper (openai-whisper or faster-whisper)';
}
