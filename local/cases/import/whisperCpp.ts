import { CaseError } from '../caseError.ts';
import {
  isFields,
  isSound,
  joinPieces,
  toConfidence,
  toLabel,
  toMs,
  toSoundNotes,
  toWords,
  type Fields,
  type Piece,
} from './fields.ts';
import type { ImportedWord, ImportedWords, Segment } from './importedWords.ts';

/**
 * Reads what `whisper-cli` of whisper.cpp writes with `-oj` or, with a time for each token, `-ojf`. Source: `output_json`
 * in its examples/cli/cli.cpp: `transcription[]` with `offsets` in milliseconds, `text`, `tokens[]`, and with `-di` the
 * number of the louder channel as `speaker`.
 * @throws CaseError naming the first segment that is none
 */
export function readWhisperCpp(json: Fields, transcription: readonly unknown[]): ImportedWords {
  const [params, result] = [fieldsOf(json['params']), fieldsOf(json['result'])];
  const texts = transcription.map((segment, index) => textOf(segment, index));
  // With `-ml 1` a segment is a token, which may go on with the word of the segment before.
  const areSpaced = texts.filter((text) => text.startsWith(' ')).length * 2 > texts.length;
  const segments: Segment[] = [];
  let sounds = 0;
  for (const [index, each] of transcription.entries()) {
    const text = texts[index] ?? '';
    if (isSound(text)) {
      sounds += text.trim() === '' ? 0 : 1;
      continue;
    }
    const segment = toSegment(fieldsOf(each), text);
    const before = segments.at(-1);
    if (before && areSpaced && !/^\s/.test(text)) goOn(before, segment);
    else segments.push(segment);
  }
  return {
    recognizer: `whisper.cpp${modelOf(params, fieldsOf(json['model']))}`,
    language: languageOf(params, result),
    segments,
    notes: [
      ...toSoundNotes(sounds),
      ...(params['translate'] === true ? ['the words are a translation, not what was said'] : []),
    ],
  };
}

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

function textOf(segment: unknown, index: number): string {
  if (!isFields(segment)) throw new CaseError(`transcription.${index} is no object`);
  const { text } = segment;
  if (typeof text !== 'string') throw new CaseError(`transcription.${index} has no text`);
  return text;
}

function toSegment(segment: Fields, text: string): Segment {
  const { from, to } = fieldsOf(segment['offsets']);
  return {
    speaker: toLabel(segment['speaker']),
    startMs: toMs(from, 1),
    endMs: toMs(to, 1),
    words: withTokens(toWords(text), segment['tokens']),
  };
}

/** A token of the vocabulary that is no text, as `whisper_token_to_str` names it: [_BEG_], [_TT_150]. */
const special = /^\s*(?:\[_\w+\]|<\|.*\|>)\s*$/;

/**
 * The words of the text with the times of their tokens. A token may hold half of a character, so the text counts; where
 * the tokens make another number of words, they tell nothing.
 */
function withTokens(words: ImportedWord[], tokens: unknown): ImportedWord[] {
  if (!Array.isArray(tokens)) return words;
  const pieces = tokens.flatMap((token: unknown): Piece[] => {
    const { text, offsets, p } = fieldsOf(token);
    if (typeof text !== 'string' || text.trim() === '' || special.test(text)) return [];
    const { from, to } = fieldsOf(offsets);
    const piece = { text: text.trim(), startMs: toMs(from, 1), endMs: toMs(to, 1), confidence: toConfidence(p) };
    return [{ ...piece, hasBlank: /^\s/.test(text) }];
  });
  const timed = joinPieces(pieces, true);
  if (timed.length !== words.length) return words;
  return words.map(({ text }, index) => ({ ...timed[index], text }));
}

/** Adds a segment to the one before, as the rest of its last word. */
function goOn(before: Segment, { endMs, words: [first, ...others] }: Segment): void {
  const last = before.words.at(-1);
  if (last && first)
    before.words[before.words.length - 1] = { ...last, text: last.text + first.text, endMs: first.endMs };
  before.words.push(...others);
  before.endMs = endMs ?? before.endMs;
}

/** The model's file name, which is public; not its folder, which may name somebody. */
function modelOf(params: Fields, model: Fields): string {
  const file = textOrNone(params['model']).split(/[\\/]/).at(-1) ?? '';
  const name = [file.replace(/\.bin$/, ''), textOrNone(model['type'])].find((one) => /^[\w.-]{1,60}$/.test(one));
  return name === undefined ? '' : `, ${name}`;
}

const textOrNone = (value: unknown) => (typeof value === 'string' ? value : '');

function languageOf(params: Fields, result: Fields): string | undefined {
  if (params['translate'] === true) return 'en';
  const { language } = result;
  return typeof language === 'string' ? language : undefined;
}
