import { describe, expect, test } from 'vitest';
import type { Job } from '../../../pipeline/recording/job.ts';
import type { EngineName } from '../../../pipeline/recording/route.ts';
import { mediaUri } from '../../../pipeline/recording/recording.ts';
import { awaitTranscription } from '../../../pipeline/steps/awaitTranscription.ts';
import { inspected, portsOfVisit, recording, recordingId } from '../visit.ts';

const input = { ...inspected, jobName: recordingId, taskToken: 'token-1', waits: 1 };

function portsWith(status: Job['status'], failureReason?: string) {
  const ports = portsOfVisit();
  ports.kept.jobs.set(recordingId, { status, mediaUri: mediaUri(recording), failureReason });
  return ports;
}

test.each<Job['status']>(['QUEUED', 'IN_PROGRESS'])(
  'sleeps while the job is %s, its token left for the output',
  async (status) => {
    const ports = portsWith(status);
    await awaitTranscription(ports)(input);
    expect(ports.kept.tokens.get(recordingId)).toBe('token-1');
    expect(ports.kept.woken).toEqual([]);
  },
);

test('registers the token before it asks for the job, so that no job ends unseen', async () => {
  const ports = portsWith('COMPLETED');
  await awaitTranscription(ports)(input);
  expect(ports.kept.effects).toEqual(['tokens.remember', 'transcription.find', 'executions.wake']);
  expect(ports.kept.woken).toEqual(['token-1']);
});

test('keeps the token when the callback was not accepted', async () => {
  const ports = portsWith('COMPLETED');
  ports.executions.wake = () => Promise.reject(new Error('away'));
  await expect(awaitTranscription(ports)(input)).rejects.toThrow('away');
  expect(ports.kept.tokens.get(recordingId)).toBe('token-1');
});

test('is not disturbed by somebody who woke the task first', async () => {
  const ports = portsWith('COMPLETED');
  ports.kept.closedTasks.add('token-1');
  await awaitTranscription(ports)(input);
  expect(ports.kept.woken).toEqual([]);
});

test('a second wait replaces the token of the first', async () => {
  const ports = portsWith('IN_PROGRESS');
  await awaitTranscription(ports)(input);
  await awaitTranscription(ports)({ ...input, taskToken: 'token-2' });
  expect(ports.kept.tokens.get(recordingId)).toBe('token-2');
});

test.each<[what: string, engine: EngineName, waits: number, status: Job['status'], overdue: number]>([
  ['the early look at a medical job that works', 'transcribe-medical', 2, 'IN_PROGRESS', 0],
  ['one that finds it done, and no event said so', 'transcribe-medical', 2, 'COMPLETED', 1],
  ['the look after it', 'transcribe-medical', 3, 'IN_PROGRESS', 1],
  ['the end of the first wait for another job', 'transcribe', 2, 'IN_PROGRESS', 1],
])('%s counts as overdue %s %i %s: %i', async (_, engine, waits, status, overdue) => {
  const ports = portsWith(status);
  await awaitTranscription(ports)({ ...input, waits, inspection: { ...input.inspection, engine } });
  expect(ports.kept.measured).toHaveLength(overdue);
});

test.each([
  ['says why', 'The media format is unsupported', 'The media format is unsupported'],
  ['says nothing', undefined, 'the service gave no reason'],
])('a failed job that %s ends the wait', async (_, reason, message) => {
  await expect(awaitTranscription(portsWith('FAILED', reason))(input)).rejects.toMatchObject({
    name: 'TranscriptionFailed',
    message,
  });
});

test('a job that does not exist ends the wait', async () => {
  await expect(awaitTranscription(portsOfVisit())(input)).rejects.toMatchObject({ name: 'TranscriptionFailed' });
});

describe('the job of an earlier run', () => {
  const again = { ...input, recordingId: `${recordingId}-r2` };

  test('that works still wakes the run that waits for it now', async () => {
    const ports = portsWith('IN_PROGRESS');
    ports.kept.tokens.set(recordingId, 'the token of the run that was stopped');
    await awaitTranscription(ports)(again);
    expect([...ports.kept.tokens]).toEqual([[recordingId, 'token-1']]);
  });

  test('that Transcribe has forgotten is done: its output was found', async () => {
    const ports = portsOfVisit();
    await awaitTranscription(ports)(again);
    expect(ports.kept.woken).toEqual(['token-1']);
  });
});
