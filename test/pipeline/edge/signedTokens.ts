import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';

export const issuer = 'https://project.supabase.co/auth/v1';
export const firebaseProject = 'clinic-app';
export const firebaseIssuer = `https://securetoken.google.com/${firebaseProject}`;
export const secret = 'a secret of at least thirty-two bytes, for tests alone';
export const userId = '7f0d3c1e-5a52-4d0c-9d3b-3d3f3c3b3a39';

/** The time at which tests look at tokens. */
export const now = new Date('2026-11-28T09:00:00.000Z');
/** Seconds since the epoch, so many seconds from then. */
export const at = (seconds = 0) => now.getTime() / 1000 + seconds;

/** What Supabase says of a user. */
export const ofUser = (more: JWTPayload = {}): JWTPayload => ({
  iss: issuer,
  aud: 'authenticated',
  role: 'authenticated',
  sub: userId,
  iat: at(-60),
  exp: at(3_540),
  is_anonymous: false,
  session_id: 'b2c9b2d4-2b9a-4f0e-8a3e-0d3a0d3a0d3a',
  ...more,
});

/** What Firebase says of a user. */
export const ofFirebaseUser = (more: JWTPayload = {}): JWTPayload => ({
  iss: firebaseIssuer,
  aud: firebaseProject,
  sub: 'Vq2nR5uYb1PqS0cK8d3f',
  auth_time: at(-600),
  iat: at(-60),
  exp: at(3_540),
  role: 'authenticated',
  firebase: { identities: {}, sign_in_provider: 'password' },
  ...more,
});

export const bySecret = (claims: JWTPayload, key = secret, alg = 'HS256') =>
  new SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' }).sign(new TextEncoder().encode(key));

/** As the emulator of Firebase makes its tokens. */
export const unsigned = (claims: JWTPayload) => new UnsecuredJWT(claims).encode();

/** A pair of keys with its place in a published set. */
export class Signer {
  readonly kid: string;
  readonly alg: string;
  readonly jwk: JWK;
  readonly #key: CryptoKey;

  private constructor(kid: string, alg: string, jwk: JWK, key: CryptoKey) {
    [this.kid, this.alg, this.jwk, this.#key] = [kid, alg, jwk, key];
  }

  static async make(kid: string, alg: 'RS256' | 'ES256'): Promise<Signer> {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    return new Signer(kid, alg, { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }, privateKey);
  }

  sign(claims: JWTPayload, header: object = {}): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: this.alg, kid: this.kid, ...header })
      .sign(this.#key, { crit: { urgent: true } });
  }
}

/** The addresses of keys: each answers the keys that a test has put there, and is away while there are none. */
export class Addresses {
  readonly keys = new Map<string, Signer[]>();
  readonly asked: string[] = [];

  readonly fetch = (async (address: string | URL | Request) => {
    const url = address instanceof Request ? address.url : String(address);
    this.asked.push(url);
    const signers = this.keys.get(url);
    if (!signers) throw new TypeError('fetch failed');
    return Response.json({ keys: signers.map(({ jwk }) => jwk) });
  }) as typeof fetch;
}
