import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { uuidOf } from '../../local/replay/session.ts';
import type { Run } from '../../local/replay/runCase.ts';
import { TestStack } from './testStack.ts';
import { visit } from './visits.ts';

const name = 'private';
/** What was said and what was made of it: read through functions that log it, and not otherwise. */
const tables = [
  'recordings',
  'transcript_turns',
  'clinical_entities',
  'clinical_codes',
  'finding_reviews',
  'transcript_corrections',
  'review_log',
  'access_log',
  'released_consultations',
];

let product: TestStack;
let run: Run;
beforeAll(async () => {
  product = await TestStack.shared();
  run = await product.run(visit(name));
  await product.run(visit('somebody-else'));
});

/** A client as the browser of a signed-in person has it; of nobody without a subject. */
function as(sub?: string): SupabaseClient {
  const url = product.deployment.target.supabaseUrl;
  const anon = product.stack.signJwt({ role: 'anon' });
  if (sub === undefined) return createClient(url, anon);
  const token = product.stack.signJwt({ role: 'authenticated', sub });
  return createClient(url, anon, { accessToken: () => Promise.resolve(token) });
}

const provider = () => as(uuidOf(name, 'provider'));
const patient = () => as(uuidOf(name, 'patient'));
const stranger = () => as(uuidOf(name, 'stranger'));
const recording = () => run.outcome.recordingId;

/** What each call comes to: the answer, or the code of the error. */
async function call(client: SupabaseClient, rpc: string, args: object = {}): Promise<unknown> {
  const { data, error } = await client.rpc(rpc, { recording: recording(), ...args });
  return error ? error.code : (data as unknown);
}

/** The rows of each table that a client sees, in the whole database, or the code of the error. */
async function visible(client: SupabaseClient) {
  const count = async (table: string, columns = '*') => {
    const { data, error } = await client.from(table).select(columns);
    return error ? error.code : data.length;
  };
  return {
    sessions: await count('video_call_sessions'),
    users: await count('users'),
    participants: typeof (await count('video_call_participants')),
    recordings: await count('recordings', 'recording_id, status, revision, released_at'),
    results: [...new Set(await Promise.all(tables.map((table) => count(table))))],
  };
}

const refused = ['42501'];

test('the provider opens the own consultation, and of every other thing sees how far it is', async () => {
  const opened = await call(provider(), 'open_consultation');
  const { turns, entities, codes } = await product.results(recording());
  expect(opened).toMatchObject({
    schema: 'medzen.opened/1',
    recordingId: recording(),
    revision: 1,
    session: { providerId: uuidOf(name, 'provider'), patientId: uuidOf(name, 'patient') },
    consultation: run.collected.consultation ?? {},
    turns: run.collected.transcript?.turns ?? [],
    entities: entities.map(({ entity_id: id }) => ({ id })),
  });
  expect([turns.length, codes.length]).toEqual([4, (opened as { codes: [] }).codes.length]);
  expect(await visible(provider())).toEqual({
    sessions: 1,
    users: 1,
    participants: 'number',
    recordings: 1,
    results: refused,
  });
  const log = await product.rows('access_log', 'recording_id', recording());
  expect(log).toMatchObject([{ user_id: uuidOf(name, 'provider'), action: 'opened' }]);
});

test('nobody but the service writes', async () => {
  for (const client of [provider(), patient()]) {
    const { error } = await client.from('transcript_turns').update({ text: 'x' }).eq('recording_id', recording());
    expect(error?.code).toBe('42501');
    const { error: refused } = await client.rpc('record_results', { p: {} });
    expect(refused?.code).toMatch(/^(42501|PGRST202)$/);
  }
});

test('a stranger reads nothing, and one who is not signed in is refused', async () => {
  expect(await visible(stranger())).toEqual({
    sessions: 0,
    users: 0,
    participants: 'number',
    recordings: 0,
    results: refused,
  });
  expect(await visible(as())).toEqual({
    sessions: '42501',
    users: '42501',
    participants: 'string',
    recordings: '42501',
    results: refused,
  });
  for (const client of [stranger(), as(), product.deployment.supabase]) {
    expect(await call(client, 'open_consultation')).toBe('42501');
  }
});

describe('the patient', () => {
  const token = crypto.randomUUID();
  const release = (client: SupabaseClient, revision: number) =>
    call(client, 'release_results', { revision, token: crypto.randomUUID() });

  test('sees that there is a recording, and reads nothing of it before the release', async () => {
    expect(await visible(patient())).toEqual({
      sessions: 1,
      users: 1,
      participants: 'number',
      recordings: 1,
      results: refused,
    });
    expect(await call(patient(), 'read_released')).toBe('PT404');
    expect(await call(patient(), 'open_consultation')).toBe('42501');
  });

  test('cannot release, nor can a stranger', async () => {
    for (const client of [patient(), stranger(), as()]) expect(await release(client, 1)).toBe('42501');
  });

  test('reads what the provider has reviewed, and no more, until it is withdrawn', async () => {
    const [finding] = run.collected.consultation?.problems ?? [];
    const decisions = [{ finding: finding?.id, verdict: 'right' }];
    expect(await call(provider(), 'review_findings', { revision: 1, token, decisions })).toEqual({ revision: 2 });
    expect(await call(provider(), 'review_findings', { revision: 1, token, decisions })).toEqual({ revision: 2 });
    const { error } = await provider().rpc('release_results', { recording: recording(), revision: 1, token });
    expect(error).toMatchObject({ code: '22023' });
    expect(await release(provider(), 1)).toBe('PT409');
    expect(await release(provider(), 2)).toEqual({ revision: 2 });
    expect(await call(patient(), 'read_released')).toMatchObject({
      schema: 'medzen.released/1',
      revision: 2,
      sections: { told: [{ finding: finding?.id }], denied: [], medicines: [], next: [] },
    });
    expect(await call(stranger(), 'read_released')).toBe('42501');
    const withdrawal = { token: crypto.randomUUID() };
    expect(await call(provider(), 'withdraw_release', withdrawal)).toEqual({ revision: 2 });
    expect(await call(patient(), 'read_released')).toBe('PT404');
  });
});

test('a stale revision is told which one there is', async () => {
  const args = { recording: recording(), revision: 1, token: crypto.randomUUID(), decisions: [] };
  const { error, status } = await provider().rpc('review_codes', args);
  expect([status, error?.code, error?.details]).toEqual([409, 'PT409', '{"revision": 2}']);
});
