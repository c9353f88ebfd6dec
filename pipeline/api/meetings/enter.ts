import { capabilitiesOf, isSame } from '../../meetings/capabilities.ts';
import type { CallParticipant, CallSession, ChimeAttendee, ChimeMeeting, LiveMeeting } from '../../meetings/call.ts';
import { isElsewhere, mediaRegionOf } from '../../meetings/residence.ts';
import { meetingToken } from '../../meetings/tokens.ts';
import type { CallPorts } from '../../callPorts.ts';
import { Refusal } from '../../refusals.ts';
import { settle } from '../../calls/settle.ts';
import { takeOver } from './takeOver.ts';

export interface Entered {
  session: CallSession;
  meeting: ChimeMeeting;
  attendee: ChimeAttendee;
  /** The row that the attendee agrees with. */
  participant: CallParticipant;
}

type Seat = Pick<Entered, 'attendee' | 'participant'>;

/** So often may a meeting be made or found dead before it is Chime's failure. */
const most = 4;

/**
 * Brings a person into the session's meeting: the one that lives, else a new one. However many do so at once, they meet
 * in one room, because the database keeps one meeting of each attempt and one attendee of each person.
 * @param participant the row that the session has of that person
 */
export async function enter(ports: CallPorts, session: CallSession, participant: CallParticipant): Promise<Entered> {
  let now = session;
  for (let tries = 0; tries < most; tries += 1) {
    // One that ended by itself goes on as soon as somebody asks again.
    if (now.status !== 'active') throw new Refusal(now.endedBy === null ? 'ChimeUnavailable' : 'MeetingEnded');
    const { meeting } = now;
    if (meeting === null) {
      now = await makeMeeting(ports, now, participant.userId);
      continue;
    }
    if (isElsewhere(meeting, ports.config)) {
      now = await takeOver(ports, now, meeting);
      continue;
    }
    const seat = await takeSeat(ports, now, meeting, participant);
    if (seat) return { session: now, meeting: meeting.data, ...seat };
    const at = ports.now().toISOString();
    now = await ports.calls.renewMeeting({ sessionId: now.id, meetingId: meeting.meetingId, at });
  }
  throw new Refusal('ChimeUnavailable');
}

/** The session with its meeting, whoever made it. */
async function makeMeeting(
  { calls, meetings, config, measure }: CallPorts,
  session: CallSession,
  userId: string,
): Promise<CallSession> {
  const { id, attempt } = session;
  const mediaRegion = mediaRegionOf(session, config.mediaRegions);
  let made: ChimeMeeting;
  try {
    made = await meetings.create({ token: meetingToken(session), externalMeetingId: id, mediaRegion });
  } catch (error) {
    measure(id, 'MeetingsFailed', 1);
    const name = error instanceof Refusal ? error.code : 'ChimeRefused';
    await calls.failSession({ sessionId: id, attempt, error: name });
    throw error;
  }
  const of = { sessionId: id, attempt, controlRegion: config.controlRegion, userId };
  const { outcome, session: after } = await calls.recordMeeting(of, made);
  // Nobody has a token of it, and nobody would look for it.
  if (outcome !== 'kept' && after.meeting?.meetingId !== made.MeetingId) await meetings.remove(made.MeetingId);
  // Once, though everybody who pressed at the same time was given it.
  if (outcome === 'kept') measure(id, 'MeetingsCreated', 1);
  return after;
}

/** The person's attendee, the same one whenever that person comes; undefined when Chime no longer has the meeting. */
async function takeSeat(
  ports: CallPorts,
  { id: sessionId }: CallSession,
  { meetingId }: LiveMeeting,
  participant: CallParticipant,
): Promise<Seat | undefined> {
  const { calls, meetings } = ports;
  const { userId } = participant;
  const known = participant.attendeeMeetingId === meetingId ? participant.attendeeId : null;
  const found = known === null ? undefined : await meetings.findAttendee(meetingId, known);
  if (found) return seatOf(ports, { sessionId, meetingId }, found, participant);
  const made = await meetings.createAttendee(meetingId, {
    userId,
    capabilities: capabilitiesOf(participant, ports.config),
  });
  if (!made) return undefined;
  const seat = { sessionId, meetingId, userId, attendeeId: made.AttendeeId, replaces: known };
  const { outcome, participant: row } = await calls.recordAttendee(seat);
  if (row?.attendeeId !== made.AttendeeId) await meetings.removeAttendee(meetingId, made.AttendeeId);
  if (row?.status === 'removed') throw new Refusal('NotAParticipant');
  // The visit was ended meanwhile, or its meeting was found dead. It is not for us to say that this one is.
  if (outcome === 'over' || row === null) return gone();
  const own = outcome !== 'other' ? made : await meetings.findAttendee(meetingId, row.attendeeId ?? '');
  return seatOf(ports, { sessionId, meetingId }, own ?? gone(), row);
}

/** Somebody may have been admitted or muted, or may have agreed, while the attendee was made, or while it was not there. */
async function seatOf(
  ports: CallPorts,
  at: { sessionId: string; meetingId: string },
  attendee: ChimeAttendee,
  row: CallParticipant,
): Promise<Seat> {
  const { AttendeeId: attendeeId, Capabilities: has } = attendee;
  if (isSame(has, capabilitiesOf(row, ports.config))) return { attendee, participant: row };
  const settled = (await settle(ports, { ...at, userId: row.userId, attendeeId }, has)) ?? gone();
  return { attendee: { ...attendee, Capabilities: capabilitiesOf(settled, ports.config) }, participant: settled };
}

/** What was there a moment ago: whoever asks again finds how things are. */
function gone(): never {
  throw new Refusal('ChimeUnavailable');
}
