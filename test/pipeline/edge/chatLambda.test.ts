import type { Context, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatPorts } from '../../../pipeline/chatPorts.ts';
import { chatQueue, chatStep } from '../../../pipeline/edge/chatLambda.ts';
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

test('the bucket of the files is reached when it is first asked, and named where it is missing', async () => {
  const step = (ports: ChatPorts) => async () => ports.files?.discard('key', 'v1');
  await expect(chatStep('inspectAttachment', step)({}, context)).rejects.toMatchObject({
    message: 'configuration: ATTACHMENTS_BUCKET is missing',
  });
});

test('a queue hands back the messages that fail, and no other', async () => {
  const step = () => async (body: unknown) => {
    if (body === 'bad') throw new Error('no');
  };
  const Records = ['good', 'bad'].map((body) => ({ messageId: body, body: JSON.stringify(body) }) as SQSRecord);
  expect(await chatQueue('inspectAttachment', step)({ Records }, context)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'bad' }],
  });
});

test('fails with the names of what its environment lacks, before the step runs', async () => {
  vi.stubEnv('APP_INSTANCE_ARN', 'x');
  const step = vi.fn(async () => {});
  await expect(chatStep('deliverMessages', () => step)({}, context)).rejects.toMatchObject({
    message: 'configuration: APP_INSTANCE_ARN is no app instance of Chime',
  });
  expect(step).not.toHaveBeenCalled();
});
