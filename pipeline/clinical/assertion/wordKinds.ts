import { illnessWords } from './words/illness.ts';
import { talkWords } from './words/talk.ts';
import { treatmentWords } from './words/treatment.ts';

/**
 * Kinds of words that bear on the status of a finding, wherever they stand: what they mean in a place, said by whom, is
 * for the weights to say. Each is heard at most once in a stretch of talk.
 */
export const wordKinds: Readonly<Record<WordKind, RegExp>> = { ...talkWords, ...illnessWords, ...treatmentWords };

export type WordKind = keyof typeof talkWords | keyof typeof illnessWords | keyof typeof treatmentWords;

const names = Object.keys(wordKinds) as WordKind[];

/** The kinds of words that a stretch of talk holds, in the order of the table. */
export function kindsIn(text: string): WordKind[] {
  return text === '' ? [] : names.filter((name) => wordKinds[name].test(text));
}
