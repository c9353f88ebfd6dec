import type { Callers } from '../apiPorts.ts';
import { Refusal } from '../refusals.ts';

/** The header in which EventBridge sends the secret. */
export const secretHeader = 'x-callback-secret';

const digestOf = async (text: string) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

/**
 * Lets in whoever sends one of the secrets. Digests are compared, all of them and to the end, so that how long it takes
 * says nothing of a secret: neither its length, nor how much of it was guessed, nor which of two it was.
 */
export function toSecretCallers(secrets: readonly string[]): Callers<void> {
  const known = Promise.all(secrets.map(digestOf));
  return {
    async identify(headers) {
      if (secrets.length === 0) throw new Refusal('CallbacksNotHere');
      const given = await digestOf(headers.get(secretHeader) ?? '');
      const same = (await known).filter((secret) => difference(given, secret) === 0);
      if (same.length === 0) throw new Refusal('InvalidSecret');
    },
  };
}

/** 0 for two digests that are the same. It looks at every byte, whatever the others were. */
export function difference(one: Uint8Array, other: Uint8Array): number {
  let all = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) all |= (one[at] ?? 0) ^ (other[at] ?? 0);
  return all;
}
