import { expect, test } from 'vitest';
import { toCaptionsDetail, toCaptionsEvent } from '../../../pipeline/meetings/captionsEvent.ts';

const meetingId = '4e4a1b9c-0000-4000-8000-0123456789ab';
const at = '2026-11-28T09:00:00.123Z';
const eventOf = (eventType: string, detail: object = {}, source = 'aws.chime') => ({
  id: 'event-1',
  'detail-type': 'Chime Meeting State Change',
  source,
  detail: {
    version: '0',
    eventType,
    timestamp: Date.parse(at),
    meetingId,
    transcriptionRegion: 'eu-west-1',
    ...detail,
  },
});

test.each([
  ['Started', { runs: true }],
  ['Resumed', { runs: true }],
  ['Stopped', { runs: false, reason: 'Stopped' }],
  ['Failed', { runs: false, reason: 'Failed' }],
])('chime:Transcription%s', (type, expected) => {
  expect(toCaptionsEvent(eventOf(`chime:Transcription${type}`))).toEqual({ meetingId, at, ...expected });
});

test.each<[string, unknown]>([
  ['an interruption, which passes', eventOf('chime:TranscriptionInterrupted')],
  ['somebody who comes', eventOf('chime:AttendeeJoined')],
  ['a name of a prototype', eventOf('constructor')],
  ['an event of somebody else', eventOf('chime:TranscriptionFailed', {}, 'aws.s3')],
  ['a time that no date can have', eventOf('chime:TranscriptionFailed', { timestamp: 1e30 })],
  [
    'our own event about something else',
    { source: 'medzen.call', 'detail-type': 'Meeting Changed', detail: { meetingId } },
  ],
  ['an event of no meeting', eventOf('chime:TranscriptionFailed', { meetingId: undefined })],
  ['nothing', undefined],
])('%s tells nothing of captions', (_, event) =>
  expect([toCaptionsEvent(event), toCaptionsDetail(event)]).toEqual([undefined, undefined]),
);

test('what is told again in our own event is the same', () => {
  const { detail, ...event } = eventOf('chime:TranscriptionFailed');
  const { eventType, timestamp } = detail;
  expect(toCaptionsDetail({ ...event, detail })).toEqual({ meetingId, eventType, timestamp });
  const again = {
    'detail-type': 'Meeting Changed',
    source: 'medzen.call',
    detail: { meetingId, eventType, timestamp },
  };
  expect(toCaptionsEvent(again)).toEqual(toCaptionsEvent({ ...event, detail }));
});
