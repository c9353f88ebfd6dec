import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { toExecutions } from '../../../pipeline/edge/stepFunctions.ts';
import { testConfig } from '../memoryPorts.ts';
import { recording, recordingId } from '../visit.ts';
import { serviceError } from './serviceError.ts';

const client = mockClient(SFNClient);
beforeEach(() => void client.reset());
afterAll(() => client.restore());

const config = testConfig();
const executions = toExecutions(config, new SFNClient({ region: 'eu-west-1' }));
const input = { recordingId, recording: { ...recording, key: 'recordings/m/a "quoted" name.mp4' } };

describe('an execution', () => {
  test('is named by its recording and told it as JSON', async () => {
    client.on(StartExecutionCommand).resolves({});
    expect(await executions.start(input)).toBe('started');
    const [call] = client.commandCalls(StartExecutionCommand);
    const { input: json = '', ...request } = call?.args[0].input ?? {};
    expect(request).toEqual({ stateMachineArn: config.stateMachineArn, name: recordingId });
    expect(JSON.parse(json)).toEqual(input);
  });

  test.each([
    ['ExecutionAlreadyExists', 'known'],
    ['ThrottlingException', 'Throttled'],
    ['StateMachineDoesNotExist', 'StateMachineDoesNotExist'],
  ])('that is answered with %s: %s', async (name, expected) => {
    client.onAnyCommand().rejects(serviceError(name));
    const started = executions.start(input).catch((error: Error) => error.name);
    expect(await started).toBe(expected);
  });

  test('is not started without a machine to start', async () => {
    const { stateMachineArn: _, ...others } = config;
    const nowhere = toExecutions({ ...others, stateMachineArn: undefined }, new SFNClient({ region: 'eu-west-1' }));
    await expect(nowhere.start(input)).rejects.toThrow('STATE_MACHINE_ARN');
    expect(client.calls()).toEqual([]);
  });
});

describe('a waiting task', () => {
  test('is woken with its output', async () => {
    client.on(SendTaskSuccessCommand).resolves({});
    expect(await executions.wake('token-1', { wokenBy: 'job output' })).toBe('woken');
    expect(client.commandCalls(SendTaskSuccessCommand).map((call) => call.args[0].input)).toEqual([
      { taskToken: 'token-1', output: '{"wokenBy":"job output"}' },
    ]);
  });

  test.each([
    ['TaskTimedOut', 'stale'],
    ['TaskDoesNotExist', 'stale'],
    ['InvalidToken', 'stale'],
    ['InvalidOutput', 'InvalidOutput'],
    ['ThrottlingException', 'Throttled'],
  ])('that is answered with %s: %s', async (name, expected) => {
    client.onAnyCommand().rejects(serviceError(name));
    expect(await executions.wake('token-1', {}).catch((error: Error) => error.name)).toBe(expected);
  });
});

describe('an execution that is looked for', () => {
  test.each([
    ['RUNNING', 'running'],
    ['PENDING_REDRIVE', 'running'],
    ['SUCCEEDED', 'succeeded'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'failed'],
    ['ABORTED', 'failed'],
  ] as const)('and is %s: %s', async (status, expected) => {
    client.on(DescribeExecutionCommand).resolves({ status });
    expect(await executions.statusOf(recordingId)).toBe(expected);
    const [call] = client.commandCalls(DescribeExecutionCommand);
    expect(call?.args[0].input).toEqual({
      executionArn: `arn:aws:states:eu-west-1:111122223333:execution:transcription:${recordingId}`,
      includedData: 'METADATA_ONLY',
    });
  });

  test.each([
    ['ExecutionDoesNotExist', undefined],
    ['ThrottlingException', 'Throttled'],
  ])('and is answered with %s: %s', async (name, expected) => {
    client.onAnyCommand().rejects(serviceError(name));
    expect(await executions.statusOf(recordingId).catch((error: Error) => error.name)).toBe(expected);
  });
});
