import { expect, test, vi } from 'vitest';
import { followMeeting } from '../../../pipeline/steps/followMeeting.ts';
import { memoryCall, patientId } from '../memoryCall.ts';

const eventOf = (eventType: string, externalUserId: string = patientId) => ({
  id: 'event-1',
  source: 'aws.chime',
  detail: {
    eventType,
    timestamp: Date.parse('2026-11-28T09:00:00.000Z'),
    meetingId: 'meeting-1',
    attendeeId: 'attendee-1',
    externalUserId,
  },
});

function following({ isOurs = true } = {}) {
  const { ports, kept } = memoryCall();
  const log = vi.fn();
  const meeting = {
    meetingId: 'meeting-1',
    attempt: 1,
    controlRegion: 'eu-central-1',
    data: { MeetingId: 'meeting-1' },
    isSpoilt: false,
  };
  if (isOurs) kept.meetings.push({ ...meeting, ended: false });
  return { follow: followMeeting({ ...ports, log }), ports, kept, log };
}

test('who came is written down, with the time at which it happened', async () => {
  const { follow, kept, log } = following();
  await follow(eventOf('chime:AttendeeJoined'));
  expect(kept.presence).toEqual([
    {
      eventId: 'event-1',
      kind: 'joined',
      at: '2026-11-28T09:00:00.000Z',
      meetingId: 'meeting-1',
      attendeeId: 'attendee-1',
      userId: patientId,
    },
  ]);
  expect(log).not.toHaveBeenCalled();
});

test.each([
  ['what says nothing about presence', 'chime:AttendeeVideoStarted', patientId],
  ["a pipeline's own attendee", 'chime:AttendeeJoined', 'aws:MediaPipeline-1'],
])('%s is left out', async (_, eventType, externalUserId) => {
  const { follow, kept } = following();
  await follow(eventOf(eventType, externalUserId));
  expect(kept.calls).toEqual([]);
});

test('a meeting of somebody else is no failure, and the log says so without the person', async () => {
  const { follow, log } = following({ isOurs: false });
  await follow(eventOf('chime:AttendeeLeft'));
  expect(log.mock.calls).toEqual([['a meeting of somebody else', { meetingId: 'meeting-1', kind: 'left' }]]);
});

test('how long a call was that ended with its meeting is measured', async () => {
  const { follow, kept } = following();
  await follow(eventOf('chime:AttendeeLeft'));
  expect(kept.measured).toEqual([]);
  await follow(eventOf('chime:MeetingEnded'));
  expect(kept.measured).toEqual([['CallSeconds', 60]]);
});

test('what cannot be written down, or read, comes again', async () => {
  const { follow, ports } = following();
  ports.calls.recordPresence = () => Promise.reject(new Error('away'));
  await expect(follow(eventOf('chime:AttendeeLeft'))).rejects.toThrow('away');
  await expect(follow({ source: 'aws.s3' })).rejects.toThrow('Invalid');
});
