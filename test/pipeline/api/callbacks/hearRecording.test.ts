import { describe, expect, test } from 'vitest';
import { hearRecording } from '../../../../pipeline/api/callbacks/hearRecording.ts';
import { keepRecording } from '../../../../pipeline/calls/keepRecording.ts';
import { followMeeting } from '../../../../pipeline/steps/followMeeting.ts';
import { patientId } from '../../memoryCall.ts';
import { meetingId, memoryRecording, type MemoryRecordingOptions } from '../../memoryRecording.ts';
import { calledBack, portsOfCallback } from './calledBack.ts';

const somebody = { attendeeId: 'attendee-1', externalUserId: patientId };
const joined = calledBack('chime:AttendeeJoined', somebody);
const ofPipeline = (mediaPipelineId: string, eventType = 'chime:MediaPipelineDeleted') =>
  calledBack(eventType, { mediaPipelineId }, { 'detail-type': 'Chime Media Pipeline State Change' });

function hearing(options: MemoryRecordingOptions = {}) {
  const all = memoryRecording(options);
  const ports = portsOfCallback(all.ports);
  const hear = (body: unknown) => hearRecording(ports)(undefined, { params: {}, body });
  return { ...all, callback: ports, hear };
}

const told = { outcome: 'told' };
const nothing = { outcome: 'nothing' };

test('who came is written down as the first leg writes it, and the call is followed', async () => {
  const [second, first] = [hearing(), hearing()];
  expect(await second.hear(joined)).toEqual(told);
  await followMeeting(first.ports)(joined);
  expect(second.kept.presence).toHaveLength(1);
  expect(second.kept.presence).toEqual(first.kept.presence);
  expect([second.kept.calls, second.kept.nudged]).toEqual([['recordPresence', 'tell'], [meetingId]]);
});

test('what comes again is told again: the first time it may not have been', async () => {
  const { hear, callback, kept } = hearing();
  const { nudges } = callback;
  callback.nudges = { tell: () => Promise.reject(new Error('away')) };
  await expect(hear(joined)).rejects.toThrow('away');
  callback.nudges = nudges;
  expect(await hear(joined)).toEqual(told);
  expect(kept.nudged).toEqual([meetingId]);
});

test('where nothing is recorded nobody is woken', async () => {
  const { hear, kept } = hearing({ env: { RECORDS: 'off' } });
  expect(await hear(joined)).toEqual(nothing);
  expect([kept.presence.length, kept.nudged]).toEqual([1, []]);
});

test('a capture that is over is kept, and what is due then is left to whoever follows the call', async () => {
  const { hear, ports, recorded, kept } = hearing();
  await keepRecording(ports, meetingId);
  kept.calls.length = 0;
  expect(await hear(ofPipeline('capture-1'))).toEqual(told);
  expect(recorded.capture?.state).toBe('over');
  expect(kept.calls).toEqual(['recordingFacts', 'keepCapture', 'tell']);
  await followMeeting(ports)({ 'detail-type': 'Meeting Changed', source: 'medzen.call', detail: { meetingId } });
  expect(recorded.capture?.state).toBe('joining');
});

test.each([
  [
    'somebody in a meeting that is none of ours',
    calledBack('chime:AttendeeLeft', { ...somebody, meetingId: 'another' }),
  ],
  [
    "a pipeline's own attendee",
    calledBack('chime:AttendeeJoined', { ...somebody, externalUserId: 'aws:MediaPipeline' }),
  ],
  ['what says nothing about presence', calledBack('chime:AttendeeVideoStarted', somebody)],
  ['captions, which are for the other function', calledBack('chime:TranscriptionFailed')],
  ['a pipeline that nobody knows', ofPipeline('another')],
])('%s changes nothing', async (_, event) => {
  const { hear, kept, recorded } = hearing();
  expect(await hear(event)).toEqual(nothing);
  expect([kept.nudged, recorded.states]).toEqual([[], []]);
});

describe('refused by name, before the database is asked', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'InvalidRequest'],
    ['another account', { ...joined, account: '444455556666' }, 'ForeignEvent'],
    ['another region', { ...joined, region: 'us-east-1' }, 'ForeignEvent'],
    [
      'a job of Transcribe',
      { ...joined, source: 'aws.transcribe', 'detail-type': 'Transcribe Job State Change' },
      'EventNotTaken',
    ],
    ['our own event', { ...joined, source: 'medzen.call', 'detail-type': 'Meeting Changed' }, 'EventNotTaken'],
    ['an old one', { ...joined, time: '2026-11-27T07:59:00Z' }, 'EventOutOfTime'],
    ['one of tomorrow', { ...joined, time: '2026-11-29T09:00:00Z' }, 'EventOutOfTime'],
    ['a detail without a time', calledBack('chime:AttendeeJoined', { timestamp: undefined }), 'InvalidRequest'],
    [
      'a time that no date can have',
      calledBack('chime:AttendeeJoined', { ...somebody, timestamp: 1e30 }),
      'InvalidRequest',
    ],
    ['a pipeline without an id', ofPipeline(undefined as unknown as string), 'InvalidRequest'],
  ])('%s', async (_, body, code) => {
    const { hear, kept } = hearing();
    await expect(hear(body)).rejects.toMatchObject({ code });
    expect(kept.calls).toEqual([]);
  });
});

test('captures are told of in the region where they are controlled, and meetings in theirs', async () => {
  const env = { AWS_CHIME_REGION: 'af-south-1', TRANSFER_CONSENT: 'on' };
  const { hear } = hearing({ env });
  await expect(hear(joined)).rejects.toMatchObject({ code: 'ForeignEvent' });
  expect(await hear({ ...joined, region: 'af-south-1' })).toEqual(told);
  expect(await hear(ofPipeline('another'))).toEqual(nothing);
  await expect(hear({ ...ofPipeline('another'), region: 'af-south-1' })).rejects.toMatchObject({
    code: 'ForeignEvent',
  });
});
