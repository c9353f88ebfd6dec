import type { Opened } from '../pipeline/reading/opened.ts';
import type { Change } from './changes.ts';

/** Where a consultation comes from, and where the clinician's decisions go. */
export interface Source {
  /** Whether decisions are stored somewhere; if not, the page says so and offers them as a download. */
  stores: boolean;
  /** @throws SourceFault */
  open(): Promise<Opened>;
  /**
   * Makes a change, and gives the consultation after it. The token makes a repeat of the same change harmless.
   * @throws SourceFault: nothing was changed
   */
  change(opened: Opened, change: Change, token: string): Promise<Opened>;
  /** An address of the recording to play, which may expire; null where there is none. */
  audio(): Promise<Audio | null>;
  /** Where the deployment is reached: addresses and identifiers of FHIR begin with it. */
  readonly base: string;
  /**
   * Writes down that the consultation is given away as FHIR, before it is, and gives it after that: whoever has a finding
   * of it has to be told when it is called wrong later.
   * @throws SourceFault: it must not be given away
   */
  handOut(opened: Opened): Promise<Opened>;
  /**
   * Tells how the recording stands: once, and whenever that has changed. Absent where nothing changes but by this page.
   * @returns what ends it
   */
  watch?(told: (told: Told) => void): () => void;
  /** The decisions so far as a document, where the source stores nothing. */
  decisions?(): string;
}

/** How a recording stands: how far its processing is, and which state of its review there is. */
export interface Standing {
  status: 'received' | 'transcribing' | 'extracting' | 'completed' | 'partial' | 'not_coded' | 'skipped' | 'failed';
  /** Why it was skipped or failed: names, ids and shapes, never what was said. */
  error: string | null;
  sessionId: string | null;
  revision: number;
  signedRevision: number | null;
  isReleased: boolean;
}

/** How it stood when it was last asked, and why it could not be asked now. */
export interface Told {
  standing: Standing | null;
  fault: Fault | null;
}

export interface Audio {
  url: string;
  /** A silence of the right length, where a case has no recording. */
  isSilent: boolean;
}

/** The consultation after it was given away as FHIR. */
export function handedOut(opened: Opened, at: Date): Opened {
  const { recording } = opened;
  return { ...opened, recording: { ...recording, firstExportedAt: recording.firstExportedAt ?? at.toISOString() } };
}

/** Why a source refuses, by what the clinician can do about it. */
export type Fault =
  | 'waiting'
  | 'later'
  | 'unreadable'
  | 'stale'
  | 'earlier'
  | 'signedOut'
  | 'notYours'
  | 'refused'
  | 'offline'
  | 'nobody';

export class SourceFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, message: string = fault) {
    super(message);
    this.name = 'SourceFault';
    this.fault = fault;
  }
}
