import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { CallHouse, type Person } from './callHouse.ts';

const env = { RECORDS: 'on', CONSENT_WITHDRAWN: 'discard' };
/** As the service does, and sooner. */
const assumed = { startMs: 20, stopMs: 50, joinMs: 50, chunkMs: 200 };

let house: CallHouse;
beforeAll(async () => {
  house = await CallHouse.open({ stepEnv: env, edge: { env }, chime: { pipelines: { assumed } } });
});
afterAll(() => house[Symbol.asyncDispose]());

/** Two people in a call, who have said nothing yet to its recording. */
async function visit() {
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  const appointment = await house.appointment(provider, patient);
  const created = await house.create(provider, appointment);
  const meetingId = created.meeting.MeetingId;
  const joined = await house.join(patient, meetingId, { door: 'edge' });
  await house.done(provider, { action: 'admit', meetingId, userId: patient.id });
  const devices = [house.enter(created), house.enter(joined)];
  const say = (person: Person, decision: string, door: 'lambda' | 'edge' = 'lambda') =>
    house.done(person, { action: 'consent', meetingId, decision, textVersion: newestConsentVersion }, { door });
  const capture = async () => (await house.product.rows('call_captures', 'meeting_id', meetingId))[0] ?? {};
  const stateOf = async () => (await capture())['state'];
  return { provider, patient, created, meetingId, sessionId: created.session.id, devices, say, capture, stateOf };
}

async function keysBelow(Prefix: string): Promise<string[]> {
  const { clients, target } = house.product.deployment;
  const { Contents = [] } = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: target.recordingsBucket, Prefix }),
  );
  return Contents.map(({ Key = '' }) => Key);
}

const chunksOf = (meetingId: string) => house.product.stack.chime.pipelines.chunks(meetingId);
const pipelinesOf = (kind: string) => house.product.stack.chime.pipelines.all().filter((one) => one.kind === kind);

test('a call is recorded from when both have agreed until its end, and joined', async () => {
  const { provider, patient, meetingId, sessionId, say, capture, stateOf } = await visit();
  await say(provider, 'given');
  await say(patient, 'given', 'edge');
  await expect.poll(stateOf).toBe('running');
  expect(await house.session(sessionId)).toMatchObject({ is_recording: true, recording_state: 'recording' });

  const [late] = (await house.people(1)) as [Person];
  await house.done(provider, { action: 'batch-join', meetingId, userIds: [late.id] });
  const device = house.enter(await house.join(late, meetingId));
  await house.done(provider, { action: 'admit', meetingId, userId: late.id });
  expect([device.can('Audio', 'Send'), device.can('Audio', 'Receive')]).toEqual([false, true]);
  await say(late, 'given');
  expect(device.can('Audio', 'Send')).toBe(true);
  await expect.poll(() => chunksOf(meetingId).length).toBeGreaterThan(2);

  await house.done(provider, { action: 'end', meetingId });
  await expect.poll(stateOf).toBe('joined');
  const { concatenation_id: joining, expected_ms: expected, joined_ms: length, reason, attempt } = await capture();
  expect([reason, attempt, pipelinesOf('capture').map(({ status }) => status)]).toEqual(['Ended', 1, ['Stopped']]);
  expect(Number(length)).toBeGreaterThan(Number(expected) - 2_000);
  expect(await keysBelow(`recordings/${meetingId}/audio/`)).toEqual([
    `recordings/${meetingId}/audio/${String(joining)}.mp4`,
  ]);
  expect(await house.session(sessionId)).toMatchObject({ is_recording: false, recording_state: 'ready' });
  // Nobody was heard before she had agreed.
  const heard = chunksOf(meetingId).flatMap(({ voices }) => voices.map((voice) => voice.externalUserId));
  expect(new Set(heard)).toEqual(new Set([provider.id, patient.id, late.id]));

  await house.carry();
  const actions = (await house.product.audit(meetingId)).map(({ action }) => action);
  const inOrder = ['RECORDING_STARTED', 'RECORDING_STOPPED', 'RECORDING_JOINED'];
  expect(actions.filter((action) => inOrder.includes(action))).toEqual(inOrder);
});

test('whoever withdraws stops it for everybody, and nothing is left of it', async () => {
  const { provider, patient, meetingId, say, stateOf, devices } = await visit();
  await say(provider, 'given');
  await say(patient, 'given');
  await expect.poll(stateOf).toBe('running');
  await expect.poll(() => chunksOf(meetingId).length).toBeGreaterThan(0);
  await say(patient, 'withdrawn', 'edge');
  await expect.poll(stateOf).toBe('discarded');
  expect([await keysBelow(`captures/${meetingId}/`), await keysBelow(`recordings/${meetingId}/`)]).toEqual([[], []]);
  // The call goes on, and everybody is heard again.
  await expect.poll(() => devices.map((device) => device.can('Audio', 'Send'))).toEqual([true, true]);
  expect(house.present(meetingId)).toContain(patient.id);
});

test('the sweep brings on what no event has told of', async () => {
  const { provider, patient, meetingId, say, stateOf, capture } = await visit();
  const rules = ['MeetingChanged', 'PipelineChanged', 'CallChanged'];
  for (const rule of rules) await house.product.switchRule(rule, 'DISABLED');
  try {
    await say(provider, 'given');
    await say(patient, 'given');
    await house.sweep();
    expect(await stateOf()).toBe('running');
    await expect.poll(() => chunksOf(meetingId).length).toBeGreaterThan(0);
    await house.done(provider, { action: 'end', meetingId });
    await house.sweep();
    await expect.poll(async () => (await house.sweep(), stateOf())).toBe('joined');
    expect(await capture()).toMatchObject({ reason: 'Ended' });
  } finally {
    for (const rule of rules) await house.product.switchRule(rule, 'ENABLED');
  }
});
