import type { Meeting } from '../chime/meeting.ts';
import { reserved } from '../chime/requests.ts';
import type { Capture } from './pipeline.ts';
import type { Speech } from './speech.ts';
import { sending, voicesIn } from './voices.ts';

interface Line {
  at: number;
  type: string;
  /** Empty for nobody; undefined where the event is about no attendee. */
  attendeeId?: string;
}

/**
 * What the capture writes down of a meeting between two times, as lines of JSON: who came and went, who may be heard, who
 * speaks. `to` itself belongs to it once the capture is over.
 */
export function meetingLines(
  capture: Pick<Capture, 'stretches' | 'status'>,
  meeting: Meeting,
  speeches: readonly Speech[],
  { from, to }: { from: number; to: number },
): string {
  const begin = capture.stretches[0]?.from ?? to;
  const isOver = capture.status === 'Stopping';
  const lines = [
    { at: begin, type: 'CaptureStarted' },
    ...comings(meeting, begin),
    ...turns(meeting, speeches, begin, to),
    ...(isOver ? [{ at: to, type: 'CaptureEnded' }] : []),
  ];
  return lines
    .filter(({ at }) => at >= from && (at < to || (isOver && at === to)))
    .toSorted((a, b) => a.at - b.at)
    .map((line) => `${JSON.stringify(toEvent(line))}\n`)
    .join('');
}

/** Whoever was there before the capture joins it as it begins. */
function comings({ presences, attendees }: Meeting, begin: number): Line[] {
  return presences
    .filter(({ externalUserId, to = Infinity }) => !reserved.test(externalUserId) && to > begin)
    .flatMap(({ attendeeId, from, to = Infinity }) => {
      const attendee = attendees.find(({ id }) => id === attendeeId);
      const joined = Math.max(from, begin);
      const heard = attendee ? sending(attendee) : [];
      const isIn = (at: number) => at > joined && at < to;
      const isMuted = !heard.some((span) => span.from <= joined && joined < span.to);
      return [
        { at: joined, type: 'AttendeeJoined', attendeeId },
        ...(isMuted ? [{ at: joined, type: 'AttendeeMute', attendeeId }] : []),
        ...heard.flatMap((span) => [
          ...(isIn(span.from) ? [{ at: span.from, type: 'AttendeeUnmute', attendeeId }] : []),
          ...(isIn(span.to) && !heard.some(({ from: next }) => next === span.to)
            ? [{ at: span.to, type: 'AttendeeMute', attendeeId }]
            : []),
        ]),
        ...(to < Infinity ? [{ at: to, type: 'AttendeeLeft', attendeeId }] : []),
      ];
    });
}

/** Who speaks, as far as the meeting hears it, and nobody in between. */
function turns(meeting: Meeting, speeches: readonly Speech[], begin: number, until: number): Line[] {
  const spoken = speeches
    .flatMap(({ at, turns: all }) => all.map((turn) => ({ ...turn, from: at + turn.fromMs, to: at + turn.toMs })))
    .flatMap(({ attendeeId, from, to }) =>
      voicesIn(meeting, Math.max(from, begin), to).filter((voice) => voice.attendeeId === attendeeId),
    )
    .filter(({ from }) => from < until)
    .toSorted((a, b) => a.from - b.from);
  return spoken.flatMap(({ attendeeId, from, to }, at) => [
    { at: from, type: 'ActiveSpeaker', attendeeId },
    ...((spoken[at + 1]?.from ?? Infinity) > to ? [{ at: to, type: 'ActiveSpeaker', attendeeId: '' }] : []),
  ]);
}

function toEvent({ at, type, attendeeId }: Line) {
  const Timestamp = new Date(at).toISOString().replace('Z', '+00:00');
  if (attendeeId === undefined) return { Timestamp, EventType: type };
  return { Timestamp, EventType: type, EventParameters: { AttendeeId: attendeeId, MediaModality: '' } };
}
