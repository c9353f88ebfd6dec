import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { VirtualClock } from '../../local/services/clock.ts';
import { redeliver } from '../../local/replay/upload.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, sessionOf, visit } from './visits.ts';

const hour = 3_600_000;

let product: TestStack;
beforeAll(async () => {
  // One attempt of the SDK each: its pauses are the only ones that virtual time does not skip.
  product = await TestStack.start({ jobDelayMs: 60_000, stepEnv: { AWS_MAX_ATTEMPTS: '1' } });
});
afterEach(() => product.stack.faults.clear());
afterAll(() => product.stop());

const isStep = (caller: string) => product.stack.deployment.functions.some(({ name }) => name === caller);
const now = () => product.stack.clock.now();

/** How often a metric was printed for a recording. */
function printed(recordingId: string, metric: string): number {
  const lines = product.log.filter((line) => line.includes('"_aws"') && line.includes(recordingId));
  return lines.filter((line) => line.includes(`"${metric}":`)).length;
}

/** Nothing lost, nothing paid twice, nothing hidden. */
async function expectCompleted(name: string, recordingId: string): Promise<number> {
  const execution = await product.ended(recordingId);
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(await product.recording(recordingId)).toMatchObject({ status: 'completed', error_name: null });
  expect(await product.chain(meetingOf(name))).toEqual({ entries: 6, faults: [] });
  expect((await product.audit(meetingOf(name))).map(({ action }) => action)).toEqual([
    'RECORDING_RECEIVED',
    'TRANSCRIPTION_STARTED',
    'TRANSCRIPTION_COMPLETED',
    'TRANSCRIPT_NORMALIZED',
    'ENTITIES_EXTRACTED',
    'RESULTS_STORED',
  ]);
  expect({
    jobs: printed(recordingId, 'AudioMinutes'),
    calls: printed(recordingId, 'ComprehendUnits'),
    ended: printed(recordingId, 'RecordingsCompleted'),
  }).toEqual({ jobs: 1, calls: 3, ended: 1 });
  const { length } = await product.history(recordingId);
  expect(length).toBeLessThan(2_500);
  return length;
}

describe('an outage of six hours costs nothing', () => {
  test.each<[service: string, target: string, when?: (operation: string) => boolean]>([
    // The first: a write of the last seconds would be proof enough for a question.
    ['S3, for answers and results alone', 's3', (operation) => /^PUT .*medical-data/.test(operation)],
    ['DynamoDB', 'DynamoDB_20120810'],
    ['S3', 's3'],
    ['Transcribe', 'Transcribe'],
    ['Comprehend Medical', 'ComprehendMedical_20181030'],
    ['Step Functions', 'AWSStepFunctions'],
  ])('of %s', async (service, target, when = () => true) => {
    const name = `away-${service.replaceAll(/\W+/g, '-')}`;
    const until = now() + 6 * hour;
    product.stack.faults.addOutage({ target, until, when: (what, caller) => isStep(caller) && when(what) });
    const { recordingId } = await product.upload(visit(name));
    await expect.poll(() => product.executions()).toContain(recordingId);
    const events = await expectCompleted(name, recordingId);
    expect(now()).toBeGreaterThan(until);
    console.log(`an outage of six hours of ${service}: ${events} events`);
  });

  test.each([
    ['DynamoDB', 'DynamoDB_20120810'],
    ['S3', 's3'],
  ])('of %s, while its job works', async (service, target) => {
    const name = `away-later-${service}`;
    const release = (product.stack.clock as VirtualClock).hold();
    try {
      const { recordingId } = await product.upload(visit(name));
      const waiting = () => product.log.filter((line) => line.includes(recordingId) && line.includes('"waiting"'));
      await expect.poll(waiting).toHaveLength(1);
      const until = now() + 6 * hour;
      product.stack.faults.addOutage({ target, until, when: (_, caller) => isStep(caller) });
      release();
      const events = await expectCompleted(name, recordingId);
      expect(now()).toBeGreaterThan(until);
      console.log(`an outage of six hours of ${service} while its job works: ${events} events`);
    } finally {
      release();
    }
  });

  test('of Supabase', async () => {
    const name = 'away-Supabase';
    const { recordingId } = await product.upload(visit(name));
    product.stack.faults.addOutage({ target: 'supabase', until: now() + 6 * hour });
    const { status } = await product.ended(recordingId);
    product.stack.faults.clear();
    expect(status).toBe('SUCCEEDED');
    console.log(`an outage of six hours of Supabase: ${await expectCompleted(name, recordingId)} events`);
  });
});

