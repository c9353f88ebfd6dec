import type { CallSession } from './call.ts';
import type { RecordingFacts } from './capture.ts';

/**
 * The token by which Chime knows a repeated request for the same meeting: 2 to 64 letters, digits, `-` and `_`. Whoever
 * asks for a session's meeting, and however often, asks with this one, and so they all get the same room.
 */
export function meetingToken({ id, attempt }: Pick<CallSession, 'id' | 'attempt'>): string {
  return `${id}-${attempt}`;
}

/** A meeting has one capture. */
export function captureToken({ meetingId }: Pick<RecordingFacts, 'meetingId'>): string {
  return `${meetingId}-capture`;
}

/** Of the first, second or third time that the chunks of a meeting's capture are joined. */
export function joiningToken({ meetingId }: Pick<RecordingFacts, 'meetingId'>, attempt: number): string {
  return `${meetingId}-join-${attempt}`;
}
