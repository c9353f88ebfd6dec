import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAll } from '../../local/audit/verify.ts';
import type { Capture } from '../../local/services/chimePipelines/pipeline.ts';
import { RecordedCall, type RecordingHouse, recordingHouse, toDialogue } from './recordedCall.ts';
import type { Row } from './testStack.ts';

let at: RecordingHouse;
beforeAll(async () => {
  at = await recordingHouse();
});
afterAll(() => at.house[Symbol.asyncDispose]());

/** By what is said, each of the two would be the other: only the meeting's own record tells who spoke. */
const said = [
  'patient: Good morning. I have read your notes, so tell me what has been going on since we last spoke.',
  'clinician: I have had a sore throat and a cough for three days, and I feel rotten.',
  'patient: Any fever, or any trouble with your breathing at night?',
  'clinician: No. I take lisinopril for high blood pressure, and that is all.',
];
const soreThroat = toDialogue(said);

const timeOf = (value: unknown) => Date.parse(String(value));
const textsOf = (turns: readonly Row[]) => turns.map((turn) => `${String(turn['role'])}: ${String(turn['text'])}`);

/** The trail of a meeting, which nothing contradicts. */
async function trailOf(meetingId: string) {
  const { product } = at.house;
  await at.house.carry();
  const proofs = await verifyAll(product.deployment, meetingId, new Date(product.stack.clock.now()));
  expect(proofs.map(({ report }) => report.faults)).toEqual([[]]);
  return product.audit(meetingId);
}

/** What the trail has of a recording, in its order, and what came of it. */
const recorded = /^(?:CONSENT|RECORDING|RESULTS)_/;
const namesOf = (trail: readonly { action: string }[]) =>
  trail.map(({ action }) => action).filter((action) => recorded.test(action));

describe('a visit becomes codes', () => {
  test.each(['supabase', 'firebase'] as const)('with tokens of %s', async (family) => {
    const call = await RecordedCall.meet(at, family);
    expect(await call.session()).toMatchObject({ is_recording: false, recording_state: null });
    await call.agree();
    expect(await call.session()).toMatchObject({
      is_recording: true,
      recording_state: 'recording',
      recording_url: null,
    });
    await call.say(soreThroat);
    await call.end();
    const [recording, ...others] = await call.recordings();
    expect(others).toEqual([]);
    const id = String(recording?.['recording_id']);
    const session = await call.session();
    const { stretches } = at.house.product.stack.chime.pipelines
      .all()
      .find((one) => one.kind === 'capture' && one.meetingId === call.meetingId) as Capture;
    const begun = stretches[0]?.from ?? 0;
    expect(session).toMatchObject({
      status: 'ended',
      ended_by: call.people.clinician.id,
      is_recording: false,
      recording_state: 'ready',
      recording_url: `${at.house.product.stack.env['API_URL']}/recordings/${id}/link`,
    });
    // Whoever asked for it knows of its beginning within a second or two.
    expect(Math.abs(timeOf(recording?.['started_at']) - begun)).toBeLessThan(2_000);
    expect(timeOf(session['recording_completed_at'])).toBeGreaterThan(timeOf(session['ended_at']));
    expect(recording).toMatchObject({ status: 'completed', session_id: call.sessionId });
    const { turns, entities, codes } = await at.house.product.results(id);
    expect(textsOf(turns)).toEqual(said);
    const evidenced = new Set(entities.map((entity) => entity['entity_id']));
    expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining(['I10', 'R05.9']));
    expect(codes.filter((code) => !evidenced.has(code['entity_id']))).toEqual([]);

    const trail = await trailOf(call.meetingId);
    expect(namesOf(trail)).toEqual([
      'CONSENT_GIVEN',
      'CONSENT_GIVEN',
      'RECORDING_STARTED',
      'RECORDING_STOPPED',
      'RECORDING_RECEIVED',
      'RESULTS_STORED',
      'RECORDING_JOINED',
    ]);
    expect(trail.filter(({ action }) => action === 'CONSENT_GIVEN').map(({ actor }) => actor)).toEqual([
      call.people.clinician.id,
      call.people.patient.id,
    ]);
  });
});

const textOf = (rows: readonly Row[]) => rows.map((turn) => String(turn['text'])).join(' ');
const keysIn = async (prefix: string) => {
  const { clients, target } = at.house.product.deployment;
  const { Contents = [] } = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: target.recordingsBucket, Prefix: prefix }),
  );
  return Contents.map(({ Key = '' }) => Key);
};

