import type { Code, Relative, ToCheck } from './entities.ts';
import type { Evidence } from './evidence.ts';
import type { MedicationFacts } from './medications.ts';
import type { Reason } from './reasons.ts';
import type { Result } from './results.ts';
import type { SocialFacts } from './socialHistory.ts';

/** The lists of `consultation.json`, in the order in which they are read. */
export const lists = [
  'allergies',
  'problems',
  'medications',
  'tests',
  'procedures',
  'ruledOut',
  'familyHistory',
  'pastHistory',
  'socialHistory',
  'possible',
] as const;

export type FindingList = (typeof lists)[number];

/** A suggested code, with a hint where a coder must do something before it can be used. */
export interface FindingCode extends Code {
  /** Only with a code table, on an ICD-10-CM code that the table does not have or does not call billable. */
  hint?: 'more specific code needed' | 'not in the code table';
}

export interface Finding {
  /** That of its earliest mention, by begin and then by category: a clinician's review finds it again by this. */
  id: string;
  label: string;
  /** By system, in the order of the table of operations (ICD-10-CM first), and within each system the best first. */
  codes: FindingCode[];
  /** The best score of its mentions. */
  score: number;
  /** That of the mention that put the finding where it is. */
  reason: Reason;
  /** The readings that a clinician must choose between; null where the finding is settled, or only suspected. */
  toCheck: ToCheck | null;
  /** Every mention, in time order. A mention is evidence of one finding only. */
  evidence: Evidence[];
  /** The list that another mention of it would stand in by itself: one person says yes to it, and somebody says no. */
  contradictedBy?: FindingList[];
}

export type MedicationFinding = Finding & MedicationFacts;

/** A test or a procedure, with its results. */
export interface ActionFinding extends Finding {
  /** Still to come: nobody says that it was done. */
  planned?: true;
  /** In time order. */
  results: Result[];
}

export interface FamilyFinding extends Finding {
  /** Null where nobody is named: "it runs in the family". */
  relative: Relative | null;
}

export type SocialFinding = Finding & SocialFacts;

export interface Findings {
  allergies: Finding[];
  problems: Finding[];
  /** Medicines that are taken, were stopped, are planned or are not taken: `status` says which. */
  medications: MedicationFinding[];
  tests: ActionFinding[];
  procedures: ActionFinding[];
  ruledOut: Finding[];
  familyHistory: FamilyFinding[];
  pastHistory: Finding[];
  socialHistory: SocialFinding[];
  possible: Finding[];
}
