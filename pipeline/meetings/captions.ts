import type { EngineName } from '../recording/route.ts';

/** How the captions of a meeting are made. */
export interface Captions {
  engine: EngineName;
  /** As the engine writes it. */
  language: string;
  /** Where the engine hears the meeting. */
  region: string;
}

/** Why captions ended though nobody switched them off. */
export const captionsReasons = {
  Withdrawn: 'Somebody withdrew, or refused.',
  Ended: 'The meeting ended.',
  NotStarted: 'The service could not be asked to begin.',
  Failed: 'The service that makes them failed.',
  Stopped: 'The service stopped by itself.',
} as const;
export type CaptionsReason = keyof typeof captionsReasons;
