import { ChimeSDKMeetingsClient, GetMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { CallHouse, type Entry, type Person } from './callHouse.ts';

const first = { door: 'lambda' } as const;
/** Another deployment over the same database, whose meetings are controlled in London. */
const second = { door: 'edge' } as const;
const london = 'eu-west-2';
const frankfurt = 'eu-central-1';

let house: CallHouse;
let chime: Readonly<Record<string, ChimeSDKMeetingsClient>>;
beforeAll(async () => {
  house = await CallHouse.open({ edge: { env: { AWS_CHIME_REGION: london, TAKES_OVER_FROM: frankfurt } } });
  const config = house.product.clientConfig();
  chime = Object.fromEntries(
    [london, frankfurt].map((region) => [region, new ChimeSDKMeetingsClient({ ...config, region })]),
  );
});
afterAll(async () => {
  for (const client of Object.values(chime)) client.destroy();
  await house[Symbol.asyncDispose]();
});

/** Nothing is heard of a region from now on, until it is back. */
function lose(region: string): () => void {
  const { faults } = house.product.stack;
  faults.addOutage({ target: 'chime', until: Infinity, when: (_operation, _key, asked) => asked === region });
  return () => faults.clear();
}

const isAt = async (region: string, MeetingId: string) =>
  chime[region]?.send(new GetMeetingCommand({ MeetingId })).then(
    () => true,
    () => false,
  );

const unavailable = { status: 503, body: { code: 'ChimeUnavailable' } };

interface Begun {
  provider: Person;
  patient: Person;
  appointment: string;
  old: Entry;
}

/** The provider is in a meeting of the first endpoint. */
async function begun(): Promise<Begun> {
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  const appointment = await house.appointment(provider, patient);
  const old = await house.create(provider, appointment, first);
  house.enter(old);
  return { provider, patient, appointment, old };
}

test('a visit goes on at the second endpoint while the region of its meeting is silent, and stays there', async () => {
  const { provider, patient, appointment, old } = await begun();
  const meetingId = old.meeting.MeetingId;
  const join = { action: 'join', meetingId };
  const back = lose(frankfurt);
  expect(await house.ask(provider, join, first)).toMatchObject(unavailable);
  const joined = await house.join(provider, meetingId, second);
  expect(joined).toMatchObject({ renewed: true, session: { id: old.session.id, status: 'active' } });
  expect(joined.meeting.MeetingId).not.toBe(meetingId);
  const created = await house.create(patient, appointment, second);
  expect(created.meeting).toEqual(joined.meeting);
  house.enter(joined);
  house.enter(created);
  const next = joined.meeting.MeetingId;
  expect(house.present(next).toSorted()).toEqual([provider.id, patient.id].toSorted());
  await house.done(provider, { action: 'admit', meetingId: next, userId: patient.id }, second);

  // What was said in the old meeting is said of no other, and there is nobody in it any more who could say anything.
  const given = { action: 'consent', decision: 'given', textVersion: newestConsentVersion };
  expect(await house.ask(patient, { ...given, meetingId }, second)).toMatchObject({ body: { code: 'MeetingEnded' } });
  await house.done(patient, { ...given, meetingId: next }, second);

  back();
  expect([await isAt(frankfurt, meetingId), await isAt(london, next)]).toEqual([true, true]);
  for (const body of [join, { action: 'create', appointmentId: appointment }]) {
    expect(await house.ask(provider, body, first)).toMatchObject(unavailable);
  }
  const mute = { action: 'mute', meetingId: next, userId: patient.id };
  expect(await house.ask(provider, mute, first)).toMatchObject(unavailable);

  // Each region's sweep ends its own: the one here is Frankfurt's.
  await house.sweep();
  expect([await isAt(frankfurt, meetingId), await isAt(london, next)]).toEqual([false, true]);
  expect((await house.join(patient, meetingId, second)).meeting).toEqual(joined.meeting);
  expect((await house.session(old.session.id))['status']).toBe('active');

  await house.done(provider, { action: 'end', meetingId: next }, second);
  expect(await isAt(london, next)).toBe(false);
});

test('a region that answers keeps its visits', async () => {
  const { patient, appointment, old } = await begun();
  const meetingId = old.meeting.MeetingId;
  const ask = () => house.ask(patient, { action: 'create', appointmentId: appointment }, second);
  expect(await ask()).toMatchObject(unavailable);
  for (const [error, status] of [
    ['ForbiddenException', 403],
    ['ThrottlingException', 429],
    ['NotFoundException', 404],
  ] as const) {
    house.product.stack.faults.add({ target: 'chime', operation: 'GetMeeting', error, status, times: 1 });
    expect(await ask()).toMatchObject(unavailable);
  }
  const rows = await house.product.sql(
    `select meeting_id from public.call_meetings where session_id = '${old.session.id}'`,
  );
  expect(rows).toEqual([[meetingId]]);
  expect((await house.create(patient, appointment, first)).meeting).toEqual(old.meeting);
});

test('however many press at the second at once, they meet in one room; whoever ends the visit there leaves the old one to its region', async () => {
  const { provider, patient, appointment, old } = await begun();
  const back = lose(frankfurt);
  const people = [provider, patient, provider, patient, provider, patient];
  const entries = await Promise.all(people.map((person) => house.create(person, appointment, second)));
  const [next = '', ...more] = new Set(entries.map(({ meeting }) => meeting.MeetingId));
  expect([more, await isAt(london, next)]).toEqual([[], true]);
  await house.done(provider, { action: 'end', meetingId: next }, second);
  back();
  const { MeetingId } = old.meeting;
  expect([await isAt(frankfurt, MeetingId), await isAt(london, next)]).toEqual([true, false]);
  await house.sweep();
  expect(await isAt(frankfurt, MeetingId)).toBe(false);
});

test('the first endpoint takes nothing over, where nobody has said that it may', async () => {
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  const appointment = await house.appointment(provider, patient);
  await house.create(provider, appointment, second);
  const back = lose(london);
  const { calls } = house.product.stack.faults;
  const seen = calls.length;
  expect(await house.ask(patient, { action: 'create', appointmentId: appointment }, first)).toMatchObject(unavailable);
  expect(calls.slice(seen).filter(({ target }) => target === 'chime')).toEqual([]);
  back();
});
