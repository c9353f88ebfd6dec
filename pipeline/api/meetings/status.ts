import type { MeetingAction } from './granted.ts';

/** Who is there, who waits, and how long it has lasted. */
export const status: MeetingAction<'status'> =
  ({ calls, now }) =>
  async ({ session }) => {
    const { startedAt, endedAt, ...rest } = await calls.status(session.id);
    const until = endedAt === null ? now().getTime() : Date.parse(endedAt);
    const seconds = startedAt === null ? 0 : Math.max(0, Math.round((until - Date.parse(startedAt)) / 1000));
    return { session: { id: session.id }, startedAt, endedAt, seconds, ...rest };
  };
