import type { CallPorts, OpenMeeting } from '../callPorts.ts';
import { callStep } from '../edge/callLambda.ts';
import type { Step } from '../edge/lambda.ts';
import { isElsewhere } from '../meetings/residence.ts';

/** As many as an account may have at once. */
const most = 250;

/** So long does a sweep begin to look at meetings: while Chime hangs, each takes its time, and the rest is the next one's. */
const sweepMs = 2 * 60_000;

/** Whoever was cut off has so long to come back before the visit counts as over. */
const graceMs = 3 * 60_000;

/** Somebody of whom nothing was heard may be there all the same: an event may be lost, and most of them never come. */
const longGraceMs = 15 * 60_000;

/** No meeting of Chime is older. */
const longestMs = 24 * 60 * 60_000;

/**
 * The second leg of every event: ends at Chime what the database has ended, closes what Chime has ended, and ends what
 * everybody has left. Every meeting is looked at by itself: one that fails is the next sweep's, and holds up no other.
 */
export const sweepMeetings: Step<unknown, { swept: number }, CallPorts> = (ports) => async () => {
  const { meetings, stranded } = await ports.calls.toSweep(ports.now().toISOString(), most);
  const begun = ports.now().getTime();
  let found = stranded;
  let swept = 0;
  let failure: unknown;
  for (const meeting of meetings) {
    if (ports.now().getTime() - begun > sweepMs) break;
    swept += 1;
    try {
      if (await sweep(ports, meeting)) found += 1;
    } catch (error) {
      failure ??= error;
    }
  }
  ports.measure('', 'SweepFound', found);
  if (failure !== undefined) throw failure;
  return { swept };
};

/** @returns whether it was over, and no event had said so */
async function sweep({ calls, meetings, config, now, measure }: CallPorts, open: OpenMeeting): Promise<boolean> {
  const { meetingId, sessionId } = open;
  const ended = async (when: string) => {
    const { closed, seconds } = await calls.meetingEnded({ meetingId, at: when });
    if (closed) measure(sessionId, 'CallSeconds', seconds);
  };
  const at = now().toISOString();
  const since = (time: string) => now().getTime() - Date.parse(time);
  if (isElsewhere(open, config)) {
    // Another deployment sweeps it. Where there is none any more, its meetings have an end.
    if (since(open.seenAt) < longestMs) return false;
    await ended(open.seenAt);
    return true;
  }
  if (!open.isLive || open.sessionStatus !== 'active') {
    await meetings.remove(meetingId);
    await ended(open.endedAt ?? at);
    return true;
  }
  if (!(await meetings.exists(meetingId))) {
    // When it ended nobody knows: not before it was last known to live.
    const left = open.present === 0 ? open.lastLeftAt : null;
    await ended(left ?? open.seenAt);
    return true;
  }
  const left = open.present === 0 ? open.lastLeftAt : null;
  if (left === null || since(open.quietSince) < (open.unaccounted === 0 ? graceMs : longGraceMs)) {
    await calls.meetingSeen({ meetingId, at });
    return false;
  }
  const closed = await calls.closeSession({ sessionId, endedBy: null, at: left, quietSince: open.quietSince });
  if (closed.outcome === 'busy') return false;
  // Whoever is in it all the same, because no event told of her, is thrown out, joins again, and is in the next meeting.
  await meetings.remove(meetingId);
  await ended(left);
  if (closed.outcome === 'closed') measure(sessionId, 'CallSeconds', closed.seconds);
  return true;
}

export const handler = callStep('sweepMeetings', sweepMeetings);
