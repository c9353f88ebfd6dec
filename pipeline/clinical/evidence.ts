import type { Entity } from './entities.ts';
import { wordsOf } from './assertion/deciding.ts';
import { sentenceAt } from '../transcript/sentences.ts';
import type { Role, Transcript } from '../transcript/transcript.ts';

export interface Evidence {
  entity: string;
  turn: number;
  role: Role;
  /** A stretch of the transcript's text; on lines of their own, the words elsewhere that decided. */
  quote: string;
  startMs: number;
  endMs: number;
}

export const inTime = (a: Entity, b: Entity) => a.startMs - b.startMs || a.turn - b.turn || a.begin - b.begin;

/** What proves a finding: each mention's sentence with the words that decided, in time order. */
export function toEvidence(transcript: Transcript, mentions: readonly Entity[]): Evidence[] {
  return mentions.toSorted(inTime).map((entity) => ({
    entity: entity.id,
    turn: entity.turn,
    role: entity.role,
    quote: toQuote(transcript, entity),
    startMs: entity.startMs,
    endMs: entity.endMs,
  }));
}

function toQuote({ turns }: Transcript, { turn: index, begin, text, assertion: { decidedBy } }: Entity): string {
  const turn = turns[index];
  const own = turn ? { turn: index, ...sentenceAt(turn, begin) } : undefined;
  const stretches = [own, decidedBy ?? undefined].filter((one) => one !== undefined);
  const lines = stretches
    .toSorted((a, b) => a.begin - b.begin)
    .flatMap((stretch) => {
      const said = turns[stretch.turn];
      return said ? wordsOf(said, stretch) : [];
    });
  return lines.length > 0 ? lines.join('\n') : text;
}
