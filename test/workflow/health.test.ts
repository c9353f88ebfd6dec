import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { realClock } from '../../local/services/clock.ts';
import type { Fault } from '../../local/services/faults.ts';
import { toLooks } from '../../pipeline/edge/looks.ts';
import { toProbe } from '../../pipeline/edge/probe.ts';
import { dependencies, type Dependency, type Report } from '../../pipeline/health.ts';
import { checkAnswer } from './answers.ts';
import { TestStack } from './testStack.ts';

const allOk = Object.fromEntries(dependencies.map((name) => [name, 'ok'])) as Report['dependencies'];
const publicPart = ['status', 'checkedAt', 'dependencies'];
const seconds = () => Math.floor(Date.now() / 1000);

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.start({ clock: realClock() });
});
afterEach(() => product.stack.faults.clear());
afterAll(() => product.stop());

async function ask(headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(`${product.stack.env['API_URL']}/health`, { method, headers });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers };
}
function bodyOf({ status, text }: { status: number; text: string }): Report {
  const body = JSON.parse(text) as Report;
  checkAnswer({ method: 'GET', path: '/health', asked: {}, status, body });
  return body;
}
const tokenOf = (more: object = {}) =>
  product.stack.signJwt({
    role: 'authenticated',
    sub: randomUUID(),
    iat: seconds() - 60,
    exp: seconds() + 3_000,
    ...more,
  });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the route', () => {
  test('tells anybody that all is well, and nothing of where', async () => {
    const answer = await ask();
    expect([answer.status, Object.keys(bodyOf(answer))]).toEqual([200, publicPart]);
    expect(bodyOf(answer)).toMatchObject({ status: 'ok', dependencies: allOk });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).not.toMatch(/\d{12}|https?:|eu-|arn:|medzen/);
  });

  test('tells somebody with a token versions and regions as well', async () => {
    expect(bodyOf(await ask(bearer(tokenOf())))).toMatchObject({
      versions: { service: '0.1.0' },
      regions: { deployment: 'eu-west-1', meetings: 'eu-central-1', captures: null, chat: 'eu-central-1' },
    });
  });

  test.each<[whose: string, () => Record<string, string>]>([
    ['one that has expired', () => bearer(tokenOf({ exp: seconds() - 100 }))],
    ['one of somewhere else', () => bearer(tokenOf({ aud: 'others' }))],
    ['an anonymous user', () => bearer(tokenOf({ is_anonymous: true }))],
    ['the public key', () => bearer(product.stack.env['SUPABASE_ANON_KEY'] ?? '')],
    ['the service', () => bearer(product.stack.env['SUPABASE_SERVICE_ROLE_KEY'] ?? '')],
    ['no token at all', () => bearer('Ngozi')],
    ['one for Firebase, which is not taken here', () => ({ 'x-firebase-token': tokenOf() })],
  ])('takes for nobody: %s', async (_, headers) => {
    const answer = await ask(headers());
    expect([answer.status, Object.keys(bodyOf(answer))]).toEqual([200, publicPart]);
  });

  test.each([
    ['HEAD', 404],
    ['POST', 404],
    ['DELETE', 404],
    ['OPTIONS', 404],
  ])('%s is none of the API: %i', async (method, status) => {
    expect((await ask({}, method)).status).toBe(status);
  });

  test('looks once, however many ask, and a flood is throttled', async () => {
    const count = product.countCalls();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(20);
    expect(answers.filter(({ status }) => ![200, 429].includes(status))).toEqual([]);
    expect([count('GetMeeting'), count('DescribeExecution')]).toEqual([0, 0]);
  });
});

/** What is asked about each dependency, and fails. */
const away: Readonly<Record<Dependency, { outage: string; when?: RegExp } | Omit<Fault, 'times'>>> = {
  database: { outage: 'supabase', when: /\/rpc\/alive$/ },
  recordings: { outage: 's3' },
  meetings: { target: 'chime', operation: 'GetMeeting', error: 'ServiceUnavailableException', status: 503 },
  audit: { target: 'DynamoDB_20120810', operation: 'GetItem', error: 'InternalServerError', status: 500 },
  workflow: { target: 'AWSStepFunctions', operation: 'DescribeExecution', error: 'ServiceUnavailable', status: 503 },
};

/** Looks as the function has them, from a clock that the test moves. */
function open() {
  const { stack } = product;
  const deployed = stack.deployment.functions.find(({ name }) => name === 'health')?.environment ?? {};
  const env = { ...deployed, ...stack.env };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const clock = { ms: Date.now() };
  const log = vi.fn();
  const places = {
    supabaseUrl: env['SUPABASE_URL'] ?? '',
    supabaseKey: env['SUPABASE_ANON_KEY'] ?? '',
    controlRegion: env['AWS_CHIME_REGION'] ?? '',
    workflowTable: env['WORKFLOW_TABLE'] ?? '',
    recordingsBucket: env['RECORDINGS_BUCKET'] ?? '',
    stateMachineArn: env['STATE_MACHINE_ARN'] ?? '',
  };
  const looks = toLooks(places);
  const probe = toProbe({ load: async () => looks, log, now: () => new Date(clock.ms) });
  return { probe, clock, log };
}

describe('a dependency', () => {
  afterEach(() => void vi.unstubAllEnvs());

  test.each(dependencies)('%s is named while it is away, and not when it is back', async (dependency) => {
    const { faults } = product.stack;
    const { probe, clock, log } = open();
    expect((await probe()).dependencies).toEqual(allOk);
    const fault = away[dependency];
    if ('outage' in fault) {
      const { outage: target, when = /./ } = fault;
      faults.addOutage({ target, until: Infinity, when: (operation) => when.test(operation) });
    } else {
      faults.add({ ...fault, times: Infinity });
    }
    clock.ms += 29_000;
    expect((await probe()).dependencies).toEqual(allOk);
    clock.ms += 1_000;
    expect((await probe()).dependencies).toEqual({ ...allOk, [dependency]: 'down' });
    expect(log.mock.calls).toEqual([['dependency down', { dependency, errorName: 'ServiceUnavailable' }]]);
    faults.clear();
    clock.ms += 30_000;
    expect((await probe()).dependencies).toEqual(allOk);
  });

  test('that hangs is down, and is not waited for', async () => {
    const { probe } = open();
    product.stack.faults.disturber = {
      call: ({ target }) => (target === 'chime' ? { when: 'before', kind: 'hang' } : undefined),
      outcome() {},
      invocation: () => undefined,
      event: () => [0],
    };
    const { dependencies: found } = await probe();
    product.stack.faults.disturber = undefined;
    expect(found).toEqual({ ...allOk, meetings: 'down' });
  });
});
