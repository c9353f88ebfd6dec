import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Case, readCase } from '../../local/cases/caseFolder.ts';
import { silentRecording } from '../../local/cases/media.ts';
import type { VirtualClock } from '../../local/services/clock.ts';
import type { JsonObject } from '../../local/services/jsonService.ts';
import type { Operation } from '../../pipeline/clinical/operations.ts';
import { keys } from '../../pipeline/recording/recording.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, sessionOf, visit, visitWithoutResult } from './visits.ts';

const comprehend = 'ComprehendMedical_20181030';
const operations: Operation[] = ['DetectEntitiesV2', 'InferICD10CM', 'InferRxNorm'];
const startJob = /^Start.*TranscriptionJob$/;
const always = { times: Number.POSITIVE_INFINITY };

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});
afterEach(() => product.stack.faults.clear());

/** Runs a case that fails for good, and expects every place where a failure must show to show this one. */
async function expectFailure(given: Case, error: string, message: string | RegExp): Promise<string> {
  const { outcome, collected } = await product.run(given);
  expect(outcome).toMatchObject({ status: 'failed', error });
  const execution = await product.ended(outcome.recordingId);
  expect(execution).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(message) as string });
  expect(await product.recording(outcome.recordingId)).toMatchObject({
    status: 'failed',
    error_name: error,
    error_message: expect.stringMatching(message) as string,
  });
  const [session] = await product.rows('video_call_sessions', 'id', sessionOf(given.name));
  expect(session).toMatchObject({
    error_message: expect.stringMatching(new RegExp(`^${error}: `)) as string,
    error_occurred_at: expect.any(String) as string,
    transcript: null,
  });
  expect(collected.audit.at(-1)).toMatchObject({ action: 'RECORDING_FAILED', detail: { error } });
  expect((await product.chain(meetingOf(given.name))).faults).toEqual([]);
  const own = product.log.filter((line) => line.includes(outcome.recordingId));
  expect(own.filter((line) => line.includes('recordFailure failed'))).toEqual([]);
  return outcome.recordingId;
}

describe('Comprehend Medical', () => {
  test('one call that fails for good leaves a gap of its own, and everything else is there', async () => {
    const { session: _, ...long } = await readCase(join(import.meta.dirname, '../../fixtures/long-visit'));
    const given = { ...long, name: 'last-call-refused' };
    const isLast = (input: JsonObject) => JSON.stringify(input).includes('Bye');
    product.stack.faults.add({
      target: comprehend,
      operation: 'InferICD10CM',
      error: 'InvalidRequestException',
      when: isLast,
      ...always,
    });
    const { outcome, collected } = await product.run(given);
    expect(outcome).toMatchObject({ status: 'partial', executions: 1 });
    const { transcript, consultation } = collected;
    const length = Array.from(transcript?.text ?? '').length;
    const gaps = consultation?.coverage.gaps ?? [];
    expect(gaps).toEqual([
      { operation: 'InferICD10CM', begin: expect.any(Number) as number, end: length, error: 'InvalidRequestException' },
    ]);
    const begin = gaps[0]?.begin ?? 0;
    expect(begin).toBeGreaterThan(1_000);

    const { codes, entities } = await product.results(outcome.recordingId);
    const beginOf = new Map(entities.map((row) => [row['entity_id'], Number(row['begin_offset'])]));
    const codedFrom = (system: string) =>
      codes.filter((row) => row['system'] === system).map((row) => beginOf.get(row['entity_id']) ?? 0);
    expect(Math.max(...codedFrom('ICD-10-CM'))).toBeLessThan(begin);
    expect(Math.max(...codedFrom('RxNorm'))).toBeGreaterThan(begin);
    expect(await product.recording(outcome.recordingId)).toMatchObject({ status: 'partial', error_name: null });
    const [session] = await product.rows('video_call_sessions', 'id', sessionOf(given.name));
    expect(await product.said(sessionOf(given.name))).toBe(transcript?.text);
    expect(session).toMatchObject({
      error_message: `PartialResults: not read: InferICD10CM ${begin}-${length}`,
      error_occurred_at: expect.any(String) as string,
    });
  });

  test('when every call fails the transcript is there, and every gap is named', async () => {
    for (const operation of operations) {
      product.stack.faults.add({
        target: comprehend,
        operation,
        error: 'InvalidRequestException',
        ...always,
      });
    }
    const { outcome, collected } = await product.run(visit('no-comprehension'));
    expect(outcome).toMatchObject({ status: 'partial', entities: 0 });
    const end = Array.from(collected.transcript?.text ?? '').length;
    expect(collected.consultation?.coverage).toEqual({
      complete: false,
      gaps: operations.map((operation) => ({ operation, begin: 0, end, error: 'InvalidRequestException' })),
    });
    const { turns } = await product.results(outcome.recordingId);
    expect(turns).toHaveLength(4);
    expect(collected.audit.at(-1)).toMatchObject({ action: 'RESULTS_STORED', detail: { status: 'partial', gaps: 3 } });
  });
});

