import { DialogueError } from './dialogueError.ts';

export interface SpokenWord {
  /** The word as the service would write it, with the digits, apostrophes and hyphens inside it. */
  content: string;
  /** Punctuation marks that follow it, one item each. */
  marks: string[];
  /** Marked `{?word}`: the service was unsure of it. */
  unsure: boolean;
}

const TRAILING_MARKS = /[.,?!;:…]+$/u;
const UNSURE = /^\{\?([^{}]+)\}$/u;

/**
 * Splits an utterance into words with the punctuation that follows each. Only trailing marks are items of their own:
 * "6.5", "o'clock" and an opening "¿" stay with their word, because a transcript is joined without blanks before marks.
 * @throws DialogueError when a mark has no word or a `{?word}` is malformed.
 */
export function splitWords(text: string, line: number): SpokenWord[] {
  const words: SpokenWord[] = [];
  for (const chunk of text.split(/\s+/u).filter((part) => part !== '')) {
    const marks = (TRAILING_MARKS.exec(chunk)?.[0] ?? '').split('');
    const spoken = chunk.slice(0, chunk.length - marks.length);
    const previous = words.at(-1);
    if (spoken !== '') words.push({ ...readWord(spoken, line), marks });
    else if (previous === undefined) throw new DialogueError(line, 'a mark does not follow a word');
    else previous.marks.push(...marks);
  }
  return words;
}

function readWord(spoken: string, line: number): { content: string; unsure: boolean } {
  const unsure = UNSURE.exec(spoken)?.[1];
  if (unsure === undefined && /[{}]/.test(spoken)) {
    throw new DialogueError(line, 'a low-confidence mark is written {?word} and holds one word');
  }
  return { content: unsure ?? spoken, unsure: unsure !== undefined };
}
