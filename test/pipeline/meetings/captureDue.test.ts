import { describe, expect, test } from 'vitest';
import type { Consent } from '../../../pipeline/meetings/call.ts';
import type { Capture, CaptureState, RecordingFacts } from '../../../pipeline/meetings/capture.ts';
import { due } from '../../../pipeline/meetings/captureDue.ts';
import type { Command, LifeSettings } from '../../../pipeline/meetings/recordingLife.ts';

const minute = 60_000;
const now = new Date('2026-11-28T12:00:00.000Z');
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
const yes: Consent = { decision: 'given', textVersion: 'v1' };

const settings: LifeSettings = {
  records: true,
  consentVersion: 'v1',
  longestMs: 180 * minute,
  isHere: true,
  isSweep: false,
};
const sweep = { isSweep: true };

const facts: RecordingFacts = {
  sessionId: 's',
  meetingId: 'm',
  meetingArn: 'arn:m',
  controlRegion: 'eu-central-1',
  mediaRegion: 'eu-west-1',
  isOver: false,
  recordingEnabled: true,
  providerCame: true,
  isSpoilt: false,
  isWithdrawn: false,
  withdrawn: 'keep',
  present: ['provider', 'patient'].map((role) => ({ userId: role, role, consent: yes })),
  participants: [],
  captionsOn: false,
  touched: '1',
  capture: null,
  version: 1,
};

