import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatPorts } from '../../../pipeline/chatPorts.ts';
import { chatStep } from '../../../pipeline/edge/chatLambda.ts';
import { callEnv } from '../memoryCall.ts';

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 1_000 } as Context;

beforeEach(() => {
  for (const [name, value] of Object.entries({ ...callEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  for (const level of ['info', 'warn', 'error', 'log'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a schedule gives the step the chat's ports, and nothing of the call", async () => {
  const step = (ports: ChatPorts) => async () => [
    ports.config.messagingRegion,
    'channels' in ports,
    'meetings' in ports,
  ];
  expect(await chatStep('deliverMessages', step)({}, context)).toEqual(['eu-central-1', true, false]);
});

test('fails with the names of what its environment lacks, before the step runs', async () => {
  vi.stubEnv('APP_INSTANCE_ARN', 'x');
  const step = vi.fn(async () => {});
  await expect(chatStep('deliverMessages', () => step)({}, context)).rejects.toMatchObject({
    message: 'configuration: APP_INSTANCE_ARN is no app instance of Chime',
  });
  expect(step).not.toHaveBeenCalled();
});
