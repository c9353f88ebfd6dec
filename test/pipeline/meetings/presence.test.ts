import { describe, expect, test } from 'vitest';
import { toPresenceEvent } from '../../../pipeline/meetings/presence.ts';
import { userOf } from '../memoryCall.ts';

const upper = 'ABCDEF00-0000-4000-8000-00000000000A';
const meetingId = '4e4a1b9c-0000-4000-8000-0123456789ab';
const attendeeId = '7f3b2c1d-0000-4000-8000-0123456789ab';
const at = '2026-11-28T09:00:00.123Z';

/** As EventBridge delivers it. */
const eventOf = (eventType: string, more: object = {}, detail: object = {}) => ({
  version: '0',
  id: 'event-1',
  'detail-type': 'Chime Meeting State Change',
  source: 'aws.chime',
  account: '111122223333',
  time: '2026-11-28T09:00:01Z',
  region: 'eu-central-1',
  resources: [],
  detail: {
    version: '0',
    eventType,
    timestamp: Date.parse(at),
    meetingId,
    externalMeetingId: userOf(11),
    attendeeId,
    externalUserId: userOf(2),
    mediaRegion: 'eu-west-1',
    ...detail,
  },
  ...more,
});

test.each([
  ['chime:AttendeeJoined', 'joined'],
  ['chime:AttendeeLeft', 'left'],
  ['chime:AttendeeDropped', 'dropped'],
  ['chime:AttendeeDeleted', 'deleted'],
])('%s says that somebody has %s', (eventType, kind) => {
  const of = { eventId: 'event-1', at, meetingId, attendeeId };
  expect(toPresenceEvent(eventOf(eventType))).toEqual({ ...of, kind, userId: userOf(2) });
  expect(toPresenceEvent(eventOf(eventType, {}, { externalUserId: upper }))?.userId).toBe(upper.toLowerCase());
});

test('the end is of nobody in particular', () => {
  const ended = { eventId: 'event-1', kind: 'ended', at, meetingId, attendeeId: null, userId: null };
  expect(toPresenceEvent(eventOf('chime:MeetingEnded'))).toEqual(ended);
  const { attendeeId: _, externalUserId: __, ...detail } = eventOf('chime:MeetingEnded').detail;
  expect(toPresenceEvent({ ...eventOf(''), detail })).toEqual(ended);
});

describe('says nothing about presence', () => {
  test.each([
    'chime:MeetingStarted',
    'chime:AttendeeAdded',
    'chime:AttendeeAuthorized',
    'chime:AttendeeVideoStarted',
    'chime:AttendeeContentJoined',
    'chime:AttendeeContentLeft',
    'chime:TranscriptionStarted',
    'chime:SomethingNew',
    'constructor',
    '__proto__',
  ])('%s', (eventType) => expect(toPresenceEvent(eventOf(eventType))).toBeUndefined());

  test.each([
    ["a pipeline's own attendee", { externalUserId: 'aws:MediaPipeline-0123' }],
    ['somebody without an id of ours', { externalUserId: 'guest' }],
    ['somebody without any id', { externalUserId: undefined }],
    ['nobody', { attendeeId: undefined }],
  ])('%s', (_, detail) => expect(toPresenceEvent(eventOf('chime:AttendeeJoined', {}, detail))).toBeUndefined());
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['an event of somebody else', eventOf('chime:AttendeeJoined', { source: 'aws.s3' })],
  ['an event without an id', eventOf('chime:AttendeeJoined', { id: undefined })],
  ['an event of no meeting', eventOf('chime:AttendeeJoined', {}, { meetingId: undefined })],
  ['an event of no time', eventOf('chime:AttendeeJoined', {}, { timestamp: undefined })],
  ['an event of a time that is none', eventOf('chime:AttendeeJoined', {}, { timestamp: 1e20 })],
])('%s is delivered again, and goes to the dead letters', (_, event) => {
  expect(() => toPresenceEvent(event)).toThrow('Invalid');
});
