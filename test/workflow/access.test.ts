import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { uuidOf } from '../../local/replay/session.ts';
import type { Run } from '../../local/replay/runCase.ts';
import { TestStack } from './testStack.ts';
import { sessionOf, visit } from './visits.ts';

const name = 'private';
const tables = ['recordings', 'transcript_turns', 'clinical_entities', 'clinical_codes'] as const;

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

/** How many rows of each table a client sees, in the whole database; of the sessions, how many show a transcript. */
async function visible(client: SupabaseClient) {
  const count = async (table: string) => (await client.from(table).select('*')).data?.length ?? 'refused';
  const { data } = await client.from('video_call_sessions').select('id, transcript');
  const [recordings, turns, entities, codes] = await Promise.all(tables.map(count));
  const transcripts = data ? data.filter((row) => row.transcript !== null).map((row) => String(row.id)) : 'refused';
  return { recordings, turns, entities, codes, transcripts };
}

const nothing = { recordings: 0, turns: 0, entities: 0, codes: 0, transcripts: [] };

test('the provider reads everything of the own session, and of no other', async () => {
  const rows = await product.results(run.outcome.recordingId);
  expect(rows.codes.length).toBeGreaterThan(0);
  expect(await visible(provider())).toEqual({
    recordings: 1,
    turns: rows.turns.length,
    entities: rows.entities.length,
    codes: rows.codes.length,
    transcripts: [sessionOf(name)],
  });
});

test('nobody but the service writes', async () => {
  for (const client of [provider(), patient()]) {
    const { error } = await client
      .from('transcript_turns')
      .update({ text: 'x' })
      .eq('recording_id', run.outcome.recordingId);
    expect(error?.code).toBe('42501');
    const { error: refused } = await client.rpc('record_results', { p: {} });
    expect(refused?.code).toMatch(/^(42501|PGRST202)$/);
  }
});

test('a stranger reads nothing, and one who is not signed in is refused', async () => {
  expect(await visible(as(uuidOf(name, 'stranger')))).toEqual(nothing);
  const refused = 'refused';
  expect(await visible(as())).toEqual({
    recordings: refused,
    turns: refused,
    entities: refused,
    codes: refused,
    transcripts: refused,
  });
});

describe('the patient', () => {
  const release = (client: SupabaseClient) =>
    client.rpc('release_results', { p_recording_id: run.outcome.recordingId });

  test('reads nothing before the release', async () => {
    expect(await visible(patient())).toEqual(nothing);
  });

  test('cannot release, nor can a stranger', async () => {
    expect((await release(patient())).error?.code).toBe('42501');
    expect((await release(as(uuidOf(name, 'stranger')))).error?.code).toBe('42501');
    expect((await release(as())).error).not.toBeNull();
    expect(await visible(patient())).toEqual(nothing);
  });

  test('reads turns and summary after it, and still no entities', async () => {
    expect((await release(provider())).error).toBeNull();
    expect(await visible(patient())).toEqual({
      recordings: 1,
      turns: 4,
      entities: 0,
      codes: 0,
      transcripts: [sessionOf(name)],
    });
    expect(await visible(as(uuidOf(name, 'stranger')))).toEqual(nothing);
  });
});
