import { describe, expect, test, vi } from 'vitest';
import { followMeeting } from '../../../pipeline/steps/followMeeting.ts';
import { patientId, userOf } from '../memoryCall.ts';
import { meetingId, memoryRecording, type MemoryRecordingOptions } from '../memoryRecording.ts';

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

/** A meeting that somebody is told of, in a deployment that records nothing unless it says so. */
function following({
  isOurs = true,
  env = { RECORDS: 'off' },
  ...options
}: MemoryRecordingOptions & { isOurs?: boolean } = {}) {
  const all = memoryRecording({ env, ...options });
  const log = vi.fn();
  if (!isOurs) all.kept.meetings.length = 0;
  return { ...all, follow: followMeeting({ ...all.ports, log }), log };
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

describe('in a deployment that records', () => {
  const env = { RECORDS: 'on' };
  const ofPipeline = (mediaPipelineId: string, eventType = 'chime:MediaPipelineDeleted') => ({
    'detail-type': 'Chime Media Pipeline State Change',
    source: 'aws.chime',
    detail: { version: '0', eventType, timestamp: Date.parse('2026-11-28T09:30:00.000Z'), mediaPipelineId },
  });
  const changed = { 'detail-type': 'Meeting Changed', source: 'medzen.call', detail: { meetingId } };

  test('whoever comes last begins the recording', async () => {
    const { follow, recorded } = following({ env });
    await follow(eventOf('chime:AttendeeJoined'));
    expect(recorded.states).toEqual(['starting', 'running']);
  });

  test('so does whoever agrees last, of which Chime tells nothing', async () => {
    const { follow, recorded, kept } = following({ env });
    await follow(changed);
    expect([recorded.states, kept.presence]).toEqual([['starting', 'running'], []]);
  });

  test('what says nothing about presence asks nobody', async () => {
    const { follow, kept } = following({ env });
    await follow(eventOf('chime:AttendeeJoined', 'aws:MediaPipeline-1'));
    expect(kept.calls).toEqual([]);
  });

  test('the end of a capture is news, and once', async () => {
    const { follow, recorded, kept } = following({ env });
    await follow(changed);
    recorded.isOver = true;
    await follow(changed);
    await follow(ofPipeline('capture-1'));
    expect(recorded.capture).toMatchObject({ state: 'joining', reason: 'Ended', endedAt: '2026-11-28T09:30:00.000Z' });
    const writes = () => kept.calls.filter((call) => call === 'keepCapture').length;
    const before = writes();
    await follow(ofPipeline('capture-1'));
    await follow(ofPipeline('concatenation-2'));
    await follow(ofPipeline('capture-1', 'chime:MediaPipelineInProgress'));
    expect(writes()).toBe(before);
  });

  test('a joining that fails for good is made anew', async () => {
    const { follow, recorded } = following({ env });
    await follow(changed);
    recorded.isOver = true;
    await follow(changed);
    await follow(ofPipeline('capture-1'));
    await follow(ofPipeline('concatenation-2', 'chime:MediaPipelinePermanentFailure'));
    expect(recorded.capture).toMatchObject({ state: 'joining', attempt: 2, concatenationId: 'concatenation-3' });
  });

  test('a capture that nobody kept is taken in, and one of somebody else is left', async () => {
    const { follow, recorded, log, ports } = following({ env });
    const sinkArn = `arn:aws:s3:::recordings/captures/${meetingId}`;
    const common = { kind: 'capture', state: 'runs', arn: 'a', meetingArn: null, token: 't' } as const;
    recorded.pipelines.set('lost', { ...common, id: 'lost', sinkArn });
    recorded.pipelines.set('theirs', { ...common, id: 'theirs', sinkArn: 'arn:aws:s3:::theirs/captures/m' });
    for (const id of ['lost', 'theirs', 'forgotten']) await follow(ofPipeline(id));
    expect(log.mock.calls.map(([, facts]: unknown[]) => facts)).toEqual([
      { pipelineId: 'lost', became: 'stopped' },
      { pipelineId: 'theirs', became: 'left' },
      { pipelineId: 'forgotten', became: 'left' },
    ]);
    expect(await ports.pipelines.list()).toEqual(['theirs']);
  });

  test('captions that failed are written off', async () => {
    const { follow, kept } = following({ env });
    kept.captions = { on: true, language: 'en-US', engine: 'transcribe' };
    await follow(eventOf('chime:TranscriptionFailed'));
    expect([kept.captions.on, kept.presence]).toEqual([false, []]);
  });

  test('captions of which a callback has told again are followed as if Chime had told of them', async () => {
    const { follow, kept, recorded } = following({ env });
    kept.captions = { on: true, language: 'en-US', engine: 'transcribe' };
    const { eventType, timestamp } = eventOf('chime:TranscriptionFailed').detail;
    await follow({ ...changed, detail: { meetingId, eventType, timestamp } });
    expect([kept.captions.on, recorded.states]).toEqual([false, []]);
  });

  test('what cannot be asked now comes again', async () => {
    const { follow, recorded } = following({ env, fault: (call) => (call === 'start' ? 'before' : undefined) });
    await expect(follow(eventOf('chime:AttendeeJoined'))).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(recorded.states).toEqual(['starting']);
  });
});

describe('in one that records nothing', () => {
  test('presence asks no more than it did', async () => {
    const { follow, kept } = following();
    await follow(eventOf('chime:AttendeeJoined'));
    expect(kept.calls).toEqual(['recordPresence']);
  });

  test("somebody else's pipelines are not looked at", async () => {
    const { follow, kept } = following();
    await follow({
      'detail-type': 'Chime Media Pipeline State Change',
      source: 'aws.chime',
      detail: { eventType: 'chime:MediaPipelineDeleted', timestamp: 0, mediaPipelineId: userOf(9) },
    });
    expect(kept.calls).toEqual(['recordingFacts']);
  });
});
