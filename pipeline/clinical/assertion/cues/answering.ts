import { sentencesOf } from '../../../transcript/sentences.ts';
import type { Turn } from '../../../transcript/transcript.ts';
import { isQuestion } from '../acts.ts';
import type { Mention } from '../mention.ts';
import type { Talk } from '../talk.ts';
import { kindsIn } from '../wordKinds.ts';
import { openingOf } from './reply.ts';

/** How far back the question may lie. */
const farTurns = 3;
/** "Mm." is no question. */
const fewestWords = 3;

interface End {
  kinds: readonly string[];
  isQuestion: boolean;
}
const nothing: End = { kinds: [], isQuestion: false };

/** The last sentence of a turn is heard once for all mentions that may answer it: it may be as long as the turn. */
const heard = new WeakMap<Turn, End>();

function endOf(turn: Turn): End {
  let end = heard.get(turn);
  if (!end) {
    const last = sentencesOf(turn).at(-1) ?? '';
    end = { kinds: kindsIn(last), isQuestion: last.endsWith('?') };
    heard.set(turn, end);
  }
  return end;
}

/** What was asked before a mention that somebody else than the clinician states. */
export function answeringCues({ turn, place, manner }: Mention, { turns }: Talk): string[] {
  if (manner === 'stated' || isQuestion(manner)) return [];
  const before = turns.slice(Math.max(0, turn.index - farTurns), turn.index);
  const asked = before.findLast((other) => other.speaker !== turn.speaker && other.words.length >= fewestWords);
  const { kinds, isQuestion: isAsked } = asked ? endOf(asked) : nothing;
  const opening = openingOf(turn.text.slice(0, 200)).split(' ')[0];
  return [
    ...kinds.map((kind) => `asked for ${kind}`),
    ...(isAsked ? ['answers'] : []),
    ...(opening === 'yes' || opening === 'no' ? [`opens with ${opening}`] : []),
    `sentence ${place.index}`,
  ];
}
