import type { Capture, RecordingFacts } from './capture.ts';
import { isWished, mayRecord } from './consent.ts';
import type { Command, LifeSettings } from './recordingLife.ts';
import { captureToken, joiningToken } from './tokens.ts';

const minute = 60_000;
/** Chime says within seconds that a capture has ended, or says it no more. */
const stopsWithin = 30_000;
/** Chime may not yet know what it has just made. */
const isKnownAfter = minute;
/** A joining that takes longer never ends. */
const joinsWithin = 60 * minute;
const mostJoinings = 3;

/** What is to be done next for the recording of a meeting; undefined while there is nothing to do. */
export function due(facts: RecordingFacts, settings: LifeSettings, now: Date): Command | undefined {
  if (facts.captionsOn && isUnwanted(facts)) return { do: 'stopCaptions' };
  const { capture } = facts;
  if (capture === null) return mayBegin(facts, settings) ? { do: 'reserve' } : undefined;
  switch (capture.state) {
    case 'starting':
      return toStart(facts, capture, settings);
    case 'running':
      return toStop(facts, capture, settings, now) ?? toSettle(capture) ?? toLook(capture, settings, now);
    case 'stopping':
      return toStopAgain(capture, settings, now);
    case 'over':
      return toSettle(capture) ?? toJoin(facts, capture);
    case 'joining':
      return toSettle(capture) ?? toJoinAgain(facts, capture, settings, now);
    case 'joined':
    case 'incomplete':
    case 'missing':
    case 'discarded':
    case 'refused':
      return toSettle(capture);
  }
}

/** Whether nothing of the meeting may be recorded any more. */
function isUnwanted({ isSpoilt, isOver }: RecordingFacts): boolean {
  return isSpoilt || isOver;
}

function mayBegin(facts: RecordingFacts, { records, isHere, consentVersion }: LifeSettings): boolean {
  const { isSpoilt, present } = facts;
  const state = { records, isWished: isWished(facts), isSpoilt, isRecording: false, present, version: consentVersion };
  return isHere && !facts.isOver && facts.meetingArn !== null && mayRecord(state).may;
}

/** The provider's wishes do not count any more: they did when it was reserved. */
function toStart(facts: RecordingFacts, { isSettled }: Capture, { records }: LifeSettings): Command {
  // Chime is asked only once everybody is settled: before, there is nothing to look for.
  if (isUnwanted(facts) || !records) return isSettled ? { do: 'find' } : { do: 'refuse', reason: 'NotBegun' };
  return isSettled ? { do: 'start', token: captureToken(facts) } : { do: 'settle' };
}

function toStop(facts: RecordingFacts, capture: Capture, settings: LifeSettings, now: Date): Command | undefined {
  const stop = (reason: 'Withdrawn' | 'Ended' | 'LongEnough') => stopping(capture, reason);
  if (facts.isSpoilt) return stop('Withdrawn');
  if (facts.isOver) return stop('Ended');
  const isLong = msSince(capture.startedAt ?? capture.since, now) >= settings.longestMs;
  return isLong ? stop('LongEnough') : undefined;
}

function stopping({ captureId }: Capture, reason: NonNullable<Capture['reason']>): Command | undefined {
  return captureId === null ? undefined : { do: 'stop', captureId, reason };
}

function toStopAgain(capture: Capture, { isSweep }: LifeSettings, now: Date): Command | undefined {
  if (msSince(capture.since, now) >= stopsWithin) return stopping(capture, capture.reason ?? 'Ended');
  return isSweep && capture.captureId !== null ? { do: 'look', captureId: capture.captureId } : undefined;
}

function toLook({ captureId, since }: Capture, { isSweep }: LifeSettings, now: Date): Command | undefined {
  const isDue = isSweep && captureId !== null && msSince(since, now) >= isKnownAfter;
  return isDue ? { do: 'look', captureId } : undefined;
}

/** People who were kept from sending may send again, before anything else is done. */
function toSettle({ isSettled }: Capture): Command | undefined {
  return isSettled ? undefined : { do: 'settle' };
}

function toJoin(facts: RecordingFacts, { expectedMs, captureArn, attempt }: Capture): Command | undefined {
  if (isToDiscard(facts)) return { do: 'discard' };
  // Whoever withdraws was told that nothing is made of it: so nothing is, while anybody still may.
  if (facts.withdrawn === 'discard' && !facts.isOver) return undefined;
  if (expectedMs === null) return { do: 'count' };
  if (captureArn === null || attempt >= mostJoinings) return { do: 'giveUp', drops: null };
  return { do: 'join', token: joiningToken(facts, attempt + 1), captureArn, drops: null };
}

function isToDiscard({ isWithdrawn, withdrawn }: RecordingFacts): boolean {
  return isWithdrawn && withdrawn === 'discard';
}

function toJoinAgain(
  facts: RecordingFacts,
  { since, captureArn, attempt, concatenationId }: Capture,
  { isSweep }: LifeSettings,
  now: Date,
): Command | undefined {
  if (isToDiscard(facts)) return { do: 'discard' };
  const ms = msSince(since, now);
  if (ms >= joinsWithin) {
    if (captureArn === null || attempt >= mostJoinings) return { do: 'giveUp', drops: concatenationId };
    return { do: 'join', token: joiningToken(facts, attempt + 1), captureArn, drops: concatenationId };
  }
  const isDue = isSweep && concatenationId !== null && ms >= isKnownAfter;
  return isDue ? { do: 'lookJoin', concatenationId } : undefined;
}

export function msSince(since: string, now: Date): number {
  return now.getTime() - Date.parse(since);
}
