import { describe, expect, test } from 'vitest';
import type { Caller, Input } from '../../../pipeline/apiPorts.ts';
import { toEdgeFunction } from '../../../pipeline/edge/deno.ts';
import type { Log, Measure } from '../../../pipeline/ports.ts';
import { Refusal } from '../../../pipeline/refusals.ts';

const caller: Caller = { issuer: 'supabase', subject: 'somebody', token: 'a token' };
const said = 'the patient has chest pain';

interface TestPorts {
  callers: { identify(headers: Headers): Promise<Caller> };
  log: Log;
  measure: Measure;
  config: { edgeRegions: readonly string[]; edgeRegion: string | undefined };
}

/** A function whose route is a test's, in an environment that a test may change. */
function open(of: { route?: () => Promise<unknown>; env?: Record<string, string>; bodyLimit?: number } = {}) {
  const { route = async () => ({ ok: true }), env = {}, ...more } = of;
  const lines: string[] = [];
  const connected: string[] = [];
  const given: Input[] = [];
  const answer = toEdgeFunction<TestPorts>({
    name: 'chime-meeting-token',
    path: '/meetings',
    ...more,
    readEnvironment: () => env,
    print: (line) => void lines.push(line),
    connect({ EDGE_REGIONS = '', SB_REGION, BROKEN }, log, measure) {
      connected.push('once');
      if (BROKEN)
        throw Object.assign(new Error(`configuration: ${BROKEN} is missing`), { name: 'ConfigurationInvalid' });
      return {
        log,
        measure,
        config: { edgeRegions: EDGE_REGIONS.split(',').filter(Boolean), edgeRegion: SB_REGION },
        callers: {
          async identify(headers) {
            if (headers.has('authorization')) return caller;
            throw new Refusal('InvalidToken');
          },
        },
      };
    },
    route:
      ({ measure }) =>
      async (_, input) => {
        given.push(input);
        measure('session-1', 'MeetingsCreated', 1);
        return route();
      },
  });
  const ask = (path = '/chime-meeting-token', init: RequestInit = {}) =>
    answer(
      new Request(`http://edge.example.org${path}`, {
        method: 'POST',
        body: '{"action":"status"}',
        headers: { authorization: 'Bearer x' },
        ...init,
      }),
    );
  return { ask, lines, env, connected, given };
}

const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];

test.each([
  ['/chime-meeting-token', 200],
  ['/functions/v1/chime-meeting-token', 200],
  ['/chime-meeting-token?forceFunctionRegion=eu-west-1', 200],
  ['/chime-meeting-token/more', 404],
  ['/chime-meeting-token/', 404],
  ['/chime-meeting-tokens', 404],
  ['/meetings', 404],
  ['/', 404],
])('%s is answered with %i', async (path, status) => {
  const { ask, given } = open();
  expect((await ask(path)).status).toBe(status);
  expect(given).toEqual(
    status === 200 ? [{ params: {}, body: { action: 'status' }, client: { address: null, agent: null } }] : [],
  );
});

test.each([
  ['198.51.100.7', '198.51.100.7'],
  ['198.51.100.7, 203.0.113.9,10.0.0.1', '198.51.100.7'],
  ['2001:db8::7,10.0.0.1', '2001:db8::7'],
  ['unknown, 203.0.113.9', null],
  ['', null],
])('the client of a request that has passed %j is %j', async (forwarded, address) => {
  const { ask, given, lines } = open();
  const headers = {
    authorization: 'Bearer x',
    'x-forwarded-for': forwarded,
    'user-agent': `app/1.0 ${'a'.repeat(300)}`,
  };
  await ask(undefined, { headers });
  expect(given.map(({ client }) => client)).toEqual([{ address, agent: `app/1.0 ${'a'.repeat(192)}` }]);
  expect(lines.join()).not.toMatch(/198\.51|2001:|app\/1/);
});

