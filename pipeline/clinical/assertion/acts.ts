import { listOf } from '../../phrases.ts';
import type { Turn } from '../../transcript/transcript.ts';

const opens = listOf`
  any\b|do you|did you|have you|has (?:he|she|it)|are you|is (?:there|it)|are there|were you|what about|how about
  no (?:other|history)
`;
const lead = listOf`and|so|or|okay|ok|um|uh|right|but|now|then|well`;
const asksPlainly = new RegExp(`^(?:(?:${lead})[, ]+)*(?:${opens})`, 'i');
/** "I'll order that, okay?" asks for no answer. */
const tag =
  /(?:, |\. )(?:okay|ok|alright|all right|yeah|right|does that (?:sound|make)|is that (?:okay|fine)|sound good)[^?]*\?$/i;

/** How a sentence is said, and by whom. */
export type Manner =
  | 'asked'
  | 'tagged'
  | 'stated'
  | 'patientAsked'
  | 'patientStated'
  | 'otherStated'
  | 'unknownAsked'
  | 'unknownStated';

export function mannerOf({ role }: Turn, sentence: string): Manner {
  const isQuestion = sentence.endsWith('?') || (role === 'clinician' && asksPlainly.test(sentence));
  if (role === 'patient') return sentence.endsWith('?') ? 'patientAsked' : 'patientStated';
  if (role === 'other') return isQuestion ? 'unknownAsked' : 'otherStated';
  if (role === 'unknown') return isQuestion ? 'unknownAsked' : 'unknownStated';
  if (!isQuestion) return 'stated';
  return tag.test(sentence) ? 'tagged' : 'asked';
}

/** Whether it waits for an answer of somebody else. */
export const isQuestion = (manner: Manner) => manner === 'asked' || manner === 'tagged' || manner === 'unknownAsked';
