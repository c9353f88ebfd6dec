import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TestServer } from './server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(() => server.close());

describe('what is not done is refused by name', () => {
  const get = (query: string) => [`/rest/v1/things?${query}`, {}] as const;

  test.each<[string, readonly [string, RequestInit]]>([
    ['embedding', get('select=id,other(*)')],
    ['aggregates', get('select=size.sum()')],
    ['casts', get('select=id::text')],
    ['aliases', get('select=label:name')],
    ['json paths in select', get('select=meta->x')],
    ['json paths in a filter', get('meta->>--34=eq.1')],
    ['an empty select', get('select=')],
    ['a spare parenthesis', get('select=id)')],
    ['an offset', get('offset=-4')],
    ['a range', ['/rest/v1/things', { headers: { range: '0-9' } }]],
    ['exact counts', ['/rest/v1/things', { headers: { prefer: 'count=exact' } }]],
    ['in', get('name=in.(")')],
    ['ilike', get('name=ilike.a*')],
    ['containment', get('tags=cs.{a}')],
    ['or', get('or=(id.eq.1,id.eq.2)')],
    ['not.and', get('not.and=(id.eq.1,id.eq.2)')],
    ['a filter on an embedded table', get('other.id=eq.1')],
    ['full text search', get('name=fts.one')],
    ['regular expressions', get('name=match.^one')],
    ['modifiers', get('id=eq(any).{1,2}')],
    ['another schema', ['/rest/v1/things', { headers: { 'accept-profile': 'auth' } }]],
    ['CSV', ['/rest/v1/things', { headers: { accept: 'text/csv' } }]],
    ['plans', ['/rest/v1/things', { headers: { accept: 'application/vnd.pgrst.plan+text' } }]],
    ['estimated counts', ['/rest/v1/things', { headers: { prefer: 'count=estimated' } }]],
    [
      'defaults for missing keys',
      ['/rest/v1/things', { method: 'POST', body: '{}', headers: { prefer: 'missing=default' } }],
    ],
    ['PUT', ['/rest/v1/things?id=eq.1', { method: 'PUT', body: '{}' }]],
    ['a form as body', ['/rest/v1/things', { method: 'POST', body: new URLSearchParams('id=9') }]],
    ['an update of a page', ['/rest/v1/things?id=gt.1&limit=1', { method: 'PATCH', body: '{"size":1}' }]],
    ['an update with a list', ['/rest/v1/things?id=eq.1', { method: 'PATCH', body: '[{}]' }]],
    ['an update with nothing', ['/rest/v1/things?id=eq.1', { method: 'PATCH', body: '{}' }]],
    [
      'an upsert without on_conflict',
      ['/rest/v1/things', { method: 'POST', body: '{"id":1}', headers: { prefer: 'resolution=merge-duplicates' } }],
    ],
    [
      'leaving duplicates alone',
      ['/rest/v1/things', { method: 'POST', body: '{"id":1}', headers: { prefer: 'resolution=ignore-duplicates' } }],
    ],
    ['OpenAPI', ['/rest/v1/', {}]],
    ['Auth', ['/auth/v1/token', { method: 'POST', body: '{}' }]],
    ['Storage', ['/storage/v1/bucket', {}]],
    ['Realtime', ['/realtime/v1/websocket', {}]],
    ['Functions', ['/functions/v1/hello', { method: 'POST', body: '{}' }]],
  ])('%s', async (_, [path, init]) => {
    const headers = new Headers(init.headers);
    headers.set('apikey', server.rest.serviceRoleKey);
    if (typeof init.body === 'string') headers.set('content-type', 'application/json');
    const response = await fetch(`${server.rest.url}${path}`, { ...init, headers });
    const body = (await response.json()) as { code: string; message: string };
    expect([response.status, body.code]).toEqual([501, 'NotImplemented']);
    expect(body.message).toContain('is not part of the embedded stack');
    expect((await server.service.from('things').select('id')).data).toHaveLength(3);
  });

  test('malformed query strings are the client’s fault: 400 PGRST100', async () => {
    for (const query of ['id=1', 'id=eq', 'id=zz.1', 'ok=is.maybe', 'limit=one', 'select="id']) {
      const response = await fetch(`${server.rest.url}/rest/v1/things?${query}`, {
        headers: { apikey: server.rest.serviceRoleKey },
      });
      expect([query, response.status, await response.json()]).toMatchObject([query, 400, { code: 'PGRST100' }]);
    }
  });
});
