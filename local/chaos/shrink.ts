import type { Schedule } from './schedule.ts';

/**
 * The smallest schedule found that still breaks a promise: first halves of the faults are left out, then single ones,
 * then the last meetings with what was done to them, then what the schedule says of all.
 *
 * @param breaks plays a schedule; a race may need several tries
 */
export async function shrink(schedule: Schedule, breaks: (smaller: Schedule) => Promise<boolean>): Promise<Schedule> {
  let smallest = schedule;
  for (let size = Math.ceil(schedule.faults.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < smallest.faults.length; ) {
      const faults = smallest.faults.toSpliced(from, size);
      if (await breaks({ ...smallest, faults })) smallest = { ...smallest, faults };
      else from += size;
    }
  }
  while (smallest.meetings.length > 1) {
    const smaller = withoutLast(smallest);
    if (!(await breaks(smaller))) break;
    smallest = smaller;
  }
  smallest = await shrinkCall(smallest, breaks);
  for (const rule of ['redrive', 'jobs', 'call'] as const) {
    const { [rule]: given, ...without } = smallest;
    if (given !== undefined && (await breaks(without))) smallest = without;
  }
  return smallest;
}

function withoutLast({ meetings, faults, ...rest }: Schedule): Schedule {
  const left = meetings.slice(0, -1);
  const recordings = left.reduce((sum, meeting) => sum + meeting.recordings, 0);
  return { ...rest, meetings: left, faults: faults.filter(({ at }) => at[0] < recordings) };
}

/** Of a call that is needed, what is done in it and what goes wrong with its pipelines are left out one by one. */
async function shrinkCall(schedule: Schedule, breaks: (smaller: Schedule) => Promise<boolean>): Promise<Schedule> {
  let smallest = schedule;
  for (const part of ['spoils', 'acts'] as const) {
    for (let at = 0; at < (smallest.call?.[part].length ?? 0); ) {
      const { call } = smallest;
      if (!call) break;
      const smaller = { ...smallest, call: { ...call, [part]: call[part].toSpliced(at, 1) } };
      if (await breaks(smaller)) smallest = smaller;
      else at += 1;
    }
  }
  return smallest;
}
