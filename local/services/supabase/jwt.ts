import { createHmac, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../jsonService.ts';
import { PostgrestError } from './errors.ts';

/** Clocks differ: PostgREST tolerates this many seconds. */
const leeway = 30;

/** An HS256 JWT with exactly these claims. */
export function signJwt(claims: JsonObject, secret: string): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${hmac(signed, secret).toString('base64url')}`;
}

/**
 * The claims of a JWT that this secret signed and that is valid now; otherwise throws 401 PGRST301.
 * @param now milliseconds since the epoch
 */
export function verifyJwt(token: string, secret: string, now: number): JsonObject {
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    throw refused('Expected 3 parts in JWT');
  }
  // The algorithm is fixed: a token that names another one (or none) is not ours.
  if (decode(header)['alg'] !== 'HS256') throw refused('Wrong or unsupported encoding algorithm');
  const given = Buffer.from(signature, 'base64url');
  const expected = hmac(`${header}.${payload}`, secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw refused('No suitable key or wrong key type');
  }
  const claims = decode(payload);
  const { exp, nbf, iat } = claims;
  if (typeof exp === 'number' && now / 1000 > exp + leeway) throw refused('JWT expired');
  if (typeof nbf === 'number' && now / 1000 < nbf - leeway) throw refused('JWT not yet valid');
  if (typeof iat === 'number' && now / 1000 < iat - leeway) throw refused('JWT issued at future');
  return claims;
}

function hmac(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Not JSON: refused below.
  }
  throw refused('JWT cryptographic operation failed');
}

function refused(message: string): PostgrestError {
  return new PostgrestError(401, 'PGRST301', message);
}
