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

/** The relatives that a finding of the family may be of. */
export const relatives = [
  'mother',
  'father',
  'brother',
  'sister',
  'son',
  'daughter',
  'aunt',
  'uncle',
  'grandmother',
  'grandfather',
  'cousin',
  'other',
] as const;

export type Relative = (typeof relatives)[number];

/** A stretch of one turn, in code points of the transcript's text, end exclusive. */
export interface Stretch {
  turn: number;
  begin: number;
  end: number;
}

/** The two likeliest readings of a finding, the likelier one first. */
export interface ToCheck {
  readings: [AssertionStatus, AssertionStatus];
}

export interface Assertion {
  status: AssertionStatus;
  /** What the mention says by itself, before the rest of the consultation is heard. */
  said: AssertionStatus;
  traits: Trait[];
  reason: Reason;
  /** Whose it is, where it is said of a relative; null for the patient's own, and where nobody is named. */
  relative: Relative | null;
  /** The words of the dialogue that decided, where they stand outside the entity's own sentence. */
  decidedBy: Stretch | null;
  /** The readings that a clinician must choose between; null where the status is settled, or only suspected. */
  toCheck: ToCheck | null;
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

/** An attribute that the service could not tie to an entity: "twice a day" with no medicine near it. */
export interface Unmapped {
  type: string;
  begin: number;
  end: number;
  text: string;
  score: number;
}

/** `entities.json`. */
export interface Entities {
  schema: 'medzen.entities/2';
  recordingId: string;
  textSha256: string;
  engine: {
    name: 'comprehend-medical';
    operations: Partial<Record<Operation, { modelVersion: string; calls: number; units: number }>>;
  };
  entities: Entity[];
  /** In text order. One that another operation ties to an entity stands there, as its attribute. */
  unmapped: Unmapped[];
  coverage: { complete: boolean; gaps: Gap[] };
  /** Absent when there are none. A call that gave such an entity is also a gap named `OffsetMismatch`. */
  unplaced?: Unplaced[];
}
