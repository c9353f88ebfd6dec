import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toOutbox } from '../../../pipeline/edge/outbox.ts';
import type { Outbox } from '../../../pipeline/ports.ts';

let server: Server;
let outbox: Outbox;
let asked: [path: string, body: unknown, key: string | undefined][];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: null };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push([request.url ?? '', JSON.parse(Buffer.concat(chunks).toString()), request.headers.authorization]);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  outbox = toOutbox(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'service-role');
});
afterEach(() => server.close());

test('asks for what waits, as the service role', async () => {
  answer.body = [{ event: { action: 'SIGNED', decision: '7' }, at: '2026-03-04T12:00:00.000Z' }];
  expect(await outbox.waiting(5)).toEqual(answer.body);
  expect(asked).toEqual([['/rest/v1/rpc/audit_waiting', { most: 5 }, 'Bearer service-role']]);
});

test('marks a decision, and trims', async () => {
  await outbox.markCarried('7');
  await outbox.trim();
  expect(asked.map(([path, body]) => [path, body])).toEqual([
    ['/rest/v1/rpc/audit_carried', { decision: '7' }],
    ['/rest/v1/rpc/trim_access_log', {}],
  ]);
});

describe('a failure', () => {
  test.each([
    [503, 'ServiceUnavailable'],
    [429, 'Throttled'],
    [404, 'SupabaseRefused'],
  ])('%d is %s, and says nothing of what the database said', async (status, name) => {
    answer = { status, body: { code: '42883', message: 'a secret', details: null, hint: null } };
    const failure = outbox.waiting(1);
    await expect(failure).rejects.toMatchObject({ name });
    await expect(failure).rejects.not.toThrow('a secret');
  });
});
