import { Refusal } from '../refusals.ts';

export interface ServiceRpcOptions {
  /** The Supabase project's address. */
  url: string;
  /** The service role's key: the functions behind it are open to no one else. */
  readKey: () => Promise<string>;
  /** How long one call may take, in milliseconds. */
  limitMs: number;
  fetch?: typeof fetch;
  /** Goes with each call, for what the database keeps beside what it is asked to do. */
  headers?: Readonly<Record<string, string>>;
}

/** Calls a function of the database that takes one object, as the service role. */
export type ServiceRpc = <Answer>(name: string, p: object) => Promise<Answer>;

/** @throws Refusal ServiceUnavailable; Error `SupabaseRefused`, without the answer's text, which may repeat a row */
export function toServiceRpc(options: ServiceRpcOptions): ServiceRpc {
  const { url, readKey, limitMs, fetch = globalThis.fetch, headers = {} } = options;
  return async <Answer>(name: string, p: object): Promise<Answer> => {
    const key = await readKey();
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}/rest/v1/rpc/${name}`, {
        method: 'POST',
        headers: { ...headers, apikey: key, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ p }),
        signal: AbortSignal.timeout(limitMs),
      });
      text = await response.text();
    } catch {
      throw new Refusal('ServiceUnavailable');
    }
    if (response.ok) return read(text) as Answer;
    if (response.status === 408 || response.status === 429 || response.status >= 500) {
      throw new Refusal('ServiceUnavailable');
    }
    throw Object.assign(new Error(`${name} was answered with ${response.status}`), { name: 'SupabaseRefused' });
  };
}

/** Something between here and the database may answer in its place. */
function read(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal('ServiceUnavailable');
  }
}
