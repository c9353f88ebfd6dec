import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyMeeting } from '../../local/audit/verify.ts';
import { uuidOf } from '../../local/replay/session.ts';
import type { Clock } from '../../local/services/clock.ts';
import { classifyKey } from '../../pipeline/recording/recording.ts';
import { TestStack } from './testStack.ts';
import { visit } from './visits.ts';

/** What a clinician decides is in the trail, once, whatever happens to those who carry it. */
let product: TestStack;
let clock: Clock;
beforeAll(async () => {
  product = await TestStack.start();
  clock = product.stack.clock;
});
afterAll(() => product.stop());

interface Consultation {
  recordingId: string;
  meetingId: string;
  provider: SupabaseClient;
}

async function consultationOf(name: string): Promise<Consultation> {
  const { outcome } = await product.run(visit(name));
  const { recordingId } = outcome;
  const { recording } = await product.inputOf(recordingId);
  const { meetingId = '' } = classifyKey(recording.key);
  const token = product.stack.signJwt({ role: 'authenticated', sub: uuidOf(name, 'provider') });
  const { supabaseUrl } = product.deployment.target;
  const anon = product.stack.signJwt({ role: 'anon' });
  return {
    recordingId,
    meetingId,
    provider: createClient(supabaseUrl, anon, { accessToken: () => Promise.resolve(token) }),
  };
}

async function decide({ provider, recordingId }: Consultation, rpc: string, more: object = {}): Promise<void> {
  const { error } = await provider.rpc(rpc, { recording: recordingId, token: randomUUID(), ...more });
  expect(error).toBeNull();
}

const decisionsOf = async ({ meetingId }: Consultation) =>
  (await product.audit(meetingId))
    .filter(({ decision }) => decision !== undefined)
    .map(({ action, actor, detail }) => [action, actor, detail?.['revision']]);

const verified = ({ meetingId }: Consultation) => verifyMeeting(product.deployment, meetingId, new Date(clock.now()));

test('signed, released, withdrawn: within the minute, each once, by whom it was, in an unbroken chain', async () => {
  const own = await consultationOf('carried');
  await decide(own, 'sign_consultation', { revision: 1 });
  await decide(own, 'release_results', { revision: 1 });
  await decide(own, 'withdraw_release');
  await decide(own, 'release_results', { revision: 1 });
  await clock.sleep(61_000);
  const by = uuidOf('carried', 'provider');
  expect(await decisionsOf(own)).toEqual([
    ['SIGNED', by, 1],
    ['RELEASED', by, 1],
    ['RELEASE_WITHDRAWN', by, 1],
    ['RELEASED', by, 1],
  ]);
  expect(await verified(own)).toMatchObject({ faults: [] });
});

test('an hour without DynamoDB: the decision is made at once, the proof names what waits, and it is carried after', async () => {
  const own = await consultationOf('carried-late');
  const until = clock.now() + 3_600_000;
  product.stack.faults.addOutage({ target: 'DynamoDB_20120810', until, when: (_, caller) => caller === 'carryAudit' });
  await decide(own, 'sign_consultation', { revision: 1 });
  await clock.sleep(1_800_000);
  expect(await decisionsOf(own)).toEqual([]);
  expect((await verified(own)).notes.join()).toMatch(/SIGNED of \S+ is not carried here yet/);
  await clock.sleep(2_000_000);
  expect((await decisionsOf(own)).map(([action]) => action)).toEqual(['SIGNED']);
  expect((await verified(own)).notes.join()).not.toContain('not carried');
});

test('an answer that is lost after the entry was written: the entry is there once', async () => {
  const own = await consultationOf('carried-once');
  const when = (what: string) => what.endsWith('/rpc/audit_carried');
  product.stack.faults.addOutage({ target: 'supabase', until: clock.now() + 150_000, when });
  await decide(own, 'sign_consultation', { revision: 1 });
  await clock.sleep(600_000);
  expect((await decisionsOf(own)).map(([action]) => action)).toEqual(['SIGNED']);
  expect(await verified(own)).toMatchObject({ faults: [] });
});
