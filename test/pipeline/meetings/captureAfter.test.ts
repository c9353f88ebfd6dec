import { describe, expect, test } from 'vitest';
import { type Capture, type CaptureState, captureStates } from '../../../pipeline/meetings/capture.ts';
import { after, isStray, overReason } from '../../../pipeline/meetings/captureAfter.ts';
import type { Happening } from '../../../pipeline/meetings/recordingLife.ts';

const now = new Date('2026-11-28T12:00:00.000Z');
const at = now.toISOString();
const minute = 60_000;
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
const since = ago(9 * minute);

const captureOf = (state: CaptureState, more: Partial<Capture> = {}): Capture => ({
  state,
  reason: null,
  since,
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
  isSettled: true,
  ...more,
});

const started: Happening = { what: 'started', captureId: 'c', captureArn: 'arn:c' };
const found: Happening = { what: 'found', captureId: 'c', captureArn: 'arn:c' };
const stopAsked: Happening = { what: 'stopAsked', reason: 'Ended' };
const ended: Happening = { what: 'over', reason: 'Ended', at: ago(1_000) };
const failed: Happening = { what: 'over', reason: 'Failed', at: null };
const refused: Happening = { what: 'refused', reason: 'QuotaFull' };
const counted: Happening = { what: 'counted', expectedMs: 5_000, gapMs: 10 };
const joining: Happening = { what: 'joining', concatenationId: 'j2' };
const ids = { captureId: 'c', captureArn: 'arn:c' };
const third = { attempt: 3, concatenationId: 'j3', concatenationIds: ['j1', 'j2', 'j3'] };
const dayAgo = { since: ago(24 * 60 * minute) };

type Row = [string, Happening, Partial<Capture>, Partial<Capture>?];

function check(state: CaptureState, rows: Row[]) {
  test.each(rows)('%s', (_, happening, becomes, was = {}) => {
    const before = captureOf(state, was);
    expect(after(before, happening, now)).toEqual({ ...before, ...becomes });
    expect(before).toEqual(captureOf(state, was));
  });
}

test('nothing is begun but by being reserved', () => {
  expect(after(null, { what: 'reserved' }, now)).toEqual(captureOf('starting', { since: at, isSettled: false }));
  for (const one of [refused, started, found, ended, { what: 'settled' } as const])
    expect(after(null, one, now)).toBeNull();
});

const notBegun = { state: 'refused', since: at, isSettled: false } as const;

describe('starting', () => {
  check('starting', [
    ['settled', { what: 'settled' }, { isSettled: true }, { isSettled: false }],
    ['started', started, { ...ids, state: 'running', since: at, startedAt: at }],
    ['found: since when, nobody knows', found, { ...ids, state: 'running', since: at, startedAt: since }],
    ['refused', refused, { ...notBegun, reason: 'QuotaFull' }],
    ['not found', { what: 'notFound' }, { ...notBegun, reason: 'NotBegun' }],
  ]);
});

const isOver = { state: 'over', since: at, isSettled: false } as const;

describe('running', () => {
  check('running', [
    ['asked to stop', stopAsked, { state: 'stopping', reason: 'Ended', since: at }],
    ['ended by itself', ended, { ...isOver, reason: 'Ended', endedAt: ago(1_000) }],
    ['ended, nobody knows when', failed, { ...isOver, reason: 'Failed', endedAt: at }],
  ]);
});

const stopping = { reason: 'LongEnough' } as const;

describe('stopping', () => {
  check('stopping', [
    ['asked again', stopAsked, { since: at }, stopping],
    ['ended', ended, { ...isOver, endedAt: ago(1_000) }, stopping],
    ['failed meanwhile', failed, { ...isOver, reason: 'Failed', endedAt: at }, stopping],
  ]);
});

const missing = { state: 'missing', since: at } as const;

