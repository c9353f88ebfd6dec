import type { Entity, Trait } from '../entities.ts';
import type { Turn } from '../../transcript/transcript.ts';
import { type Manner, mannerOf } from './acts.ts';
import { type Place, placeOf } from './place.ts';
import type { Kind } from './readings.ts';

/** An entity before anything is said about whether it is there. */
export type Found = Omit<Entity, 'id' | 'assertion'> & { traits: Trait[] };

/** A mention of a finding, as its cues are read. */
export interface Mention {
  kind: Kind;
  entity: Found;
  /** The same for all mentions of one finding. */
  name: string;
  /** What the named rules make of it alone. */
  ruling: Pick<Entity['assertion'], 'status' | 'reason'>;
  turn: Turn;
  place: Place;
  manner: Manner;
}

export function toMention(turn: Turn, head: Pick<Mention, 'kind' | 'entity' | 'name' | 'ruling'>): Mention {
  const place = placeOf(turn, head.entity);
  return { ...head, turn, place, manner: mannerOf(turn, place.sentence.text) };
}

/** Who says it, in a letter. */
export const letterOf = ({ turn }: Pick<Mention, 'turn'>) => turn.role.charAt(0);
