import {
  GetMedicalTranscriptionJobCommand,
  StartMedicalTranscriptionJobCommand,
  TranscribeClient,
} from '@aws-sdk/client-transcribe';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { casesBucket, jobKey } from '../../local/cases/recorded.ts';
import { awaitDrained, type Execution } from '../../local/replay/execution.ts';
import { redeliver, type Uploaded } from '../../local/replay/upload.ts';
import { keys, mediaUri } from '../../pipeline/recording/recording.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, visit, visitWithoutResult } from './visits.ts';

const startJob = 'StartMedicalTranscriptionJob';

let product: TestStack;
let transcribe: TranscribeClient;
beforeAll(async () => {
  // A minute's work, so that no slow machine sees a job end before its execution waits for it.
  product = await TestStack.start({ jobDelayMs: 60_000 });
  transcribe = new TranscribeClient(product.clientConfig());
});
afterEach(() => product.stack.faults.clear());
afterAll(async () => {
  transcribe.destroy();
  await product.stop();
});

const attemptsOf = ({ states }: Execution, name: string) =>
  states.filter((state) => state.name === name).map(({ attempts }) => attempts);

describe('what passes is tried again', () => {
  const comprehend = 'ComprehendMedical_20181030';
  const dynamodb = 'DynamoDB_20120810';
  // The SDK itself calls three times: four failures are one of the state's attempts and a bit of the next.
  const times = 4;
  test.each<[state: string, target: string, operation: string, error: string, status: number]>([
    ['extractEntities', comprehend, 'DetectEntitiesV2', 'ThrottlingException', 400],
    ['extractEntities', comprehend, 'InferICD10CM', 'TooManyRequestsException', 400],
    ['extractEntities', comprehend, 'InferRxNorm', 'InternalServerException', 500],
    ['startTranscription', 'Transcribe', startJob, 'LimitExceededException', 400],
    ['startTranscription', 'Transcribe', startJob, 'InternalFailureException', 500],
    ['awaitTranscription', 'Transcribe', 'GetMedicalTranscriptionJob', 'LimitExceededException', 400],
    ['inspectRecording', dynamodb, 'TransactWriteItems', 'ServiceUnavailable', 503],
  ])('%s after %s.%s answered %s', async (state, target, operation, error, status) => {
    const name = `passing-${operation}-${error}`;
    const calls = product.countCalls();
    product.stack.faults.add({ target, operation, error, status, times });
    const { outcome } = await product.run(visit(name));
    expect(outcome).toMatchObject({ status: 'completed', executions: 1 });
    expect(calls(operation)).toBeGreaterThan(times);
    const attempts = attemptsOf(await product.ended(outcome.recordingId), state);
    expect(Math.max(...attempts)).toBeGreaterThan(1);
    expect(await product.chain(meetingOf(name))).toEqual({ entries: 6, faults: [] });
  });

  test('a start that cannot be reached comes back through its queue', async () => {
    product.stack.faults.add({
      target: 'AWSStepFunctions',
      operation: 'StartExecution',
      error: 'ServiceUnavailable',
      status: 503,
      times: 4,
    });
    const { outcome } = await product.run(visit('start-delayed'));
    expect(outcome).toMatchObject({ status: 'completed', executions: 1 });
  });

  test('an answer that was paid for is never paid for again', async () => {
    const calls = product.countCalls();
    const refusesAnswers = (input: object) => JSON.stringify(input).includes('ENTITIES_EXTRACTED');
    product.stack.faults.add({
      target: dynamodb,
      operation: 'TransactWriteItems',
      error: 'InternalServerError',
      status: 500,
      times: 5,
      when: refusesAnswers,
    });
    const { outcome } = await product.run(visit('stored-late'));
    expect(outcome.status).toBe('completed');
    expect(attemptsOf(await product.ended(outcome.recordingId), 'storeResults')).not.toEqual([1]);
    expect([calls('DetectEntitiesV2'), calls('InferICD10CM'), calls('InferRxNorm')]).toEqual([1, 1, 1]);
  });
});

describe('what wakes a waiting execution', () => {
  const wake = { target: 'AWSStepFunctions', operation: 'SendTaskSuccess', error: 'ServiceUnavailable', status: 503 };
  const waits = (execution: Execution) => attemptsOf(execution, 'awaitTranscription').length;

  test('a wake-up that is lost once is sent again', async () => {
    product.stack.faults.add({ ...wake, times: 3 });
    // The redelivery comes after three minutes: later than the early look at a short medical job.
    const { outcome } = await product.run(visit('wake-repeated', { language: 'es-ES' }));
    expect(outcome.status).toBe('not_coded');
    expect(waits(await product.ended(outcome.recordingId))).toBe(1);
  });

  test('when every wake-up is lost, the wait runs out, asks, and goes on', async () => {
    // As often as the queue delivers, each time as often as the SDK calls.
    product.stack.faults.add({ ...wake, times: 15 });
    const { outcome } = await product.run(visit('wake-lost'));
    expect(outcome.status).toBe('completed');
    expect(waits(await product.ended(outcome.recordingId))).toBeGreaterThan(1);
  });

  test('without an event the wait runs out, asks, and goes on', async () => {
    await product.switchRule('JobOutputCreated', 'DISABLED');
    try {
      const { outcome } = await product.run(visit('event-lost'));
      const execution = await product.ended(outcome.recordingId);
      expect({ status: outcome.status, waits: waits(execution) }).toEqual({ status: 'completed', waits: 2 });
    } finally {
      await product.switchRule('JobOutputCreated', 'ENABLED');
    }
  });
});

