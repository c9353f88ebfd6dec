import { anyOf } from '../../../phrases.ts';
import { asks } from './questions.ts';
import { afterSentence, type Sentence, sentenceAt } from '../../../transcript/sentences.ts';
import type { Dialogue, Turn } from '../../../transcript/transcript.ts';

/** What may be an answer. */
interface Reply {
  text: string;
  by: Turn;
  /** Another question stands between this one and its answer: a yes may mean that one. */
  rival: boolean;
}

/** A question that asks the same again: "Anything like that?", "Any at all?" */
const again =
  /^(?:(?:and|so|or|at all|anything|any|nothing|none|no|at|all|like|that|of|those|them|ever|lately|recently)[ ,?.]*)+$/i;

/** Whoever has not heard or understood is asked the same again, in other words. */
const notUnderstood = anyOf`
  what(?:'s| is| was) that|what do you mean|meaning|pardon|come again|say (?:that|it) again|repeat
  didn't (?:catch|hear|get)|can(?:'t|not) hear|couldn't hear|broke up|breaking up|cut out|froze|sorry(?=\?)
`;
/** Whoever says so has not answered yet: the answer comes after it. */
const stalls = anyOf`
  hang on|hold on|(?:one|just a) (?:sec|second|moment|minute)|bear with me|give me a|good question|what did you
  let me (?:just )?(?:think|see|check|shut|close|turn|get|move|ask|have)|can you hear
  the line|the connection|my phone|the door
`;
const breaksOff = /(?:\.\.\.|…|[-–—])$/;

/** What was asked is dropped. */
const dropsIt = /\b(?:never mind|let's|we'll come back|moving on|anyway)\b/i;

/** "And a rash? No? Okay, good.": who asks has seen the answer, and reads it back. */
const readBack =
  /^((?:no|nope|none|yes|yeah|yep|nothing))\?\s+(?:okay|ok|good|great|right|fine|lovely|alright|all right|perfect)\b/i;

/** A turn is looked for among so many that follow. */
const farTurns = 6;
/** Who lets the other answer says no more than this. */
const fewWords = 12;
/** "You've still got it, haven't you? I can hear it." */
const isTag = /, (?:\w+n't|have|has|do|does|did|are|is|was|were) (?:you|he|she|it|they|there)\?$/i;

/** "Mm-hmm" in the middle of the other's sentence, which goes on after it in small letters. */
function isListening(turns: readonly Turn[], { index, words }: Turn): boolean {
  const isCut = /(?:\.\.\.|[^.?!])$/.test(turns[index - 1]?.text ?? '');
  return words.length <= 2 && isCut && /^\p{Ll}/u.test(turns[index + 1]?.text ?? '');
}

/** "Do you smoke? Any chest pain?": a yes may be to the first. */
function hasQuestionBefore(turn: Turn, { begin }: Sentence): boolean {
  if (begin <= turn.begin) return false;
  const { text } = sentenceAt(turn, begin - 2);
  return text.endsWith('?') && text.split(' ').length > 2 && !again.test(text);
}

/** What may answer the question, nearest first: the rest of a plain transcript's turn, or turns of somebody else. */
export function* repliesTo({ turns, engine }: Dialogue, turn: Turn, question: Sentence): Generator<Reply> {
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
  const told = more.filter((sentence) => !sentence.endsWith('?') && !asks.test(sentence));
  if (told.length > 0 && !isTag.test(question.text)) return;
  let rival =
    hasQuestionBefore(turn, question) || more.some((sentence) => !told.includes(sentence) && !again.test(sentence));
  let heard = false;
  let stalled = false;
  let isRepeated = false;
  for (const next of turns.slice(turn.index + 1, turn.index + 1 + farTurns)) {
    if (next.speaker !== turn.speaker) {
      if (isListening(turns, next)) continue;
      yield { text: next.text, by: next, rival };
      isRepeated = notUnderstood.test(next.text);
      stalled = isRepeated || stalls.test(next.text) || breaksOff.test(next.text);
      if (next.words.length > 4 && !stalled) return;
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
