import type { AssertionStatus } from '../../entities.ts';
import type { Reason } from '../../reasons.ts';
import { type Sentence, saidUpTo, sentenceAt } from '../../../transcript/sentences.ts';
import type { Dialogue, Turn } from '../../../transcript/transcript.ts';

export type Decision = readonly [AssertionStatus, Reason];

/** A finding that somebody states, and the words around it in its sentence. */
export interface Stated {
  transcript: Dialogue;
  turn: Turn;
  begin: number;
  category: string;
  /** The finding itself. */
  words: string;
  /** What the speaker has said of the sentence before it. */
  ahead: string;
  /** The words before it and after it in its own clause: "but" and its like end a clause. */
  before: string;
  after: string;
  /** All that follows in the sentence. */
  rest: string;
  sentence: Sentence;
  has: (trait: string) => boolean;
}

const clauseEnd =
  /\b(?:but|although|though|however|except|whereas|apart from)\b|[;:]|\band (?:i|my|he|she|it|we|now|then)\b/gi;

export function toStated(
  transcript: Dialogue,
  turn: Turn,
  { begin, end, category }: { begin: number; end: number; category: string },
  has: Stated['has'],
): Stated {
  const sentence = sentenceAt(turn, begin);
  const points = Array.from(sentence.text);
  const own = points.slice(0, begin - sentence.begin).join('');
  // A sentence that a listener's "Mm." cut in two began before this turn.
  const ahead =
    sentence.begin === turn.begin
      ? (saidUpTo(transcript, turn, begin)
          .split(/(?<=[.?!])\s/)
          .at(-1) ?? own)
      : own;
  const behind = points.slice(end - sentence.begin).join('');
  const last = [...ahead.matchAll(clauseEnd)].at(-1);
  const before = last ? ahead.slice(last.index + last[0].replace(/^and /i, '').length) : ahead;
  const after = behind.slice(0, behind.search(clauseEnd) >= 0 ? behind.search(clauseEnd) : undefined);
  return {
    transcript,
    turn,
    begin,
    category,
    words: points.slice(begin - sentence.begin, end - sentence.begin).join(''),
    ahead,
    before: last?.[0].startsWith('and') ? ahead.slice(last.index) : before,
    after,
    rest: behind,
    sentence,
    has,
  };
}

/** One thing that a statement may say of a finding besides that it is there. */
export type Rule = (stated: Stated) => Decision | undefined;

export const isBy = ({ turn }: Stated, ...roles: readonly Turn['role'][]) => roles.includes(turn.role);
