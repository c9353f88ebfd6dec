import { applyTo } from './applyTo.ts';
import type { MeetingAction } from './granted.ts';

/** Takes somebody's voice away, or gives it back. */
export const mute: MeetingAction<'mute'> =
  (ports) =>
  async ({ session }, { userId, muted }) =>
    applyTo(ports, session, { userId, muted });
