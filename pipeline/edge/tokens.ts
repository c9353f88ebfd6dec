import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Caller, Callers } from '../apiPorts.ts';
import { Refusal } from '../refusals.ts';
import { toKeySet, type TokenWorld } from './keySet.ts';

/** Whose tokens count. */
export interface TokenRules {
  supabase: {
    issuer: string;
    /** Where the project publishes its keys. */
    keysUrl: string;
    /** The project's legacy secret; undefined where there is none: then its tokens are signed with its keys alone. */
    readSecret: () => Promise<string | undefined>;
  };
  /** The id of the Firebase project, if there is one. */
  firebaseProject?: string | undefined;
}

interface Expected {
  key: JWTVerifyGetKey | Uint8Array;
  algorithms: string[];
  issuer: string;
  audience: string;
}

/** Clocks differ by so many seconds. */
const tolerance = 60;
const firebaseIssuer = 'https://securetoken.google.com/';
export const firebaseKeysUrl =
  'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Looks whose token a request carries. `x-firebase-token` decides alone where it is sent, because those clients send the
 * public key of the project as Authorization; in Authorization the token's issuer decides.
 * Each kind of key has its algorithms: a token that names another one is refused, whatever it was signed with.
 */
export function toCallers(rules: TokenRules, world: TokenWorld = { fetch, now: () => new Date() }): Callers {
  const { supabase, firebaseProject } = rules;
  const supabaseKeys = toKeySet(supabase.keysUrl, world);
  const firebaseKeys = toKeySet(firebaseKeysUrl, world);

  const verify = async (token: string, { key, algorithms, issuer, audience }: Expected) => {
    const options = {
      algorithms,
      issuer,
      audience,
      clockTolerance: tolerance,
      currentDate: world.now(),
      requiredClaims: ['exp', 'iat', 'sub'],
    };
    const verified = typeof key === 'function' ? jwtVerify(token, key, options) : jwtVerify(token, key, options);
    const { payload } = await verified;
    checkPast(payload, 'iat', world.now());
    return payload;
  };

  const ofFirebase = async (token: string): Promise<Caller> => {
    if (firebaseProject === undefined) throw invalid('Tokens of Firebase are not taken here.');
    const claims = await verify(token, {
      key: firebaseKeys,
      algorithms: ['RS256'],
      issuer: `${firebaseIssuer}${firebaseProject}`,
      audience: firebaseProject,
    });
    checkPast(claims, 'auth_time', world.now());
    const subject = claims.sub ?? '';
    if (subject === '' || subject.length > 128) throw invalid('The token names no user.');
    if (isAnonymousInFirebase(claims)) throw invalid('An anonymous user is nobody here.');
    return { issuer: 'firebase', subject, token };
  };

  const ofSupabase = async (token: string): Promise<Caller> => {
    const isSigned = decodeProtectedHeader(token).alg !== 'HS256';
    const secret = isSigned ? undefined : await supabase.readSecret();
    if (!isSigned && secret === undefined) throw invalid('Tokens that are signed with a secret are not taken here.');
    const claims = await verify(token, {
      ...(secret === undefined
        ? { key: supabaseKeys, algorithms: ['ES256', 'RS256'] }
        : { key: new TextEncoder().encode(secret), algorithms: ['HS256'] }),
      issuer: supabase.issuer,
      audience: 'authenticated',
    });
    if (claims['role'] !== 'authenticated') throw invalid('The token is not that of a user.');
    if ((claims['is_anonymous'] ?? false) !== false) throw invalid('An anonymous user is nobody here.');
    const subject = claims.sub ?? '';
    if (!uuid.test(subject)) throw invalid('The token names no user.');
    return { issuer: 'supabase', subject, token };
  };

  return {
    async identify(headers) {
      const firebase = headers.get('x-firebase-token');
      const [, bearer = ''] = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? [];
      const token = firebase ?? bearer;
      if (token === '') throw invalid('There is no token.');
      try {
        const isOfFirebase = firebase !== null || decodeJwt(token).iss?.startsWith(firebaseIssuer) === true;
        return await (isOfFirebase ? ofFirebase(token) : ofSupabase(token));
      } catch (error) {
        throw toRefusal(error);
      }
    },
  };
}

function isAnonymousInFirebase(claims: JWTPayload): boolean {
  const { firebase } = claims as { firebase?: { sign_in_provider?: unknown } };
  return claims['provider_id'] === 'anonymous' || firebase?.sign_in_provider === 'anonymous';
}

/** jose looks at neither claim unless it is asked how old a token may be. */
function checkPast(claims: JWTPayload, name: 'iat' | 'auth_time', now: Date): void {
  const at = claims[name];
  if (typeof at === 'number' && at <= now.getTime() / 1000 + tolerance) return;
  throw invalid(`The token's ${name} is not in the past.`);
}

/** A token tells its owner what is wrong with it, and nobody what is in it. */
function toRefusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return invalid('The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(`The token's ${error.claim} is not accepted.`);
  if (error instanceof errors.JOSEError || error instanceof TypeError) return invalid();
  return error;
}

function invalid(sentence?: string): Refusal {
  return new Refusal('InvalidToken', sentence);
}
