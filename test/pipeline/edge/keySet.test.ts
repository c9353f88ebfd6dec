import { jwtVerify } from 'jose';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { toKeySet } from '../../../pipeline/edge/keySet.ts';
import { Addresses, now, ofUser, Signer } from './signedTokens.ts';

const url = 'https://keys.example.org/jwks.json';
let first: Signer;
let second: Signer;
let addresses: Addresses;
let seconds: number;
let keys: ReturnType<typeof toKeySet>;

beforeAll(async () => {
  first = await Signer.make('1', 'ES256');
  second = await Signer.make('2', 'ES256');
});
beforeEach(() => {
  seconds = 0;
  addresses = new Addresses();
  addresses.keys.set(url, [first]);
  keys = toKeySet(url, { fetch: addresses.fetch, now: () => new Date(now.getTime() + seconds * 1000) });
});

const verify = async (signer: Signer) =>
  jwtVerify(await signer.sign(ofUser()), keys, { currentDate: now }).then(({ payload }) => payload.sub);

test('are fetched with the first token and no earlier, and once', async () => {
  expect(addresses.asked).toEqual([]);
  await Promise.all([verify(first), verify(first), verify(first)]);
  await verify(first);
  expect(addresses.asked).toEqual([url]);
});

test('are fetched again after ten minutes: a key that was withdrawn counts no more', async () => {
  await verify(first);
  addresses.keys.set(url, [second]);
  seconds = 600;
  await expect(verify(first)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  expect(await verify(second)).toBe(ofUser().sub);
  expect(addresses.asked).toHaveLength(2);
});

test('that are known go on counting while their address does not answer', async () => {
  await verify(first);
  addresses.keys.clear();
  seconds = 24 * 3600;
  expect(await verify(first)).toBe(ofUser().sub);
  expect(await verify(first)).toBe(ofUser().sub);
  // Not with every token: the address is left in peace for half a minute.
  expect(addresses.asked).toHaveLength(2);
});

test('that are not known cannot be had then', async () => {
  addresses.keys.clear();
  await expect(verify(first)).rejects.toMatchObject({ code: 'KeysUnavailable' });
});

test('an unknown name is a fault of the token, as long as its address has just answered', async () => {
  await verify(first);
  await expect(verify(second)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  expect(addresses.asked).toHaveLength(1);
});

test.each<[string, () => Response]>([
  ['an error', () => new Response('busy', { status: 503 })],
  ['a page', () => new Response('<html>')],
  ['no set of keys', () => Response.json({ keys: 'none' })],
  ['another address', () => new Response(null, { status: 302, headers: { location: 'https://elsewhere.example' } })],
])('%s is not believed', async (_, answer) => {
  const broken = toKeySet(url, { fetch: async () => answer(), now: () => now });
  const token = await first.sign(ofUser());
  await expect(jwtVerify(token, broken, { currentDate: now })).rejects.toMatchObject({ code: 'KeysUnavailable' });
});
