import { CreateQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invocationOf, traceOf } from '../../../local/services/disturbed.ts';
import type { CallOutcome, Disturbance, Disturber } from '../../../local/services/faults.ts';
import { Faults } from '../../../local/services/faults.ts';
import { startGateway } from '../../../local/services/gateway.ts';
import { createS3, type S3 } from '../../../local/services/s3/s3.ts';
import { createSqs } from '../../../local/services/sqs/sqs.ts';
import { clientConfig, ManualClock } from '../testClock.ts';

let faults: Faults;
let s3: S3;
let clients: { sqs: SQSClient; s3: S3Client };
let close: () => Promise<void>;
/** Work that keeps the clock. */
let underWay = 0;

beforeAll(async () => {
  const clock = new ManualClock();
  clock.busy = async (work) => {
    underWay += 1;
    return work.finally(() => (underWay -= 1));
  };
  faults = new Faults();
  s3 = await createS3({ clock, region: 'eu-west-1' });
  await s3.createBucket('bucket');
  const sqs = await createSqs({ clock, region: 'eu-west-1', accountId: '111122223333', endpoint: () => gateway.url });
  const fallback = s3.handle.bind(s3);
  const gateway = await startGateway({ clock, faults, services: [sqs.service], fallback });
  const config = {
    ...clientConfig(gateway.url),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 200, socketTimeout: 200 },
  };
  clients = { sqs: new SQSClient(config), s3: new S3Client({ ...config, forcePathStyle: true }) };
  await clients.sqs.send(new CreateQueueCommand({ QueueName: 'q' }));
  close = () => gateway.close();
});
afterAll(() => close());

/** Disturbs the next call, and waits for what became of it. */
function disturb(disturbance: Disturbance | undefined): Promise<CallOutcome> {
  return new Promise((outcome) => {
    const disturber: Disturber = {
      call: () => disturbance,
      outcome,
      invocation: () => undefined,
      event: () => [0],
    };
    faults.disturber = disturber;
  });
}

const nameOf = async (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    (error: Error & { code?: string }) => error.code ?? error.name,
  );

const refused = { kind: 'refuse', error: 'InternalFailure', status: 500 } as const;

describe('a call of a JSON service', () => {
  test.each<[string, Disturbance | undefined, string, { status: number | undefined; delivered: boolean }]>([
    ['is left alone', undefined, 'answered', { status: 200, delivered: true }],
    ['is answered late', { when: 'after', kind: 'slow', ms: 1 }, 'answered', { status: 200, delivered: true }],
    ['is refused', { when: 'before', ...refused }, 'InternalFailure', { status: undefined, delivered: true }],
    ['is done, then refused', { when: 'after', ...refused }, 'InternalFailure', { status: 200, delivered: false }],
    ['is cut off', { when: 'before', kind: 'reset' }, 'ECONNRESET', { status: undefined, delivered: false }],
    ['is done, then cut off', { when: 'after', kind: 'reset' }, 'ECONNRESET', { status: 200, delivered: false }],
    ['hangs', { when: 'after', kind: 'hang' }, 'TimeoutError', { status: 200, delivered: false }],
  ])('%s', async (_, disturbance, error, expected) => {
    const outcome = disturb(disturbance);
    expect(await nameOf(clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })))).toBe(error);
    expect(await outcome).toMatchObject({ operation: 'GetQueueUrl', input: { QueueName: 'q' }, ...expected });
  });

  test('waits for what is to be done before it', async () => {
    const done: string[] = [];
    const first = () => new Promise<void>((resolve) => setImmediate(() => resolve(void done.push('first'))));
    const outcome = disturb({ when: 'before', kind: 'slow', ms: 0, first });
    await clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })).then(() => done.push('answered'));
    expect([done, (await outcome).status]).toEqual([['first', 'answered'], 200]);
  });

  test('whose client has gone away before the answer keeps the clock no longer', async () => {
    const outcome = disturb({ when: 'after', kind: 'slow', ms: 400 });
    expect(await nameOf(clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })))).toBe('TimeoutError');
    expect(await outcome).toMatchObject({ status: 200, delivered: false });
    await expect.poll(() => underWay).toBe(0);
  });

  test('that the service itself refuses has its status', async () => {
    const outcome = disturb(undefined);
    await nameOf(clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'none' })));
    expect(await outcome).toMatchObject({ status: 400, delivered: true });
  });
});

describe('a call of S3', () => {
  const put = (Key: string) => clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'bytes' }));

  test.each<[string, Disturbance | undefined, string, boolean]>([
    ['left-alone', undefined, 'answered', true],
    ['refused', { when: 'before', kind: 'refuse', error: 'SlowDown', status: 503 }, 'SlowDown', false],
    ['done-then-refused', { when: 'after', kind: 'refuse', error: 'SlowDown', status: 503 }, 'SlowDown', true],
    ['cut-off', { when: 'before', kind: 'reset' }, 'ECONNRESET', false],
    ['done-then-cut-off', { when: 'after', kind: 'reset' }, 'ECONNRESET', true],
  ])('%s', async (key, disturbance, error, isDone) => {
    const outcome = disturb(disturbance);
    expect(await nameOf(put(key))).toBe(error);
    expect(await outcome).toMatchObject({ target: 's3', status: isDone ? 200 : undefined });
    expect((await s3.head('bucket', key)) !== undefined).toBe(isDone);
  });

  test.each([5, 1_000_000])('whose answer of %i bytes is lost does not stand still', async (size) => {
    await s3.put('bucket', 'read', Buffer.alloc(size));
    const outcome = disturb({ when: 'after', kind: 'reset' });
    expect(await nameOf(clients.s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'read' })))).toBe('ECONNRESET');
    expect(await outcome).toMatchObject({ status: 200, delivered: false });
  });
});

test('an invocation is known by the header that names it', () => {
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  expect(invocationOf({ 'x-amzn-trace-id': traceOf(id) })).toBe(id.replaceAll('-', ''));
  expect([invocationOf({}), invocationOf({ 'x-amzn-trace-id': 'Root=1' })]).toEqual([undefined, undefined]);
});
