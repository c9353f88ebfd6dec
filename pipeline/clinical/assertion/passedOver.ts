import { anyOf } from '../../phrases.ts';
import type { Dialogue } from '../../transcript/transcript.ts';
import { isQuestion } from './acts.ts';
import type { Mention } from './mention.ts';

/** What somebody says who answers whether there is an allergy: yes, that it is so, or what it did. */
const answers = [
  anyOf`
    yes|yeah|yep|yup|ya|aye|mm-hmm|mhm|uh-huh|right|correct|exactly|i (?:am|do|was)|(?:he|she|it) (?:is|does|did|was|has|had)
  `,
  anyOf`
    allerg\w*|just|only|never again|can't (?:have|take|eat)|came (?:out|up)|come (?:out|up)|brings?|brought|makes?|made|gives?|gave
  `,
  anyOf`
    rash\w*|hives?|welts?|lumps?|spots|blister\w*|itch\w*|swell\w*|swollen|swole|red|sick|vomit\w*|reaction|wheez\w*|collapsed?
  `,
  anyOf`throat|face|lips?|mouth|tongue`,
];

/** "Are you allergic to penicillin?" "It hurts when I breathe.": the question is passed over. */
export function isPassedOver(
  { turns }: Dialogue,
  { manner, turn, place }: Pick<Mention, 'manner' | 'turn' | 'place'>,
): boolean {
  if (!isQuestion(manner) || !/allerg/i.test(place.sentence.text)) return false;
  const reply = turns.slice(turn.index + 1, turn.index + 3).find(({ speaker }) => speaker !== turn.speaker);
  return reply === undefined || !answers.some((words) => words.test(reply.text));
}
