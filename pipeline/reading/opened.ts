import type { Consultation } from '../clinical/consultation.ts';
import type { Entity, Unmapped } from '../clinical/entities.ts';
import type { CodeSystem } from '../clinical/operations.ts';
import type { Role, Turn } from '../transcript/transcript.ts';

/**
 * A consultation as it is opened: what the machine found, and every decision of the clinician about it. The RPC
 * `open_consultation` answers this; `openFiles` makes it of the files of a consultation that nobody has reviewed.
 */
export interface Opened {
  schema: 'medzen.opened/1';
  recordingId: string;
  /**
   * Of the reviewed state: each call that decides or corrects adds one, and so does a repeat of the workflow that changed
   * the results. Signing and releasing say something about a revision and leave it.
   */
  revision: number;
  session: OpenedSession;
  recording: OpenedRecording;
  /** `consultation.json`. Its `schema` says which version: one of version 1 has neither allergies nor socialHistory. */
  consultation: Consultation;
  turns: Turn[];
  entities: OpenedEntity[];
  codes: OpenedCode[];
  unmapped: Unmapped[];
  findingReviews: FindingReview[];
  corrections: Correction[];
  /** Of those pages of turns, entities and codes that are together one consultation; absent where there is one page. */
  page?: { number: number; of: number };
}

/** Whose consultation it is: users.id of both, never a name. */
export interface OpenedSession {
  sessionId: string | null;
  meetingId: string;
  appointmentId: string | null;
  providerId: string | null;
  patientId: string | null;
  /** Of the call: scheduled, active, ended or failed. */
  status: string | null;
}

/** Times are ISO 8601 in UTC with milliseconds: the same instant is the same text wherever it comes from. */
export interface OpenedRecording {
  status: 'completed' | 'partial' | 'not_coded';
  language: string;
  engine: string;
  durationMs: number;
  /** When the recording began; null, because nobody knows. */
  startedAt: string | null;
  /** When these results were first stored. */
  storedAt: string;
  signedAt: string | null;
  signedBy: string | null;
  signedRevision: number | null;
  releasedAt: string | null;
  releasedRevision: number | null;
  /** When somebody was first given the consultation as FHIR; null: never. */
  firstExportedAt: string | null;
}

/** An entity without its codes, which are rows of their own. */
export type OpenedEntity = Omit<Entity, 'codes'>;

export type CodeReview = 'suggested' | 'accepted' | 'rejected';

/** A code of an entity. One that the clinician added is of the finding's first mention. */
export interface OpenedCode {
  entity: string;
  system: CodeSystem;
  code: string;
  description: string | null;
  score: number | null;
  rank: number;
  billable: boolean | null;
  source: 'pipeline' | 'clinician';
  review: CodeReview;
  reviewedAt: string | null;
  reviewedBy: string | null;
  note: string | null;
}

/** The clinician's word on a finding. */
export interface FindingReview {
  finding: string;
  verdict: 'right' | 'wrong';
  /** What is so instead, where the verdict is `wrong`; null: it is no finding at all. */
  status: string | null;
  note: string | null;
  at: string;
  by: string;
}

/** An overlay: the transcript's text and its offsets stay as they were transcribed. */
export type Correction = {
  id: string;
  at: string;
  by: string;
} & (RoleCorrection | WordsCorrection);

/** Turns of a speaker, both ends included, that somebody of another role speaks. */
export interface RoleCorrection {
  kind: 'role';
  speaker: string;
  fromTurn: number;
  toTurn: number;
  role: Role;
}

/** Words of one turn, by code points of the transcript's text, and what was really said. No two overlap. */
export interface WordsCorrection {
  kind: 'words';
  turn: number;
  begin: number;
  end: number;
  was: string;
  becomes: string;
}
