import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callApi, callQueue, callStep } from '../../../pipeline/edge/callLambda.ts';
import type { RecordingPorts } from '../../../pipeline/capturePorts.ts';
import { callEnv } from '../memoryCall.ts';

const lines: string[] = [];
const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 1_000 } as Context;

beforeEach(() => {
  lines.length = 0;
  for (const [name, value] of Object.entries({ ...callEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  for (const level of ['info', 'warn', 'error', 'log'] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(String(line)));
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a schedule', () => {
  test("gives the step the call's ports, and answers what it does", async () => {
    const step = (ports: RecordingPorts) => async () => [ports.config.controlRegion, 'pipelines' in ports];
    expect(await callStep('sweepMeetings', step)({}, context)).toEqual(['eu-central-1', true]);
  });

  test('fails with the names of what its environment lacks, before the step runs', async () => {
    vi.stubEnv('AWS_CHIME_REGION', '');
    const step = vi.fn(async () => {});
    const handler = callStep('sweepMeetings', () => step);
    await expect(handler({}, context)).rejects.toMatchObject({
      name: 'ConfigurationInvalid',
      message: 'configuration: AWS_CHIME_REGION is missing',
    });
    expect(step).not.toHaveBeenCalled();
  });
});

test('a queue hands back the messages that fail, and no other', async () => {
  const seen: unknown[] = [];
  const handler = callQueue('followMeeting', () => async (body) => {
    seen.push(body);
    if (body === 2) throw new Error('the patient said');
  });
  const Records = [1, 2, 3].map((n) => ({ messageId: `m${n}`, body: String(n) }));
  const answer = await handler({ Records }, context);
  expect([seen, answer]).toEqual([[1, 2, 3], { batchItemFailures: [{ itemIdentifier: 'm2' }] }]);
  expect(lines.join()).not.toContain('the patient said');
});

test('an API answers for its routes', async () => {
  const handler = callApi('meetings', [{ method: 'POST', path: '/meetings', route: () => async () => ({}) }]);
  const requestContext = { domainName: 'a1.example.org', http: { method: 'POST' } };
  const event = { rawPath: '/meetings', rawQueryString: '', headers: {}, requestContext };
  expect(await handler(event as Parameters<typeof handler>[0], context)).toMatchObject({ statusCode: 401 });
});
