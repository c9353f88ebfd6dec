import { isPlain, namingWords, readNamed, readVerdict, type Verdict } from './answers.ts';
import { afterSentence, type Sentence, sentenceAt } from './sentences.ts';
import type { Transcript, Turn } from './transcript.ts';

/** A finding that stands in a question, and what became of it. */
export interface Asked {
  verdict: Verdict | 'presupposed' | 'one-of-several' | 'left-out';
  question: Sentence;
  /** Whose words decided; undefined when nobody answered. */
  answer: Turn | undefined;
}

const lead = String.raw`^(?:(?:and|so|or|okay|ok|um|uh|right|but|now|then|well|alright|all right|great|perfect|good|sure|i see|got it|fine)[, ]+)*`;

const asks = new RegExp(
  `${lead}(?:any\\b|do you|did you|have you|has (?:he|she|it|there|your|that)|had you|are you|is (?:there|it|that|he|she)|are (?:there|they)|were you|was (?:there|it)|does|do they|what about|how about|can you|could you|no (?:other|problems with|history of)|and any|anything like|ever (?:had|get))`,
  'i',
);

/** "How long have you had the cough?" takes the cough for granted; "How about a cough?" does not. */
const presupposes = new RegExp(`${lead}(?:how (?!about)|when|whereabouts|where|which|why)`, 'i');

/** "You've no wheeze?": no denies what it asks about, yes may do so too. */
const asksForNo = /\b(?:no|not|never|don't|haven't|didn't|doesn't|isn't|aren't|hasn't|without)\b[\w' ]{0,25}$/i;

/** "Any fever, cough or weight loss?": other things are asked in the same breath. */
const listedBefore = /\p{L}(?:,| or|, or| and)(?: (?:any|a|an|the|your))? $/u;
const listedAfter =
  /^(?:, | or | and )(?!(?:\w+n't|you|do|how|is|are|have|has|when|what|was|were|did|if|that|right)\b)\p{L}/iu;

/** The question of somebody else than the patient in which the span stands, if it does. */
export function questionAround(turn: Turn | undefined, begin: number): Sentence | undefined {
  if (!turn || turn.role === 'patient') return undefined;
  const sentence = sentenceAt(turn, begin);
  return sentence.text.endsWith('?') || asks.test(sentence.text) ? sentence : undefined;
}

/** What the answer to its question makes of a finding. */
export function readAsked(transcript: Transcript, turn: Turn, question: Sentence, finding: string): Asked {
  const asked = namingWords(finding);
  const others = namingWords(question.text.replaceAll(finding, ' '));
  const [ahead = '', behind = ''] = question.text.split(finding, 2);
  const isAlone = !listedBefore.test(ahead) && !listedAfter.test(behind);
  let last: Turn | undefined;
  for (const { text, by, rival } of answersTo(transcript, turn, question)) {
    last = by;
    const named = readNamed(text, asked, others);
    const decide = (verdict: Asked['verdict']): Asked => ({ verdict, question, answer: by });
    if (named === 'denied') return decide('no');
    if (named === 'left-out') return decide('left-out');
    const verdict = readVerdict(text);
    if (named === 'named' && verdict !== 'over' && verdict !== 'unsure') return decide('yes');
    if (verdict === 'unclear') continue;
    if (verdict === 'no' && isPresupposedNo(question, text)) return decide('yes');
    if (verdict === 'no' && isExcepted(finding, text)) return decide('yes');
    if (verdict === 'yes' && asksForNo.test(ahead) && isPlain(text)) return decide('unclear');
    if (verdict === 'yes' && rival) return decide('one-of-several');
    if (verdict === 'yes' && !isAlone && !/\b(?:both|all)\b/i.test(text)) return decide('one-of-several');
    return decide(verdict);
  }
  return { verdict: presupposes.test(question.text) ? 'presupposed' : 'unclear', question, answer: last };
}

/** "Any allergies?" "No, just latex." */
function isExcepted(finding: string, answer: string): boolean {
  return /allerg/i.test(finding) && /\b(?:just|only|except|apart from|other than)\b/i.test(answer);
}

/** "How long have you had the pain?" "No longer than a week." */
function isPresupposedNo(question: Sentence, answer: string): boolean {
  return presupposes.test(question.text) && /^no (?:longer|more|less)\b/i.test(answer);
}

interface Answer {
  text: string;
  by: Turn;
  /** Another question stands between this one and its answer: a yes may mean that one. */
  rival: boolean;
}

/** A question that asks the same again: "Anything like that?", "Any at all?" */
const again =
  /^(?:(?:and|so|or|at all|anything|any|nothing|none|no|at|all|like|that|of|those|them|ever|lately|recently)[ ,?.]*)+$/i;

/** A turn is looked for among so many that follow. */
const farTurns = 6;

/** What may answer the question, nearest first: the rest of a plain transcript's turn, or turns of somebody else. */
function* answersTo({ turns, engine }: Transcript, turn: Turn, question: Sentence): Generator<Answer> {
  const rest = afterSentence(turn, question);
  if (rest !== '' && engine.shape === 'plain') {
    yield { text: rest, by: turn, rival: false };
    return;
  }
  const more = rest.split(/(?<=[.?!])\s+/).filter(Boolean);
  // Who goes on to tell something has not waited for an answer.
  if (more.length > 0 && !more.every((sentence) => sentence.endsWith('?') || asks.test(sentence))) return;
  let rival = more.some((sentence) => !again.test(sentence));
  let heard = false;
  for (const next of turns.slice(turn.index + 1, turn.index + 1 + farTurns)) {
    if (next.speaker !== turn.speaker) {
      yield { text: next.text, by: next, rival };
      if (next.words.length > 4) return;
      heard = true;
      continue;
    }
    const said = next.text.trim();
    const isAgain = again.test(said);
    const isQuestion = said.endsWith('?') || asks.test(said);
    // After a word of the other a new question is a new matter; before it, the answer may be to either.
    if (!isAgain && (heard ? next.words.length > 3 || isQuestion : !isQuestion && next.words.length > 3)) return;
    rival ||= isQuestion && !isAgain;
  }
}
