import type { MeetingAction } from './granted.ts';

/** Keeps what a client measured of its call, or what went wrong there: numbers and names. */
export const report: MeetingAction<'report'> =
  ({ calls }) =>
  async ({ session: { id: sessionId }, userId }, { kind, values }) => {
    await calls.report({ sessionId, userId, kind, values });
    return {};
  };
