import * as v from 'valibot';

/** A change in who is in a meeting, as Chime tells of it. */
export interface PresenceEvent {
  /** Of the event: one that is delivered twice counts once. */
  eventId: string;
  kind: 'joined' | 'left' | 'dropped' | 'deleted' | 'ended';
  /** When it happened, ISO 8601. */
  at: string;
  meetingId: string;
  /** Null where the meeting itself ended. */
  attendeeId: string | null;
  userId: string | null;
}

const kinds: ReadonlyMap<string, PresenceEvent['kind']> = new Map([
  ['chime:AttendeeJoined', 'joined'],
  ['chime:AttendeeLeft', 'left'],
  ['chime:AttendeeDropped', 'dropped'],
  ['chime:AttendeeDeleted', 'deleted'],
  ['chime:MeetingEnded', 'ended'],
]);

/** "Chime Meeting State Change" of EventBridge. */
const Event = v.object({
  id: v.string(),
  source: v.literal('aws.chime'),
  detail: v.object({
    eventType: v.string(),
    timestamp: v.number(),
    meetingId: v.string(),
    attendeeId: v.optional(v.string()),
    externalUserId: v.optional(v.string()),
  }),
});

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * What an event of Chime says about presence; undefined when it says nothing about it. A pipeline's own attendee
 * (`aws:…`) is nobody, and so is whoever has no id of ours.
 * @throws ValiError for what is no event of Chime
 */
export function toPresenceEvent(event: unknown): PresenceEvent | undefined {
  const { id, detail } = v.parse(Event, event);
  const kind = kinds.get(detail.eventType);
  if (kind === undefined) return undefined;
  const common = { eventId: id, kind, at: new Date(detail.timestamp).toISOString(), meetingId: detail.meetingId };
  if (kind === 'ended') return { ...common, attendeeId: null, userId: null };
  const { attendeeId, externalUserId = '' } = detail;
  if (attendeeId === undefined || !uuid.test(externalUserId)) return undefined;
  return { ...common, attendeeId, userId: externalUserId.toLowerCase() };
}
