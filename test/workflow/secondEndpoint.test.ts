import { ChimeSDKMeetingsClient, GetMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { CallHouse, type Door, type Entry, type Person } from './callHouse.ts';

interface Endpoint {
  door: Door;
  region: string;
}

/**
 * Two deployments over one database, each of which goes on with the other's visits. Events and sweeps are those of the first:
 * nobody follows meetings in London.
 */
const first: Endpoint = { door: 'lambda', region: 'eu-central-1' };
const second: Endpoint = { door: 'edge', region: 'eu-west-2' };

/** As the service does, and sooner. */
const assumed = { startMs: 20, stopMs: 50, joinMs: 50, chunkMs: 200 };

let house: CallHouse;
let chime: Readonly<Record<string, ChimeSDKMeetingsClient>>;

async function open(edge: { runtime?: 'deno' } = {}): Promise<void> {
  const env = { RECORDS: 'on', AWS_CHIME_REGION: second.region, TAKES_OVER_FROM: first.region };
  house = await CallHouse.open({
    stepEnv: { RECORDS: 'on', TAKES_OVER_FROM: second.region },
    edge: { ...edge, env },
    chime: { pipelines: { assumed } },
  });
  const config = house.product.clientConfig();
  chime = Object.fromEntries(
    [first, second].map(({ region }) => [region, new ChimeSDKMeetingsClient({ ...config, region })]),
  );
}

async function close(): Promise<void> {
  for (const client of Object.values(chime)) client.destroy();
  await house[Symbol.asyncDispose]();
}

beforeAll(() => open());
afterAll(close);
afterEach(back);

/** Nothing is heard of Chime in a region from now on, until it is back. */
function lose({ region }: Endpoint): void {
  const { faults } = house.product.stack;
  faults.addOutage({ target: 'chime', until: Infinity, when: (_operation, _key, asked) => asked === region });
}

function back(): void {
  house.product.stack.faults.clear();
  house.product.stack.faults.disturber = undefined;
}

const isAt = async ({ region }: Endpoint, MeetingId: string) =>
  chime[region]?.send(new GetMeetingCommand({ MeetingId })).then(
    () => true,
    () => false,
  );

const unavailable = { status: 503, body: { code: 'ChimeUnavailable' } };
const given = { action: 'consent', decision: 'given', textVersion: newestConsentVersion };

interface Begun {
  provider: Person;
  patient: Person;
  appointment: string;
  old: Entry;
}

/** The provider is in a meeting of an endpoint. */
async function begun(at: Endpoint): Promise<Begun> {
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  const appointment = await house.appointment(provider, patient);
  const old = await house.create(provider, appointment, at);
  house.enter(old);
  return { provider, patient, appointment, old };
}

/** The provider joins by the meeting that is out of reach, and the patient opens the appointment, both at another endpoint. */
async function goOn({ provider, patient, appointment, old }: Begun, at: Endpoint): Promise<string> {
  const joined = await house.join(provider, old.meeting.MeetingId, at);
  expect(joined).toMatchObject({ renewed: true, session: { id: old.session.id, status: 'active' } });
  expect(joined.meeting.MeetingId).not.toBe(old.meeting.MeetingId);
  const created = await house.create(patient, appointment, at);
  expect(created.meeting).toEqual(joined.meeting);
  house.enter(joined);
  house.enter(created);
  const next = joined.meeting.MeetingId;
  expect(house.present(next).toSorted()).toEqual([provider.id, patient.id].toSorted());
  expect(await isAt(at, next)).toBe(true);
  await house.done(provider, { action: 'admit', meetingId: next, userId: patient.id }, at);
  return next;
}

describe.each([
  ['the edge function', first, second],
  ['the HTTP API', second, first],
])('%s', (_, lost, other) => {
  test('goes on with a visit while the region of its meeting is silent', async () => {
    const visit = await begun(lost);
    const { provider, patient, appointment, old } = visit;
    const meetingId = old.meeting.MeetingId;
    const join = { action: 'join', meetingId };
    lose(lost);
    expect(await house.ask(provider, join, lost)).toMatchObject(unavailable);
    const next = await goOn(visit, other);
    // What is said to a recording of the old meeting is said to no other.
    expect(await house.ask(patient, { ...given, meetingId }, other)).toMatchObject({ body: { code: 'MeetingEnded' } });
    await house.done(patient, { ...given, meetingId: next }, other);

    back();
    expect([await isAt(lost, meetingId), await isAt(other, next)]).toEqual([true, true]);
    for (const body of [join, { action: 'create', appointmentId: appointment }]) {
      expect(await house.ask(provider, body, lost)).toMatchObject(unavailable);
    }
    const mute = { action: 'mute', meetingId: next, userId: patient.id };
    expect(await house.ask(provider, mute, lost)).toMatchObject(unavailable);

    // Each region's sweep ends its own, whichever the visit has left.
    await house.sweep();
    expect([await isAt(lost, meetingId), await isAt(other, next)]).toEqual([lost !== first, true]);
    expect((await house.join(patient, meetingId, other)).meeting.MeetingId).toBe(next);
    expect((await house.session(old.session.id))['status']).toBe('active');
    await house.done(provider, { action: 'end', meetingId: next }, other);
    expect(await isAt(other, next)).toBe(false);
  });

  test('leaves a visit to a region that answers, whatever it says', async () => {
    const { patient, appointment, old } = await begun(lost);
    const create = { action: 'create', appointmentId: appointment };
    expect(await house.ask(patient, create, other)).toMatchObject(unavailable);
    for (const [error, status] of [
      ['ForbiddenException', 403],
      ['ThrottlingException', 429],
      ['NotFoundException', 404],
    ] as const) {
      house.product.stack.faults.add({ target: 'chime', operation: 'GetMeeting', error, status, times: 1 });
      expect(await house.ask(patient, create, other)).toMatchObject(unavailable);
    }
    const rows = await house.product.rows('call_meetings', 'session_id', old.session.id);
    expect(rows.map((row) => row['meeting_id'])).toEqual([old.meeting.MeetingId]);
    expect((await house.create(patient, appointment, lost)).meeting).toEqual(old.meeting);
  });

  test('asks no region from which it takes nothing over', async () => {
    const { patient, appointment, old } = await begun(lost);
    const { MeetingId } = old.meeting;
    await house.product.sql(
      `update public.call_meetings set control_region = 'us-east-1' where meeting_id = '${MeetingId}'`,
    );
    house.product.stack.faults.addOutage({ target: 'chime', until: Infinity });
    const before = house.chimeCalls();
    const create = { action: 'create', appointmentId: appointment };
    expect(await house.ask(patient, create, other)).toMatchObject(unavailable);
    expect(house.chimeCalls()).toBe(before);
  });
});

test('however many press at the second at once, they meet in one room; whoever ends the visit there leaves the old one to its region', async () => {
  const { provider, patient, appointment, old } = await begun(first);
  lose(first);
  const people = [provider, patient, provider, patient, provider, patient];
  const entries = await Promise.all(people.map((person) => house.create(person, appointment, second)));
  const [next = '', ...more] = new Set(entries.map(({ meeting }) => meeting.MeetingId));
  expect([more, await isAt(second, next)]).toEqual([[], true]);
  await house.done(provider, { action: 'end', meetingId: next }, second);
  back();
  const { MeetingId } = old.meeting;
  expect([await isAt(first, MeetingId), await isAt(second, next)]).toEqual([true, false]);
  await house.sweep();
  expect(await isAt(first, MeetingId)).toBe(false);
});

test('a recording of the meeting that was left stops when its region is back, and is joined', async () => {
  const visit = await begun(first);
  const { provider, patient, appointment, old } = visit;
  const meetingId = old.meeting.MeetingId;
  house.enter(await house.create(patient, appointment, first));
  await house.done(provider, { action: 'admit', meetingId, userId: patient.id }, first);
  for (const person of [provider, patient]) await house.done(person, { ...given, meetingId }, first);
  const capture = async () => (await house.product.rows('call_captures', 'meeting_id', meetingId))[0];
  const stateOf = async () => (await capture())?.['state'];
  await expect.poll(stateOf).toBe('running');
  const { pipelines } = house.product.stack.chime;
  await expect.poll(() => pipelines.chunks(meetingId).length).toBeGreaterThan(1);
  // The next one is another meeting: nothing is recorded in it before everybody agrees there.
  const goesOn = { is_recording: false, status: 'active' };
  const stillIn = `select count(*) from public.call_presence where meeting_id = '${meetingId}' and left_at is null`;
  await expect.poll(() => house.product.sql(stillIn)).toEqual([['2']]);

  lose(first);
  const next = await goOn(visit, second);
  expect(await house.product.sql(stillIn)).toEqual([['0']]);
  await house.sweep();
  expect([await stateOf(), await house.session(old.session.id)]).toMatchObject(['running', goesOn]);

  back();
  await expect.poll(async () => (await house.sweep(), stateOf())).toBe('joined');
  expect(await capture()).toMatchObject({ reason: 'Ended', attempt: 1 });
  expect([await isAt(first, meetingId), await isAt(second, next)]).toEqual([false, true]);
  expect(await house.session(old.session.id)).toMatchObject({ ...goesOn, recording_state: 'ready' });
  const recordings = () => house.product.rows('recordings', 'session_id', old.session.id);
  await expect.poll(recordings).toHaveLength(1);
});

/** That region takes no connection any more, or says nothing. */
function silence(kind: 'reset' | 'hang'): void {
  house.product.stack.faults.disturber = {
    call: ({ target, operation }) =>
      target === 'chime' && operation === 'GetMeeting' ? { when: 'before', kind } : undefined,
    outcome: () => {},
    invocation: () => undefined,
    event: () => [0],
  };
}

async function expectTakenOver(kind: 'reset' | 'hang', lost: Endpoint, other: Endpoint): Promise<void> {
  const { patient, appointment, old } = await begun(lost);
  silence(kind);
  const { session, meeting } = await house.create(patient, appointment, other);
  back();
  expect(session.id).toBe(old.session.id);
  expect([await isAt(other, meeting.MeetingId), await isAt(other, old.meeting.MeetingId)]).toEqual([true, false]);
}

test.each(['reset', 'hang'] as const)('a region is silent for the HTTP API where it would %s', (kind) =>
  expectTakenOver(kind, second, first),
);

describe('in Deno itself', () => {
  beforeAll(async () => {
    await close();
    await open({ runtime: 'deno' });
  });

  test.each(['reset', 'hang'] as const)('a region is silent where it would %s', (kind) =>
    expectTakenOver(kind, first, second),
  );
});
