import { wordsOf } from '../../../transcript/sentences.ts';
import type { Turn } from '../../../transcript/transcript.ts';
import { letterOf, type Mention } from '../mention.ts';
import type { Talk } from '../talk.ts';
import { runsOf, tokensOf } from './tokens.ts';

/** What is said of a mention stands between the finding of its kind before it and the one after it. */
export interface Bounds {
  /** Where the one before ends, and the one after begins, in code points of the text. */
  from: number;
  to: number;
}

/** The bounds of each mention; the mentions are in the order of the talk. */
export function boundsOf(mentions: readonly Mention[]): Map<Mention, Bounds> {
  const before = besideOf(mentions, (other) => other.entity.end, -1);
  const after = besideOf(mentions.toReversed(), (other) => other.entity.begin, Infinity);
  return new Map(
    mentions.map((mention) => {
      const [from = -1, to = Infinity] = [before.get(mention), after.get(mention)];
      return [mention, { from: Math.min(from, mention.entity.begin), to: Math.max(to, mention.entity.end) }];
    }),
  );
}

/** Of each mention, the place of the last one of its kind so far that has another name. */
function besideOf(
  mentions: readonly Mention[],
  placeOf: (mention: Mention) => number,
  none: number,
): Map<Mention, number> {
  const lastOf = new Map<string, { own: Mention; other: number }>();
  return new Map(
    mentions.map((mention) => {
      const last = lastOf.get(mention.kind);
      const isSame = last?.own.name === mention.name;
      const other = last === undefined ? none : isSame ? last.other : placeOf(last.own);
      lastOf.set(mention.kind, { own: mention, other });
      return [mention, other];
    }),
  );
}

const farAfter = 25;
const farBefore = 12;
const farTurns = 5;
/** Longer than any 25 words and marks. */
const farPoints = 400;

/** The words and short runs of words in the stretch of a mention: who says them, and in which turn from here. */
export function stretchWords(mention: Mention, { from, to }: Bounds, { turns }: Talk): string[] {
  const { entity, turn } = mention;
  const who = letterOf(mention);
  const cues: string[] = [];
  let left = farAfter;
  for (const next of turns.slice(turn.index, turn.index + farTurns)) {
    const stretch = { begin: Math.max(next.begin, entity.end), end: Math.min(next.end, to) };
    if (left <= 0 || next.begin >= to) break;
    // A mention may be the last word of its turn.
    if (stretch.end <= stretch.begin) continue;
    const words = tokensOf(wordsOf(next, { ...stretch, end: Math.min(stretch.end, stretch.begin + farPoints) }));
    cues.push(...runsOf(words.slice(0, left), 3).map((run) => `seg ${who}${tagOf(mention, next)} ${run}`));
    left -= words.length;
    if (stretch.end === to) {
      cues.push('seg broken');
      break;
    }
  }
  const begin = Math.max(turn.begin, from, entity.begin - farPoints);
  const ahead = tokensOf(wordsOf(turn, { begin: Math.min(begin, entity.begin), end: entity.begin }));
  return [...cues, ...runsOf(ahead.slice(-farBefore), 3).map((run) => `pre ${who} ${run}`)];
}

/** "c=" the clinician in the mention's own turn, "p-" the patient after it, "c+" the same speaker again. */
function tagOf({ turn }: Mention, { index, role, speaker }: Turn): string {
  return `${role.charAt(0)}${index === turn.index ? '=' : speaker === turn.speaker ? '+' : '-'}`;
}