describe('a function that dies', () => {
  test.each(['Runtime.ExitError', 'Sandbox.Timedout', 'Lambda.Unknown', 'TimeoutError'])(
    'by %s among the calls leaves no gap, and dies in no other state for good',
    async (error) => {
      const name = `killed-${error}`;
      for (const operation of ['inspectRecording', 'awaitTranscription', 'extractEntities', 'storeResults'])
        product.stack.faults.add({ target: 'Lambda', operation, error, times: 2 });
      const { recordingId } = await product.upload(visit(name));
      await expect.poll(() => product.executions()).toContain(recordingId);
      await expectCompleted(name, recordingId);
    },
  );

  test('each time is given up, and its failure has its name', async () => {
    const times = Number.POSITIVE_INFINITY;
    product.stack.faults.add({ target: 'Lambda', operation: 'normalizeTranscript', error: 'Runtime.ExitError', times });
    const { outcome } = await product.run(visit('always-killed'));
    expect(outcome).toMatchObject({ status: 'failed', error: 'Runtime.ExitError' });
    const { states } = await product.ended(outcome.recordingId);
    const [state] = states.filter(({ name }) => name === 'normalizeTranscript');
    expect(state?.attempts).toBe(9);
    expect(state?.ms).toBeLessThan(hour);
  });
});

test('a failure is recorded when the service is back, and each try that could not is counted', async () => {
  const times = Number.POSITIVE_INFINITY;
  product.stack.faults.add({ target: 'Lambda', operation: 'normalizeTranscript', error: 'TypeError', times });
  const { recordingId } = await product.upload(visit('recorded-late'));
  const when = (what: string) => what.endsWith('/rpc/record_failure');
  product.stack.faults.addOutage({ target: 'supabase', until: now() + 6 * hour, when });
  const execution = await product.ended(recordingId);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'TypeError' });
  expect(await product.recording(recordingId)).toMatchObject({ status: 'failed', error_name: 'TypeError' });
  expect(printed(recordingId, 'FailureNotRecorded')).toBeGreaterThan(100);
  expect(printed(recordingId, 'RecordingsFailed')).toBe(1);
});

describe('a session that is written after its recording', () => {
  const name = 'late-session';

  test('is waited for, and its recording completes', async () => {
    await product.switchRule('RecordingCreated', 'DISABLED');
    const uploaded = await product.upload(visit(name));
    await product.switchRule('RecordingCreated', 'ENABLED');
    const sessions = product.deployment.supabase.from('video_call_sessions');
    const [row] = await product.rows('video_call_sessions', 'id', sessionOf(name));
    const hide = await sessions.update({ meeting_id: null }).eq('id', sessionOf(name));
    expect([row?.['meeting_id'], hide.error]).toEqual([meetingOf(name), null]);
    const written = product.stack.clock
      .sleep(9 * 60_000)
      .then(() =>
        product.stack.clock.busy(
          (async () => sessions.update({ meeting_id: meetingOf(name) }).eq('id', sessionOf(name)))(),
        ),
      );
    await redeliver(product.deployment, uploaded);
    await expectCompleted(name, uploaded.recordingId);
    await written;
    const [received] = await product.audit(meetingOf(name));
    expect(received).toMatchObject({ action: 'RECORDING_RECEIVED', appointmentId: expect.any(String) as string });
    expect(await product.recording(uploaded.recordingId)).toMatchObject({ session_id: sessionOf(name) });
  });

  test('or that never is, fails its recording by name after ten minutes', async () => {
    const other = 'no-session';
    await product.switchRule('RecordingCreated', 'DISABLED');
    const uploaded = await product.upload(visit(other));
    await product.switchRule('RecordingCreated', 'ENABLED');
    await product.deployment.supabase
      .from('video_call_sessions')
      .update({ meeting_id: null })
      .eq('id', sessionOf(other));
    await redeliver(product.deployment, uploaded);
    await expect.poll(() => product.executions()).toContain(uploaded.recordingId);
    const { error, states } = await product.ended(uploaded.recordingId);
    expect(error).toBe('UnknownMeeting');
    expect(states[0]).toMatchObject({ name: 'inspectRecording', attempts: 14 });
    expect(states[0]?.ms).toBeGreaterThan(10 * 60_000);
    expect((await product.audit(meetingOf(other))).map(({ action }) => action)).toEqual([
      'RECORDING_RECEIVED',
      'RECORDING_FAILED',
    ]);
  });
});

test('a key that nobody can print is refused at the intake, by name, and reaches nothing as it is', async () => {
  const given = visit('unprintable');
  const { clients, target } = product.deployment;
  const Key = `recordings/m\r\n1/${given.name}.mp4`;
  await clients.s3.send(new PutObjectCommand({ Bucket: target.recordingsBucket, Key, Body: 'bytes' }));
  const written = `recordings/m\\u{d}\\u{a}1/${given.name}.mp4`;
  await expect.poll(() => product.rows('recordings', 'key', written)).toHaveLength(1);
  const [row] = await product.rows('recordings', 'key', written);
  expect(row).toMatchObject({ status: 'skipped', error_name: 'KeyUnprintable', session_id: null });
  expect(product.log.filter((line) => line.includes('m\\r'))).toEqual([]);
});
