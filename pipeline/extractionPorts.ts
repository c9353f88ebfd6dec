import type { Caller, Callers, Records } from './apiPorts.ts';
import type { CallConfig } from './callConfig.ts';
import type { Findings } from './clinical/finding.ts';
import type { Entities } from './clinical/entities.ts';
import type { ConsultationStatus } from './clinical/consultation.ts';
import type { ClinicalText, Log, Measure } from './ports.ts';

/** Everything through which the route that reads texts for entities reaches the outside. */
export interface ExtractionPorts {
  config: Pick<CallConfig, 'region' | 'operations' | 'edgeRegions' | 'edgeRegion'>;
  callers: Callers;
  extractions: Extractions;
  /** Asked with the caller's own token, as in reading. */
  records: Pick<Records, 'newest' | 'open'>;
  clinicalText: ClinicalText;
  log: Log;
  measure: Measure;
  now: () => Date;
  /** Waits some part of so many milliseconds. */
  pause: (longestMs: number) => Promise<void>;
}

/** What a user has had read on one day. */
export interface Taken {
  /** Characters, of the most that a day has. */
  used: number;
  /** As `2026-11-29`, UTC. */
  day: string;
}

type Whose = Pick<Caller, 'issuer' | 'subject'>;

/** How much each user may have read, and what is kept of it. @throws Refusal ServiceUnavailable */
export interface Extractions {
  /**
   * Counts a request, and looks whether this user is the provider of the session, or of any where none is named.
   * @returns `unknown` when no user of the health record belongs to the token
   */
  ask(of: Whose, sessionId: string | null): Promise<'unknown' | 'notProvider' | 'tooMany' | Taken>;
  /** Counts the characters of a text, unless they are too many for what is left of the day. */
  take(of: Whose, characters: number): Promise<Taken & { outcome: 'granted' | 'tooMany' }>;
  /** Takes back what was counted on a day for a text of which nothing was read. */
  giveBack(of: Whose, characters: number, day: string): Promise<Taken>;
  /**
   * Keeps what was found in a recording, beside its results and their review, which stay as they are. The same again is
   * kept once.
   * @returns its id; `notProvider` when that has changed meanwhile
   */
  keep(of: Whose, extraction: Extracted): Promise<{ id: string } | 'notProvider'>;
}

/** What was found in the transcript of a recording. */
export interface Extracted {
  recordingId: string;
  /** That of the consultation whose transcript was read. */
  revision: number;
  status: ConsultationStatus;
  entities: Entities;
  findings: Findings;
}
