import { firebaseKeysUrl } from '../../pipeline/edge/tokens.ts';
import type { Signer } from '../pipeline/edge/signedTokens.ts';

/** A module that is loaded before a function, in Node or in Deno. Google is not to be reached here: it answers with these keys. */
export function googleKeys({ jwk }: Signer): URL {
  const code = `
    const own = globalThis.fetch;
    globalThis.fetch = (url, init) =>
      String(url) === '${firebaseKeysUrl}' ? Promise.resolve(Response.json(${JSON.stringify({ keys: [jwk] })})) : own(url, init);`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
