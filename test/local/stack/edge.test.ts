import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { TestStack } from '../../workflow/testStack.ts';

/** As `npm start` has it: in Node, without Deno. */
let product: TestStack;
const provider = randomUUID();
const appointment = randomUUID();

beforeAll(async () => {
  product = await TestStack.shared();
  await product.sql(`
    insert into public.users (id) values ('${provider}');
    insert into public.appointments (id, provider_id, patient_id, status, video_enabled)
      values ('${appointment}', '${provider}', gen_random_uuid(), 'scheduled', true)`);
});

const ask = (init: RequestInit) => fetch(`${product.stack.env['SUPABASE_URL']}/functions/v1/chime-meeting-token`, init);

test('a browser may ask the edge function from any page', async () => {
  const response = await ask({ method: 'OPTIONS' });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(response.headers.get('access-control-allow-headers')).toContain('x-firebase-token');
});

test('a visit begins through the edge function, which asks Chime as its own user', async () => {
  const since = product.stack.faults.calls.length;
  const now = Math.floor(Date.now() / 1000);
  const claims = { role: 'authenticated', sub: provider, iat: now - 10, exp: now + 600 };
  const headers = { authorization: `Bearer ${product.stack.signJwt(claims)}` };
  const body = JSON.stringify({ action: 'create', appointmentId: appointment });
  const response = await ask({ method: 'POST', headers, body });
  expect([response.status, await response.json()]).toEqual([
    200,
    expect.objectContaining({ meeting: expect.objectContaining({ MediaRegion: 'eu-west-1' }) as object }),
  ]);
  const calls = product.stack.faults.calls.slice(since).filter(({ operation }) => operation === 'CreateMeeting');
  expect(calls.map(({ accessKeyId, region }) => [accessKeyId, region])).toEqual([
    ['chime-meeting-token', 'eu-central-1'],
  ]);
});
