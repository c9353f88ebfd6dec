import type { CallSession } from './call.ts';

/**
 * The token by which Chime knows a repeated request for the same meeting: 2 to 64 letters, digits, `-` and `_`. Whoever
 * asks for a session's meeting, and however often, asks with this one, and so they all get the same room.
 */
export function meetingToken({ id, attempt }: Pick<CallSession, 'id' | 'attempt'>): string {
  return `${id}-${attempt}`;
}
