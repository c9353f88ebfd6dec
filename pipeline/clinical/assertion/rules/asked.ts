import { type Outcome, readExchange } from './exchange.ts';
import { isPresupposed, isReason, toQuestion } from './questions.ts';
import { repliesTo } from './replies.ts';
import type { Sentence } from '../../../transcript/sentences.ts';
import type { Dialogue, Turn } from '../../../transcript/transcript.ts';

/** A finding that stands in a question, and what became of it. */
export interface Asked {
  verdict: Outcome;
  question: Sentence;
  /** Whose words decided; undefined when nobody answered. */
  answer: Turn | undefined;
}

/** What the answer to its question makes of a finding. */
export function readAsked(
  transcript: Dialogue,
  turn: Turn,
  sentence: Sentence,
  { words, begin, category }: { words: string; begin: number; category: string },
): Asked {
  const at = begin - sentence.begin;
  const question = toQuestion(sentence.text, words, at, category === 'MEDICATION');
  const decide = (verdict: Outcome, answer?: Turn): Asked => ({ verdict, question: sentence, answer });
  if (isReason.test(question.ahead)) return decide('presupposed');
  let last: Turn | undefined;
  for (const { text, by, rival } of repliesTo(transcript, turn, sentence)) {
    last = by;
    const outcome = readExchange(question, text, rival);
    if (outcome) return decide(outcome, by);
  }
  return decide(isPresupposed(question) ? 'presupposed' : 'unclear', last);
}
