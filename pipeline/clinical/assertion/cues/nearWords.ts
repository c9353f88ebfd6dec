import { isQuestion } from '../acts.ts';
import { letterOf, type Mention } from '../mention.ts';
import type { Talk } from '../talk.ts';
import { kindsIn } from '../wordKinds.ts';
import { isWord, tokensOf } from './tokens.ts';

/** Who speaks, and whether it is asked: the same words mean something else in another mouth. */
const voiceOf = (mention: Mention) => `${letterOf(mention)}${isQuestion(mention.manner) ? '?' : ''}`;

/** The kinds of words of its own clause before and after it, of its sentence, and of the sentences beside it. */
export function nearKinds(mention: Mention): string[] {
  const { before, after, sentence, previous, next } = mention.place;
  const [voice, who] = [voiceOf(mention), letterOf(mention)];
  const heard = (where: string, text: string, by: string) => kindsIn(text).map((kind) => `${by} ${where} ${kind}`);
  return [
    ...heard('before', before, voice),
    ...heard('after', after, voice),
    ...heard('sentence', sentence.text, voice),
    ...heard('previous', previous, who),
    ...heard('next', next, who),
  ];
}

const wordsIn = (text: string) => tokensOf(text).filter(isWord);

/** The very words that stand next to it, and those that the answer begins with. */
export function nearWords(mention: Mention, { turns }: Talk): string[] {
  const { place, turn } = mention;
  const [before, after] = [wordsIn(place.before), wordsIn(place.after)];
  const answer = turns[turn.index + 1];
  const said = answer && answer.speaker !== turn.speaker ? wordsIn(answer.text.slice(0, 60)).slice(0, 3) : [];
  return [
    ...before.slice(-4).map((word) => `word before ${word}`),
    ...after.slice(0, 4).map((word) => `word after ${word}`),
    before.length > 1 ? `words before ${before.slice(-2).join(' ')}` : 'first in its clause',
    `words after ${after.slice(0, 2).join(' ')}`,
    ...wordsIn(place.ahead)
      .slice(-1)
      .map((word) => `next to ${word}`),
    ...said.map((word) => `${voiceOf(mention)} answer ${word}`),
  ];
}
