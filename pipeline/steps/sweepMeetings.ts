import type { CallPorts, OpenMeeting } from '../callPorts.ts';
import { keepRecording } from '../calls/keepRecording.ts';
import { settleNotAgreed } from '../calls/settleAll.ts';
import { takeIn } from '../calls/takeIn.ts';
import type { RecordingPorts } from '../capturePorts.ts';
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

/** A capture that has run for as long as it may is stopped by the next sweep, or the one after. */
const lateMs = 15 * 60_000;

/**
 * The second leg of every event: ends at Chime what the database has ended, closes what Chime has ended, ends what
 * everybody has left, and brings every recording on. Everything is looked at by itself: what fails is the next sweep's, and
 * holds up nothing else.
 */
export const sweepMeetings: Step<unknown, { swept: number }, RecordingPorts> = (ports) => async () => {
  const { calls, config, measure, now } = ports;
  const { meetings, stranded, recordings, running, oldestMs } = await calls.toSweep(now().toISOString(), most);
  const until = now().getTime() + sweepMs;
  let found = stranded;
  let swept = 0;
  let failure: unknown;
  /** Does a thing unless it is too late. */
  const attempt = async (thing: () => Promise<unknown>) => {
    if (now().getTime() > until) return;
    await thing().catch((error: unknown) => (failure ??= error));
  };

  const isRecorded = (id: string) => config.records || recordings.includes(id);
  const open = new Set(meetings.map(({ meetingId }) => meetingId));
  // They are few, and each costs for as long as it runs.
  for (const meetingId of recordings.filter((id) => !open.has(id))) {
    await attempt(() => sweepRecording(ports, meetingId, until));
  }
  for (const meeting of meetings) {
    await attempt(async () => {
      swept += 1;
      if (await sweep(ports, meeting)) found += 1;
    });
    if (isRecorded(meeting.meetingId)) await attempt(() => sweepRecording(ports, meeting.meetingId, until));
  }
  // Where nothing is recorded and nothing was, there is none.
  if (config.records || recordings.length > 0) await attempt(() => sweepOrphans(ports, until));

  measure('', 'SweepFound', found);
  measure('', 'CapturesRunning', running);
  measure('', 'CapturesOld', oldestMs > config.longestCaptureMs + lateMs ? 1 : 0);
  if (failure !== undefined) throw failure;
  return { swept };
};

/**
 * Brings a recording on, and silences whoever can be heard by it without having agreed. Whoever captions had silenced may
 * send again: whoever switched them off may have failed at that.
 */
async function sweepRecording(ports: RecordingPorts, meetingId: string, until: number): Promise<void> {
  const facts = await keepRecording(ports, meetingId, { isSweep: true, until });
  if (facts === null || isElsewhere(facts, ports.config)) return;
  const isCaptured = facts.capture?.state === 'running';
  const wasCaptioned = facts.captionsAt !== null && !facts.isOver;
  if (!isCaptured && !wasCaptioned) return;
  const heard = await settleNotAgreed(ports, facts);
  // Captions are written down before people are silenced for them, and begin only then.
  if (isCaptured && heard > 0) ports.measure(facts.sessionId, 'ConsentMissing', heard);
}

/** Captures that run at Chime, and that no recording knows. */
async function sweepOrphans(ports: RecordingPorts, until: number): Promise<void> {
  const { calls, pipelines, log, measure, now } = ports;
  const running = await pipelines.list();
  const known = running.length > 0 ? await calls.knownPipelines(running) : [];
  let orphans = 0;
  for (const pipelineId of running.filter((id) => !known.includes(id))) {
    if (now().getTime() > until) break;
    const became = await takeIn(ports, pipelineId);
    if (became === 'left') continue;
    orphans += 1;
    log('a capture that no recording knew', { pipelineId, became });
  }
  measure('', 'CapturesOrphaned', orphans);
}

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
