import type { Caller, Callers } from './apiPorts.ts';
import type { CallConfig } from './callConfig.ts';
import type {
  CallContext,
  CallParticipant,
  CallSession,
  Consent,
  ConsentDecision,
  Capabilities,
  ChimeAttendee,
  ChimeMeeting,
} from './meetings/call.ts';
import type { Captions, CaptionsKept, CaptionsSet, CaptionsState } from './meetings/captions.ts';
import type { Withdrawn } from './meetings/consentTexts.ts';
import type { Capture, RecordingFacts } from './meetings/capture.ts';
import type { PresenceEvent } from './meetings/presence.ts';
import type { ActionName } from './meetings/requests.ts';
import type { Log, Measure, Nudges } from './ports.ts';

/** Everything through which a call's routes and steps reach the outside. */
export interface CallPorts {
  config: CallConfig;
  callers: Callers;
  calls: Calls;
  meetings: Meetings;
  elsewhere: Elsewhere;
  nudges: Nudges;
  log: Log;
  measure: Measure;
  now: () => Date;
}

/** What the provider asks for; nobody else's wishes count. */
export interface Wishes {
  recording?: boolean | undefined;
  transcription?: boolean | undefined;
  language?: string | undefined;
}

/**
 * Whether a row took what was written: `known` when it had it already, `other` when another one was first, `over` when the
 * time for it has passed.
 */
export type Outcome = 'kept' | 'known' | 'other' | 'over';

/** What somebody decides for herself, on a text that she was shown. */
export interface ConsentGiven extends Consent {
  sessionId: string;
  meetingId: string;
  userId: string;
  textSha256: string;
  language: string;
  /** What the text says of what was recorded when somebody withdraws. */
  withdrawn: Withdrawn;
  at: string;
}

/**
 * What became of it: `known` when it stood already, `final` when that person had said no before, `over` when the meeting is
 * not the live one, or the person no participant.
 */
export interface ConsentKept {
  outcome: 'kept' | 'known' | 'final' | 'over';
  standing: ConsentDecision | null;
  isSpoilt: boolean;
  participant: CallParticipant | null;
}

/** Whether a call ended by itself with its meeting, and how long it was then. */
export interface Closing {
  closed: boolean;
  seconds: number;
}

/** A meeting that may still live, as the sweep finds it. Times are ISO 8601. */
export interface OpenMeeting {
  sessionId: string;
  meetingId: string;
  controlRegion: string;
  /** Whether the session is in it. */
  isLive: boolean;
  sessionStatus: CallSession['status'];
  /** Since when nothing was heard of it. */
  quietSince: string;
  /** People who are there, as far as events tell. */
  present: number;
  /** People who were given an attendee and of whom nothing was heard. */
  unaccounted: number;
  /** When it was last known to live: an event, a request, or a sweep that found it. */
  seenAt: string;
  /** When the last one left; null when nobody was there. */
  lastLeftAt: string | null;
  /** When its session ended. */
  endedAt: string | null;
}

export interface CallStatus {
  status: CallSession['status'];
  startedAt: string | null;
  endedAt: string | null;
  present: readonly { userId: string; role: string; since: string }[];
  /** In the waiting room. */
  waiting: readonly string[];
  isRecording: boolean;
  captions: CaptionsState;
  /** Of each meeting that was to be recorded, in their order: the state in the words of the session, and why it is so. */
  recordings: readonly { meetingId: string; state: string; reason: string | null }[];
  participants: readonly CallParticipant[];
}

/**
 * The health record's side of a call, as the service role: who asks was checked before. Each write may be repeated with
 * the same effect. @throws Refusal ServiceUnavailable
 */
