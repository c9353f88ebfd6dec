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
/** Beside more of the same voice under another id, this much tells whose it is. */
const someMs = 1_000;
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
  const times = timeByAttendee(turns, events.active);
  for (const [label, heard] of times) {
    const own = [...known].filter(([id]) => isVoiceOf(id, heard, times));
    const shares = timeByRole(heard, known, (id) => roleOfRejoined(id, own, events.present));
    const total = [...heard.values()].reduce((sum, ms) => sum + ms, 0);
    const unknown: [Role, number] = ['unknown', 0];
    const [role, ms] = [...shares].reduce((most, one) => (one[1] > most[1] ? one : most), unknown);
    if (role === 'unknown' || ms < enoughMs || ms < clearShare * total) continue;
    roles.set(label, { role, roleConfidence: Math.round((ms / total) * 1000) / 1000, roleEvidence: 'roster' });
  }
  return roles;
}

type Heard = ReadonlyMap<string, number>;

/** Whether a label is the voice of an attendee, and not that of others who said something meanwhile. */
function isVoiceOf(attendeeId: string, heard: Heard, all: ReadonlyMap<string, Heard>): boolean {
  const ms = heard.get(attendeeId) ?? 0;
  const total = [...all.values()].reduce((sum, one) => sum + (one.get(attendeeId) ?? 0), 0);
  return ms >= someMs && ms >= clearShare * total;
}

/** How many ms of a label's words fall to each role. An id that is not on the roster may be one that rejoined. */
function timeByRole(
  heard: Heard,
  known: ReadonlyMap<string, Role>,
  roleOfUnknown: (attendeeId: string) => Role | undefined,
): Map<Role, number> {
  const times = new Map<Role, number>();
  for (const [attendeeId, ms] of heard) {
    const role = known.get(attendeeId) ?? roleOfUnknown(attendeeId);
    if (role) times.set(role, (times.get(role) ?? 0) + ms);
  }
  return times;
}

/** Two ids of one person may be there together for this long: a connection that broke is noticed late. */
const handoverMs = 30_000;

/**
 * The roster has one attendee id for each person. Another id is the same person under a new one if the same voice was
 * heard for both, and the two were not in the meeting together. Undefined where that holds for several roles or none.
 * @param own the attendees whose voice it is
 */
function roleOfRejoined(
  attendeeId: string,
  own: readonly (readonly [attendeeId: string, role: Role])[],
  present: readonly Span[],
): Role | undefined {
  const spansOf = (id: string) => present.filter((span) => span.attendeeId === id);
  const apart = own.filter(([id]) => areApart(spansOf(attendeeId), spansOf(id)));
  const [role, ...others] = new Set(apart.map(([, role]) => role));
  return others.length === 0 ? role : undefined;
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
