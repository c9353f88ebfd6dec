import { exportSPKI, importJWK, type JWTPayload } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firebaseKeysUrl, toCallers, type TokenRules } from '../../../pipeline/edge/tokens.ts';
import { PipelineError } from '../../../pipeline/errors.ts';
import {
  Addresses,
  at,
  bySecret,
  firebaseIssuer,
  firebaseProject,
  issuer,
  now,
  ofFirebaseUser,
  ofUser,
  secret,
  Signer,
  unsigned,
  userId,
} from './signedTokens.ts';

const keysUrl = 'https://project.supabase.co/auth/v1/.well-known/jwks.json';
const rules: TokenRules = {
  supabase: { issuer, keysUrl, readSecret: async () => secret },
  firebaseProject,
};

let project: Signer;
let older: Signer;
let google: Signer;
let stranger: Signer;
let addresses: Addresses;

beforeAll(async () => {
  project = await Signer.make('p1', 'ES256');
  older = await Signer.make('p0', 'RS256');
  google = await Signer.make('g1', 'RS256');
  stranger = await Signer.make('g1', 'RS256');
});
beforeEach(() => {
  addresses = new Addresses();
  addresses.keys.set(keysUrl, [project, older]);
  addresses.keys.set(firebaseKeysUrl, [google]);
});

const identify = (headers: Record<string, string>, given = rules) =>
  toCallers(given, { fetch: addresses.fetch, now: () => now }).identify(new Headers(headers));
const bearing = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a token counts', () => {
  test.each<[string, () => Promise<string>, 'supabase' | 'firebase', string]>([
    ['of Supabase, by its secret', () => bySecret(ofUser()), 'supabase', userId],
    ['of Supabase, by its key', () => project.sign(ofUser()), 'supabase', userId],
    ['of Supabase, by another key of the set', () => older.sign(ofUser()), 'supabase', userId],
    ['of Supabase, for several audiences', () => bySecret(ofUser({ aud: ['authenticated', 'x'] })), 'supabase', userId],
    [
      'of Supabase, that says nothing of anonymity',
      () => bySecret(without('is_anonymous', ofUser())),
      'supabase',
      userId,
    ],
    ['of Supabase, expired within the tolerance', () => bySecret(ofUser({ exp: at(-59) })), 'supabase', userId],
    ['of Supabase, issued within the tolerance', () => bySecret(ofUser({ iat: at(59) })), 'supabase', userId],
    ['of Firebase', () => google.sign(ofFirebaseUser()), 'firebase', 'Vq2nR5uYb1PqS0cK8d3f'],
    [
      'of Firebase, signed in a moment from now',
      () => google.sign(ofFirebaseUser({ auth_time: at(59) })),
      'firebase',
      'Vq2nR5uYb1PqS0cK8d3f',
    ],
  ])('%s', async (_, make, of, subject) => {
    const token = await make();
    expect(await identify(bearing(token))).toEqual({ issuer: of, subject, token });
  });

  test('in x-firebase-token, while Authorization has the public key of the project', async () => {
    const token = await google.sign(ofFirebaseUser());
    const anon = await bySecret({ iss: 'supabase', role: 'anon', exp: at(1e6), iat: at(-1e6) });
    expect(await identify({ ...bearing(anon), 'x-firebase-token': token })).toMatchObject({
      issuer: 'firebase',
      token,
    });
  });

  test('whatever the case of the scheme', async () => {
    const token = await bySecret(ofUser());
    expect(await identify({ authorization: `bearer ${token}` })).toMatchObject({ token });
  });
});

/** The public key as a text that somebody tries as a secret. */
async function publicText(): Promise<string> {
  return exportSPKI((await importJWK({ ...google.jwk, ext: true }, 'RS256', { extractable: true })) as never);
}

function without(name: string, claims: JWTPayload): JWTPayload {
  const { [name]: _, ...others } = claims;
  return others;
}

