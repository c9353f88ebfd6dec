import type { Role } from '../transcript/transcript.ts';
import type { Gap } from './extraction.ts';
import type { CodeSystem, Operation } from './operations.ts';
import type { Reason } from './reasons.ts';

export interface Trait {
  name: string;
  score: number;
}

export const statuses = ['present', 'absent', 'possible', 'historical', 'family', 'planned'] as const;

export type AssertionStatus = (typeof statuses)[number];

export interface Assertion {
  status: AssertionStatus;
  traits: Trait[];
  reason: Reason;
}

export interface Attribute {
  type: string;
  begin: number;
  end: number;
  text: string;
  score: number;
  relationshipType: string | null;
  relationshipScore: number | null;
  traits: Trait[];
}

/** A suggestion for review, never a diagnosis. */
export interface Code {
  system: CodeSystem;
  code: string;
  description: string;
  score: number;
  /** 1 is the best of its system. */
  rank: number;
  /** Null without a code table, for a code that it does not have, and for codes of other systems. */
  billable: boolean | null;
}

export interface Entity {
  id: string;
  begin: number;
  end: number;
  text: string;
  category: string;
  type: string;
  score: number;
  turn: number;
  speaker: string;
  role: Role;
  startMs: number;
  endMs: number;
  assertion: Assertion;
  attributes: Attribute[];
  codes: Code[];
}

/** An entity whose offsets and text contradict each other, kept for review: nobody can say where it was said. */
export interface Unplaced {
  operation: Operation;
  n: number;
  text: string | null;
  category: string;
  type: string;
  score: number;
  codes: Code[];
}

/** `entities.json`. */
export interface Entities {
  schema: 'medzen.entities/1';
  recordingId: string;
  textSha256: string;
  engine: {
    name: 'comprehend-medical';
    operations: Partial<Record<Operation, { modelVersion: string; calls: number; units: number }>>;
  };
  entities: Entity[];
  coverage: { complete: boolean; gaps: Gap[] };
  /** Absent when there are none. A call that gave such an entity is also a gap named `OffsetMismatch`. */
  unplaced?: Unplaced[];
}
