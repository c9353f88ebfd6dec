import { type Capture, type CaptureReason, type CaptureState, captureStates, type RecordingFacts } from './capture.ts';
import { msSince } from './captureDue.ts';
import type { Happening } from './recordingLife.ts';

const minute = 60_000;
/** The last chunk may come later than the news that the capture has ended. */
const chunksWithin = 10 * minute;
/** So long is a joining asked for again that Chime does not take. */
const takesWithin = 24 * 60 * minute;

/** In which states something is news: in any other it comes too late, or was known. */
const newsIn: Readonly<Record<Happening['what'], readonly CaptureState[]>> = {
  reserved: [],
  settled: captureStates,
  refused: ['starting'],
  notFound: ['starting'],
  started: ['starting'],
  found: ['starting'],
  stopAsked: ['running', 'stopping'],
  ran: [],
  over: ['running', 'stopping', 'over', 'joining'],
  counted: ['over'],
  noChunks: ['over'],
  joining: ['over', 'joining'],
  joinFailed: ['over', 'joining'],
  busy: ['over', 'joining'],
  gaveUp: ['over', 'joining'],
  discarded: ['over', 'joining'],
};

/** A capture after what has happened: the very same one, where that changes nothing, and so nothing is to be kept. */
export function after(capture: Capture | null, happening: Happening, now: Date): Capture | null {
  if (capture === null) return happening.what === 'reserved' ? reserved(now) : null;
  const { state, reason } = capture;
  if (!newsIn[happening.what].includes(state)) return capture;
  switch (happening.what) {
    case 'reserved':
    case 'ran':
      return capture;
    case 'settled':
      return capture.isSettled ? capture : { ...capture, isSettled: true };
    case 'refused':
      return flipped(capture, 'refused', happening.reason, now);
    case 'notFound':
      return flipped(capture, 'refused', 'NotBegun', now);
    case 'started':
    case 'found':
      return begun(capture, happening, now);
    case 'stopAsked':
      return moved(capture, 'stopping', state === 'stopping' ? reason : happening.reason, now);
    case 'over':
      return ended(capture, happening, now);
    case 'counted':
      return { ...capture, expectedMs: happening.expectedMs, gapMs: happening.gapMs };
    case 'noChunks':
      return noChunks(capture, now);
    case 'joining':
      return joining(capture, happening.concatenationId, now);
    case 'joinFailed':
      return state === 'joining' ? moved(capture, 'over', reason, now) : notTaken(capture, now);
    case 'busy':
      return notTaken(capture, now);
    case 'gaveUp':
      return neverJoined(capture, now);
    case 'discarded':
      return moved(capture, 'discarded', reason, now);
  }
}

/**
 * Whether a capture that runs at Chime belongs to none of ours and is to be stopped: another one is kept, or it comes too
 * late. One whose answer was lost is the one that is being started.
 */
export function isStray({ capture }: Pick<RecordingFacts, 'capture'>, captureId: string): boolean {
  return capture?.captureId !== captureId && capture?.state !== 'starting';
}

/** Why a capture is over that did not fail: what it was asked to stop for, or was known to be over for. */
export function overReason({
  isSpoilt,
  isOver,
  capture,
}: Pick<RecordingFacts, 'isSpoilt' | 'isOver' | 'capture'>): CaptureReason {
  if (capture !== null && capture.reason !== null) return capture.reason;
  if (isSpoilt) return 'Withdrawn';
  // While the meeting goes on, what is said from now on is lost.
  return isOver ? 'Ended' : 'Failed';
}

function reserved(now: Date): Capture {
  return {
    state: 'starting',
    reason: null,
    since: now.toISOString(),
    captureId: null,
    captureArn: null,
    startedAt: null,
    endedAt: null,
    expectedMs: null,
    gapMs: null,
    joinedMs: null,
    attempt: 0,
    concatenationId: null,
    concatenationIds: [],
    isSettled: false,
  };
}

function moved(capture: Capture, state: CaptureState, reason: CaptureReason | null, now: Date): Capture {
  return { ...capture, state, reason, since: now.toISOString() };
}

/** Nothing is recorded any more: whoever was kept from sending is settled again. */
function flipped(capture: Capture, state: CaptureState, reason: CaptureReason, now: Date): Capture {
  return { ...moved(capture, state, reason, now), isSettled: false };
}

function begun(
  capture: Capture,
  { what, captureId, captureArn }: Extract<Happening, { what: 'started' | 'found' }>,
  now: Date,
): Capture {
  // One that is found began at some time since it was reserved.
  const startedAt = what === 'found' ? capture.since : now.toISOString();
  return { ...moved(capture, 'running', null, now), captureId, captureArn, startedAt };
}

function ended(capture: Capture, { reason, at }: Extract<Happening, { what: 'over' }>, now: Date): Capture {
  if (capture.state === 'over' || capture.state === 'joining') {
    // That it failed may be told after its end.
    return reason === 'Failed' && capture.reason !== reason ? { ...capture, reason } : capture;
  }
  const why = reason === 'Failed' ? reason : (capture.reason ?? reason);
  return { ...flipped(capture, 'over', why, now), endedAt: at ?? now.toISOString() };
}

/** That Chime takes no joining now costs no attempt: it may be the quota, or a policy that somebody must mend. */
function notTaken(capture: Capture, now: Date): Capture {
  return msSince(capture.since, now) >= takesWithin ? neverJoined(capture, now) : capture;
}

/** A file may still come. The database remembers what the capture ended for. */
function neverJoined(capture: Capture, now: Date): Capture {
  return moved(capture, 'missing', 'NeverJoined', now);
}

function noChunks(capture: Capture, now: Date): Capture {
  return msSince(capture.since, now) >= chunksWithin ? moved(capture, 'missing', 'NoChunks', now) : capture;
}

function joining(capture: Capture, concatenationId: string, now: Date): Capture {
  const { attempt, concatenationIds, reason } = capture;
  return {
    ...moved(capture, 'joining', reason, now),
    attempt: attempt + 1,
    concatenationId,
    concatenationIds: [...concatenationIds.filter((id) => id !== concatenationId), concatenationId],
  };
}
