import { expect, test } from 'vitest';
import { transitionsOf, usdOfMachinery } from '../../infra/machinery.ts';

const none = { transitions: 0, invocations: 0, lambdaMs: 0, memoryMb: 512, messages: 0, calls: {} };

test.each([
  ['a million transitions', { transitions: 1_000_000 }, 25],
  ['a million invocations of a second at half a gigabyte', { invocations: 1e6, lambdaMs: 1e9 }, 0.2 + 6.6667],
  ['at twice the memory', { invocations: 1e6, lambdaMs: 1e9, memoryMb: 1_024 }, 0.2 + 13.3334],
  ['a million messages, sent, received and deleted', { messages: 1e6 }, 1.2],
  ['writes to S3 and reads', { calls: { 'S3 PutObject': 1e6, 'S3 GetObject': 1e6, 'S3 HeadObject': 1e6 } }, 5.8],
  ['a transaction of the trail as four writes', { calls: { 'DynamoDB TransactWriteItems': 1e6 } }, 2.5],
  ['reads of a table', { calls: { 'DynamoDB GetItem': 1e6, 'DynamoDB Query': 1e6 } }, 0.25],
  ['no call of a clinical service', { calls: { 'Comprehend Medical InferICD10CM': 1e6, 'Transcribe Get': 1e6 } }, 0],
])('%s', (_, used, usd) => expect(usdOfMachinery({ ...none, ...used })).toBeCloseTo(usd, 3));

test('a state is billed when it is entered, and when its task is tried again', () => {
  const types = [
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskFailed',
    'TaskScheduled',
    'TaskSucceeded',
    'TaskStateExited',
    'ChoiceStateEntered',
    'MapStateEntered',
    'TaskStateEntered',
    'TaskScheduled',
    'SucceedStateEntered',
    'ExecutionSucceeded',
  ];
  expect(transitionsOf(types.map((type) => ({ type })))).toBe(6);
});