describe('a job of the same name', () => {
  beforeAll(() => product.switchRule('RecordingCreated', 'DISABLED'));
  afterAll(() => product.switchRule('RecordingCreated', 'ENABLED'));

  /** As a step would have started it before it died. */
  async function startByHand(recording: Uploaded, media = mediaUri(recording)): Promise<void> {
    await transcribe.send(
      new StartMedicalTranscriptionJobCommand({
        MedicalTranscriptionJobName: recording.recordingId,
        Media: { MediaFileUri: media },
        OutputBucketName: product.deployment.target.transcriptsBucket,
        OutputKey: keys.job(recording.recordingId),
        OutputEncryptionKMSKeyId: product.deployment.target.kmsKeyId,
        LanguageCode: 'en-US',
        Specialty: 'PRIMARYCARE',
        Type: 'CONVERSATION',
      }),
    );
  }

  async function jobEnded(recording: Uploaded): Promise<string> {
    for (;;) {
      const { MedicalTranscriptionJob: job } = await transcribe.send(
        new GetMedicalTranscriptionJobCommand({ MedicalTranscriptionJobName: recording.recordingId }),
      );
      const status = job?.TranscriptionJobStatus ?? '';
      if (status === 'COMPLETED' || status === 'FAILED') return status;
      await product.stack.clock.sleep(1_000);
    }
  }

  test('is adopted while it runs, and not paid for again', async () => {
    const recording = await product.upload(visit('adopted'));
    await startByHand(recording);
    const calls = product.countCalls();
    await redeliver(product.deployment, recording);
    await awaitDrained(product.deployment);
    const execution = await product.ended(recording.recordingId);
    expect(execution.status).toBe('SUCCEEDED');
    expect({ refused: calls(startJob), deleted: calls(/^Delete.*Job$/) }).toEqual({ refused: 1, deleted: 0 });
  });

  test('is adopted when it has ended before anybody waits', async () => {
    const recording = await product.upload(visit('adopted-late'));
    await startByHand(recording);
    expect(await jobEnded(recording)).toBe('COMPLETED');
    await redeliver(product.deployment, recording);
    await awaitDrained(product.deployment);
    const execution = await product.ended(recording.recordingId);
    expect({ status: execution.status, waits: attemptsOf(execution, 'awaitTranscription') }).toEqual({
      status: 'SUCCEEDED',
      waits: [1],
    });
  });

  test('is replaced when it has failed', async () => {
    const given = visitWithoutResult('replaced-job');
    const recording = await product.upload(given);
    await startByHand(recording);
    expect(await jobEnded(recording)).toBe('FAILED');
    const { s3 } = product.deployment.clients;
    const Key = jobKey(recording.bucket, recording.key);
    await s3.send(new PutObjectCommand({ Bucket: casesBucket, Key, Body: String(visit(given.name).job) }));
    const calls = product.countCalls();
    await redeliver(product.deployment, recording);
    await awaitDrained(product.deployment);
    expect((await product.ended(recording.recordingId)).status).toBe('SUCCEEDED');
    expect({ started: calls(startJob), deleted: calls('DeleteMedicalTranscriptionJob') }).toEqual({
      started: 2,
      deleted: 1,
    });
  });

  test('that reads other media is left alone', async () => {
    const other = await product.upload(visit('other-media'));
    const recording = await product.upload(visit('robbed'));
    await startByHand(recording, mediaUri(other));
    await redeliver(product.deployment, recording);
    await awaitDrained(product.deployment);
    const { status, error, cause } = await product.ended(recording.recordingId);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'TranscriptionFailed' });
    expect(cause).toContain('belongs to other media');
  });
});

test('a job name that is taken by nothing that can be found is given up in the end', async () => {
  const taken = { target: 'Transcribe', operation: startJob, error: 'ConflictException' };
  product.stack.faults.add({ ...taken, times: Number.POSITIVE_INFINITY });
  const { outcome } = await product.run(visit('name-taken'));
  expect(outcome).toMatchObject({ status: 'failed', error: 'NotThereYet' });
  expect(attemptsOf(await product.ended(outcome.recordingId), 'startTranscription')).toEqual([14]);
});
