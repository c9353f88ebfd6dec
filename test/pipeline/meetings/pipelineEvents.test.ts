import { describe, expect, test } from 'vitest';
import { after } from '../../../pipeline/meetings/captureAfter.ts';
import { newsOf, toChangedMeeting, toPipelineEvent } from '../../../pipeline/meetings/pipelineEvents.ts';
import { memoryRecording } from '../memoryRecording.ts';

const at = '2026-11-28T09:00:00.000Z';

/** As Chime sends it. */
const eventOf = (eventType: string, more: object = {}) => ({
  version: '0',
  id: '5ee6265a-0a40-104e-d8a5-a6d5b2b1f9a1',
  'detail-type': 'Chime Media Pipeline State Change',
  source: 'aws.chime',
  account: '111122223333',
  time: '2026-11-28T09:00:01Z',
  region: 'eu-central-1',
  resources: [],
  detail: { version: '0', eventType, timestamp: Date.parse(at), mediaPipelineId: 'pipeline-1', ...more },
});
const changed = { 'detail-type': 'Meeting Changed', source: 'medzen.call', detail: { meetingId: 'meeting-1' } };

test.each([
  ['chime:MediaPipelineInProgress', 'other'],
  ['chime:MediaPipelineDeleted', 'over'],
  ['chime:MediaPipelineTemporaryFailure', 'other'],
  ['chime:MediaPipelineResumed', 'other'],
  ['chime:MediaPipelinePermanentFailure', 'failed'],
  ['chime:SomethingNew', 'other'],
])('%s: %s', (eventType, kind) => {
  const event = eventOf(eventType, { meetingId: 'meeting-1', mediaRegion: 'eu-west-1' });
  expect(toPipelineEvent(event)).toEqual({ pipelineId: 'pipeline-1', kind, at });
});

test('our own event names its meeting', () => {
  expect(toChangedMeeting(changed)).toBe('meeting-1');
});

describe('an event of another type', () => {
  test.each([
    [{ ...eventOf('chime:AttendeeJoined'), 'detail-type': 'Chime Meeting State Change' }],
    [{ source: 'aws.s3' }],
    [null],
    ['text'],
  ])('%j says nothing', (event) => {
    expect([toPipelineEvent(event), toChangedMeeting(event)]).toEqual([undefined, undefined]);
  });
});

describe('an event that is not as it is sent is refused', () => {
  test.each([
    ['of somebody else', { ...eventOf('chime:MediaPipelineDeleted'), source: 'their.app' }],
    ['without a pipeline', eventOf('chime:MediaPipelineDeleted', { mediaPipelineId: undefined })],
    ['without a time', eventOf('chime:MediaPipelineDeleted', { timestamp: '2026' })],
  ])('%s', (_, event) => expect(() => toPipelineEvent(event)).toThrow('Invalid'));

  test.each([
    ['of somebody else', { ...changed, source: 'aws.chime' }],
    ['without a meeting', { ...changed, detail: {} }],
  ])('of ours, %s', (_, event) => expect(() => toChangedMeeting(event)).toThrow('Invalid'));
});

describe('what is news', () => {
  const facts = memoryRecording().toFacts();
  const reserved = after(null, { what: 'reserved' }, new Date(at));
  const capture = reserved && { ...reserved, captureId: 'capture', concatenationId: 'newest' };
  const told = (state: 'stopping' | 'over') => ({ capture: capture && { ...capture, state, reason: 'LongEnough' } });
  const news = (pipelineId: string, kind: 'over' | 'failed' | 'other', more: object = {}) =>
    newsOf({ pipelineId, kind, at }, { ...facts, capture, ...more });

  test.each<[string, ReturnType<typeof news>, ReturnType<typeof news>]>([
    [
      'a capture is over with its meeting',
      news('capture', 'over', { isOver: true }),
      { what: 'over', reason: 'Ended', at },
    ],
    ['with a no', news('capture', 'over', { isSpoilt: true }), { what: 'over', reason: 'Withdrawn', at }],
    ['while the meeting goes on', news('capture', 'over'), { what: 'over', reason: 'Failed', at }],
    [
      'after it was asked to stop',
      news('capture', 'over', told('stopping')),
      { what: 'over', reason: 'LongEnough', at },
    ],
    ['once more', news('capture', 'over', told('over')), { what: 'over', reason: 'LongEnough', at }],
    ['a capture fails', news('capture', 'failed', { isOver: true }), { what: 'over', reason: 'Failed', at }],
    ['a capture begins', news('capture', 'other'), undefined],
    ['the newest joining fails', news('newest', 'failed'), { what: 'joinFailed' }],
    ['an older one fails', news('older', 'failed'), undefined],
    ['a joining ends well', news('newest', 'over'), undefined],
    ['nothing is recorded', news('capture', 'over', { capture: null }), undefined],
  ])('%s', (_, said, expected) => expect(said).toEqual(expected));
});
