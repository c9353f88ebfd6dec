import { type MeetingEvents, personOf, type Span } from './meetingEvents.ts';
import type { Role, RoleAssignment, Turn } from './transcript.ts';

/** Somebody who was invited to the meeting. */
export interface Participant {
  attendeeId: string;
  role: 'provider' | 'patient' | 'other';
}

/** A meeting's own evidence of who is who. */
export interface Roster {
  events: MeetingEvents;
  participants: readonly Participant[];
}

/** A voice that was heard for less than this identifies nobody. */
const enoughMs = 3_000;
/** One attendee must be the active speaker for this share of a label's time: the back-channels of others cost some. */
const clearShare = 0.6;

/** `observer` is the word of older rows; a word that is not listed is no evidence. */
const roleOf: ReadonlyMap<string, Role> = new Map([
  ['provider', 'clinician'],
  ['patient', 'patient'],
  ['other', 'other'],
  ['observer', 'other'],
]);

/**
 * Gives each label the role of the attendees who were the active speaker while it spoke. A label is left to the dialogue
 * if no role clearly owns it, or if its owner is not on the roster. Somebody who rejoins has several attendee ids.
 */
export function rolesByRoster(
  turns: readonly Turn[],
  events: MeetingEvents,
  participants: readonly Participant[],
): Map<string, RoleAssignment> {
  const known = new Map<string, Role>();
  for (const { attendeeId, role } of participants) {
    const found = roleOf.get(role);
    if (found) known.set(personOf(attendeeId), found);
  }
  const roles = new Map<string, RoleAssignment>();
  for (const [label, heard] of timeByAttendee(turns, events.active)) {
    const times = timeByRole(heard, known, events.present);
    const total = [...heard.values()].reduce((sum, ms) => sum + ms, 0);
    const unknown: [Role, number] = ['unknown', 0];
    const [role, ms] = [...times].reduce((most, one) => (one[1] > most[1] ? one : most), unknown);
    if (role === 'unknown' || ms < enoughMs || ms < clearShare * total) continue;
    roles.set(label, { role, roleConfidence: Math.round((ms / total) * 1000) / 1000, roleEvidence: 'roster' });
  }
  return roles;
}

/** How many ms of a label's words fall to each role. An id that is not on the roster may be one that rejoined. */
function timeByRole(
  heard: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, Role>,
  present: readonly Span[],
): Map<Role, number> {
  const times = new Map<Role, number>();
  for (const [attendeeId, ms] of heard) {
    const role = known.get(attendeeId) ?? roleOfRejoined(attendeeId, heard, known, present);
    if (role) times.set(role, (times.get(role) ?? 0) + ms);
  }
  return times;
}

/** Two ids of one person may be there together for this long: a connection that broke is noticed late. */
const handoverMs = 30_000;

/**
 * The roster has one attendee id for each person. Another id is the same person under a new one if the same voice was
 * heard for both, and the two were not in the meeting together. Undefined where that holds for several roles or none.
 */
function roleOfRejoined(
  attendeeId: string,
  heard: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, Role>,
  present: readonly Span[],
): Role | undefined {
  const spansOf = (id: string) => present.filter((span) => span.attendeeId === id);
  const own = spansOf(attendeeId);
  const roles = new Set<Role>();
  for (const [id, role] of known) {
    const others = spansOf(id);
    if (areApart(own, others) && (heard.get(id) ?? 0) >= enoughMs) roles.add(role);
  }
  const [role] = roles;
  return roles.size === 1 ? role : undefined;
}

/** Whether each was in the meeting, and for the most part without the other. */
function areApart(some: readonly Span[], others: readonly Span[]): boolean {
  let together = 0;
  for (const a of some) {
    for (const b of others) together += Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs));
  }
  return together <= handoverMs && 2 * together < Math.min(lengthOf(some), lengthOf(others));
}

const lengthOf = (spans: readonly Span[]) => spans.reduce((ms, { startMs, endMs }) => ms + endMs - startMs, 0);

/** By label, how many ms each attendee was the active speaker during its words. Words and spans are walked in step. */
function timeByAttendee(turns: readonly Turn[], active: readonly Span[]): Map<string, Map<string, number>> {
  const words = turns
    .flatMap(({ speaker, words }) => words.map((word) => ({ speaker, startMs: word[2], endMs: word[3] })))
    .sort((a, b) => a.startMs - b.startMs);
  const times = new Map<string, Map<string, number>>();
  let first = 0;
  for (const { speaker, startMs, endMs } of words) {
    while ((active[first]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) first += 1;
    const heard = times.get(speaker) ?? new Map<string, number>();
    times.set(speaker, heard);
    for (let at = first; (active[at]?.startMs ?? Number.POSITIVE_INFINITY) < endMs; at += 1) {
      const span = active[at];
      if (!span) break;
      const ms = Math.min(endMs, span.endMs) - Math.max(startMs, span.startMs);
      heard.set(span.attendeeId, (heard.get(span.attendeeId) ?? 0) + ms);
    }
  }
  return times;
}

/**
 * The roster takes precedence over the dialogue. If it has named the clinician or the patient and the dialogue gives
 * another label the same role, the dialogue is contradicted: that label becomes unknown.
 */
export function withRoster(
  dialogue: ReadonlyMap<string, RoleAssignment>,
  turns: readonly Turn[],
  roster: Roster | undefined,
): Map<string, RoleAssignment> {
  const roles = new Map(dialogue);
  if (!roster) return roles;
  const proven = rolesByRoster(turns, roster.events, roster.participants);
  const given = new Set([...proven.values()].map(({ role }) => role));
  for (const [label, { role }] of dialogue) {
    if (role !== 'other' && given.has(role)) {
      roles.set(label, { role: 'unknown', roleConfidence: 0, roleEvidence: 'none' });
    }
  }
  for (const [label, assignment] of proven) roles.set(label, assignment);
  return roles;
}
