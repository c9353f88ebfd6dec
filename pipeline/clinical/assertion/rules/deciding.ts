import type { Stretch } from '../../entities.ts';
import type { Reason } from '../../reasons.ts';
import { readVerdict } from './answers.ts';
import type { Asked } from './asked.ts';
import { sentenceAt, wordsOf } from '../../../transcript/sentences.ts';
import type { Dialogue, Turn } from '../../../transcript/transcript.ts';

/** The reasons that rest on what was said to a question or a proposal. */
const byAnswer: ReadonlySet<Reason> = new Set([
  'answered-yes',
  'answered-yes-to-denial',
  'answered-yes-to-several',
  'answered-no',
  'answered-no-of-family',
  'answered-with-another',
  'answered-of-relative',
  'answered-over',
  'answered-to-come',
  'answered-unsure',
  'agreed',
  'declined',
  'clinician-says-yes',
  'clinician-says-no',
]);

/**
 * The stretch outside a mention's own sentence that decided its status: the answer to the question it stands in, or the
 * question that it answers. Null where its own sentence decided.
 */
export function toDecidedBy(
  transcript: Dialogue,
  turn: Turn,
  reason: Reason,
  asked: Pick<Asked, 'question' | 'answer'> | undefined,
): Stretch | null {
  if (byAnswer.has(reason)) {
    const answer = asked?.answer ?? turnAfter(transcript, turn);
    // Where nobody is told apart the answer stands in the same turn, after the question.
    return answer ? answerIn(answer, answer.index === turn.index ? asked?.question.end : undefined) : null;
  }
  const before = reason === 'allergy' ? transcript.turns[turn.index - 1] : undefined;
  if (!before?.text.endsWith('?')) return null;
  const { begin, end } = sentenceAt(before, before.end - 1);
  return { turn: before.index, begin, end };
}

function turnAfter({ turns }: Dialogue, { index, speaker }: Turn): Turn | undefined {
  return turns.slice(index + 1, index + 3).find((next) => next.speaker !== speaker);
}

/** "Sorry, the door. Right. Yes, it does.": the answer is not always the first sentence. */
const farSentences = 4;

/** A turn, or what follows a question in it, up to the sentence with which it says what all of it says. */
function answerIn(turn: Turn, after?: number): Stretch {
  const from = after === undefined ? turn.begin : Math.min(after + 1, turn.end - 1);
  const sentence = sentenceAt(turn, from);
  // Without marks a sentence reaches back over the question.
  const begin = Math.max(sentence.begin, from);
  const read = (end: number) => wordsOf(turn, { begin, end });
  const verdict = readVerdict(read(turn.end));
  let { end } = sentence;
  for (let n = 1; n < farSentences && end < turn.end && readVerdict(read(end)) !== verdict; n += 1) {
    ({ end } = sentenceAt(turn, end + 1));
  }
  return { turn: turn.index, begin, end };
}
