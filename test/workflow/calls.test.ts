import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toLongJob } from '../../bench/longJobs.ts';
import type { ObservedCall } from '../../local/services/gateway.ts';
import type { Fault } from '../../local/services/faults.ts';
import { keys } from '../../pipeline/recording/recording.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, visit } from './visits.ts';

/** The calls of all steps for one consultation, without the secret, which a function reads only when it is cold. */
const mostCalls = 51;
/** The services that the steps call, as the gateway names them. */
const services: Readonly<Record<string, string>> = {
  s3: 'S3',
  DynamoDB_20120810: 'DynamoDB',
  AWSStepFunctions: 'Step Functions',
  Transcribe: 'Transcribe',
  ComprehendMedical_20181030: 'Comprehend Medical',
  secretsmanager: 'Secrets Manager',
};

interface Counted {
  calls: ObservedCall[];
  requests: string[];
  bytes: number;
  characters: number;
}

let product: TestStack;
const seen: ObservedCall[] = [];
const requested: string[] = [];
const counted = new Map<number, Counted>();

/** On a machine with much other work an answer, or the request itself, may get lost: then the SDK asks once more, for the same. */
function once(calls: readonly ObservedCall[]): ObservedCall[] {
  const idOf = (call: ObservedCall) => ('headers' in call ? call.headers['amz-sdk-invocation-id'] : undefined);
  return [...new Map(calls.map((call, at) => [String(idOf(call) ?? at), call])).values()];
}

/** A consultation of so many minutes, from the upload to the results. */
async function consult(minutes: number, play = 1): Promise<Counted> {
  const job = toLongJob(minutes, 'medical-guide');
  const standIn = { durationMs: job.durationMs, channels: 1 as const };
  [seen.length, requested.length] = [0, 0];
  const { outcome, collected } = await product.run(visit(`minutes-${minutes}-${play}`, { job: job.json, standIn }));
  expect(outcome.status).toBe('completed');
  // Anchors are kept later, and what was noted is carried by the minute, for many consultations at once.
  const others = ['anchorAudit', 'carryAudit'];
  const steps = new Set(
    product.stack.deployment.functions.map(({ name }) => name).filter((name) => !others.includes(name)),
  );
  const calls = once(seen.filter((call) => steps.has(call.accessKeyId)));
  const read = calls.filter((call) => call.accessKeyId === 'extractEntities' && call.target === 's3');
  const [texts, kept] = ['GET', 'PUT'].map((wanted) =>
    read.flatMap((call) => ('method' in call && call.method === wanted ? [call.url] : [])),
  ) as [string[], string[]];
  // What found the service busy is made again by the state machine, and reads again. Of many calls at once, one may.
  const isAgain = texts.filter((url) => !url.includes('/answers/')).length > new Set(kept).size;
  if (isAgain && minutes > 15 && play < 6) return consult(minutes, play + 1);
  return {
    calls,
    requests: requested.filter((path) => path.includes('/rpc/') && !/\/rpc\/(?:audit|trim)_/.test(path)),
    bytes: read.reduce((sum, call) => sum + ('bytes' in call && call.method === 'GET' ? call.bytes : 0), 0),
    characters: collected.transcript?.text.length ?? 0,
  };
}

beforeAll(async () => {
  product = await TestStack.start({
    // A minute's work, so that no slow machine sees a job end before its execution waits for it.
    jobDelayMs: 60_000,
    onCall: (call) => seen.push(call),
    onRequest: (method, path) => requested.push(`${method} ${path}`),
  });
  for (const minutes of [15, 60]) counted.set(minutes, await consult(minutes));
});
afterAll(() => product.stop());

const of = (minutes: number): Counted => {
  const found = counted.get(minutes);
  if (!found) throw new Error(`no consultation of ${minutes} minutes`);
  return found;
};

