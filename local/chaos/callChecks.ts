import type { CallRows, CallTraces, MeetingTruth } from './callTraces.ts';

const ends = new Set(['joined', 'incomplete', 'missing', 'discarded', 'refused']);

type Seen = Pick<CallRows, 'sessions' | 'meetings' | 'participants' | 'presence' | 'captures'> & {
  truth: readonly Pick<MeetingTruth, 'id' | 'endedAt' | 'pipelines'>[];
};

/** What is open of a call that everybody has left. */
export function openIn({ sessions, meetings, participants, presence, captures, truth }: Seen): string[] {
  const running = truth.flatMap(({ pipelines }) => pipelines).filter(({ endedAt }) => endedAt === undefined);
  return [
    ...sessions.filter(({ status }) => status === 'active').map(({ id }) => `session ${String(id)} is active`),
    ...sessions.filter((row) => row['is_recording']).map(({ id }) => `session ${String(id)} is recorded`),
    ...meetings.filter((row) => row['ended_at'] === null).map((row) => `meeting ${String(row['meeting_id'])} is open`),
    ...presence.filter((row) => row['left_at'] === null).map((row) => `interval ${String(row['id'])} is open`),
    ...participants.filter(({ status }) => status === 'joined').map(({ id }) => `participant ${String(id)} is there`),
    ...captures
      .filter((row) => !ends.has(String(row['state'])))
      .map((row) => `the recording of ${String(row['meeting_id'])} is ${String(row['state'])}`),
    ...truth.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => `Chime has meeting ${id}`),
    ...running.map(({ kind, id }) => `Chime runs ${kind} ${id}`),
  ];
}

/** Seconds that do not add up: of each person the union of the intervals, which never overlap for one attendee. */
export function wrongSecondsIn({ participants, presence }: Pick<CallTraces, 'participants' | 'presence'>): string[] {
  return participants.flatMap((row) => {
    const own = presence.filter(
      (one) => one['user_id'] === row['user_id'] && one['session_id'] === row['video_call_id'],
    );
    const intervals = own.map((one) => [Date.parse(String(one['joined_at'])), Date.parse(String(one['left_at']))]);
    let [sum, until] = [0, -Infinity];
    for (const [from = 0, to = 0] of intervals.sort(([a = 0], [b = 0]) => a - b)) {
      sum += Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
    }
    const told = Number(row['duration_seconds'] ?? 0);
    return Math.abs(told - sum / 1000) > 1 ? [`participant ${String(row['id'])}: ${told} s, not ${sum / 1000}`] : [];
  });
}
