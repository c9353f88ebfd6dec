import { NotImplemented } from '../jsonService.ts';
import { PostgrestError } from './errors.ts';
import { rowCount } from './grammar.ts';
import type { Resolution } from './statements.ts';

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
  count: boolean;
  resolution: Resolution | undefined;
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
  if (!methods.has(raw.method) || (rpc && (raw.method === 'PATCH' || raw.method === 'DELETE'))) {
    throw new NotImplemented(`${raw.method} ${url.pathname}`);
  }
  for (const name of ['accept-profile', 'content-profile']) {
    const profile = headers.get(name);
    if (profile !== null && profile !== 'public') throw new NotImplemented(`${name}: ${profile}`);
  }
  return {
    method: raw.method as RestRequest['method'],
    target: decodeURIComponent(target),
    rpc,
    params: withRange(raw),
    body: readBody(raw),
    single: wantsSingle(headers.get('accept') ?? '*/*'),
    ...readPreferences(headers.get('prefer') ?? ''),
  };
}

/** The header `Range: 0-9` of a read is a limit and an offset. */
function withRange({ method, url, headers }: RawRequest): URLSearchParams {
  const params = new URLSearchParams(url.searchParams);
  const range = headers.get('range');
  if (range === null || (method !== 'GET' && method !== 'HEAD')) return params;
  const [, first, last] = /^(\d{1,15})-(\d{0,15})$/.exec(range) ?? [];
  if (first === undefined || last === undefined || params.has('limit') || params.has('offset')) {
    throw new NotImplemented(`range ${range}`);
  }
  params.set('offset', first);
  if (last !== '') {
    if (Number(last) < Number(first)) {
      throw new PostgrestError(416, 'PGRST103', 'Requested range not satisfiable', 'The lower boundary is the higher.');
    }
    params.set('limit', String(rowCount('range', last) - Number(first) + 1));
  }
  return params;
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
function readPreferences(prefer: string): Pick<RestRequest, 'representation' | 'count' | 'resolution'> {
  const wanted = new Set(prefer.split(',').map((item) => item.trim()));
  const take = (preference: string) => wanted.delete(preference);
  take('');
  take('return=minimal');
  const result = {
    representation: take('return=representation'),
    count: take('count=exact'),
    resolution: take('resolution=merge-duplicates')
      ? ('merge-duplicates' as const)
      : take('resolution=ignore-duplicates')
        ? ('ignore-duplicates' as const)
        : undefined,
  };
  const [other] = wanted;
  if (other !== undefined) throw new NotImplemented(`prefer ${other}`);
  return result;
}
