import type { Entity, Stretch } from './entities.ts';
import { sentenceAt, wordsOf } from '../transcript/sentences.ts';
import type { Role, Dialogue, Turn } from '../transcript/transcript.ts';

/** A stretch of one turn and when it was said: from its first word to its last. */
export interface Span extends Stretch {
  startMs: number;
  endMs: number;
}

export interface Evidence {
  entity: string;
  turn: number;
  role: Role;
  /** The words of the spans, each on a line of its own. */
  quote: string;
  /** The mention's sentence, and the words elsewhere that decided, in text order: whoever plays them hears it all. */
  spans: Span[];
  /** When the mention itself was said. */
  startMs: number;
  endMs: number;
}

export const inTime = (a: Entity, b: Entity) => a.startMs - b.startMs || a.turn - b.turn || a.begin - b.begin;

/** What proves a finding: each mention's sentence with the words that decided, in time order. */
export function toEvidence(transcript: Dialogue, mentions: readonly Entity[]): Evidence[] {
  return mentions.toSorted(inTime).map((entity) => ({
    entity: entity.id,
    turn: entity.turn,
    role: entity.role,
    quote: toQuote(transcript, entity),
    spans: stretchesOf(transcript, entity).map(({ turn, stretch }) => ({ ...stretch, ...timesOf(turn, stretch) })),
    startMs: entity.startMs,
    endMs: entity.endMs,
  }));
}

/** The sentence of a mention and the words that decided, a line each. */
export function toQuote(transcript: Dialogue, entity: Entity): string {
  const lines = stretchesOf(transcript, entity).map(({ turn, stretch }) => wordsOf(turn, stretch));
  return lines.join('\n');
}

function stretchesOf({ turns }: Dialogue, entity: Entity): { turn: Turn; stretch: Stretch }[] {
  const { decidedBy } = entity.assertion;
  const home = turns[entity.turn];
  const own = home ? [{ turn: home, stretch: sentenceOf(home, entity) }] : [];
  const other = decidedBy && turns[decidedBy.turn];
  const all = other ? [...own, { turn: other, stretch: decidedBy }] : own;
  return all.toSorted((a, b) => a.stretch.begin - b.stretch.begin);
}

/** An entity that a full stop cuts, as in "St. John's wort", has a sentence that goes on to its end. */
function sentenceOf(turn: Turn, entity: Entity): Stretch {
  const { begin } = sentenceAt(turn, entity.begin);
  const { end } = sentenceAt(turn, Math.max(entity.begin, entity.end - 1));
  return { turn: turn.index, begin, end };
}

function timesOf(turn: Turn, { begin, end }: Stretch): Pick<Span, 'startMs' | 'endMs'> {
  const words = turn.words.filter((word) => word[1] > begin && word[0] < end);
  return {
    startMs: words[0]?.[2] ?? turn.startMs,
    endMs: words.reduce((last, word) => Math.max(last, word[3]), words[0]?.[3] ?? turn.endMs),
  };
}
