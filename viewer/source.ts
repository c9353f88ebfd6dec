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
  /** The decisions so far as a document, where the source stores nothing. */
  decisions?(): string;
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
export type Fault = 'later' | 'unreadable' | 'stale' | 'signedOut' | 'notYours' | 'refused' | 'offline' | 'nobody';

export class SourceFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, message: string = fault) {
    super(message);
    this.name = 'SourceFault';
    this.fault = fault;
  }
}