const captureOf = (state: CaptureState, more: Partial<Capture> = {}): Capture => ({
  state,
  reason: null,
  since: ago(5_000),
  captureId: state === 'starting' || state === 'refused' ? null : 'c',
  captureArn: state === 'starting' || state === 'refused' ? null : 'arn:c',
  startedAt: ago(5_000),
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

const spoilt = { isSpoilt: true, isWithdrawn: true };
const over = { isOver: true };
const discard = { ...spoilt, withdrawn: 'discard' as const };
const unsettled = { isSettled: false };
const joiningMost = { attempt: 3, concatenationId: 'j3' };
const stop = (reason: 'Withdrawn' | 'Ended' | 'LongEnough'): Command => ({ do: 'stop', captureId: 'c', reason });
const join = (n: number, drops: string | null): Command => ({
  do: 'join',
  token: `m-join-${n}`,
  captureArn: 'arn:c',
  drops,
});

type Row = [string, Command | undefined, Partial<Capture>?, Partial<RecordingFacts>?, Partial<LifeSettings>?];

function check(state: CaptureState | null, rows: Row[]) {
  test.each(rows)('%s', (_, expected, capture = {}, more = {}, set = {}) => {
    const given = { ...facts, capture: state && captureOf(state, capture), ...more };
    expect(due(given, { ...settings, ...set }, now)).toEqual(expected);
  });
}

const nobodyElse = { ...facts, present: [...facts.present, { userId: 'o', role: 'other', consent: null }] };

describe('before', () => {
  check(null, [
    ['everybody has agreed', { do: 'reserve' }],
    ['a deployment that does not record', undefined, {}, {}, { records: false }],
    ['media elsewhere', undefined, {}, {}, { isHere: false }],
    ['another text', undefined, {}, {}, { consentVersion: 'v2' }],
    ['not wished', undefined, {}, { recordingEnabled: false }],
    ['somebody who has not agreed', undefined, {}, { present: nobodyElse.present }],
    ['somebody who refused', undefined, {}, { isSpoilt: true }],
    ['over', undefined, {}, over],
    ['a meeting of which nobody knows the name', undefined, {}, { meetingArn: null }],
    ['captions of a meeting that is over', { do: 'stopCaptions' }, {}, { ...over, captionsOn: true }],
  ]);
});

describe('starting', () => {
  check('starting', [
    ['not settled', { do: 'settle' }, unsettled],
    ['settled', { do: 'start', token: 'm-capture' }],
    ['somebody came meanwhile', { do: 'start', token: 'm-capture' }, {}, { present: nobodyElse.present }],
    ['no longer wished', { do: 'start', token: 'm-capture' }, {}, { recordingEnabled: false }],
    ['no longer allowed, and Chime may have been asked', { do: 'find' }, {}, spoilt],
    ['over, and Chime may have been asked', { do: 'find' }, {}, over],
    ['a deployment that no longer records', { do: 'find' }, {}, {}, { records: false }],
    ['no longer allowed, and Chime was not asked', { do: 'refuse', reason: 'NotBegun' }, unsettled, spoilt],
    ['captions before', { do: 'stopCaptions' }, {}, { ...spoilt, captionsOn: true }],
  ]);
});

describe('running', () => {
  check('running', [
    ['as it should', undefined],
    ['no longer wished', undefined, {}, { recordingEnabled: false, present: [] }],
    ['with captions', undefined, {}, { captionsOn: true }],
    ['somebody withdrew', stop('Withdrawn'), unsettled, { ...spoilt, ...over }],
    ['over', stop('Ended'), {}, over],
    ['as long as may be', stop('LongEnough'), { startedAt: ago(180 * minute) }],
    ['not yet so long', undefined, { startedAt: ago(180 * minute - 1) }],
    ['taken on before everybody was settled', { do: 'settle' }, unsettled],
    ['looked at by a sweep', { do: 'look', captureId: 'c' }, { since: ago(minute) }, {}, sweep],
    ['so young that Chime may not know it', undefined, { since: ago(minute - 1) }, {}, sweep],
  ]);
});

describe('stopping', () => {
  check('stopping', [
    ['just now', undefined],
    ['half a minute ago', stop('Withdrawn'), { since: ago(30_000), reason: 'Withdrawn' }],
    ['a sweep first asks again', stop('Ended'), { since: ago(30_000), reason: 'Ended' }, {}, sweep],
    ['a sweep looks', { do: 'look', captureId: 'c' }, { since: ago(29_999) }, {}, sweep],
  ]);
});

describe('over', () => {
  check('over', [
    ['not settled', { do: 'settle' }, unsettled, discard],
    ['to be discarded', { do: 'discard' }, {}, discard],
    ['somebody withdrew where it is kept', { do: 'count' }, {}, spoilt],
    ['somebody refused who had never agreed', { do: 'count' }, {}, { ...over, isSpoilt: true, withdrawn: 'discard' }],
    ['while somebody may still withdraw', undefined, {}, { withdrawn: 'discard' }],
    ['not counted', { do: 'count' }, {}, over],
    ['counted', join(1, null), { expectedMs: 0 }, over],
    ['too short twice', join(3, null), { expectedMs: 1, attempt: 2 }, over],
    ['failed three times', { do: 'giveUp', drops: null }, { expectedMs: 1, attempt: 3 }, over],
  ]);
});

describe('joining', () => {
  check('joining', [
    ['on its way', undefined],
    ['to be discarded', { do: 'discard' }, {}, discard],
    [
      'looked at by a sweep',
      { do: 'lookJoin', concatenationId: 'j' },
      { concatenationId: 'j', since: ago(minute) },
      {},
      sweep,
    ],
    ['so young that Chime may not know it', undefined, { concatenationId: 'j' }, {}, sweep],
    ['for an hour', join(2, 'j'), { attempt: 1, concatenationId: 'j', since: ago(60 * minute) }],
    ['the third for an hour', { do: 'giveUp', drops: 'j3' }, { ...joiningMost, since: ago(60 * minute) }, {}, sweep],
    ['the third for less', undefined, { ...joiningMost, since: ago(60 * minute - 1) }],
  ]);
});

describe.each<CaptureState>(['joined', 'incomplete', 'missing', 'discarded', 'refused'])('%s', (state) => {
  check(state, [
    ['settled', undefined, { since: ago(1e9) }, { ...discard, ...over }, sweep],
    ['not settled', { do: 'settle' }, unsettled, discard],
    ['agreed again', undefined],
  ]);
});