describe('Transcribe', () => {
  test('that refuses the request', async () => {
    product.stack.faults.add({
      target: 'Transcribe',
      operation: 'StartMedicalTranscriptionJob',
      error: 'BadRequestException',
      ...always,
    });
    await expectFailure(visit('refused'), 'TranscriptionFailed', 'Transcribe refused the request');
  });

  test('that denies access is an error of its own name, whose message tells nothing of the request', async () => {
    const message = 'arn:aws:iam::111122223333:role/startTranscription may not';
    product.stack.faults.add({
      target: 'Transcribe',
      operation: 'StartMedicalTranscriptionJob',
      error: 'AccessDeniedException',
      message,
      ...always,
    });
    const recordingId = await expectFailure(
      visit('denied'),
      'AccessDeniedException',
      /unexpected in startTranscription/,
    );
    expect(JSON.stringify(await product.history(recordingId))).not.toContain(message);
  });

  test('whose job fails says why', async () => {
    await expectFailure(visitWithoutResult('job-failed'), 'TranscriptionFailed', /has no recorded result/);
  });

  test.each([
    ['an event says so at once', 'es-ES', 60],
    ['the early look finds it, since no event says so', 'en-US', 200],
  ])('whose job fails is noticed: %s', async (_, language, seconds) => {
    const { outcome } = await product.run({ ...visitWithoutResult(`job-failed-${language}`), language });
    const { error, states } = await product.ended(outcome.recordingId);
    expect(error).toBe('TranscriptionFailed');
    const waits = states.filter(({ name }) => name === 'awaitTranscription');
    expect(waits).toHaveLength(2);
    expect(waits[0]?.ms).toBeLessThan(seconds * 1000);
  });

  test('whose event of a failure is late, and about an earlier job, does not fail the recording', async () => {
    const release = (product.stack.clock as VirtualClock).hold();
    try {
      const { recordingId } = await product.upload(visit('event-of-an-earlier-job'));
      const waiting = () => product.log.filter((line) => line.includes(recordingId) && line.includes('"waiting"'));
      await expect.poll(waiting).toHaveLength(1);
      await reportFailure(recordingId);
      await expect.poll(waiting).toHaveLength(2);
      release();
      expect((await product.ended(recordingId)).status).toBe('SUCCEEDED');
    } finally {
      release();
    }
  });

  test.each<[what: string, output: string | undefined]>([
    ['and there is none', undefined],
    ['and it is of somebody else', 'no transcript at all'],
    ['and it is of a job that works', JSON.stringify({ jobName: 'x', status: 'IN_PROGRESS', results: {} })],
  ])('whose output is announced too early, %s: the job is asked, and waited for', async (what, output) => {
    const release = (product.stack.clock as VirtualClock).hold();
    try {
      const { recordingId } = await product.upload(visit(`early-${what.replaceAll(' ', '-')}`));
      const waiting = () => product.log.filter((line) => line.includes(recordingId) && line.includes('"waiting"'));
      await expect.poll(waiting).toHaveLength(1);
      const Key = keys.job(recordingId);
      const Bucket = product.deployment.target.transcriptsBucket;
      // The object's own event wakes the execution; without an object, one that somebody else sends does.
      if (output === undefined) await report(createdEvent(Bucket, Key));
      else await product.deployment.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: output }));
      await expect.poll(waiting).toHaveLength(2);
      release();
      expect((await product.ended(recordingId)).status).toBe('SUCCEEDED');
      expect((await product.chain(meetingOf(`early-${what.replaceAll(' ', '-')}`))).entries).toBe(6);
    } finally {
      release();
    }
  });

  test('whose job never ends is given up after six waits and the early look', async () => {
    const slow = await TestStack.start({ jobDelayMs: 100 * 3_600_000 });
    try {
      const { outcome } = await slow.run(visit('endless'));
      const { states, cause } = await slow.ended(outcome.recordingId);
      expect({ error: outcome.error, cause }).toEqual({
        error: 'TranscriptionFailed',
        cause: 'the job did not end in time',
      });
      expect(states.filter(({ name }) => name === 'awaitTranscription')).toHaveLength(7);
    } finally {
      await slow.stop();
    }
  });
});

const createdEvent = (name: string, key: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name }, object: { key } },
});

