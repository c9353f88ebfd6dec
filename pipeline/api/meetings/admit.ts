import { applyTo } from './applyTo.ts';
import type { MeetingAction } from './granted.ts';

/** Lets somebody out of the waiting room. Whoever is not there yet is let in at once when that person comes. */
export const admit: MeetingAction<'admit'> =
  (ports) =>
  async ({ session }, { userId }) =>
    applyTo(ports, session, { userId, admitted: true });
