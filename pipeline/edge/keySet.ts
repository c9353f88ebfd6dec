import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { Refusal } from '../refusals.ts';
import { refreshed } from './refreshed.ts';

/** The network and the time, as far as tokens are concerned. */
export interface TokenWorld {
  fetch: typeof fetch;
  now: () => Date;
}

/** How long the keys may take to come. */
const limitMs = 3_000;

/**
 * The keys at an address, for jose. They are fetched with the first token, and again when they are old or when a token
 * names one that is not among them. While they cannot be had, those that are known go on counting.
 * @throws Refusal KeysUnavailable when none can be had, or not the one that the token names
 */
export function toKeySet(url: string, { fetch, now }: TokenWorld): JWTVerifyGetKey {
  // Its own limit of age would make it forget what it knows whenever the address does not answer.
  const keys = createRemoteJWKSet(new URL(url), {
    [customFetch]: (address, options) => fetch(address, options),
    cacheMaxAge: Number.POSITIVE_INFINITY,
    timeoutDuration: limitMs,
  });
  const refresh = refreshed(() => keys.reload(), now);

  return async (header, token) => {
    try {
      await refresh();
      return await keys(header, token);
    } catch (error) {
      throw isOfToken(error) ? error : new Refusal('KeysUnavailable');
    }
  };
}

/** Whether the token is at fault, and not the address. */
function isOfToken(error: unknown): boolean {
  const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported } = errors;
  return [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JOSENotSupported].some((kind) => error instanceof kind);
}
