import type { RoleAssignment } from './transcript.ts';
import type { Role, Turn } from './transcript.ts';

/** Somebody who was invited to the meeting. */
export interface Participant {
  attendeeId: string;
  role: 'provider' | 'patient' | 'other';
}

/** Chime's record of a meeting, apart from its sound. Times are milliseconds since the capture started. */
export interface MeetingEvents {
  /** The length of the capture, if both its start and its end were written down. */
  capturedMs: number | undefined;
  /** The stretches of time in which each attendee was the active speaker. */
  active: { attendeeId: string; startMs: number; endMs: number }[];
}

/**
 * Reads a meeting-events file: one JSON object per line, `{ Timestamp, EventType, EventParameters }`. The names inside
 * EventParameters are not documented, so any value under a name that ends in "attendeeId" is taken for an attendee. A
 * line that cannot be read is ignored.
 */
export function toMeetingEvents(text: string): MeetingEvents {
  const lines = text.split('\n').flatMap((line) => toLine(line) ?? []);
  const started = lines.find((line) => line.type === 'CaptureStarted')?.atMs;
  const ended = lines.findLast((line) => line.type === 'CaptureEnded')?.atMs;
  const active: MeetingEvents['active'] = [];
  for (const { type, atMs, attendeeId } of lines.toSorted((a, b) => a.atMs - b.atMs)) {
    if (started === undefined || (type !== 'ActiveSpeaker' && type !== 'CaptureEnded')) continue;
    const last = active.at(-1);
    if (last) last.endMs = Math.min(last.endMs, atMs - started);
    if (type === 'ActiveSpeaker' && attendeeId !== undefined) {
      active.push({ attendeeId, startMs: atMs - started, endMs: Number.POSITIVE_INFINITY });
    }
  }
  return { capturedMs: started !== undefined && ended !== undefined ? ended - started : undefined, active };
}

interface Line {
  type: string;
  atMs: number;
  attendeeId: string | undefined;
}

function toLine(text: string): Line | undefined {
  try {
    const { Timestamp, EventType, EventParameters } = JSON.parse(text) as Record<string, unknown>;
    const atMs = typeof Timestamp === 'number' ? Timestamp : Date.parse(String(Timestamp));
    if (typeof EventType !== 'string' || !Number.isFinite(atMs)) return undefined;
    return { type: EventType, atMs, attendeeId: findAttendee(EventParameters) };
  } catch {
    return undefined;
  }
}

/** The first attendee id at any depth: of several active speakers the loudest comes first. */
function findAttendee(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, field] of Object.entries(value)) {
    if (/attendee_?id$/i.test(name) && typeof field === 'string') return field;
    const deeper = findAttendee(field);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
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

const roleOf: Readonly<Record<Participant['role'], Role>> = {
  provider: 'clinician',
  patient: 'patient',
  other: 'other',
};

/**
 * Gives each label the role of the attendee who was the active speaker while it spoke. A label is left to the dialogue
 * if no attendee clearly owns it, or if its owner is not on the roster.
 */
export function rolesByRoster(
  turns: readonly Turn[],
  events: MeetingEvents,
  participants: readonly Participant[],
): Map<string, RoleAssignment> {
  const roles = new Map<string, RoleAssignment>();
  for (const [label, heard] of timeByAttendee(turns, events.active)) {
    const total = [...heard.values()].reduce((sum, ms) => sum + ms, 0);
    const [attendeeId, ms] = [...heard].reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0]);
    const participant = participants.find((one) => one.attendeeId === attendeeId);
    if (!participant || ms < enoughMs || ms < clearShare * total) continue;
    const roleConfidence = Math.round((ms / total) * 1000) / 1000;
    roles.set(label, { role: roleOf[participant.role], roleConfidence, roleEvidence: 'roster' });
  }
  return roles;
}

/** By label, how many ms each attendee was the active speaker during its words. Words and spans are walked in step. */
function timeByAttendee(turns: readonly Turn[], active: MeetingEvents['active']): Map<string, Map<string, number>> {
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

/** A recording may lack this much of its capture, at its ends and between chunks, before it counts as cut short. */
const missingMs = 10_000;

/** Whether the joined recording is clearly shorter than what was captured: its last chunks did not arrive. */
export function isCutShort(events: MeetingEvents | undefined, durationMs: number): boolean {
  return events?.capturedMs !== undefined && events.capturedMs - durationMs > missingMs;
}