test('a visit that goes on in a second meeting has two recordings, and the session shows both', async () => {
  const call = await RecordedCall.meet(at, 'supabase');
  const [first] = call.meetings;
  await call.agree();
  await call.say(soreThroat, { to: 2 });
  await at.house.endAtChime(call.meetingId);
  await call.untilOver();
  // Whoever comes back is asked anew.
  expect(await call.come('patient')).toMatchObject({ renewed: true, consent: { needed: true } });
  await call.come('clinician');
  await call.agree();
  await call.say(soreThroat, { from: 2 });
  await call.end();
  const recordings = await call.recordings();
  const parts = await Promise.all(
    call.meetings.map(async (meetingId) => {
      const own = recordings.find((row) => String(row['key']).includes(meetingId));
      const { turns } = await at.house.product.results(String(own?.['recording_id']));
      return [own?.['status'], textsOf(turns)];
    }),
  );
  expect([recordings.length, call.meetings.length]).toEqual([2, 2]);
  expect(parts).toEqual([
    ['completed', said.slice(0, 2)],
    ['completed', said.slice(2)],
  ]);
  expect(await call.session()).toMatchObject({ recording_state: 'ready', status: 'ended', is_recording: false });
  const ready = { state: 'ready', reason: 'Ended' };
  expect(await call.ask('clinician', { action: 'status' })).toMatchObject({
    recordings: [
      { meetingId: first, ...ready },
      { meetingId: call.meetingId, ...ready },
    ],
  });
  expect(await at.house.product.said(call.sessionId)).toMatch(/sore throat[^]*lisinopril/);
  for (const meetingId of call.meetings) {
    expect(namesOf(await trailOf(meetingId))).toContain('RECORDING_JOINED');
  }
});

test('what is said after a withdrawal is not recorded; what was said before is kept, whole', async () => {
  const call = await RecordedCall.meet(at, 'firebase');
  await call.agree();
  await call.say(soreThroat, { to: 2 });
  expect(await call.decide('patient', 'withdrawn')).toMatchObject({ isSpoilt: true });
  await call.untilOver();
  expect(await call.session()).toMatchObject({ status: 'active', is_recording: false });
  await call.say(soreThroat, { from: 2 });
  await call.end();
  const [recording] = await call.recordings();
  expect(await call.session()).toMatchObject({ recording_state: 'ready', recording_reason: 'Withdrawn' });
  const id = String(recording?.['recording_id']);
  const { turns } = await at.house.product.results(id);
  expect(textOf(turns)).toMatch(/sore throat/);
  expect(textOf(turns)).not.toMatch(/lisinopril/);
  expect(await at.house.product.entities(id)).toMatchObject({ coverage: { complete: true } });
  const names = namesOf(await trailOf(call.meetingId));
  expect(names.slice(0, 5)).toEqual([
    'CONSENT_GIVEN',
    'CONSENT_GIVEN',
    'RECORDING_STARTED',
    'CONSENT_WITHDRAWN',
    'RECORDING_STOPPED',
  ]);
});

test('an interpreter who comes late is heard once she agrees, and is neither clinician nor patient', async () => {
  const lines = [
    'clinician: Good morning. Can you hear us both, and shall we begin?',
    'relative: This must not be written down, because I have said nothing about it yet.',
    'relative: She says that she has had a headache for a week, and that she takes warfarin every evening.',
    'patient: Yes, yes. It is a very bad headache, doctor, every morning when I get up.',
  ];
  const dialogue = toDialogue(lines);
  const call = await RecordedCall.meet(at, 'supabase');
  await call.agree();
  await call.ask('clinician', { action: 'batch-join', userIds: [call.people.relative.id] });
  await call.come('relative');
  await call.ask('clinician', { action: 'admit', userId: call.people.relative.id });
  const audio = () => ['Send', 'Receive'].map((way) => call.devices.get('relative')?.can('Audio', way as 'Send'));
  expect(audio()).toEqual([false, true]);
  await call.say(dialogue, { to: 2 });
  await call.decide('relative', 'given');
  expect(audio()).toEqual([true, true]);
  await call.say(dialogue, { from: 2 });
  await call.end();
  const [recording] = await call.recordings();
  const { turns } = await at.house.product.results(String(recording?.['recording_id']));
  expect(textsOf(turns)).toEqual([lines[0], lines[2]?.replace('relative', 'other'), lines[3]]);
  const given = (await trailOf(call.meetingId)).filter(({ action }) => action === 'CONSENT_GIVEN');
  expect(given.map(({ actor }) => actor)).toContain(call.people.relative.id);
});

