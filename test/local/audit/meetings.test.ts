import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { meetingsOf } from '../../../local/audit/meetings.ts';
import type { Deployment } from '../../../local/replay/deployment.ts';

const id = '00000000-0000-4000-8000-000000000001';

let server: Server;
let deployment: Deployment;
let rows: Record<string, object[]>;
let asked: string[];

beforeEach(async () => {
  rows = {};
  asked = [];
  server = createServer((request, response) => {
    const table = new URL(request.url ?? '', 'http://localhost').pathname.split('/').at(-1) ?? '';
    asked.push(table);
    const found = rows[table];
    response
      .writeHead(found ? 200 : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify(found ?? { code: '42501', message: 'no' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  deployment = { supabase: createClient(`http://127.0.0.1:${port}`, 'service-role') } as unknown as Deployment;
});
afterEach(() => server.close());

const meeting = (meeting_id: string) => ({ meeting_id });

test.each<[what: string, call_meetings: object[], video_call_sessions: object[], meetings: string[]]>([
  ['a session of two meetings', [meeting('m1'), meeting('m2')], [meeting('m2')], ['m1', 'm2']],
  ['a session from before there was a list', [], [meeting('m1')], ['m1']],
  ['a meeting, or what nobody knows', [], [], [id]],
])('%s', async (_, call_meetings, video_call_sessions, meetings) => {
  rows = { call_meetings, video_call_sessions };
  expect(await meetingsOf(deployment, id)).toEqual(meetings);
});

test('what is no uuid is no session, and nobody is asked', async () => {
  expect(await meetingsOf(deployment, 'meeting-7')).toEqual(['meeting-7']);
  expect(asked).toEqual([]);
});

test('a health record that does not answer leads nowhere', async () => {
  await expect(meetingsOf(deployment, id)).rejects.toThrow('call_meetings');
});
