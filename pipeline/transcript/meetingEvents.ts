/** A stretch of time, in milliseconds since the capture started, and whose it is. */
export interface Span {
  attendeeId: string;
  startMs: number;
  endMs: number;
}

/** Chime's record of a meeting, apart from its sound. Attendee ids are in lower case. */
export interface MeetingEvents {
  /** The length of the capture, if both its start and its end were written down. */
  capturedMs: number | undefined;
  /** The stretches of time in which each attendee was the active speaker. */
  active: Span[];
  /** The stretches of time in which each attendee whose joining was written down was there. */
  present: Span[];
}

/**
 * Reads a meeting-events file: one JSON object per line, `{ Timestamp, EventType, EventParameters: { AttendeeId,
 * MediaModality } }`, or a JSON array of them. Any value under a name that ends in "attendeeId" is taken for an
 * attendee. An active speaker with an empty id is nobody; `<id>#content` is what that person shares, not the person. A line
 * that cannot be read is ignored.
 */
export function toMeetingEvents(text: string): MeetingEvents {
  const lines = toValues(text.replace(/^\uFEFF/, '').trim()).flatMap((value) => toLine(value) ?? []);
  const started = lines.find((line) => line.type === 'CaptureStarted')?.atMs;
  const ended = lines.findLast((line) => line.type === 'CaptureEnded')?.atMs;
  const events: MeetingEvents = {
    capturedMs: started !== undefined && ended !== undefined ? ended - started : undefined,
    active: [],
    present: [],
  };
  if (started === undefined) return events;
  for (const line of lines.toSorted((a, b) => a.atMs - b.atMs)) note(events, line, line.atMs - started);
  return events;
}

function note({ active, present }: MeetingEvents, { type, attendeeId }: Line, atMs: number): void {
  const close = (span: Span | undefined) => {
    if (span) span.endMs = Math.min(span.endMs, atMs);
  };
  const open = (spans: Span[], id: string | undefined) => {
    if (id) spans.push({ attendeeId: id, startMs: atMs, endMs: Number.POSITIVE_INFINITY });
  };
  const isSpeaking = active.at(-1)?.attendeeId === attendeeId;
  if (type === 'ActiveSpeaker' || type === 'CaptureEnded' || (type === 'AttendeeLeft' && isSpeaking))
    close(active.at(-1));
  // What somebody shares comes and goes on its own, and its sound is nobody's voice.
  if (attendeeId?.endsWith(content)) return;
  if (type === 'ActiveSpeaker') open(active, attendeeId);
  if (type === 'AttendeeJoined') open(present, attendeeId);
  if (type === 'AttendeeLeft') close(present.findLast((span) => span.attendeeId === attendeeId));
}

const content = '#content';

/** The person behind an attendee id, however it is written. */
export function personOf(attendeeId: string): string {
  const id = attendeeId.trim().toLowerCase();
  return id.endsWith(content) ? id.slice(0, -content.length) : id;
}

function toValues(text: string): unknown[] {
  if (text.startsWith('[')) {
    const list = parse(text);
    if (Array.isArray(list)) return list;
  }
  // An array that was cut off still has its lines.
  return text.split(/[\r\n]+/).map((line) => parse(withoutMarks(line)));
}

/** A line of an array without the array's own marks. Not by a pattern: one that seeks the end tries from each blank. */
function withoutMarks(line: string): string {
  let [from, to] = [0, line.length];
  while (from < to && ' \t[,'.includes(line.charAt(from))) from += 1;
  while (from < to && ' \t],'.includes(line.charAt(to - 1))) to -= 1;
  return line.slice(from, to);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

interface Line {
  type: string;
  atMs: number;
  attendeeId: string | undefined;
}

function toLine(value: unknown): Line | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { Timestamp, EventType, EventParameters } = value as Record<string, unknown>;
  const atMs = typeof Timestamp === 'number' ? Timestamp : Date.parse(String(Timestamp));
  if (typeof EventType !== 'string' || !Number.isFinite(atMs)) return undefined;
  return { type: EventType, atMs, attendeeId: findAttendee(EventParameters) };
}

/** The first attendee id at any depth that is not blank: of several active speakers the loudest comes first. */
function findAttendee(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, field] of Object.entries(value)) {
    const isId = /attendee_?id$/i.test(name) && typeof field === 'string';
    const found = isId ? field.trim().toLowerCase() : findAttendee(field);
    if (found) return found;
  }
  return undefined;
}

/** A recording may lack this much of its capture, at its ends and between chunks, before it counts as cut short. */
const missingMs = 10_000;

/** Whether the joined recording is clearly shorter than what was captured: its last chunks did not arrive. */
export function isCutShort(events: MeetingEvents | undefined, durationMs: number): boolean {
  return events?.capturedMs !== undefined && events.capturedMs - durationMs > missingMs;
}