describe('over', () => {
  check('over', [
    ['counted', counted, { expectedMs: 5_000, gapMs: 10 }],
    [
      'no chunks for ten minutes',
      { what: 'noChunks' },
      { ...missing, reason: 'NoChunks' },
      { since: ago(10 * minute) },
    ],
    ['joining', joining, { state: 'joining', since: at, attempt: 1, concatenationId: 'j2', concatenationIds: ['j2'] }],
    ['not taken for a day', { what: 'busy' }, { ...missing, reason: 'NeverJoined' }, dayAgo],
    ['refused for a day', { what: 'joinFailed' }, { ...missing, reason: 'NeverJoined' }, dayAgo],
    ['given up', { what: 'gaveUp' }, { ...missing, reason: 'NeverJoined' }, third],
    // Its alarm knows this reason.
    [
      'given up, and it had failed',
      { what: 'gaveUp' },
      { ...missing, reason: 'NeverJoined' },
      { ...third, reason: 'Failed' },
    ],
    ['discarded', { what: 'discarded' }, { state: 'discarded', since: at }, { reason: 'Withdrawn' }],
    ['that it failed is told later', failed, { reason: 'Failed' }, { reason: 'Ended', endedAt: since }],
  ]);
});

describe('joining', () => {
  check('joining', [
    [
      'again',
      joining,
      { since: at, attempt: 2, concatenationId: 'j2', concatenationIds: ['j1', 'j2'] },
      { attempt: 1, concatenationId: 'j1', concatenationIds: ['j1'] },
    ],
    ['the same', joining, { since: at, attempt: 2 }, { attempt: 1, concatenationId: 'j2', concatenationIds: ['j2'] }],
    ['failed', { what: 'joinFailed' }, { state: 'over', since: at }, third],
    ['given up', { what: 'gaveUp' }, { ...missing, reason: 'NeverJoined' }, third],
    ['discarded', { what: 'discarded' }, { state: 'discarded', since: at }],
    ['that the capture failed is told later', failed, { reason: 'Failed' }, { reason: 'Ended', endedAt: since }],
  ]);
});

/** In which states something is news. Everywhere else the very same capture comes back, so that nothing is kept. */
const news: [Happening, CaptureState[], Partial<Capture>?][] = [
  [{ what: 'reserved' }, []],
  [{ what: 'ran' }, []],
  [{ what: 'settled' }, []],
  [{ what: 'settled' }, [...captureStates], { isSettled: false }],
  [started, ['starting']],
  [found, ['starting']],
  [refused, ['starting']],
  [{ what: 'notFound' }, ['starting']],
  [stopAsked, ['running', 'stopping']],
  [ended, ['running', 'stopping']],
  [failed, ['running', 'stopping', 'over', 'joining']],
  [failed, ['running', 'stopping'], { reason: 'Failed' }],
  [counted, ['over']],
  [{ what: 'noChunks' }, []],
  [joining, ['over', 'joining']],
  [{ what: 'joinFailed' }, ['joining']],
  [{ what: 'busy' }, []],
  [{ what: 'gaveUp' }, ['over', 'joining']],
  [{ what: 'discarded' }, ['over', 'joining']],
];

test.each(news)('%j is news for %j', (happening, states, was = {}) => {
  const isNews = (state: CaptureState) => {
    const before = captureOf(state, was);
    return after(before, happening, now) !== before;
  };
  expect(captureStates.filter(isNews)).toEqual(states);
});

test.each<[boolean, CaptureState | null, string | null]>([
  [true, null, null],
  [false, 'starting', null],
  [false, 'running', 'c'],
  [false, 'over', 'c'],
  [true, 'running', 'other'],
  [true, 'refused', null],
])('whether one that runs is to be stopped: %j, where the one that is kept is %s %s', (expected, state, captureId) => {
  expect(isStray({ capture: state && captureOf(state, { captureId }) }, 'c')).toBe(expected);
});

test.each([
  ['Withdrawn', true, true],
  ['Withdrawn', true, false],
  ['Ended', false, true],
  ['Failed', false, false],
])('%s, where somebody said no %j and it is over %j', (reason, isSpoilt, isOver) => {
  expect(overReason({ isSpoilt, isOver, capture: null })).toBe(reason);
});
