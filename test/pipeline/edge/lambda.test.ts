import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lambda, queue } from '../../../pipeline/edge/lambda.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import type { Ports } from '../../../pipeline/ports.ts';
import { testEnv } from '../memoryPorts.ts';

const env = {
  ...testEnv,
  // The logger writes to the global console, where a test can read it.
  POWERTOOLS_DEV: 'true',
};
const context = { awsRequestId: 'request-1' } as Context;

const lines: string[] = [];
beforeEach(() => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  lines.length = 0;
});

const said = 'the patient has chest pain';

/** What the door lets out of a step that throws `error`. */
async function failureOf(error: unknown): Promise<Error> {
  const handler = lambda('someStep', () => async () => {
    throw error;
  });
  try {
    await handler({}, context);
  } catch (failure) {
    return failure as Error;
  }
  throw new Error('the step did not fail');
}

test('a step gets its ports and its input, and its output is the answer', async () => {
  const handler = lambda('someStep', (ports) => async (input: { n: number }) => ({
    n: input.n + 1,
    of: ports.config.region,
  }));
  expect(await handler({ n: 1 }, context)).toEqual({ n: 2, of: 'eu-west-1' });
});

describe('the ports', () => {
  test('are connected on the first event, not before, and only once', async () => {
    vi.unstubAllEnvs();
    const seen: Ports[] = [];
    const handler = lambda('someStep', (ports) => async () => void seen.push(ports));
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    await handler({}, context);
    await handler({}, context);
    expect(seen).toHaveLength(2);
    expect(seen[0]?.audit).toBe(seen[1]?.audit);
  });

  test('that cannot be connected say everything that is missing, and are tried again', async () => {
    vi.stubEnv('KMS_KEY_ID', '');
    vi.stubEnv('AUDIT_TABLE', '');
    const handler = lambda('someStep', () => async () => 'done');
    await expect(handler({}, context)).rejects.toMatchObject({
      name: 'ConfigurationInvalid',
      message: expect.stringMatching(/KMS_KEY_ID.*AUDIT_TABLE/),
    });
    vi.stubEnv('KMS_KEY_ID', 'k');
    vi.stubEnv('AUDIT_TABLE', 'a');
    expect(await handler({}, context)).toBe('done');
  });
});

test('work is repeated while the invocation of its context lives', async () => {
  let tries = 0;
  const handler = lambda(
    'someStep',
    ({ whileAlive }) =>
      () =>
        whileAlive(() => {
          tries += 1;
          return Promise.reject(new PipelineError('ServiceUnavailable', 'S3 answered 503'));
        }),
  );
  const getRemainingTimeInMillis = () => (tries === 3 ? 1_000 : 60_000);
  await expect(handler({}, { ...context, getRemainingTimeInMillis })).rejects.toMatchObject({
    name: 'ServiceUnavailable',
  });
  expect(tries).toBe(3);
});

describe('an error at the door', () => {
  test('of ours passes as it is', async () => {
    const error = new PipelineError('UnsupportedMedia', 'the mp4 file has no audio track');
    expect(await failureOf(error)).toBe(error);
  });

  test.each(['CodeTableInvalid', 'ConfigurationInvalid', 'SupabaseRefused'])(
    'of ours, %s, passes with its message: it says what to mend',
    async (name) => {
      const error = Object.assign(new Error('s3://codes/reference/icd10cm.txt.gz: cut short'), { name });
      expect(await failureOf(error)).toBe(error);
    },
  );

  test.each<[string, unknown, string]>([
    [
      'of a service',
      Object.assign(new Error(`cannot read "${said}"`), { name: 'ValidationException' }),
      'ValidationException',
    ],
    ['of the language', new TypeError(`${said} is not a function`), 'TypeError'],
    ['of several lines', new Error(`first\n    at ${said}\nthird`), 'Error'],
    ['that is none', said, 'UnexpectedError'],
    ['with a cause', new Error('outer', { cause: new Error(said) }), 'Error'],
  ])('%s keeps its name and loses its message, in the answer and in the log', async (_, error, name) => {
    const failure = await failureOf(error);
    expect(failure.name).toBe(name);
    expect(failure.message).toContain('someStep');
    expect(JSON.stringify([failure.message, failure.stack, failure.cause])).not.toContain('chest');
    expect(lines.join()).toContain(name);
    expect(lines.join()).not.toContain('chest');
  });

  test('says where it was thrown', async () => {
    expect((await failureOf(new TypeError(said))).message).toMatch(/lambda\.test\.ts:\d+:\d+/);
  });
});

test('the log names step, recording and request, and never the event', async () => {
  const handler = lambda(
    'someStep',
    ({ log }) =>
      async () =>
        log('working', { words: 3 }),
  );
  await handler({ recordingId: 'rec-1', text: said }, context);
  expect(JSON.parse(lines[0] ?? 'null')).toMatchObject({
    message: 'working',
    step: 'someStep',
    recordingId: 'rec-1',
    requestId: 'request-1',
    words: 3,
  });
  expect(lines.join()).not.toContain('chest');
});

describe('a queue', () => {
  const messages = (...bodies: string[]): SQSEvent => ({
    Records: bodies.map((body, index) => ({ messageId: `m${index}`, body }) as SQSRecord),
  });
  const deliver = (step: (input: unknown) => Promise<void>, event: SQSEvent): Promise<SQSBatchResponse> =>
    queue('someStep', () => step)(event, context);

  test('gives the step one body at a time, in their order', async () => {
    const bodies: unknown[] = [];
    const outcome = await deliver(async (body) => void bodies.push(body), messages('{"n":1}', '{"n":2}'));
    expect(bodies).toEqual([{ n: 1 }, { n: 2 }]);
    expect(outcome).toEqual({ batchItemFailures: [] });
  });

  test('hands back the messages that fail, and no others', async () => {
    const step = async (body: unknown) => {
      if (body === 2) throw new PipelineError('Throttled', 'busy');
      if (body === 4) throw new Error(said);
    };
    expect(await deliver(step, messages('1', '2', 'no JSON: chest pain', '4', '5'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }, { itemIdentifier: 'm3' }],
    });
    expect(lines.filter((line) => line.includes('message failed'))).toHaveLength(3);
    expect(lines.join()).not.toContain('chest');
  });

  test('without ports fails as a whole, so that every message comes again', async () => {
    vi.stubEnv('AWS_REGION', '');
    await expect(deliver(async () => {}, messages('1'))).rejects.toMatchObject({ name: 'ConfigurationInvalid' });
  });
});
