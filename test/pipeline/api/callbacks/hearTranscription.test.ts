import { expect, test } from 'vitest';
import { hearTranscription } from '../../../../pipeline/api/callbacks/hearTranscription.ts';
import { toCaptionsEvent } from '../../../../pipeline/meetings/captionsEvent.ts';
import { meetingId, memoryRecording } from '../../memoryRecording.ts';
import { calledBack, portsOfCallback } from './calledBack.ts';

function hearing() {
  const all = memoryRecording();
  const ports = portsOfCallback(all.ports);
  return {
    ...all,
    callback: ports,
    hear: (body: unknown) => hearTranscription(ports)(undefined, { params: {}, body }),
  };
}

const failed = calledBack('chime:TranscriptionFailed');

test.each(['Started', 'Resumed', 'Stopped', 'Failed'])(
  'captions that have %s are told again, as Chime told it',
  async (what) => {
    const { hear, kept } = hearing();
    const event = calledBack(`chime:Transcription${what}`);
    expect(await hear(event)).toEqual({ outcome: 'told' });
    expect(kept.calls).toEqual(['recordingFacts', 'tell']);
    const again = kept.retold.map((detail) => toCaptionsEvent({ source: 'medzen.call', detail }));
    expect(again).toEqual([toCaptionsEvent(event)]);
  },
);

const job = (TranscriptionJobStatus: string) => ({
  ...calledBack(''),
  source: 'aws.transcribe',
  'detail-type': 'Transcribe Job State Change',
  region: 'eu-west-1',
  detail: { TranscriptionJobName: 'rec-0123456789abcdef0123456789abcdef', TranscriptionJobStatus },
});

test.each([
  ['a job that is complete', job('COMPLETED')],
  ['a job that has failed', job('FAILED')],
  ['an interruption, which passes', calledBack('chime:TranscriptionInterrupted')],
  ['somebody who comes', calledBack('chime:AttendeeJoined')],
  ['a detail of another shape', calledBack('chime:TranscriptionFailed', { timestamp: 1e30 })],
])('%s changes nothing, and nobody is asked', async (_, event) => {
  const { hear, kept } = hearing();
  expect(await hear(event)).toEqual({ outcome: 'nothing' });
  expect(kept.calls).toEqual([]);
});

test('captions of a meeting that is none of ours are nobody’s', async () => {
  const { hear, kept } = hearing();
  expect(await hear(calledBack('chime:TranscriptionFailed', { meetingId: 'another' }))).toEqual({ outcome: 'nothing' });
  expect(kept.nudged).toEqual([]);
});

test('what cannot be told comes again', async () => {
  const { hear, callback, kept } = hearing();
  const { nudges } = callback;
  callback.nudges = { tell: () => Promise.reject(new Error('away')) };
  await expect(hear(failed)).rejects.toThrow('away');
  callback.nudges = nudges;
  await hear(failed);
  expect(kept.nudged).toEqual([meetingId]);
});

test.each<[string, object, string]>([
  ['another account', { account: '444455556666' }, 'ForeignEvent'],
  ['a meeting of the region of the jobs', { region: 'eu-west-1' }, 'ForeignEvent'],
  ['a pipeline', { 'detail-type': 'Chime Media Pipeline State Change' }, 'EventNotTaken'],
  [
    'a medical job, of which no event is documented',
    { 'detail-type': 'Transcribe Medical Job State Change' },
    'EventNotTaken',
  ],
  ['an old one', { time: '2026-11-27T07:59:00Z' }, 'EventOutOfTime'],
])('%s is refused by name', async (_, change, code) => {
  await expect(hearing().hear({ ...failed, ...change })).rejects.toMatchObject({ code });
});
