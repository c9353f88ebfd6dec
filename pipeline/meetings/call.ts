import type { Withdrawn } from './consentTexts.ts';

/** What Chime says of a meeting (`Meeting` of CreateMeeting). The client needs it whole, so it is passed on as it is. */
export interface ChimeMeeting {
  MeetingId: string;
  MediaRegion?: string | undefined;
  [field: string]: unknown;
}

/** What Chime says of an attendee. The token opens the meeting to whoever has it, and ends with it: it is never stored. */
export interface ChimeAttendee {
  AttendeeId: string;
  ExternalUserId: string;
  JoinToken: string;
  Capabilities: Capabilities;
}

type Flow = 'SendReceive' | 'Send' | 'Receive' | 'None';

/** What a person may send to the others and receive from them. */
export interface Capabilities {
  Audio: Flow;
  Video: Flow;
  Content: Flow;
}

/** A meeting of a session: the one in which people can be now. */
export interface LiveMeeting {
  meetingId: string;
  attempt: number;
  /** Only there can Chime change it. */
  controlRegion: string;
  data: ChimeMeeting;
  /** Somebody has refused its recording, or has withdrawn: it is not recorded any more. */
  isSpoilt: boolean;
}

export type ConsentDecision = 'given' | 'refused' | 'withdrawn';

/** What somebody said last to the recording of a meeting. */
export interface Consent {
  decision: ConsentDecision;
  /** Of the text that the person was shown. */
  textVersion: string;
}

/** A visit, which may need several meetings. */
export interface CallSession {
  id: string;
  appointmentId: string | null;
  /** users.id, like every id of a person here. */
  providerId: string | null;
  patientId: string | null;
  status: 'scheduled' | 'active' | 'ended' | 'failed';
  /** Of the meeting that it has, or that is made next. */
  attempt: number;
  /** Whoever pressed End; null while it goes on, and when it ended by itself. */
  endedBy: string | null;
  recordingEnabled: boolean;
  transcriptionEnabled: boolean;
  transcriptionLanguage: string | null;
  mediaRegion: string | null;
  /** What becomes of the recording so far when somebody withdraws, as people were told; null: nobody has decided. */
  withdrawn: Withdrawn | null;
  /** Whether the provider, whose wishes count, has been there. */
  providerCame: boolean;
  meeting: LiveMeeting | null;
}

export type CallRole = 'provider' | 'patient' | 'other';

/** Somebody of a session, there or not. */
export interface CallParticipant {
  userId: string;
  /** Older rows have other words. */
  role: string;
  status: 'invited' | 'joined' | 'left' | 'removed' | 'failed';
  /** Out of the waiting room. */
  admitted: boolean;
  muted: boolean;
  attendeeId: string | null;
  /** The meeting that the attendee belongs to. */
  attendeeMeetingId: string | null;
  /** What that person said to the recording of the live meeting; null: nothing. */
  consent: Consent | null;
  /** Whether the call is being recorded. */
  isRecorded: boolean;
}

export interface Appointment {
  id: string;
  providerId: string | null;
  patientId: string | null;
  /** The EHR's own word. */
  status: string | null;
  videoEnabled: boolean | null;
}

/** What the database knows of a request before it is decided on. */
export interface CallContext {
  /** Whether the caller asked too often in the last minute. */
  tooMany: boolean;
  /** Null when no user belongs to the token. */
  userId: string | null;
  appointment: Appointment | null;
  session: CallSession | null;
  /** The caller's own row of the session. */
  participant: CallParticipant | null;
}
