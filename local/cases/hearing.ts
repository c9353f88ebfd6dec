import type { Dialogue, TimedWord } from './dialogue.ts';
import { randomFor } from './random.ts';
import type { Random } from './random.ts';

/** A word as the service hears it. */
export interface HeardWord extends TimedWord {
  speaker: string;
  /** Index of its utterance in the dialogue. */
  utterance: number;
  /** 0 to 1, with three or four decimals. */
  confidence: number;
}

const SHORTEST_WORD_MS = 10;

/** All words in the order of their start, with overlaps as they were spoken, as separate channels give them. */
export function hearApart({ utterances, seed }: Dialogue): HeardWord[] {
  const random = randomFor(JSON.stringify([seed, 'confidence', utterances]));
  return utterances
    .flatMap(({ speaker, words }, utterance) =>
      words.map((word) => ({ ...word, speaker, utterance, confidence: confidenceOf(word, random) })),
    )
    .sort((a, b) => a.startMs - b.startMs);
}

/**
 * All words in the order of their start, one at a time, as a mixed recording gives them. The service orders overlapping
 * speech by start without overlap, so an interjection cuts the utterance it falls into.
 */
export function hearTogether(dialogue: Dialogue): HeardWord[] {
  const heard: HeardWord[] = [];
  for (const word of hearApart(dialogue)) {
    const previous = heard.at(-1);
    const startMs = Math.max(word.startMs, previous === undefined ? 0 : previous.startMs + SHORTEST_WORD_MS);
    if (previous !== undefined) previous.endMs = Math.min(previous.endMs, startMs);
    heard.push({ ...word, startMs, endMs: Math.max(word.endMs, startMs + SHORTEST_WORD_MS) });
  }
  return heard;
}

/** Maximal runs of one utterance's words: an utterance that was interrupted gives several. */
export function piecesOf(words: HeardWord[]): HeardWord[][] {
  const pieces: HeardWord[][] = [];
  let current: HeardWord[] = [];
  for (const word of words) {
    if (word.utterance !== current[0]?.utterance) pieces.push((current = []));
    current.push(word);
  }
  return pieces;
}

/** Most words are certain; a marked one is doubtful, now and then so doubtful that its confidence has an exponent. */
function confidenceOf({ unsure }: TimedWord, random: Random): number {
  if (!unsure) return random() < 0.6 ? 1 : thousandths(0.82 + 0.18 * random());
  return random() < 0.15 ? Math.ceil(random() * 9) / 10_000 : thousandths(0.06 + 0.38 * random());
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
