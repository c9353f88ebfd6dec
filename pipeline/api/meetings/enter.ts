import { capabilitiesOf, isSame } from '../../meetings/capabilities.ts';
import type { CallParticipant, CallSession, ChimeAttendee, ChimeMeeting, LiveMeeting } from '../../meetings/call.ts';
import { meetingToken } from '../../meetings/tokens.ts';
import type { CallPorts } from '../../callPorts.ts';
import { Refusal } from '../../refusals.ts';

/** Somebody who wants in, and the row that the session has of that person. */
export interface Person {
  userId: string;
  participant: Pick<CallParticipant, 'admitted' | 'muted' | 'attendeeId' | 'attendeeMeetingId'>;
}

export interface Entered {
  session: CallSession;
  meeting: ChimeMeeting;
  attendee: ChimeAttendee;
  /** Out of the waiting room. */
  admitted: boolean;
}

/** So many meetings in a row may be found dead before it is Chime's failure. */
const most = 4;

/**
 * Brings a person into the session's meeting: the one that lives, else a new one. However many do so at once, they meet
 * in one room, because the database keeps one meeting of each attempt and one attendee of each person.
 */
export async function enter(ports: CallPorts, session: CallSession, person: Person): Promise<Entered> {
  let now = session;
  for (let tries = 0; tries < most; tries += 1) {
    if (now.status !== 'active') throw new Refusal('MeetingEnded');
    const { meeting } = now;
    if (meeting === null) {
      now = await makeMeeting(ports, now);
      continue;
    }
    const seat = await takeSeat(ports, now, meeting, person);
    if (seat) return { session: now, meeting: meeting.data, ...seat };
    now = await ports.calls.renewMeeting({
      sessionId: now.id,
      meetingId: meeting.meetingId,
      at: ports.now().toISOString(),
    });
  }
  throw new Refusal('ChimeUnavailable');
}

/** The session with its meeting, whoever made it. */
async function makeMeeting(
  { calls, meetings, config, measure }: CallPorts,
  session: CallSession,
): Promise<CallSession> {
  const { id, attempt } = session;
  const mediaRegion = session.mediaRegion ?? config.mediaRegions[0] ?? config.controlRegion;
  let made: ChimeMeeting;
  try {
    made = await meetings.create({ token: meetingToken(session), externalMeetingId: id, mediaRegion });
  } catch (error) {
    measure(id, 'MeetingsFailed', 1);
    const name = error instanceof Refusal ? error.code : 'ChimeRefused';
    await calls.failSession({ sessionId: id, attempt, error: name });
    throw error;
  }
  const { controlRegion } = config;
  const { outcome, session: after } = await calls.recordMeeting({ sessionId: id, attempt, controlRegion }, made);
  // Nobody has a token of it, and nobody would look for it.
  if (outcome !== 'kept' && after.meeting?.meetingId !== made.MeetingId) await meetings.remove(made.MeetingId);
  if (outcome === 'kept') measure(id, 'MeetingsCreated', 1);
  return after;
}

/** The person's attendee, the same one whenever that person comes; undefined when the meeting is gone. */
async function takeSeat(
  { calls, meetings }: CallPorts,
  session: CallSession,
  { meetingId }: LiveMeeting,
  { userId, participant }: Person,
): Promise<Pick<Entered, 'attendee' | 'admitted'> | undefined> {
  const known = participant.attendeeMeetingId === meetingId ? participant.attendeeId : null;
  const found = known === null ? undefined : await meetings.findAttendee(meetingId, known);
  if (found) return withCapabilities(meetings, meetingId, found, participant);
  const made = await meetings.createAttendee(meetingId, { userId, capabilities: capabilitiesOf(participant) });
  if (!made) return undefined;
  const seat = { sessionId: session.id, meetingId, userId, attendeeId: made.AttendeeId, replaces: known };
  const { outcome, participant: row } = await calls.recordAttendee(seat);
  if (row?.attendeeId !== made.AttendeeId) await meetings.removeAttendee(meetingId, made.AttendeeId);
  if (row?.status === 'removed') throw new Refusal('NotAParticipant');
  // The meeting was found dead by somebody else, or the visit was ended.
  if (outcome === 'over' || row === null) return undefined;
  const own = outcome === 'kept' ? made : await meetings.findAttendee(meetingId, row.attendeeId ?? '');
  return withCapabilities(meetings, meetingId, own ?? gone(), row);
}

/** Somebody may have been admitted or muted while the attendee was made. */
async function withCapabilities(
  meetings: CallPorts['meetings'],
  meetingId: string,
  attendee: ChimeAttendee,
  row: Pick<CallParticipant, 'admitted' | 'muted'>,
): Promise<Pick<Entered, 'attendee' | 'admitted'>> {
  const { admitted } = row;
  const wanted = capabilitiesOf(row);
  if (isSame(attendee.Capabilities, wanted)) return { attendee, admitted };
  const outcome = await meetings.setCapabilities(meetingId, attendee.AttendeeId, wanted);
  return outcome === 'gone' ? gone() : { attendee: { ...attendee, Capabilities: wanted }, admitted };
}

/** What was there a moment ago: whoever asks again finds how things are. */
function gone(): never {
  throw new Refusal('ChimeUnavailable');
}