test('ports are connected by the first request that needs them, and once', async () => {
  const { ask, connected } = open();
  expect(connected).toEqual([]);
  await ask(undefined, { method: 'OPTIONS', body: null });
  expect(connected).toEqual([]);
  await ask();
  await ask();
  expect(connected).toEqual(['once']);
});

test('an environment that is not complete is an answer and a line in the log, until it is', async () => {
  const { ask, env, lines } = open({ env: { BROKEN: 'AWS_CHIME_REGION' } });
  expect((await ask(undefined, { method: 'OPTIONS', body: null })).status).toBe(204);
  const response = await ask();
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(await codeOf(response)).toEqual([500, 'InternalError']);
  expect(lines.join('\n')).toContain('configuration: AWS_CHIME_REGION is missing');
  delete env['BROKEN'];
  expect((await ask()).status).toBe(200);
});

describe('the region in which it runs', () => {
  const allowed = 'eu-central-1,eu-west-1';

  test.each<[Record<string, string>, number]>([
    [{}, 200],
    [{ SB_REGION: 'us-east-1' }, 200],
    [{ EDGE_REGIONS: allowed, SB_REGION: 'eu-west-1' }, 200],
    [{ EDGE_REGIONS: allowed, SB_REGION: 'us-east-1' }, 421],
    [{ EDGE_REGIONS: allowed }, 421],
  ])('%j: %i', async (env, status) => {
    const { ask, given } = open({ env });
    expect((await ask()).status).toBe(status);
    expect(given).toHaveLength(status === 200 ? 1 : 0);
  });

  test('is refused before anybody asks whose token it is, and the answer names the header', async () => {
    const { ask, lines } = open({ env: { EDGE_REGIONS: allowed, SB_REGION: 'us-east-1' } });
    const response = await ask(undefined, { headers: {} });
    expect(response.headers.get('access-control-allow-headers')).toContain('x-region');
    expect(await response.json()).toEqual({
      error: 'The function ran in us-east-1. Send the header x-region: eu-central-1 or eu-west-1.',
      code: 'WrongRegion',
    });
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ message: 'refused', status: 421, code: 'WrongRegion' }),
    ]);
  });

  test('does not matter to a browser that asks whether it may ask', async () => {
    const { ask } = open({ env: { EDGE_REGIONS: allowed, SB_REGION: 'us-east-1' } });
    expect((await ask(undefined, { method: 'OPTIONS', body: null })).status).toBe(204);
  });
});

describe('the log', () => {
  const time = { timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string, function: 'chime-meeting-token' };
  const parsed = (lines: string[]) => lines.map((line) => JSON.parse(line) as object);

  test('has one line of each request, and one of each measurement', async () => {
    const { ask, lines } = open();
    await ask();
    await ask(undefined, { headers: {} });
    await ask('/nowhere');
    const level = { level: 'INFO', ...time };
    expect(parsed(lines)).toEqual([
      { ...level, message: 'measured', id: 'session-1', metric: 'MeetingsCreated', value: 1, unit: 'Count' },
      { ...level, message: 'answered', route: '/meetings', status: 200 },
      { ...level, message: 'refused', route: '/meetings', status: 401, code: 'InvalidToken' },
      { ...level, message: 'refused', route: 'none', status: 404, code: 'RouteNotFound' },
    ]);
  });

  test('repeats nothing of a request, a token or an error', async () => {
    const { ask, lines } = open({
      route: async () => {
        throw new Error(said);
      },
    });
    const response = await ask('/chime-meeting-token?secret=1', { body: JSON.stringify({ said }) });
    expect(await codeOf(response)).toEqual([500, 'InternalError']);
    expect(lines.join('\n')).toContain('"errorName":"Error"');
    expect(lines.join('\n')).not.toMatch(/chest pain|Bearer|secret/);
  });
});

test.each([
  [{}, 413],
  [{ bodyLimit: 128 * 1024 }, 200],
])('a body of 100 KB, where the function says %j: %i', async (more, status) => {
  const body = JSON.stringify({ text: 'a'.repeat(100 * 1024) });
  expect((await open(more).ask('/chime-meeting-token', { body })).status).toBe(status);
});
