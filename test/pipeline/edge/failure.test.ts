import { describe, expect, test } from 'vitest';
import { PipelineError } from '../../../pipeline/errors.ts';
import { isNamed, request } from '../../../pipeline/edge/failure.ts';
import { serviceError } from './serviceError.ts';

async function outcomeOf(error: unknown): Promise<unknown> {
  try {
    return await request('Service', async () => {
      throw error;
    });
  } catch (failure) {
    return failure;
  }
}

describe('a failed request is named as the workflow retries it', () => {
  test.each<[string, unknown, string]>([
    ['ThrottlingException', serviceError('ThrottlingException'), 'Throttled'],
    ['TooManyRequestsException', serviceError('TooManyRequestsException'), 'Throttled'],
    ['LimitExceededException of Transcribe', serviceError('LimitExceededException'), 'Throttled'],
    ['ProvisionedThroughputExceededException', serviceError('ProvisionedThroughputExceededException'), 'Throttled'],
    ['TransactionConflictException', serviceError('TransactionConflictException'), 'Throttled'],
    ['SlowDown of S3, a 503', serviceError('SlowDown', 503), 'Throttled'],
    ['any 429', serviceError('Whatever', 429), 'Throttled'],
    ['any 500', serviceError('InternalServerException', 500), 'ServiceUnavailable'],
    ['any 503', serviceError('ServiceUnavailableException', 503), 'ServiceUnavailable'],
    ['a time-out', serviceError('TimeoutError', 0), 'ServiceUnavailable'],
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ServiceUnavailable'],
    ['a reset connection', Object.assign(new Error('socket'), { code: 'ECONNRESET' }), 'ServiceUnavailable'],
    ['an unknown host', Object.assign(new Error('dns'), { code: 'ENOTFOUND' }), 'ServiceUnavailable'],
  ])('%s', async (_, error, name) => {
    const failure = await outcomeOf(error);
    expect(failure).toBeInstanceOf(PipelineError);
    expect(failure).toMatchObject({ name });
  });

  test.each<[string, unknown]>([
    ['a refused input', serviceError('ValidationException')],
    ['a missing right', serviceError('AccessDeniedException', 403)],
    ['what a stand-in does not do', serviceError('NotImplemented', 501)],
    ['a fault of our own', new TypeError('x is undefined')],
    ['a failure that has its name already', new PipelineError('UnsupportedMedia', 'no audio')],
    ['what is no error', 'just words'],
  ])('but %s passes as it is', async (_, error) => {
    expect(await outcomeOf(error)).toBe(error);
  });
});

test('a name is given without the message, which may repeat the text that was sent', async () => {
  const error = serviceError('ThrottlingException', 400, 'Rate exceeded for "patient has chest pain"');
  expect((await outcomeOf(error)) as Error).toMatchObject({ message: 'Service answered ThrottlingException' });
});

test('an answer passes', async () => {
  expect(await request('Service', () => Promise.resolve(7))).toBe(7);
});

test.each<[unknown, boolean]>([
  [serviceError('NoSuchKey'), true],
  [serviceError('NoSuchBucket'), false],
  ['NoSuchKey', false],
])('%j is named NoSuchKey or NotFound: %j', (error, expected) => {
  expect(isNamed(error, 'NoSuchKey', 'NotFound')).toBe(expected);
});
