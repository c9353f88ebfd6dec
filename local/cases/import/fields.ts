import { counted } from '../../commandLine.ts';
import type { ImportedWord } from './importedWords.ts';

/** An object of a words file. Nothing is known about a field until it is read. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, also when it is written as a string; undefined for anything else. */
export function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Whole milliseconds of a time in units of `unitMs`; undefined when there is none, or one before the recording. */
export function toMs(value: unknown, unitMs: number): number | undefined {
  const number = toNumber(value);
  return number === undefined || number < 0 ? undefined : Math.round(number * unitMs);
}

export function toConfidence(value: unknown): number | undefined {
  const number = toNumber(value);
  return number === undefined || number < 0 || number > 1 ? undefined : number;
}

const longestLabel = 60;

/** A speaker's label, also from inside an object; undefined for nobody, whom whisper.cpp writes as `?`. */
export function toLabel(value: unknown): string | undefined {
  if (isFields(value)) return toLabel(value['name'] ?? value['label'] ?? value['id']);
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const label = String(value).replaceAll(/\s+/g, ' ').trim().slice(0, longestLabel);
  return label === '' || label.endsWith('?') ? undefined : label;
}

/** The words of a text, without times. */
export function toWords(text: unknown): ImportedWord[] {
  if (typeof text !== 'string') return [];
  return text.split(/\s+/u).flatMap((word) => (word === '' ? [] : [{ text: word }]));
}

/** Whether a text is only the name of a sound, such as [BLANK_AUDIO] or (door closes): nobody said it. */
export function isSound(text: string): boolean {
  return /^\s*(?:(?:\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|[♪♫])\s*)*$/u.test(text);
}

export function toSoundNotes(count: number): string[] {
  return count === 0 ? [] : [`${counted(count, 'sound')} such as [BLANK_AUDIO] left out: nobody said it`];
}

/** How a recognizer pieces words together: a piece without a blank before it goes on with the word before. */
export interface Piece extends ImportedWord {
  hasBlank: boolean;
}

/**
 * Joins the pieces to words: " 38", ".5" is one word. Pieces that never have a blank, as WhisperX writes them, are words
 * already.
 */
export function joinPieces(pieces: readonly Piece[], areSpaced: boolean): ImportedWord[] {
  const words: (ImportedWord & { parts: number[] })[] = [];
  for (const { hasBlank, ...piece } of pieces) {
    const before = words.at(-1);
    if (!before || hasBlank || !areSpaced) {
      words.push({ ...piece, parts: piece.confidence === undefined ? [] : [piece.confidence] });
      continue;
    }
    before.text += piece.text;
    before.startMs ??= piece.startMs;
    before.endMs = piece.endMs ?? before.endMs;
    if (piece.confidence !== undefined) before.parts.push(piece.confidence);
  }
  return words.map(({ parts, ...word }) => ({
    ...word,
    confidence: parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0) / parts.length,
  }));
}
