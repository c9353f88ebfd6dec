import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectCall } from '../../../pipeline/edge/liveCall.ts';
import { callEnv, sessionId } from '../memoryCall.ts';

const { made, secrets } = vi.hoisted(() => ({ made: [] as string[], secrets: new Map<string, string | undefined>() }));

vi.mock('../../../pipeline/edge/chime.ts', () => ({
  connectChime: (region: string) => made.push(`chime of ${region}`),
  toMeetings: () => ({ exists: async () => true }),
}));
const keeper = {
  readSecret: async (id: string) => {
    const text = await keeper.findSecret(id);
    if (text === undefined) throw new Error('away');
    return text;
  },
  findSecret: async (id: string) => {
    made.push(`secret ${id}`);
    return secrets.get(id);
  },
};

const fetched = vi.fn<typeof fetch>();
// Files share their modules: what comes after this one in the same worker would be given these stand-ins.
afterAll(() => vi.resetModules());

beforeEach(() => {
  made.length = 0;
  secrets.clear();
  fetched.mockReset().mockImplementation(async () => Response.json({ status: 'active' }));
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => void vi.unstubAllGlobals());

const connected = (env: Readonly<Record<string, string>> = {}) =>
  connectCall(
    { ...callEnv, ...env },
    () => {},
    () => {},
    async () => keeper,
  );
const keyOf = (call: number) => new Headers(fetched.mock.calls[call]?.[1]?.headers).get('apikey');

test('connects to nobody until it is used', () => {
  const { config } = connected();
  expect([config.controlRegion, made, fetched.mock.calls]).toEqual(['eu-central-1', [], []]);
});

test('names at once what its environment lacks', () => {
  expect(() => connected({ SUPABASE_URL: '', AWS_CHIME_REGION: '' })).toThrow(
    'SUPABASE_URL is missing; AWS_CHIME_REGION is missing',
  );
});

test('asks Chime in its control region, by one client', async () => {
  const { meetings } = connected();
  expect(await Promise.all([meetings.exists('a'), meetings.exists('b')])).toEqual([true, true]);
  expect(made).toEqual(['chime of eu-central-1']);
});

describe('the health record is reached', () => {
  test('by the key of the environment, without a secret', async () => {
    await connected().calls.status(sessionId);
    expect([keyOf(0), made]).toEqual(['service-role', []]);
  });

  test('by the key of a secret, which is read once', async () => {
    secrets.set('medzen/ehr', 'key of the secret');
    const { calls } = connected({ SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' });
    await calls.status(sessionId);
    await calls.status(sessionId);
    expect([keyOf(0), keyOf(1), made]).toEqual(['key of the secret', 'key of the secret', ['secret medzen/ehr']]);
  });

  test('as soon as its secret can be read', async () => {
    const { calls } = connected({ SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' });
    await expect(calls.status(sessionId)).rejects.toThrow('away');
    secrets.set('medzen/ehr', 'here');
    await calls.status(sessionId);
    expect(keyOf(0)).toBe('here');
  });
});

test('an edge function holds its secrets itself: one that is elsewhere is not looked for', async () => {
  const env = { ...callEnv, SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' };
  const { calls } = connectCall(
    env,
    () => {},
    () => {},
  );
  await expect(calls.status(sessionId)).rejects.toMatchObject({ name: 'ConfigurationInvalid' });
  expect(fetched).not.toHaveBeenCalled();
});

describe('a token that is signed with a secret', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'HS256' })}.${part({ iss: 'https://project.supabase.co/auth/v1' })}.${part({})}`;
  const identify = (env: Readonly<Record<string, string>>) =>
    connected(env).callers.identify(new Headers({ authorization: `Bearer ${token}` }));

  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['is not taken where there is no secret', {}, []],
    ['is looked at with that of the environment', { SUPABASE_JWT_SECRET: 'jwt' }, []],
    ['is looked at with that of Secrets Manager', { SUPABASE_JWT_SECRET_ARN: 'medzen/jwt' }, ['secret medzen/jwt']],
  ])('%s', async (_, env, asked) => {
    secrets.set('medzen/jwt', 'jwt');
    await expect(identify(env)).rejects.toMatchObject({ code: 'InvalidToken' });
    expect(made).toEqual(asked);
  });
});
