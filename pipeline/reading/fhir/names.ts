import { sha1 } from '@noble/hashes/legacy.js';
import type { Reference, Resource } from '@medplum/fhirtypes';

/** The namespace of all names of this product, itself a version 4 UUID. */
const namespace = '6f0f4f0e-5d0b-4f6c-9a53-0c1d8a6e4b27';

/**
 * The version 5 UUID (RFC 9562) of a name: the same name gives the same one, wherever it is asked for.
 *
 * The digest comes from a library and not from `crypto.subtle`, which answers later and which a page that is not served
 * over HTTPS does not have: so a Bundle is made in one go, by the same code in Lambda, Node and every browser.
 */
export function uuidOf(name: string): string {
  const space = Uint8Array.from(namespace.replaceAll('-', '').match(/../g) ?? [], (digits) =>
    Number.parseInt(digits, 16),
  );
  const bytes = sha1(Uint8Array.from([...space, ...new TextEncoder().encode(name)])).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The names of one recording's resources. A resource's path is its type and what tells it from others of its type. */
export class Names {
  readonly #recordingId: string;
  readonly #known = new Map<string, string>();

  constructor(recordingId: string) {
    this.#recordingId = recordingId;
  }

  /** The logical id of the resource with this path. */
  id(path: string): string {
    const known = this.#known.get(path) ?? uuidOf(`${this.#recordingId}/${path}`);
    this.#known.set(path, known);
    return known;
  }

  urn(path: string): string {
    return `urn:uuid:${this.id(path)}`;
  }

  ref<Of extends Resource>(path: `${Of['resourceType']}${string}`): Reference<Of> {
    return { reference: this.urn(path) };
  }
}
