import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectExtraction } from '../../../pipeline/edge/liveExtraction.ts';
import { callEnv } from '../memoryCall.ts';

const made = vi.hoisted((): unknown[] => []);

vi.mock('../../../pipeline/edge/comprehendMedical.ts', () => ({
  connectComprehendMedical: (...of: unknown[]) => void made.push(of),
  toClinicalText: () => ({ ask: async () => ({ ModelVersion: '3.0' }) }),
}));
// Files share their modules: what comes after this one in the same worker would be given these stand-ins.
afterAll(() => vi.resetModules());

const fetched = vi.fn<typeof fetch>();
beforeEach(() => {
  made.length = 0;
  fetched.mockReset().mockImplementation(async () => Response.json({ outcome: 'granted', used: 3, day: 'd' }));
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const env = { ...callEnv, SUPABASE_ANON_KEY: 'public' };
const connected = (more: object = {}) =>
  connectExtraction(
    { ...env, ...more },
    () => {},
    () => {},
  );
const headersOf = (call: number) => new Headers(fetched.mock.calls[call]?.[1]?.headers);
const caller = { issuer: 'supabase', subject: 'u', token: 'her.own.token' } as const;

test('connects to nobody until it is used', () => {
  expect([connected().config.region, made, fetched.mock.calls]).toEqual(['eu-west-1', [], []]);
});

test.each<[string, object, unknown]>([
  ['the key of every function', {}, undefined],
  [
    'a key of its own',
    { AWS_ACCESS_KEY_ID_EXTRACTION: 'AKIA', AWS_SECRET_ACCESS_KEY_EXTRACTION: 'secret' },
    { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
  ],
])('asks Comprehend Medical in the region of the deployment by %s', async (_, more, key) => {
  const { clinicalText } = connected(more);
  await Promise.all([clinicalText.ask('DetectEntitiesV2', 'x'), clinicalText.ask('InferRxNorm', 'y')]);
  expect(made).toEqual([['eu-west-1', key]]);
});

test('counts as the service role, and reads as whoever asks', async () => {
  const { extractions, records } = connected();
  expect(await extractions.ask(caller, null)).toEqual({ used: 3, day: 'd' });
  await records.newest(caller, 's-1');
  expect([headersOf(0).get('authorization'), headersOf(0).get('apikey')]).toEqual([
    'Bearer service-role',
    'service-role',
  ]);
  expect([headersOf(1).get('authorization'), headersOf(1).get('apikey')]).toEqual(['Bearer her.own.token', 'public']);
});

test('names what its environment lacks', () => {
  expect(() => connected({ SUPABASE_ANON_KEY: '' })).toThrow('configuration: SUPABASE_ANON_KEY is missing');
});

test('pauses for some part of a time', async () => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.25);
  const pausing = connected().pause(8_000);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await pausing;
});