export interface Calls {
  context(
    caller: Pick<Caller, 'issuer' | 'subject'>,
    asked: { action: ActionName; appointmentId?: string; meetingId?: string },
  ): Promise<CallContext>;
  /** Finds the session of an appointment or begins it; it is active then. */
  openSession(
    opening: {
      userId: string;
      wishes: Wishes | null;
      mediaRegion: string;
      /** Whether whoever is not the provider waits to be admitted. */
      waitingRoom: boolean;
    } & ({ appointmentId: string } | { sessionId: string }),
  ): Promise<CallSession>;
  /** Somebody's row; null when that person takes no part. */
  participant(of: { sessionId: string; userId: string }): Promise<CallParticipant | null>;
  /** @param of whose request made it is in its audit trail */
  recordMeeting(
    of: { sessionId: string; attempt: number; controlRegion: string; userId: string },
    meeting: ChimeMeeting,
  ): Promise<{ outcome: Outcome; session: CallSession }>;
  /**
   * @param replaces the attendee that the row names and that Chime no longer knows
   * @param by whoever asked for it, if not that person
   */
  recordAttendee(attendee: {
    sessionId: string;
    meetingId: string;
    userId: string;
    attendeeId: string;
    replaces: string | null;
    by?: string;
  }): Promise<{ outcome: Outcome; participant: CallParticipant | null }>;
  /**
   * The meeting is gone: the next one is another attempt of the same session.
   * @param isLeft nobody knows whether it is gone: it is closed here, and the sweep of its own region ends it
   */
  renewMeeting(of: { sessionId: string; meetingId: string; at: string; isLeft?: true }): Promise<CallSession>;
  failSession(of: { sessionId: string; attempt: number; error: string }): Promise<void>;
  invite(of: {
    sessionId: string;
    userIds: readonly string[];
    waitingRoom: boolean;
  }): Promise<{ participants: CallParticipant[]; unknown: string[] }>;
  /** Null when there is no such participant. */
  setParticipant(
    of: { sessionId: string; userId: string } & ({ admitted: true } | { muted: boolean } | { removed: true }),
  ): Promise<CallParticipant | null>;
  recordConsent(consent: ConsentGiven): Promise<ConsentKept>;
  status(sessionId: string): Promise<CallStatus>;
  report(report: {
    sessionId: string;
    userId: string;
    kind: string;
    values: Readonly<Record<string, unknown>>;
  }): Promise<void>;
  refuseAccess(refused: { userId: string; meetingId: string; action: ActionName; code: string }): Promise<void>;
  /**
   * @param quietSince only if nothing has happened since then
   * @param controlRegion of the meetings that are answered; without it, all that Chime may still have are
   */
  closeSession(of: {
    sessionId: string;
    endedBy: string | null;
    at: string;
    quietSince?: string;
    controlRegion?: string;
  }): Promise<{ outcome: 'closed' | 'known' | 'busy'; seconds: number; meetings: string[] }>;
  meetingEnded(of: { meetingId: string; at: string }): Promise<Closing>;
  meetingSeen(of: { meetingId: string; at: string }): Promise<void>;
  recordPresence(event: PresenceEvent): Promise<{ known: boolean; isOurs: boolean } & Closing>;
  /** The meetings that may still live, and what is recorded; what is too old to be kept is removed in passing. */
  toSweep(at: string, most: number): Promise<ToSweep>;
  /** By the meeting, or by the id of a capture or of a joining; null when it is none of ours. */
  recordingFacts(of: { meetingId: string } | { pipelineId: string }): Promise<RecordingFacts | null>;
  /**
   * Writes a capture over the version that was read. `stale`: somebody else was first, or, where `touched` is given,
   * something has happened in the call since.
   */
  keepCapture(of: {
    meetingId: string;
    version: number;
    touched?: string | null;
    capture: Capture;
    at: string;
  }): Promise<{ outcome: 'kept' | 'stale'; facts: RecordingFacts }>;
  setCaptions(captions: CaptionsSet): Promise<CaptionsKept>;
  /** Those of the ids that are a capture or a joining of ours. */
  knownPipelines(ids: readonly string[]): Promise<string[]>;
}

/** What a sweep looks at. */
export interface ToSweep {
  meetings: OpenMeeting[];
  /** Sessions that were left without a meeting. */
  stranded: number;
  /** The meetings whose recordings are not at an end, whether or not they are open. */
  recordings: string[];
  /** Captures that run, and how long the oldest of them has. */
  running: number;
  oldestMs: number;
}

/**
 * Chime's meetings. Undefined and `gone` mean that Chime knows no such meeting or attendee (any more).
 * @throws Refusal ChimeUnavailable
 */
export interface Meetings {
  /** The same token gives the same meeting. */
  create(meeting: { token: string; externalMeetingId: string; mediaRegion: string }): Promise<ChimeMeeting>;
  exists(meetingId: string): Promise<boolean>;
  remove(meetingId: string): Promise<void>;
  createAttendee(
    meetingId: string,
    attendee: { userId: string; capabilities: Capabilities },
  ): Promise<ChimeAttendee | undefined>;
  /** One answer for each: the attendee, or why there is none. Undefined when the meeting is gone. */
  createAttendees(
    meetingId: string,
    attendees: readonly { userId: string; capabilities: Capabilities }[],
  ): Promise<{ attendees: ChimeAttendee[]; errors: { userId: string; code: string }[] } | undefined>;
  findAttendee(meetingId: string, attendeeId: string): Promise<ChimeAttendee | undefined>;
  setCapabilities(meetingId: string, attendeeId: string, capabilities: Capabilities): Promise<'set' | 'gone'>;
  removeAttendee(meetingId: string, attendeeId: string): Promise<void>;
  /** Whatever captions there were are over: the ones that are asked for now count. */
  startCaptions(meetingId: string, captions: Captions): Promise<'started' | 'gone'>;
  /** There may be none. */
  stopCaptions(meetingId: string): Promise<void>;
}

/** Chime in the regions where this deployment controls nothing. */
export interface Elsewhere {
  /** Whether that region answers at all, whatever it says of the meeting. What it is asked is asked once, and for a short time. */
  answers(of: { controlRegion: string; meetingId: string }): Promise<boolean>;
}
