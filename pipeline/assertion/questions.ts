import { isBareYes, namingWords, readNamed, readVerdict, type Verdict, withoutFillers } from './answers.ts';
import { anyOf } from './phrases.ts';
import { afterSentence, type Sentence, sentenceAt } from '../sentences.ts';
import type { Transcript, Turn } from '../transcript.ts';

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

/** "So you had a stroke in 2019, is that right?": a yes is to the statement. */
export const isReadBack = (question: string): boolean =>
  /\b(?:have i got (?:that|it|this) right|did i get (?:that|it) right|is that (?:right|correct|it)|that's right|correct|am i right|does that sound (?:right|about right)|right|yes|yeah|isn't it|hasn't it)\?$/i.test(
    question,
  );

/** "Does anybody in the family have it?" "My nan." */
export const asksOfFamily = anyOf`
  family|relatives?|your (?:\w+ )?(?:mother|mum|mom|father|dad|parents?|brothers?|sisters?|siblings?)
`;
const namesRelative = /^(?:just |only |both )?(?:(?:on )?my|our|mum|mom|dad|nan|gran) ?\b/i;

/** "Has the rash gone?", "Any change in the rash?": the rash is known. */
const asksOfEnd =
  /^(?:,? (?:is|are|has|have) (?:it|that|they|this|those))?(?: \w+)? (?:all |completely |now |been )*(?:gone|sorted|over|finished|cleared|settled|stopped|disappeared|resolved|passed)\b/i;
/** "Is the pain worse at night?" takes the pain for granted. */
const isKnown =
  /\b(?:is|are|was|were|does|do|did|has|have) (?:the|your|that|this|these|those) (?:\w+ )?$|\b(?:with|from|by|of|for|about|before|after|during) (?:that|this|these|those) (?:\w+ )?$|(?<!\b(?:problems?|trouble|issues?|difficult\w*|bother\w*|concerns?|wrong)\b[\w ]{0,12})\bwith (?:the|your|his|her) (?:\w+ )?$/i;
/** "Because you have been smoking, have you ever ...?" */
const isReason =
  /\b(?:because|since|given(?: that)?|seeing as|considering) (?:you|he|she)(?:'ve|'re|'s| have| are| is| has| had)\b[\w' ]*$|\bsince (?:the|your|that|this) (?:\w+ )?$/i;
const asksIfStill = /\b(?:still|there|ongoing|continuing|troubling|bothering|a problem)\b/i;
const asksOfChange =
  /\b(?:any|a|much) (?:change|improvement|difference|let-up|relief)(?: (?:in|to|with|from|of))? (?:the|your|that|this|his|her) (?:\w+ )?$/i;

/** "How often do you get it?" "Never." */
const deniesAll = anyOf`never|none|not at all|don't think|(?:don't|doesn't|haven't) (?:get|have|had|got|take|use)`;

/** "You've no wheeze?": no denies what it asks about, yes may do so too. */
const asksForNo = /\b(?:no|not|never|don't|haven't|didn't|doesn't|isn't|aren't|hasn't|without)\b[\w' ]{0,25}$/i;

