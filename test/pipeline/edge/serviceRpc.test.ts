import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { toServiceRpc } from '../../../pipeline/edge/serviceRpc.ts';

const said = 'Key (patient_name)=(Ngozi)';

/** A database that gives one answer. */
function answering(answer: Response | Error) {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => {
    if (answer instanceof Error) throw answer;
    return answer.clone();
  });
  const readKey = vi.fn(async () => 'service-role');
  const rpc = toServiceRpc({ url: 'https://project.supabase.co', readKey, limitMs: 8_000, fetch });
  return { rpc, fetch, readKey };
}

test.each([
  ['nothing', new Response(null, { status: 204 }), undefined],
  ['an empty text', new Response(''), undefined],
  ['null', new Response('null'), null],
])('%s is an answer', async (_, answer, expected) => {
  expect(await answering(answer).rpc('call_status', {})).toBe(expected);
});

test.each<[string, Response | Error]>([
  ['an outage', new Response(said, { status: 503 })],
  ['a failure of its own', new Response(said, { status: 500 })],
  ['a gateway that gives up', new Response(said, { status: 504 })],
  ['too slow a request', new Response(said, { status: 408 })],
  ['too many', new Response(said, { status: 429 })],
  ['nothing: it cannot be reached', new TypeError(said)],
  ['half an answer', new Response(`{"patient": "${said}`)],
  ['a page of somebody in between', new Response(`<html>${said}</html>`)],
])('%s is told as ServiceUnavailable, and nothing of the text', async (_, answer) => {
  const refusal = answering(answer).rpc('call_status', {});
  await expect(refusal).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  await expect(refusal).rejects.not.toThrow(said);
});

test.each([400, 401, 403, 404, 406, 409])('%i is a fault of ours, and its text is left out', async (status) => {
  const refusal = answering(new Response(said, { status })).rpc('call_status', {});
  await expect(refusal).rejects.toMatchObject({
    name: 'SupabaseRefused',
    message: `call_status was answered with ${status}`,
  });
});

test('headers of its caller go with a call, and none of them is the key', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response('null'));
  const headers = { 'x-client-agent': 'app', authorization: 'Bearer somebody' };
  const rpc = toServiceRpc({ url: 'https://p.example', readKey: async () => 'key', limitMs: 8_000, fetch, headers });
  await rpc('mark_read', {});
  expect(fetch.mock.calls[0]?.[1]?.headers).toEqual({
    'x-client-agent': 'app',
    apikey: 'key',
    authorization: 'Bearer key',
    'content-type': 'application/json',
  });
});

test('without its key nobody is asked', async () => {
  const { rpc, fetch, readKey } = answering(new Response());
  readKey.mockRejectedValue(Object.assign(new Error('no key'), { name: 'ConfigurationInvalid' }));
  await expect(rpc('call_status', {})).rejects.toThrow('no key');
  expect(fetch).not.toHaveBeenCalled();
});

describe('a service that hangs is given up', () => {
  test.each([
    ['before it answers', false],
    ['in the middle of its answer', true],
  ])('%s', async (_, begins) => {
    const server = createServer((request, response) => {
      request.resume();
      if (begins) response.writeHead(200, { 'content-length': '100' }).write('{"status": ');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const rpc = toServiceRpc({ url, readKey: async () => 'key', limitMs: 100 });
    await expect(rpc('call_status', {})).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    server.closeAllConnections();
    server.close();
  });
});