describe('a joined file of half the length', () => {
  const joinings = (call: RecordedCall) =>
    at.house.product.sql(
      `select attempt, verdict from public.call_concatenations where meeting_id = '${call.meetingId}' order by attempt`,
    );

  test('is noticed and joined again, and the session says so meanwhile', async () => {
    const call = await RecordedCall.meet(at, 'supabase');
    at.house.product.stack.chime.pipelines.spoil({ name: 'half', meetingId: call.meetingId });
    await call.agree();
    await call.say(soreThroat);
    await call.end();
    const recordings = await call.recordings();
    expect(await joinings(call)).toEqual([
      ['1', 'short'],
      ['2', 'fits'],
    ]);
    expect(new Set(recordings.map((row) => row['status']))).toEqual(new Set(['completed', 'skipped']));
    expect(recordings).toHaveLength(2);
    const taken = recordings.find((row) => row['status'] === 'completed');
    expect(textsOf((await at.house.product.results(String(taken?.['recording_id']))).turns)).toEqual(said);
    expect(await call.session()).toMatchObject({
      recording_state: 'ready',
      error_message: null,
      recording_url: expect.stringContaining(String(taken?.['recording_id'])) as unknown,
    });
    const trail = await trailOf(call.meetingId);
    expect(trail.find(({ action }) => action === 'RECORDING_SKIPPED')).toMatchObject({
      detail: { reason: 'Incomplete' },
    });
  });

  test('three times over is what there is, and whoever reads it is told that it is cut short', async () => {
    const call = await RecordedCall.meet(at, 'firebase');
    at.house.product.stack.chime.pipelines.spoil({ name: 'half', meetingId: call.meetingId, times: 3 });
    await call.agree();
    await call.say(soreThroat);
    await call.end();
    const recordings = await call.recordings();
    expect(await joinings(call)).toEqual([
      ['1', 'short'],
      ['2', 'short'],
      ['3', 'truncated'],
    ]);
    expect(await call.session()).toMatchObject({ recording_state: 'incomplete' });
    const taken = recordings.filter((row) => row['status'] === 'completed');
    expect(taken).toHaveLength(1);
    const id = String(taken[0]?.['recording_id']);
    const { turns, codes } = await at.house.product.results(id);
    expect(textOf(turns)).not.toMatch(/high blood pressure/);
    expect(codes.length).toBeGreaterThan(0);
    const { env } = at.house.product.stack;
    const headers = await at.house.headers(call.people.clinician, { claims: { exp: Date.now() } });
    const asked = (url: string, init: RequestInit) => fetch(url, init).then((answer) => answer.text());
    const opened = await asked(`${env['SUPABASE_URL']}/rest/v1/rpc/open_consultation`, {
      method: 'POST',
      headers: { ...headers, apikey: env['SUPABASE_ANON_KEY'] ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ recording: id }),
    });
    expect(JSON.parse(opened)).toMatchObject({ consultation: { quality: { flags: ['truncated'] } } });
    const fhir = await asked(`${env['API_URL']}/recordings/${id}/fhir`, { headers });
    expect(fhir).toContain('The recording is cut short');
  });
});

test('where a withdrawal discards, nothing of the recording is left, and nothing is made of it', async () => {
  const call = await RecordedCall.meet(at, 'supabase');
  await call.agree({ door: 'edge' });
  await call.say(soreThroat, { to: 2 });
  await call.until(async () => (await keysIn(`captures/${call.meetingId}/audio/`)).length > 0);
  await call.decide('patient', 'withdrawn', { door: 'edge' });
  await call.untilOver();
  await call.end();
  expect(await call.recordings()).toEqual([]);
  expect(await keysIn(`captures/${call.meetingId}/`)).toEqual([]);
  expect(await keysIn(`recordings/${call.meetingId}/`)).toEqual([]);
  expect(await call.session()).toMatchObject({
    recording_state: 'discarded',
    recording_reason: 'Withdrawn',
    recording_url: null,
    recording_completed_at: null,
    is_recording: false,
  });
  expect(namesOf(await trailOf(call.meetingId)).slice(-2)).toEqual(['CONSENT_WITHDRAWN', 'RECORDING_STOPPED']);
});
