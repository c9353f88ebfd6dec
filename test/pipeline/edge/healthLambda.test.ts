import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PublicRoute } from '../../../pipeline/apiPorts.ts';
import { healthApi } from '../../../pipeline/edge/healthLambda.ts';
import type { HealthPorts } from '../../../pipeline/healthPorts.ts';
import { healthEnv } from '../healthEnv.ts';

const looked = vi.hoisted((): string[] => []);
vi.mock('../../../pipeline/edge/looks.ts', () => {
  const look = (name: string) => [name, async () => void looked.push(name)];
  const names = ['database', 'meetings', 'audit', 'recordings', 'workflow'];
  return { toLooks: () => Object.fromEntries(names.map(look)) as object };
});
// Files share their modules: what comes after this one in the same worker would be given this stand-in.
afterAll(() => vi.resetModules());

beforeEach(() => {
  for (const [name, value] of Object.entries({ ...healthEnv, POWERTOOLS_DEV: 'true' })) vi.stubEnv(name, value);
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('fifty requests at once, and those after them, are one probe', async () => {
  const route: PublicRoute<HealthPorts> = (ports) => async () => ({ status: 200, body: await ports.probe() });
  const handler = healthApi('health', [{ method: 'GET', path: '/health', route, isPublic: true }]);
  const requestContext = { domainName: 'a1.example.org', http: { method: 'GET' } };
  const event = { rawPath: '/health', rawQueryString: '', headers: {}, requestContext } as Parameters<
    typeof handler
  >[0];
  const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 1_000 } as Context;
  const answers = await Promise.all(Array.from({ length: 50 }, () => handler(event, context)));
  answers.push(await handler(event, context));
  expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
  expect(looked).toHaveLength(5);
});
