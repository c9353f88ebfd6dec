import type { Evidence, Traces } from './evidence.ts';
import { type Fault, levelOf } from './harms.ts';

const minute = 60_000;

/** How long a fault may hold up its recording at most. Pauses double with each fault in a row. */
function delayOf(fault: Fault, rank: number): number {
  const ms = (fault.minutes ?? 0) * minute;
  const level = levelOf(fault.do);
  if (level === 'event') return fault.do === 'never' ? 6 * minute : ms;
  if (level === 'invocation') return 3 * minute + 30_000 * 2 ** rank;
  if (fault.do === 'jump-after') return ms;
  if (fault.do === 'away') return 2 * ms + 20 * minute;
  if (/^(exit|memory|timeout)/.test(fault.do)) return 30_000 * 2 ** rank + 3 * minute;
  return 4_000 * 2 ** rank + (fault.do.startsWith('hang') ? minute : 0);
}

/** Whoever waits for a place looks again after half an hour; a place that nobody comes for is another's after ten minutes. */
const uncalled = 40 * minute;

/** From the upload to the end: the job's time and what the faults cost, no more. */
export function tooLate({ schedule, recordings, uploadedAt, redriven, functions, unanswered }: Evidence): string[] {
  const outOfTime = recordings.filter(({ history }) => history.some(({ type }) => type === 'ExecutionTimedOut'));
  if (redriven) return outOfTime.map(({ recordingId }) => `${recordingId} waited until its execution ran out of time`);
  const fed = [functions.intake, ...functions.woken];
  // A function that a queue starts may have several recordings' messages at once: what it meets is everybody's.
  const isShared = ({ at, do: harm }: Fault) =>
    harm === 'away' || harm === 'jump-after' || (fed.includes(at[1]) && levelOf(harm) !== 'event');
  const shared = schedule.faults.filter(isShared);
  const mostOf = ({ planned }: Traces): number => {
    const own = schedule.faults.filter((fault) => fault.at[0] === planned.number || shared.includes(fault));
    // A call of the function that a queue starts fails its message, which is seen again three minutes later.
    const messages = own.filter(({ at }) => fed.includes(at[1])).length + unanswered;
    // No event says that a medical job has failed: it is asked, two minutes and its length after its start.
    const asked = planned.kind === 'unusable' ? 3 * minute : 0;
    return own.reduce((sum, fault, rank) => sum + delayOf(fault, rank), 80_000 + messages * 4 * minute + asked);
  };
  // Where places are few, each may wait for all others, and by a fault for a call that does not come.
  const line = recordings.reduce((sum, one) => sum + mostOf(one), 0) + schedule.faults.length * uncalled;
  return recordings.flatMap((one) => {
    const { recordingId, execution } = one;
    if (!execution) return [];
    const most = schedule.jobs === undefined ? mostOf(one) : line;
    const took = execution.endedAt - uploadedAt;
    return took > most ? [`${recordingId} took ${took / 1000} s, ${most / 1000} s at most`] : [];
  });
}
