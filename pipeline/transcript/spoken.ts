import type { Word } from './jobItems.ts';
import type { Utterance } from './jobResult.ts';

/** A word with the signs of where it stands in its speaker's sentence. */
export interface Spoken {
  readonly word: Word;
  /** The utterance that the service put it into. */
  readonly utterance: Utterance;
  /** The service's label for it. */
  readonly heard: string;
  /** The label of whoever says it: the service's, until a rule knows better. */
  label: string;
  /** The marks that follow it. */
  marks: string;
  /** Silence before it; negative where two talk at once. */
  readonly gapMs: number;
  /** Whether its marks end a sentence. */
  ends: boolean;
  /** Whether its marks end a question. */
  asks: boolean;
}

const sentenceEnd = /[.?!…。？！؟]/u;
const question = /[?？؟]/u;

/** The words of a single stream one by one, each under the label that the service gave it. */
export function toSpoken(utterances: readonly Utterance[]): Spoken[] {
  const spoken: Spoken[] = [];
  let last: Spoken | undefined;
  for (const utterance of utterances) {
    const first = spoken.length;
    for (const token of utterance.tokens) {
      if (token.kind === 'word') {
        last = toWord(token, utterance, spoken.length - first, last);
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

function toWord(word: Word, utterance: Utterance, index: number, before: Spoken | undefined): Spoken {
  const heard = heardAs(utterance, index);
  const gapMs = before ? word.startMs - before.word.endMs : Number.POSITIVE_INFINITY;
  return { word, utterance, heard, label: heard, marks: '', gapMs, ends: false, asks: false };
}

/** The service's label for the word at `index`; a corrected utterance may remember another one than its own. */
function heardAs({ speaker, relabelled }: Utterance, index: number): string {
  return relabelled?.find(({ from, to }) => from <= index && index < to)?.label ?? speaker;
}

/** Words with less silence between them are said in one breath. */
const contiguousMs = 100;
/** A silence that is heard as a pause. */
const pauseMs = 150;

export const isContiguous = ({ gapMs }: Spoken) => gapMs < contiguousMs;
export const isAfterPause = ({ gapMs }: Spoken) => gapMs >= pauseMs;

/** Whether a word goes on with a sentence, as far as its letters show: "I" is a capital anywhere. */
export const isLowerCase = ({ word: { text } }: Spoken) => /^\p{Ll}/u.test(text);

export const isI = ({ word: { text } }: Spoken) => /^I(?:'|$)/.test(text);

export const textOf = (words: readonly Spoken[]) => words.map(({ word, marks }) => word.text + marks).join(' ');

export function relabel(words: readonly Spoken[], label: string): void {
  for (const word of words) word.label = label;
}

/** Consecutive words, from index `begin` to before index `end`. */
export interface Run {
  readonly begin: number;
  readonly end: number;
}

/** Cuts the words into runs, before each word for which `begins` is true. */
export function cutBefore(spoken: readonly Spoken[], begins: (word: Spoken, before: Spoken) => boolean): Run[] {
  const runs: Run[] = [];
  let begin = 0;
  for (let at = 1; at <= spoken.length; at += 1) {
    const before = spoken[at - 1];
    const word = spoken[at];
    if (!before || (word && !begins(word, before))) continue;
    runs.push({ begin, end: at });
    begin = at;
  }
  return runs;
}

/** The longest runs of one label. */
export const toRuns = (spoken: readonly Spoken[]) => cutBefore(spoken, (word, before) => word.label !== before.label);
