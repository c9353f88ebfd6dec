import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectChat } from '../../../pipeline/edge/liveChat.ts';
import { callEnv, userOf } from '../memoryCall.ts';

const { made } = vi.hoisted(() => ({ made: [] as string[] }));

vi.mock('../../../pipeline/edge/channels.ts', () => ({
  connectChannels: (region: string) => `clients of ${region}`,
  toChannels: (clients: string, appInstanceArn: string) => {
    made.push(`${clients} for ${appInstanceArn}`);
    return { close: async () => {} };
  },
}));
// Files share their modules: what comes after this one in the same worker would be given these stand-ins.
afterAll(() => vi.resetModules());

const arn = 'arn:aws:chime:eu-central-1:111122223333:app-instance/1';
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  made.length = 0;
  fetched.mockReset().mockImplementation(async () => Response.json(null));
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => void vi.unstubAllGlobals());

const connected = (env: Readonly<Record<string, string>> = {}) =>
  connectChat(
    { ...callEnv, ...env },
    () => {},
    () => {},
    async () => ({ readSecret: async (id) => `key of ${id}`, findSecret: async () => undefined }),
  );

test('connects to nobody until it is used', () => {
  const { config, files } = connected({ APP_INSTANCE_ARN: arn });
  expect([config.messagingRegion, made, fetched.mock.calls]).toEqual(['eu-central-1', [], []]);
  // Only Lambda has the right to reach it.
  expect(files).toBeUndefined();
});

test('asks Chime for its app instance, by one client, and names it where it is missing', async () => {
  const { channels } = connected({ APP_INSTANCE_ARN: arn });
  await Promise.all([channels.close('c', 'u'), channels.close('c', 'u')]);
  expect(made).toEqual([`clients of eu-central-1 for ${arn}`]);
  await expect(connected().channels.close('c', 'u')).rejects.toThrow('APP_INSTANCE_ARN is missing');
});

test.each([
  ['the environment', {}, 'service-role'],
  ['a secret', { SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' }, 'key of medzen/ehr'],
])('reaches the health record by the key of %s', async (_, env, key) => {
  await connected(env).chats.channelClosed({ channelId: userOf(1) });
  expect(new Headers(fetched.mock.calls[0]?.[1]?.headers).get('apikey')).toBe(key);
});
