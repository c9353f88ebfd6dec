import { NotImplemented } from '../jsonService.ts';
import { PostgrestError } from './errors.ts';

/** A request under /rest/v1 that asks for nothing the stand-in does not do. */
export interface RestRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  /** A table, or a function when `rpc`. */
  target: string;
  rpc: boolean;
  params: URLSearchParams;
  /** Undefined when there is none. */
  body: unknown;
  /** Exactly one row, not a list. */
  single: boolean;
  representation: boolean;
  /** Whether an insert updates the rows that are there already. */
  merge: boolean;
  /** What a function may read of the request by `current_setting('request.…')`. */
  settings: Record<'method' | 'path' | 'headers', string>;
}

export interface RawRequest {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']);
const list = new Set(['application/json', 'application/*', '*/*']);

export function readRequest(raw: RawRequest): RestRequest {
  const { headers, url } = raw;
  const rest = /^\/rest\/v1\/(rpc\/)?([^/]+)$/.exec(url.pathname);
  const target = rest?.[2];
  // For example the OpenAPI description at /rest/v1/.
  if (target === undefined) throw new NotImplemented(`${raw.method} ${url.pathname}`);
  const rpc = rest?.[1] !== undefined;
  if (!methods.has(raw.method) || (rpc && raw.method !== 'POST')) {
    throw new NotImplemented(`${raw.method} ${url.pathname}`);
  }
  for (const name of ['accept-profile', 'content-profile']) {
    const profile = headers.get(name);
    if (profile !== null && profile !== 'public') throw new NotImplemented(`${name}: ${profile}`);
  }
  if (headers.has('range')) throw new NotImplemented(`range ${headers.get('range')}`);
  return {
    method: raw.method as RestRequest['method'],
    target: decodeURIComponent(target),
    rpc,
    params: url.searchParams,
    body: readBody(raw),
    single: wantsSingle(headers.get('accept') ?? '*/*'),
    ...readPreferences(headers.get('prefer') ?? ''),
    settings: {
      method: raw.method,
      path: url.pathname.slice('/rest/v1'.length),
      headers: JSON.stringify(Object.fromEntries(headers)),
    },
  };
}

function readBody({ headers, body }: RawRequest): unknown {
  if (body === '') return undefined;
  const type = headers.get('content-type')?.split(';')[0]?.trim() ?? 'application/json';
  if (type !== 'application/json') throw new NotImplemented(`a body of type ${type}`);
  try {
    return JSON.parse(body);
  } catch {
    throw new PostgrestError(400, 'PGRST102', 'Empty or invalid json');
  }
}

function wantsSingle(accept: string): boolean {
  const types = accept.split(',').map((type) => type.replaceAll(' ', '').replace(/;q=[\d.]+$/, ''));
  if (types.some((type) => list.has(type))) return false;
  if (types.includes('application/vnd.pgrst.object+json')) return true;
  throw new NotImplemented(`an answer of type ${accept}`);
}

/** Every preference is either done or refused: an ignored one would be a silent difference. */
function readPreferences(prefer: string): Pick<RestRequest, 'representation' | 'merge'> {
  const wanted = new Set(prefer.split(',').map((item) => item.trim()));
  const take = (preference: string) => wanted.delete(preference);
  take('');
  take('return=minimal');
  const result = { representation: take('return=representation'), merge: take('resolution=merge-duplicates') };
  const [other] = wanted;
  if (other !== undefined) throw new NotImplemented(`prefer ${other}`);
  return result;
}