function reportFailure(TranscriptionJobName: string): Promise<void> {
  const detail = { TranscriptionJobName, TranscriptionJobStatus: 'FAILED' };
  return report({ source: 'aws.transcribe', 'detail-type': 'Transcribe Job State Change', detail });
}

/** Puts an event into the queue of finished jobs. */
async function report(event: object): Promise<void> {
  const { functions, queues } = product.stack.deployment;
  const { queue } = functions.find(({ name }) => name === 'resumeWorkflow') ?? {};
  const QueueName = queues.find(({ arn }) => arn === queue?.arn)?.name;
  const { sqs } = product.deployment.clients;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
}

const speech = { jobName: 'x', accountId: '1', status: 'COMPLETED' };

test.each<[what: string, job: unknown, message: RegExp]>([
  ['JSON that breaks off', '{"jobName": "x", "results": {"transcripts": [', /is not JSON/],
  ['an empty file', '', /is not JSON/],
  ['a list', [], /no JSON object/],
  [
    'Call Analytics',
    { ...speech, ConversationCharacteristics: {}, Participants: [], Transcript: [] },
    /Call Analytics/,
  ],
  ['HealthScribe', { Conversation: { TranscriptSegments: [] } }, /HealthScribe transcript/],
  ['a HealthScribe note', { ClinicalDocumentation: { Sections: [] } }, /HealthScribe note/],
  ['a streaming result', { Transcript: { Results: [] } }, /streaming result/],
  ['a job result without results', speech, /not a batch transcript/],
])('a job whose output is %s is refused by name', async (what, content, message) => {
  const job = typeof content === 'string' ? content : JSON.stringify(content);
  await expectFailure(visit(`shape-${what.replaceAll(' ', '-')}`, { job }), 'TranscriptShapeUnknown', message);
});

describe('media that Transcribe would refuse never starts a job', () => {
  const wav = (durationMs: number, sampleRate = 16_000) =>
    silentRecording({ durationMs, channels: 1, container: 'wav', sampleRate });
  test.each<[fileName: string, error: string, bytes: () => Promise<Uint8Array> | Uint8Array]>([
    ['empty.mp4', 'RecordingEmpty', () => new Uint8Array()],
    ['short.wav', 'RecordingEmpty', () => wav(300)],
    ['corrupt.mp4', 'UnsupportedMedia', () => new Uint8Array(20_000).fill(0x5a)],
    ['text.webm', 'UnsupportedMedia', () => Buffer.from('no media at all\n'.repeat(50))],
    ['slow.wav', 'UnsupportedMedia', () => wav(2_000, 4_000)],
    [
      'cut-off.mp4',
      'UnsupportedMedia',
      async () => half(await silentRecording({ durationMs: 60_000, channels: 1, container: 'mp4' })),
    ],
  ])('%s: %s', async (fileName, error, bytes) => {
    const calls = product.countCalls();
    const recording = { fileName, bytes: await bytes() };
    await expectFailure(visit(`media-${fileName}`, { recording }), error, /\d|container/);
    expect(calls(startJob)).toBe(0);
  });
});

function half(file: Uint8Array): Uint8Array {
  return file.subarray(0, Math.floor(file.length / 2));
}

describe('when the failure itself cannot be written', () => {
  const refusing = (what: string) => (input: JsonObject) => JSON.stringify(input).includes(what);
  test('the execution still fails with the original error', async () => {
    product.stack.faults.add({
      target: 'DynamoDB_20120810',
      operation: 'TransactWriteItems',
      error: 'AccessDeniedException',
      when: refusing('RECORDING_FAILED'),
      ...always,
    });
    const { outcome } = await product.run(visitWithoutResult('unrecorded'));
    const { error, cause, states } = await product.ended(outcome.recordingId);
    expect(error).toBe('TranscriptionFailed');
    expect(cause).toMatch(/has no recorded result/);
    expect(states.at(-1)?.name).toBe('failed');
    // The database does not wait for the audit trail.
    expect(await product.recording(outcome.recordingId)).toMatchObject({ status: 'failed', error_name: error });
  });
});

test('an audit entry that cannot be written fails the step that owes it', async () => {
  const isReceived = (input: JsonObject) => JSON.stringify(input).includes('RECORDING_RECEIVED');
  product.stack.faults.add({
    target: 'DynamoDB_20120810',
    operation: 'TransactWriteItems',
    error: 'AccessDeniedException',
    when: isReceived,
    ...always,
  });
  const calls = product.countCalls();
  const { outcome } = await product.run(visit('unaudited'));
  expect(outcome).toMatchObject({ status: 'failed', error: 'AccessDeniedException' });
  expect(calls(startJob)).toBe(0);
});
