import type { Consultation } from '../clinical/consultation.ts';
import type { Gap } from '../clinical/extraction.ts';
import type { Span } from '../clinical/evidence.ts';
import type { FindingCode, FindingList } from '../clinical/finding.ts';
import type { Reason } from '../clinical/reasons.ts';
import type { ToCheck, Unmapped } from '../clinical/entities.ts';
import type { Quality, Role, Speaker, Turn } from '../transcript/transcript.ts';
import type { OpenedCode, OpenedRecording, OpenedSession, WordsCorrection } from './opened.ts';
import type { AnyFinding, FindingKind } from './statuses.ts';

/**
 * The one model that page, note, the patient's document and FHIR are drawn from: what the machine found, with the
 * clinician's decisions and corrections applied to it.
 */
export interface Chart {
  recordingId: string;
  revision: number;
  session: OpenedSession;
  recording: OpenedRecording;
  speakers: Speaker[];
  turns: ChartTurn[];
  /** In the order in which they are read; within a list, in the order of the consultation's own. */
  findings: Record<FindingList, ChartFinding[]>;
  /** Those that the clinician called wrong and gave no other status. */
  dropped: ChartFinding[];
  quality: Quality;
  /** Lists that nothing was looked for in: those of consultations of an earlier version are empty, and mean nothing. */
  notLookedFor: FindingList[];
  /** What was never read; empty when all of it was. */
  gaps: Gap[];
  unmapped: Unmapped[];
  /** Of the pipeline, the code table and the models that the findings come from. */
  versions: Consultation['versions'];
  /** Work that is left: findings that nobody has decided, and suggested codes of those that are there. */
  open: { findings: number; codes: number };
  signature: Signature;
  release: Release;
}

/** `amended`: decided on again after it was signed. */
export type Signature = 'unsigned' | 'signed' | 'amended';

/** `older`: the released version is older than the state of the review. */
export type Release = 'unreleased' | 'released' | 'older';

export interface ChartTurn extends Turn {
  /** The role that the machine gave it, where a correction says another; else the same. */
  heardRole: Role;
  /** In text order. The turn's text and words stay as they were transcribed. */
  corrections: (WordsCorrection & { id: string })[];
}

/**
 * How a finding was decided on: not at all; `by-code`, by accepting one of its codes; `right`; `changed`, by giving it
 * another status; `wrong`, no finding at all.
 */
export type Decision = 'open' | 'by-code' | 'right' | 'changed' | 'wrong';

export interface ChartFinding {
  id: string;
  kind: FindingKind;
  /** As the machine wrote it, with what it says of a medicine, a test, a relative, a habit. */
  found: AnyFinding;
  foundIn: FindingList;
  foundAs: string;
  /** Where and as what it stands after the clinician's decision. */
  list: FindingList;
  status: string;
  /** With the words that the clinician corrected. */
  label: string;
  decision: Decision;
  decidedAt: string | null;
  decidedBy: string | null;
  note: string | null;
  reason: Reason;
  /** Null also once the clinician has decided. */
  toCheck: ToCheck | null;
  /** Empty also once the clinician has decided. */
  contradictedBy: FindingList[];
  /** Accepted ones first, then by system and rank. */
  codes: ChartCode[];
  evidence: ChartEvidence[];
}

/** A code of a finding, once, with the latest decision on any mention that has it. */
export interface ChartCode extends Omit<OpenedCode, 'entity'> {
  /** The mentions that have it: a decision names each of them. */
  entities: string[];
  hint?: FindingCode['hint'];
}

export interface ChartEvidence {
  entity: string;
  turn: number;
  /** The speaker's, after corrections. */
  role: Role;
  /** As transcribed: the words of the spans, a line each. */
  quote: string;
  /** With the words that the clinician corrected; the same as the quote where there are none. */
  corrected: string;
  spans: Span[];
  startMs: number;
  endMs: number;
}
