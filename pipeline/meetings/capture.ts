import type { CallParticipant, Consent } from './call.ts';
import type { Withdrawn } from './consentTexts.ts';

/**
 * How far the recording of a meeting has come. A meeting has one capture, from when everybody has agreed until it ends.
 *   starting    decided: whoever has not agreed is kept from sending, and then Chime is asked
 *   running     Chime writes what is said, in chunks
 *   stopping    Chime was asked to stop
 *   over        nothing is written any more, and the chunks are to be joined
 *   joining     Chime joins them
 * and for good:
 *   joined      one file, as long as what was captured
 *   incomplete  one file that is shorter, after the last try
 *   missing     there is none
 *   discarded   somebody withdrew, where that means that nothing is kept
 *   refused     it never began
 */
export const captureStates = [
  'starting',
  'running',
  'stopping',
  'over',
  'joining',
  'joined',
  'incomplete',
  'missing',
  'discarded',
  'refused',
] as const;
export type CaptureState = (typeof captureStates)[number];

/** Why a capture stopped, never began, or came to nothing. The text is for the session and for operators. */
export const captureReasons = {
  Ended: 'The meeting ended.',
  Withdrawn: 'Somebody withdrew, or refused, while it was recorded.',
  LongEnough: 'It was as long as a recording may be.',
  Failed: 'The service that records failed.',
  QuotaFull: 'As many calls were being recorded as may be at once.',
  BucketRefused: 'The service may not write to the bucket of the recordings.',
  MeetingGone: 'The meeting was over before its recording began.',
  NotBegun: 'Somebody refused, or the meeting ended, before its recording began.',
  NoChunks: 'The service wrote nothing.',
  NeverJoined: 'What was recorded was not joined in three tries.',
} as const;
export type CaptureReason = keyof typeof captureReasons;

/** The recording of one meeting. Times are ISO 8601 with milliseconds, lengths are in milliseconds. */
export interface Capture {
  state: CaptureState;
  reason: CaptureReason | null;
  /** When it came into this state. */
  since: string;
  /** Chime's MediaPipelineId and MediaPipelineArn; null until Chime has said them. */
  captureId: string | null;
  captureArn: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** The length of what its chunks hold; null until they were counted. */
  expectedMs: number | null;
  /** How much of the time between the first chunk and the last is in none of them. */
  gapMs: number | null;
  /** The length of the joined file that counts. */
  joinedMs: number | null;
  /** How often the chunks were given to be joined: the token of the next time carries it. */
  attempt: number;
  /** Of the newest joining. */
  concatenationId: string | null;
  /** Of every joining, the oldest first. */
  concatenationIds: readonly string[];
  /** Whether every attendee has been brought to what its row allows since this began, or was over. */
  isSettled: boolean;
}

/** All that decides what is done next about the recording of a meeting. */
export interface RecordingFacts {
  sessionId: string;
  meetingId: string;
  /** What a capture is made of: MeetingArn, as Chime gave it. */
  meetingArn: string | null;
  controlRegion: string;
  mediaRegion: string | null;
  /** Nobody is to be in it any more: it was closed, it has ended, or the session is in another one. */
  isOver: boolean;
  /** Whether the provider wants a recording. */
  recordingEnabled: boolean;
  providerCame: boolean;
  isSpoilt: boolean;
  /** Whether somebody who had agreed withdrew. */
  isWithdrawn: boolean;
  withdrawn: Withdrawn | null;
  /** Everybody in the meeting now, whoever waits included. */
  present: readonly { userId: string; role: string; consent: Consent | null }[];
  /** Everybody who has an attendee in this meeting. */
  participants: readonly CallParticipant[];
  /** Live captions, while they are on. */
  captionsOn: boolean;
  /** When captions were last asked for; null where they never were. */
  captionsAt: string | null;
  /** Moves with everything that happens in the call. */
  touched: string | null;
  capture: Capture | null;
  /** Of the capture; 0 while there is none. Whoever writes it names the one it read. */
  version: number;
}