const supabase: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['no token at all', () => ''],
  ['no JWT', () => 'sb_publishable_abc'],
  ['half a JWT', async () => (await bySecret(ofUser())).split('.').slice(0, 2).join('.')],
  ['claims that are no JSON', () => 'eyJhbGciOiJIUzI1NiJ9.bm9wZQ.AAAA'],
  ['an expired one', () => bySecret(ofUser({ exp: at(-61) }))],
  ['one without an end', () => bySecret(without('exp', ofUser()))],
  ['one that does not say when it was issued', () => bySecret(without('iat', ofUser()))],
  ['one issued in the future', () => bySecret(ofUser({ iat: at(61) }))],
  ['one that is not valid yet', () => bySecret(ofUser({ nbf: at(61) }))],
  ['another issuer', () => bySecret(ofUser({ iss: 'https://other.supabase.co/auth/v1' }))],
  ['an issuer that only begins alike', () => bySecret(ofUser({ iss: `${issuer}/x` }))],
  ['no issuer', () => bySecret(without('iss', ofUser()))],
  ['another audience', () => bySecret(ofUser({ aud: 'anon' }))],
  ['no audience', () => bySecret(without('aud', ofUser()))],
  ['the service key', () => bySecret({ iss: 'supabase', role: 'service_role', iat: at(-60), exp: at(1e8) })],
  ['a service role with all that a user has', () => bySecret(ofUser({ role: 'service_role' }))],
  ['the public key', () => bySecret({ iss: 'supabase', role: 'anon', iat: at(-60), exp: at(1e8) })],
  ['an anonymous user', () => bySecret(ofUser({ is_anonymous: true }))],
  ['an anonymous user, as a text', () => bySecret(ofUser({ is_anonymous: 'true' }))],
  ['no subject', () => bySecret(without('sub', ofUser()))],
  ['a subject that is no uuid', () => bySecret(ofUser({ sub: 'admin' }))],
  ['another secret', () => bySecret(ofUser(), 'another secret of at least thirty-two bytes, of a stranger')],
  ['another algorithm of the same secret', () => bySecret(ofUser(), secret, 'HS384')],
  ['no signature', () => unsigned(ofUser())],
  ['a key that the project does not publish', () => stranger.sign(ofUser(), { kid: 'p9' })],
  ['a key of another project under a known name', () => stranger.sign(ofUser(), { kid: 'p0' })],
  ['a changed claim', async () => changed(await bySecret(ofUser()), ofUser({ sub: userId.replace('7', '8') }))],
  ['a critical header that nobody knows', () => project.sign(ofUser(), { crit: ['urgent'], urgent: 1 })],
];

