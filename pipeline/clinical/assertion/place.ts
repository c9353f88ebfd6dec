import { type Sentence, sentenceAt, wordsOf } from '../../transcript/sentences.ts';
import type { Turn } from '../../transcript/transcript.ts';

/** The sentence of a mention, what it says before and after the mention in its own clause, and the sentences beside it. */
export interface Place {
  sentence: Sentence;
  /** Of the whole sentence. */
  ahead: string;
  /** Of the mention's own clause. */
  before: string;
  after: string;
  previous: string;
  next: string;
  /** How many sentences of the turn come first; 2 stands for more. */
  index: number;
}

const border = new RegExp(
  [
    String.raw`(?<=[.?!…])\s+`,
    String.raw`(?:, | )(?=(?:but|although|though|however|except|because|so that)\b)`,
    String.raw`(?:, | )(?=and (?:i|i'm|i've|he|she|it|we|now|then|you|if|the|my)\b)`,
    String.raw`;\s`,
    String.raw`\s[–—-]\s`,
  ].join('|'),
  'i',
);

export function placeOf(turn: Turn, { begin, end }: { begin: number; end: number }): Place {
  const sentence = sentenceAt(turn, begin);
  const ahead = wordsOf(turn, { begin: sentence.begin, end: begin });
  const behind = wordsOf(turn, { begin: end, end: Math.max(end, sentence.end) });
  const previous = sentenceBefore(turn, sentence);
  const first = previous && sentenceBefore(turn, previous);
  const next = sentence.end + 1 < turn.end ? sentenceAt(turn, sentence.end + 1) : undefined;
  return {
    sentence,
    ahead,
    before: ahead.split(border).at(-1) ?? '',
    after: behind.split(border)[0] ?? '',
    previous: previous?.text ?? '',
    next: next?.text ?? '',
    index: previous ? (first ? 2 : 1) : 0,
  };
}

function sentenceBefore(turn: Turn, { begin }: Sentence): Sentence | undefined {
  return begin - 2 >= turn.begin ? sentenceAt(turn, begin - 2) : undefined;
}
