import * as v from 'valibot';
import type { CallParticipant } from '../../pipeline/meetings/call.ts';
import { recordingReasons, type RecordingReason } from '../../pipeline/meetings/consent.ts';
import { type ActionName, bodies } from '../../pipeline/meetings/requests.ts';
import type { RefusalName } from '../../pipeline/refusals.ts';
import { count, maybe, nothing, text, time, uuid } from './answers.ts';
import type { Asked, RouteRow } from './route.ts';

const flow = v.picklist(['SendReceive', 'Send', 'Receive', 'None']);
/** As Chime gives it, whole: the client's SDK takes it so. */
const meeting = v.looseObject({ MeetingId: uuid, MediaRegion: v.optional(text), MediaPlacement: v.looseObject({}) });
const status = v.picklist(['scheduled', 'active', 'ended', 'failed']);
const captions = v.object({
  on: v.boolean(),
  language: maybe(text),
  engine: maybe(v.picklist(['transcribe-medical', 'transcribe'])),
});

const entered = {
  meeting,
  attendee: v.object({
    AttendeeId: uuid,
    ExternalUserId: uuid,
    JoinToken: text,
    Capabilities: v.object({ Audio: flow, Video: flow, Content: flow }),
  }),
  session: v.object({ id: uuid, status }),
  admitted: v.boolean(),
  recordingEnabled: v.boolean(),
  transcriptionEnabled: v.boolean(),
  consent: v.object({ needed: v.boolean(), text: maybe(text), textVersion: maybe(text), language: maybe(text) }),
  sdk: v.object({ url: maybe(text), integrity: maybe(text) }),
};

const participant = v.object({
  userId: uuid,
  role: text,
  status: v.picklist(['invited', 'joined', 'left', 'removed', 'failed']),
  admitted: v.boolean(),
  muted: v.boolean(),
  attendeeId: maybe(text),
  attendeeMeetingId: maybe(text),
  consent: maybe(v.object({ decision: v.picklist(['given', 'refused', 'withdrawn']), textVersion: text })),
  isRecorded: v.boolean(),
}) satisfies v.GenericSchema<unknown, CallParticipant>;

const statusAnswer = v.object({
  session: v.object({ id: uuid }),
  status,
  startedAt: maybe(time),
  endedAt: maybe(time),
  seconds: count,
  present: v.array(v.object({ userId: uuid, role: text, since: time })),
  waiting: v.array(uuid),
  isRecording: v.boolean(),
  captions,
  recordings: v.array(v.object({ meetingId: uuid, state: text, reason: maybe(text) })),
  participants: v.array(participant),
  recording: v.object({
    may: v.boolean(),
    reason: v.picklist(Object.keys(recordingReasons) as RecordingReason[]),
  }),
  toAgree: v.array(uuid),
});

const applied = v.object({ userId: uuid, admitted: v.boolean(), muted: v.boolean() });

/** Of every action that names a meeting. */
const named = ['MeetingNotFound', 'NotAParticipant'] as const satisfies RefusalName[];
const ofProvider = [...named, 'OnlyTheProvider', 'MeetingEnded', 'ChimeUnavailable'] as const satisfies RefusalName[];
const entering = [
  'AppointmentNotOpen',
  'MeetingEnded',
  'LanguageNotSupported',
  'MeetingFull',
  'ChimeUnavailable',
] as const;

const actions: Readonly<Record<ActionName, Omit<Asked, 'body'>>> = {
  create: {
    does: 'Opens the visit of an appointment and brings the caller into its meeting, the same one for whoever asks.',
    answer: v.object(entered),
    refusals: ['AppointmentNotFound', 'NotAParticipant', 'RegionNotAllowed', ...entering],
  },
  join: {
    does: 'Brings the caller into the visit that a meeting belonged to, with the same attendee as before.',
    answer: v.object({ ...entered, renewed: v.optional(v.literal(true)) }),
    refusals: [...named, ...entering],
  },
  'batch-join': {
    does: 'Names up to a hundred people who may join; each gets a token of her own by join.',
    answer: v.object({
      meeting,
      attendees: v.array(v.object({ userId: uuid, attendeeId: uuid })),
      errors: v.array(v.object({ userId: uuid, code: text })),
    }),
    refusals: [...ofProvider, 'MeetingFull'],
  },
  admit: {
    does: 'Lets somebody out of the waiting room.',
    answer: applied,
    refusals: [...ofProvider, 'ParticipantNotFound'],
  },
  mute: {
    does: "Takes somebody's voice away, or gives it back.",
    answer: applied,
    refusals: [...ofProvider, 'ParticipantNotFound'],
  },
  remove: {
    does: 'Sends somebody out, until the provider names that person by batch-join.',
    answer: v.object({ userId: uuid, status: text }),
    refusals: [...ofProvider, 'ParticipantNotFound'],
  },
  consent: {
    does: 'Keeps what the caller says to the recording of this meeting.',
    answer: v.object({
      userId: uuid,
      decision: maybe(v.picklist(['given', 'refused', 'withdrawn'])),
      textVersion: maybe(text),
      isSpoilt: v.boolean(),
    }),
    refusals: [...named, 'MeetingEnded', 'ConsentTextOutdated', 'ChimeUnavailable'],
  },
  transcription: {
    does: 'Switches live captions on or off.',
    answer: v.object({ captions }),
    refusals: [...ofProvider, 'ConsentMissing', 'LanguageNotSupported', 'RegionNotAllowed'],
  },
  report: {
    does: 'Keeps what the client measured of its call, or what went wrong there.',
    answer: nothing,
    refusals: named,
  },
  status: {
    does: 'Says who is there, who waits, for how long, and whether the call is recorded.',
    answer: statusAnswer,
    refusals: named,
  },
  end: {
    does: 'Ends the visit for everybody; to end it again is no error.',
    answer: v.object({ session: v.object({ id: uuid, status: v.literal('ended') }) }),
    refusals: [...named, 'OnlyTheProvider', 'ChimeUnavailable'],
  },
};

export const meetings: RouteRow = {
  method: 'POST',
  path: '/meetings',
  edgeFunction: 'chime-meeting-token',
  service: 'meetings',
  does: 'The call.',
  caller: 'user',
  refusals: ['UnknownUser', 'TooManyRequests'],
  asked: {
    actions: Object.fromEntries(
      (Object.keys(bodies) as ActionName[]).map((name) => [name, { ...actions[name], body: bodies[name] }]),
    ),
  },
};
