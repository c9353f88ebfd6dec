import type { Word } from './jobItems.ts';
import type { HeardAs, Utterance } from './jobResult.ts';

/** A word with what tells where it stands in its speaker's sentence. */
export interface Spoken {
  word: Word;
  /** The marks that follow it. */
  marks: string;
  /** Who says it: the service's label until a rule knows better. */
  label: string;
  /** Silence before it; negative where two talk at once. */
  gapMs: number;
  /** Its marks end a sentence. */
  ends: boolean;
  /** Its marks end a question. */
  asks: boolean;
}

const sentenceEnd = /[.?!…。？！؟]/u;
const question = /[?？؟]/u;

/** The words of a single stream one by one, each under the label that the service gave it. */
export function toSpoken(utterances: readonly Utterance[]): Spoken[] {
  const spoken: Spoken[] = [];
  let last: Spoken | undefined;
  for (const { speaker, tokens, relabelled } of utterances) {
    let at = 0;
    for (const token of tokens) {
      if (token.kind === 'word') {
        const label = (relabelled && labelAt(relabelled, at)) ?? speaker;
        at += 1;
        const gapMs = last ? token.startMs - last.word.endMs : Number.POSITIVE_INFINITY;
        last = { word: token, marks: '', label, gapMs, ends: false, asks: false };
        spoken.push(last);
      } else if (last) {
        last.marks += token.text;
        last.ends ||= sentenceEnd.test(token.text);
        last.asks ||= question.test(token.text);
      }
    }
  }
  return spoken;
}

function labelAt(relabelled: readonly HeardAs[], word: number): string | undefined {
  return relabelled.find(({ from, to }) => from <= word && word < to)?.label;
}

/** Where no pause is: one person's words in one breath. */
const contiguousMs = 100;
/** A pause that is heard as one. */
const pauseMs = 150;

export const isContiguous = ({ gapMs }: Spoken) => gapMs < contiguousMs;
export const isAfterPause = ({ gapMs }: Spoken) => gapMs >= pauseMs;

/** Goes on with a sentence, as far as letters tell: "I" is a capital anywhere. */
export const isLowerCase = ({ word: { text } }: Spoken) => /^\p{Ll}/u.test(text);

export const isI = ({ word: { text } }: Spoken) => /^I(?:'|$)/.test(text);

export const textOf = (words: readonly Spoken[]) => words.map(({ word, marks }) => word.text + marks).join(' ');

export function relabel(words: readonly Spoken[], label: string): void {
  for (const word of words) word.label = label;
}

/** Consecutive words, cut before each word that `begins` something. */
export function cutBefore(
  spoken: readonly Spoken[],
  begins: (word: Spoken, before: Spoken) => boolean,
): { begin: number; end: number }[] {
  const pieces: { begin: number; end: number }[] = [];
  let begin = 0;
  for (let at = 1; at <= spoken.length; at += 1) {
    const [before, word] = [spoken[at - 1], spoken[at]];
    if (!before || (word && !begins(word, before))) continue;
    pieces.push({ begin, end: at });
    begin = at;
  }
  return pieces;
}