/** "Any fever, cough or weight loss?": other things are asked in the same breath. */
const listedBefore = /\p{L}(?:,| or|, or| and)(?: (?:any|a|an|the|your))? $/u;
const listedAfter =
  /^(?:, | or | and )(?!(?:\w+n't|then|either|at all|though|you|do|how|is|are|have|has|when|what|was|were|did|if|that|right)\b)\p{L}/iu;

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
  if (isReason.test(ahead)) return { verdict: 'presupposed', question, answer: undefined };
  let last: Turn | undefined;
  for (const { text, by, rival } of answersTo(transcript, turn, question)) {
    last = by;
    const named = readNamed(text, asked, others);
    const decide = (verdict: Asked['verdict']): Asked => ({ verdict, question, answer: by });
    if (named === 'denied') return decide('no');
    if (named === 'left-out') return decide('left-out');
    const verdict = readVerdict(text, question.text);
    if (asksOfFamily.test(question.text) && verdict === 'unclear' && namesRelative.test(withoutFillers(text))) {
      return decide('yes');
    }
    if (verdict === 'no' && /\bstill\b/i.test(ahead)) return decide('over');
    if (verdict === 'no' && isKnown.test(ahead)) return decide(asksIfStill.test(behind) ? 'over' : 'yes');
    if (asksOfEnd.test(behind)) return decide(verdict === 'yes' ? 'over' : verdict === 'no' ? 'yes' : verdict);
    if (verdict === 'no' && asksOfChange.test(ahead)) return decide('yes');
    if (named === 'named' && verdict !== 'over' && verdict !== 'unsure') return decide('yes');
    if (verdict === 'unclear') continue;
    const isTaken = presupposes.test(question.text) && !deniesAll.test(text);
    if ((verdict === 'no' || verdict === 'unsure') && isTaken) return decide('presupposed');
    if (verdict === 'no' && isQualified.test(withoutFillers(text))) return decide('yes');
    if (verdict === 'no' && isExcepted(finding, text)) return decide('yes');
    if (verdict === 'yes' && asksForNo.test(ahead) && isBareYes(text) && !isReadBack(question.text))
      return decide('unclear');
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

/** "Do you get it at rest?" "No, only when I walk." */
const isQualified = /^(?:no|nope)[, ]+(?:only|just) (?:when|if|after|at|on|in the|during|with|first thing)\b/i;

interface Answer {
  text: string;
  by: Turn;
  /** Another question stands between this one and its answer: a yes may mean that one. */
  rival: boolean;
}

/** A question that asks the same again: "Anything like that?", "Any at all?" */
const again =
  /^(?:(?:and|so|or|at all|anything|any|nothing|none|no|at|all|like|that|of|those|them|ever|lately|recently)[ ,?.]*)+$/i;

/** Whoever says so has not answered yet: the answer comes after it. */
const stalls =
  /\b(?:hang on|hold on|one (?:sec|second|moment|minute)|just a (?:sec|second|moment|minute)|let me (?:just )?(?:think|see|check|shut|close|turn|get|move|ask|have)|bear with me|give me a|good question|what was that|what did you|what(?:'s| is) that|what do you mean|meaning|pardon|say (?:that|it) again|repeat|broke up|breaking up|cut out|froze|didn't (?:catch|hear)|can(?:'t|not) hear|couldn't hear|can you hear|the line|the connection|my phone|the door|sorry\?)|(?:\.\.\.|…|[-–—])$/i;

/** Whoever has not heard or understood is asked the same again, in other words. */
const notUnderstood =
  /\b(?:what(?:'s| is| was) that|what do you mean|meaning|pardon|come again|say (?:that|it) again|repeat|didn't (?:catch|hear|get)|can(?:'t|not) hear|couldn't hear|broke up|breaking up|cut out|froze|sorry\?)/i;

/** What was asked is dropped. */
const dropsIt = /\b(?:never mind|let's|we'll come back|moving on|anyway)\b/i;

/** "And a rash? No? Okay, good.": who asks has seen the answer, and reads it back. */
const readBack =
  /^((?:no|nope|none|yes|yeah|yep|nothing))\?\s+(?:okay|ok|good|great|right|fine|lovely|alright|all right|perfect)\b/i;

/** A turn is looked for among so many that follow. */
const farTurns = 6;
/** Who lets the other answer says no more than this. */
const fewWords = 12;

/** "Mm-hmm" in the middle of the other's sentence, which goes on after it in small letters. */
function isListening(turns: readonly Turn[], { index, words }: Turn): boolean {
  const isCut = /(?:\.\.\.|[^.?!])$/.test(turns[index - 1]?.text ?? '');
  return words.length <= 2 && isCut && /^\p{Ll}/u.test(turns[index + 1]?.text ?? '');
}

/** What may answer the question, nearest first: the rest of a plain transcript's turn, or turns of somebody else. */
function* answersTo({ turns, engine }: Transcript, turn: Turn, question: Sentence): Generator<Answer> {
  const rest = afterSentence(turn, question);
  if (rest !== '' && engine.shape === 'plain') {
    yield { text: rest, by: turn, rival: false };
    return;
  }
  const seen = readBack.exec(rest)?.[1];
  if (seen !== undefined) {
    yield { text: seen, by: turn, rival: false };
    return;
  }
  const more = rest.split(/(?<=[.?!])\s+/).filter(Boolean);
  // Who goes on to tell something has not waited for an answer.
  if (more.length > 0 && !more.every((sentence) => sentence.endsWith('?') || asks.test(sentence))) return;
  let rival = more.some((sentence) => !again.test(sentence));
  let heard = false;
  let stalled = false;
  let isRepeated = false;
  for (const next of turns.slice(turn.index + 1, turn.index + 1 + farTurns)) {
    if (next.speaker !== turn.speaker) {
      if (isListening(turns, next)) continue;
      yield { text: next.text, by: next, rival };
      stalled = stalls.test(next.text);
      if (next.words.length > 4 && !stalled) return;
      isRepeated = notUnderstood.test(next.text);
      heard = !isRepeated;
      continue;
    }
    const said = next.text.trim();
    const isAgain = again.test(said);
    const isQuestion = said.endsWith('?') || asks.test(said);
    if (stalled && !isQuestion && !dropsIt.test(said) && next.words.length <= fewWords) continue;
    // After a word of the other a new question is a new matter; before it, the answer may be to either.
    if (!isAgain && (heard ? next.words.length > 3 || isQuestion : !isQuestion && next.words.length > 3)) return;
    rival ||= isQuestion && !isAgain && !isRepeated;
    isRepeated = false;
  }
}
