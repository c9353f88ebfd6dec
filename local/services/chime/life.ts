import { type Clock, passes } from '../clock.ts';
import type { Events } from './events.ts';
import type { Meeting, MeetingEnd } from './meeting.ts';
import type { MeetingStore } from './meetingStore.ts';

const minute = 60_000;
/** Without an audio connection for more than this, a meeting ends. */
const longestSilence = 5 * minute;
const longestMeeting = 24 * 60 * minute;

export interface LifeOptions {
  clock: Clock;
  store: MeetingStore;
  events: Events;
  hasAudio: (meeting: Meeting) => boolean;
  /** Ends the sessions of everybody who is in a meeting. */
  throwOut: (meeting: Meeting, at: number) => void;
  onBroken: (error: unknown) => void;
}

/** How meetings end by themselves, and what happens then. A clock that jumps does not jump to their ends. */
export interface Life {
  /** Looks at a meeting that is new, or whose connections have changed. */
  look(meeting: Meeting): void;
  end(meeting: Meeting, why: MeetingEnd, at?: number): void;
  close(): void;
}

export function createLife(options: LifeOptions): Life {
  const { clock, store, events, hasAudio, throwOut, onBroken } = options;
  const waits = new Map<string, AbortController>();

  function look(meeting: Meeting): void {
    if (meeting.endedAt !== undefined) return;
    meeting.silentSince = hasAudio(meeting) ? undefined : (meeting.silentSince ?? clock.now());
    waits.get(meeting.id)?.abort();
    const wait = new AbortController();
    waits.set(meeting.id, wait);
    const { at, why } = endOf(meeting);
    passes(clock, at, wait.signal).then(
      () => wait.signal.aborted || end(meeting, why, at),
      (error: unknown) => wait.signal.aborted || onBroken(error),
    );
    store.save();
  }

  function end(meeting: Meeting, why: MeetingEnd, at = clock.now()): void {
    if (meeting.endedAt !== undefined) return;
    waits.get(meeting.id)?.abort();
    waits.delete(meeting.id);
    throwOut(meeting, at);
    meeting.endedAt = at;
    meeting.end = why;
    store.save();
    events.ofMeeting('MeetingEnded', meeting);
  }

  return {
    look,
    end,
    close() {
      for (const wait of waits.values()) wait.abort();
      waits.clear();
    },
  };
}

function endOf({ createdAt, silentSince = Infinity }: Meeting): { at: number; why: MeetingEnd } {
  const old = createdAt + longestMeeting;
  const silent = silentSince + longestSilence + 1;
  return silent < old ? { at: silent, why: 'silent' } : { at: old, why: 'old' };
}
