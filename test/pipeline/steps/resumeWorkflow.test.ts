import { expect, test } from 'vitest';
import { resumeWorkflow } from '../../../pipeline/steps/resumeWorkflow.ts';
import { portsOfVisit, recordingId } from '../visit.ts';

const written = (...keys: string[]) => ({
  Records: keys.map((key) => ({
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: 'transcripts' }, object: { key, size: 10, eTag: 'e' } },
  })),
});
const output = written(`jobs/${recordingId}.json`);

function portsWaiting() {
  const ports = portsOfVisit();
  ports.kept.tokens.set(recordingId, 'token-1');
  return ports;
}

test('wakes the execution that waits', async () => {
  const ports = portsWaiting();
  await resumeWorkflow(ports)(output);
  expect(ports.kept.woken).toEqual(['token-1']);
  expect(ports.kept.effects).toEqual(['executions.wake']);
});

test('a redelivered event finds the task closed and is no error', async () => {
  const ports = portsWaiting();
  await resumeWorkflow(ports)(output);
  await resumeWorkflow(ports)(output);
  expect(ports.kept.woken).toEqual(['token-1']);
});

test('a callback that fails keeps the token, so that the redelivery can try again', async () => {
  const ports = portsWaiting();
  const working = ports.executions;
  ports.executions = { ...working, wake: () => Promise.reject(new Error('away')) };
  await expect(resumeWorkflow(ports)(output)).rejects.toThrow('away');
  ports.executions = working;
  await resumeWorkflow(ports)(output);
  expect(ports.kept.woken).toEqual(['token-1']);
});

test('each output of an event wakes its own execution', async () => {
  const ports = portsWaiting();
  const rerun = `${recordingId}-r2`;
  ports.kept.tokens.set(rerun, 'token-r2');
  await resumeWorkflow(ports)(written(`jobs/${recordingId}.json`, `jobs/${rerun}.json`));
  expect(ports.kept.woken).toEqual(['token-1', 'token-r2']);
});

const jobState = (TranscriptionJobName: string, TranscriptionJobStatus: string) => ({
  version: '0',
  source: 'aws.transcribe',
  'detail-type': 'Transcribe Job State Change',
  detail: { TranscriptionJobName, TranscriptionJobStatus, FailureReason: 'The media format is unsupported' },
});

test('a failed job wakes its execution, which then asks for the job', async () => {
  const ports = portsWaiting();
  const outputs: unknown[] = [];
  const working = ports.executions;
  ports.executions = {
    ...working,
    wake(token, result) {
      outputs.push(result);
      return working.wake(token, result);
    },
  };
  await resumeWorkflow(ports)(jobState(recordingId, 'FAILED'));
  // The state machine compares this text.
  expect(outputs).toEqual([{ wokenBy: 'job failure' }]);
  expect(ports.kept.woken).toEqual(['token-1']);
});

test('the failed job of another program wakes nobody', async () => {
  const ports = portsWaiting();
  await resumeWorkflow(ports)(jobState('rec-of-somebody', 'FAILED'));
  expect(ports.kept.effects).toEqual([]);
});

test('an event that is about no failure is refused, and so it is seen', async () => {
  await expect(resumeWorkflow(portsWaiting())(jobState(recordingId, 'COMPLETED'))).rejects.toThrow('neither');
});

test.each(['jobs/.write_access_check_file.temp', `transcripts/${recordingId}/transcript.json`, 'jobs/visit.json'])(
  '%s wakes nobody',
  async (key) => {
    const ports = portsWaiting();
    await resumeWorkflow(ports)(written(key));
    expect(ports.kept.effects).toEqual([]);
  },
);
