import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectSpeech } from '../../../pipeline/edge/liveSpeech.ts';
import { testEnv } from '../memoryPorts.ts';

const made = vi.hoisted((): string[] => []);

vi.mock('../../../pipeline/edge/polly.ts', () => ({
  connectPolly: (region: string) => void made.push(`Polly of ${region}`),
  toVoices: () => ({ speak: async () => 'notHere' }),
}));
vi.mock('../../../pipeline/edge/sounds.ts', () => ({
  toSounds: (...of: string[]) => {
    made.push(`sounds of ${of.join(' with ')}`);
    return { find: async () => undefined };
  },
}));
vi.mock('../../../pipeline/edge/secrets.ts', () => ({ readSecret: async (id: string) => `text of ${id}` }));
// Files share their modules: what comes after this one in the same worker would be given these stand-ins.
afterAll(() => vi.resetModules());

const fetched = vi.fn<typeof fetch>();
beforeEach(() => {
  made.length = 0;
  fetched.mockReset().mockImplementation(async () => Response.json({ outcome: 'granted' }));
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => void vi.unstubAllGlobals());

const env = { ...testEnv, AWS_REGION: 'eu-west-1', SPEECH_BUCKET: 'spoken', SPEECH_KEY_SECRET: 'medzen/speech' };
const connected = (more: object = {}) =>
  connectSpeech(
    { ...env, ...more },
    () => {},
    () => {},
  );
const request = { text: 'x', textType: 'text' } as const;
const speaker = { voice: 'Amy', language: 'en-GB', engine: 'neural' } as const;

test('connects to nobody until it is used', () => {
  expect([connected().config.region, made, fetched.mock.calls]).toEqual(['eu-west-1', [], []]);
});

test('speaks in the region of the deployment, and keeps it in the bucket, encrypted with the key of the stage', async () => {
  const { voices, sounds } = connected();
  expect([await voices.speak(request, speaker), await sounds.find('a')]).toEqual(['notHere', undefined]);
  expect(made).toEqual(['Polly of eu-west-1', `sounds of spoken with ${env.KMS_KEY_ID}`]);
});

test('counts as the service role', async () => {
  const more = { SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' };
  expect(await connected(more).budgets.take({ issuer: 'supabase', subject: 'u' }, 1)).toBe('granted');
  const headers = new Headers(fetched.mock.calls[0]?.[1]?.headers);
  expect(headers.get('apikey')).toBe('text of medzen/ehr');
});

test('the secret of the keys is that of its own', async () => {
  expect(await connected().readKey()).toBe('text of medzen/speech');
});

test('names what its environment lacks', async () => {
  const { sounds, readKey } = connected({ SPEECH_BUCKET: '', SPEECH_KEY_SECRET: '' });
  await expect(sounds.find('a')).rejects.toThrow('configuration: SPEECH_BUCKET is missing');
  await expect(readKey()).rejects.toThrow('configuration: SPEECH_KEY_SECRET is missing');
});
