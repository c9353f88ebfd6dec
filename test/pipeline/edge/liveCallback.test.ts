import { afterEach, expect, test, vi } from 'vitest';
import { secretHeader } from '../../../pipeline/edge/callbackSecrets.ts';
import { connectCallback, eventLimit } from '../../../pipeline/edge/liveCallback.ts';
import { callEnv } from '../memoryCall.ts';

const secret = 's'.repeat(32);
const connected = (env: Readonly<Record<string, string>>) =>
  connectCallback(
    { ...callEnv, ...env },
    () => {},
    () => {},
  );

afterEach(() => void vi.unstubAllGlobals());

test('the database is asked as the service role, for whoever has the secret', async () => {
  const fetched = vi.fn<typeof fetch>(async () => Response.json(null));
  vi.stubGlobal('fetch', fetched);
  const { callers, calls, config } = connected({ CALLBACK_SECRETS: secret, AWS_ACCOUNT_ID: '111122223333' });
  await callers.identify(new Headers({ [secretHeader]: secret }));
  expect(fetched).not.toHaveBeenCalled();
  expect(await calls.recordingFacts({ meetingId: 'm' })).toBeNull();
  const [url, init] = fetched.mock.calls[0] ?? [];
  expect([url, new Headers(init?.headers).get('apikey')]).toEqual([
    'https://project.supabase.co/rest/v1/rpc/recording_facts',
    'service-role',
  ]);
  expect(config).toMatchObject({ accountId: '111122223333', controlRegion: 'eu-central-1' });
});

test('without a secret nobody is let in, and with half a configuration nothing begins', async () => {
  await expect(connected({}).callers.identify(new Headers())).rejects.toMatchObject({ code: 'CallbacksNotHere' });
  expect(() => connected({ CALLBACK_SECRETS: secret })).toThrow('AWS_ACCOUNT_ID');
});

test('an event may be as large as EventBridge lets it be', () => {
  expect(eventLimit).toBe(262_144);
});
