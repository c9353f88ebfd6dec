import type { Caller, RecordingLocation, Records } from '../apiPorts.ts';
import { Refusal } from '../refusals.ts';
import type { Opened } from '../reading/opened.ts';

export interface PostgrestOptions {
  /** The Supabase project's address. */
  url: string;
  /** The project's public key, which its gateway asks for. It gives no right: the caller's token does. */
  apiKey: string;
  /** How long one call may take, in milliseconds. */
  limitMs: number;
  fetch?: typeof fetch;
}

/**
 * The health record through PostgREST, with the token of whoever asks and with no other: row level security and the
 * functions of the database decide what that person may read.
 */
export function toRecords({ url, apiKey, limitMs, fetch = globalThis.fetch }: PostgrestOptions): Records {
  const rpc = async (caller: Caller, name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const request = {
      method: 'POST',
      headers: { apikey: apiKey, authorization: `Bearer ${caller.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
      signal: AbortSignal.timeout(limitMs),
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}/rest/v1/rpc/${name}`, request);
      text = await response.text();
    } catch {
      throw new Refusal('ServiceUnavailable');
    }
    if (!response.ok) throw toRefusal(caller, name, response.status);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  return {
    newest: async (caller, session) => (await rpc(caller, 'newest_recording', { session })) as string,
    locate: async (caller, recording) => (await rpc(caller, 'recording_location', { recording })) as RecordingLocation,
    async logAccess(caller, recording, action) {
      await rpc(caller, 'log_access', { recording, action });
    },
    open: async (caller, recording, page) => (await rpc(caller, 'open_consultation', { recording, page })) as Opened,
  };
}

/** What an answer of PostgREST means to the caller. Its text may repeat a row, so nothing of it is passed on. */
function toRefusal({ issuer }: Caller, name: string, status: number): Error {
  switch (status) {
    // The token was verified here, so the database does not know its issuer, or it gives no role there.
    case 401:
      return new Refusal(issuer === 'firebase' ? 'ThirdPartyAuthMissing' : 'InvalidToken');
    case 403:
      return new Refusal('OnlyTheProvider');
    case 409:
      return new Refusal('NotFinished');
    case 429:
      return new Refusal('TooManyRequests');
    default:
      if (status === 408 || status >= 500) return new Refusal('ServiceUnavailable');
  }
  return Object.assign(new Error(`${name} was answered with ${status}`), { name: 'SupabaseRefused' });
}