/** The signature of one token under the claims of another. */
function changed(token: string, claims: JWTPayload): string {
  const [header, , signature] = token.split('.');
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

describe('a token of Supabase is refused:', () => {
  test.each(supabase)('%s', async (_, make) => {
    await expect(identify(bearing(await make()))).rejects.toMatchObject({ code: 'InvalidToken', status: 401 });
  });
});

describe('a token of Firebase is refused:', () => {
  test.each<[string, () => string | Promise<string>]>([
    ['an empty one', () => ''],
    ['no JWT', () => 'abc'],
    ['an expired one', () => google.sign(ofFirebaseUser({ exp: at(-61) }))],
    ['one issued in the future', () => google.sign(ofFirebaseUser({ iat: at(61) }))],
    ['one signed in in the future', () => google.sign(ofFirebaseUser({ auth_time: at(61) }))],
    ['one that does not say when it was signed in', () => google.sign(without('auth_time', ofFirebaseUser()))],
    ['another project', () => google.sign(ofFirebaseUser({ iss: `${firebaseIssuer}-2`, aud: `${firebaseProject}-2` }))],
    [
      'another issuer',
      () => google.sign(ofFirebaseUser({ iss: `https://session.firebase.google.com/${firebaseProject}` })),
    ],
    ['another audience', () => google.sign(ofFirebaseUser({ aud: 'other' }))],
    ['no subject', () => google.sign(ofFirebaseUser({ sub: '' }))],
    ['a subject that is too long', () => google.sign(ofFirebaseUser({ sub: 'a'.repeat(129) }))],
    ['an anonymous user', () => google.sign(ofFirebaseUser({ firebase: { sign_in_provider: 'anonymous' } }))],
    ['an anonymous user, as older SDKs say it', () => google.sign(ofFirebaseUser({ provider_id: 'anonymous' }))],
    ['one of the emulator', () => unsigned(ofFirebaseUser())],
    ['a key that Google does not publish', () => project.sign(ofFirebaseUser())],
    ['another key under a known name', () => stranger.sign(ofFirebaseUser())],
    ['the public key as a secret', async () => bySecret(ofFirebaseUser(), await publicText())],
    ["the project's secret", () => bySecret(ofFirebaseUser())],
    ['a user of Supabase', () => bySecret(ofUser())],
  ])('%s', async (_, make) => {
    const token = await make();
    const good = await bySecret(ofUser());
    // What is in Authorization does not help, and is not looked at.
    await expect(identify({ ...bearing(good), 'x-firebase-token': token })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
    await expect(identify({ 'x-firebase-token': token })).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  test('every one, where no project is configured', async () => {
    const token = await google.sign(ofFirebaseUser());
    const { firebaseProject: _, ...others } = rules;
    await expect(identify({ 'x-firebase-token': token }, others)).rejects.toMatchObject({ code: 'InvalidToken' });
    await expect(identify(bearing(token), others)).rejects.toMatchObject({ code: 'InvalidToken' });
    expect(addresses.asked).toEqual([]);
  });
});

describe('Authorization', () => {
  test.each(['', 'Basic YTpi', 'Bearer', 'Bearer a, Bearer b', 'Token abc'])(
    '%j has no token',
    async (authorization) => {
      await expect(identify({ authorization })).rejects.toMatchObject({ code: 'InvalidToken' });
    },
  );

  test('may be missing', async () => {
    await expect(identify({})).rejects.toMatchObject({ code: 'InvalidToken', message: 'There is no token.' });
  });
});

test.each<[string, JWTPayload, string]>([
  ['that it has expired', { exp: at(-100) }, 'The token has expired.'],
  ['which claim is wrong', { aud: 'x' }, "The token's aud is not accepted."],
])('a refusal says %s, and no value of any claim', async (_, more, sentence) => {
  const refusal = identify(bearing(await bySecret(ofUser(more))));
  await expect(refusal).rejects.toMatchObject({ message: sentence });
});

describe('a project without a secret', () => {
  const keysOnly: TokenRules = { supabase: { issuer, keysUrl, readSecret: async () => undefined } };

  test('takes no token that is signed with one', async () => {
    await expect(identify(bearing(await bySecret(ofUser())), keysOnly)).rejects.toMatchObject({ code: 'InvalidToken' });
    await expect(identify(bearing(await bySecret(ofUser(), ' ')), keysOnly)).rejects.toMatchObject({
      code: 'InvalidToken',
    });
  });

  test('takes those that are signed with its keys', async () => {
    expect(await identify(bearing(await project.sign(ofUser())), keysOnly)).toMatchObject({ subject: userId });
  });
});

test('a secret that cannot be read is no fault of the token', async () => {
  const readSecret = () => Promise.reject(new PipelineError('ServiceUnavailable', 'away'));
  const away: TokenRules = { supabase: { issuer, keysUrl, readSecret } };
  await expect(identify(bearing(await bySecret(ofUser())), away)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
});

test('keys that cannot be had are no fault of the token', async () => {
  addresses.keys.clear();
  const [ofProject, ofGoogle] = [await project.sign(ofUser()), await google.sign(ofFirebaseUser())];
  for (const token of [ofProject, ofGoogle]) {
    await expect(identify(bearing(token))).rejects.toMatchObject({ code: 'KeysUnavailable', status: 503 });
  }
});

test('a secret needs no keys', async () => {
  addresses.keys.clear();
  expect(await identify(bearing(await bySecret(ofUser())))).toMatchObject({ subject: userId });
  expect(addresses.asked).toEqual([]);
});