describe('a consultation of fifteen minutes', () => {
  test('takes these calls, and no more', () => {
    const { calls, requests } = of(15);
    const byService: Record<string, number> = {};
    for (const { target } of calls) {
      const service = services[target] ?? target;
      byService[service] = (byService[service] ?? 0) + 1;
    }
    // The session is found once, and three more say how far the recording is.
    const supabase = requests.length;
    expect({ ...byService, Supabase: supabase }).toEqual({
      S3: 27,
      // Two of these take a place for the job and give it back.
      DynamoDB: 11,
      'Step Functions': 2,
      Transcribe: 2,
      'Comprehend Medical': 5,
      // Four functions were cold.
      'Secrets Manager': 4,
      Supabase: 4,
    });
    const warm = calls.filter(({ target }) => target !== 'secretsmanager');
    expect(warm.length + supabase).toBeLessThanOrEqual(mostCalls);
  });

  test('reads nothing twice within a step', () => {
    const reads = of(15).calls.flatMap((call) =>
      // The calls to Comprehend Medical are made by as many invocations of one step: each reads for itself.
      'method' in call && call.method === 'GET' && call.accessKeyId !== 'extractEntities'
        ? [`${call.accessKeyId} ${call.url} ${String(call.headers['range'])}`]
        : [],
    );
    expect(reads.length).toBeGreaterThan(5);
    expect(new Set(reads).size).toBe(reads.length);
  });
});

test('the audit entries of a consultation, or of several, are anchored by one call', async () => {
  const kept = () => seen.filter(({ accessKeyId }) => accessKeyId === 'anchorAudit');
  seen.length = 0;
  await product.run(visit('anchored-once'));
  await expect.poll(() => kept().length).toBeGreaterThan(0);
  expect(kept().filter((call) => 'url' in call && call.url.includes(meetingOf('anchored-once')))).toHaveLength(1);
});

test('the bytes that the calls read are those of the text, once for each operation, however long it is', () => {
  for (const { bytes, characters } of counted.values()) expect(bytes).toBe(3 * characters);
  expect(of(60).bytes / of(15).bytes).toBeCloseTo(4, 1);
});

describe('a call that is tried again', () => {
  /** The SDK itself tries three times: the last failure reaches the state's Retry. */
  const throttled = (when: () => boolean = () => true): Fault => ({
    target: 'ComprehendMedical_20181030',
    operation: 'DetectEntitiesV2',
    error: 'ThrottlingException',
    times: 3,
    when,
  });
  const answersRead = () =>
    seen.filter(
      (call) =>
        call.accessKeyId === 'extractEntities' &&
        'method' in call &&
        call.method === 'GET' &&
        call.url.includes('/answers/'),
    );

  const nameOf = (call: ObservedCall) =>
    'url' in call ? new URL(call.url, product.stack.env['AWS_ENDPOINT_URL']).pathname.split('/').at(-1) : undefined;

  test('looks for an answer that was kept: only a first attempt knows that there is none', async () => {
    seen.length = 0;
    product.stack.faults.add(throttled());
    expect((await product.run(visit('tried-again'))).outcome.status).toBe('completed');
    expect(answersRead().map(nameOf)).toEqual(['DetectEntitiesV2-1.json']);
  });

  test('and finds another text in its place gives no results, not even partial ones', async () => {
    const { clients, target } = product.deployment;
    let recordingId = '';
    let put: Promise<unknown> | undefined;
    product.stack.faults.add(
      throttled(() => {
        const address = { Bucket: target.transcriptsBucket, Key: keys.text(recordingId) };
        put ??= clients.s3.send(
          new PutObjectCommand({ ...address, Body: 'Somebody said something else, and more of it.' }),
        );
        return true;
      }),
    );
    ({ recordingId } = await product.upload(visit('replaced-text')));
    expect(await product.ended(recordingId)).toMatchObject({ status: 'FAILED', error: 'TextReplaced' });
    await put;
    expect(await product.entities(recordingId)).toBeUndefined();
    expect(await product.recording(recordingId)).toMatchObject({ status: 'failed', error_name: 'TextReplaced' });
  });
});
