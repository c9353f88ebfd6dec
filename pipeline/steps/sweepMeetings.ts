import type { CallPorts, OpenMeeting } from '../callPorts.ts';
import { callStep } from '../edge/callLambda.ts';
import type { Step } from '../edge/lambda.ts';

/** As many as one invocation looks at in half of its time. */
const most = 250;

/** Whoever was cut off has so long to come back before the visit counts as over. */
const graceMs = 3 * 60_000;

/**
 * The second leg of every event: ends at Chime what the database has ended, closes what Chime has ended, and ends what
 * everybody has left. Every meeting is looked at by itself: one that fails is the next sweep's, and holds up no other.
 */
export const sweepMeetings: Step<unknown, { swept: number }, CallPorts> = (ports) => async () => {
  const { meetings, stranded } = await ports.calls.toSweep(ports.now().toISOString(), most);
  let found = stranded;
  let failure: unknown;
  for (const meeting of meetings) {
    try {
      if (await sweep(ports, meeting)) found += 1;
    } catch (error) {
      failure ??= error;
    }
  }
  ports.measure('', 'SweepFound', found);
  if (failure !== undefined) throw failure;
  return { swept: meetings.length };
};

/** @returns whether it was over, and no event had said so */
async function sweep({ calls, meetings, now, measure }: CallPorts, open: OpenMeeting): Promise<boolean> {
  const { meetingId, sessionId } = open;
  const at = now().toISOString();
  if (!open.isLive || open.sessionStatus !== 'active') {
    await meetings.remove(meetingId);
    await calls.meetingEnded({ meetingId, at: open.endedAt ?? at });
    return true;
  }
  if (!(await meetings.exists(meetingId))) {
    // When it ended nobody knows: not before it was last known to live.
    const left = open.present === 0 ? open.lastLeftAt : null;
    await calls.meetingEnded({ meetingId, at: left ?? open.seenAt });
    return true;
  }
  const isEmpty = open.present === 0 && open.unaccounted === 0 && open.lastLeftAt !== null;
  if (!isEmpty || now().getTime() - Date.parse(open.quietSince) < graceMs) {
    await calls.meetingSeen({ meetingId, at });
    return false;
  }
  const left = open.lastLeftAt ?? at;
  const closed = await calls.closeSession({ sessionId, endedBy: null, at: left, quietSince: open.quietSince });
  if (closed.outcome === 'busy') return false;
  // Whoever is in it all the same, because no event told of her, is thrown out, joins again, and is in the next meeting.
  await meetings.remove(meetingId);
  await calls.meetingEnded({ meetingId, at: left });
  if (closed.outcome === 'closed') measure(sessionId, 'CallSeconds', closed.seconds);
  return true;
}

export const handler = callStep('sweepMeetings', sweepMeetings);
