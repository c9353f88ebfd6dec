import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Unverified } from '../../local/services/chime/settings.ts';
import { CallHouse, type Answer, type Asking, type Entry, type Person } from './callHouse.ts';

/** How often a hundred people press at once: a few times with every test, two hundred times when it is asked for. */
const rounds = Number(process.env['CALL_RACES'] ?? 4);
const presses = 100;
const aPart = 20;

let house: CallHouse;
beforeAll(async () => {
  house = await CallHouse.open();
});
afterAll(() => house[Symbol.asyncDispose]());

/** What nobody has published, each in turn with all others. */
const guesses: Partial<Unverified>[] = (['same', 'new'] as const).flatMap((sameExternalUserId) =>
  (['conflict', 'same'] as const).flatMap((simultaneous) =>
    (['ended', 'new', 'refused'] as const).map((endedToken) => ({ sameExternalUserId, simultaneous, endedToken })),
  ),
);

/** Both doors and both families of tokens, in turn. */
const wayOf = (at: number): Asking => ({
  door: at % 2 === 0 ? 'function' : 'edge',
  family: at % 4 < 2 ? 'supabase' : 'firebase',
});

/** So many people at once, each of them on several devices. */
function pressAll(people: readonly Person[], body: object, count = presses): Promise<Answer[]> {
  const each = Array.from({ length: count }, (_, at) => people[at % people.length] as Person);
  return Promise.all(each.map((person, at) => house.insist(person, body, wayOf(at))));
}

/** One meeting, one attendee of each person, and every device gets into it. */
function expectOneRoom(answers: readonly Answer[], people: readonly Person[]): Entry {
  expect([...new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`))]).toEqual(['200 ']);
  const entries = answers.map(({ body }) => body as Entry);
  const [first] = entries as [Entry];
  const { MeetingId } = first.meeting;
  expect([...new Set(entries.map(({ meeting }) => meeting.MeetingId))]).toEqual([MeetingId]);
  const rooms = house.product.stack.chime
    .meetings()
    .filter(({ request, endedAt }) => request.ExternalMeetingId === first.session.id && endedAt === undefined);
  expect(rooms.map(({ id }) => id)).toEqual([MeetingId]);
  const seats = rooms.flatMap(({ attendees }) => attendees.filter(({ deletedAt }) => deletedAt === undefined));
  const given = new Set(entries.map(({ attendee }) => `${attendee.ExternalUserId} ${attendee.AttendeeId}`));
  expect(new Set(seats.map(({ externalUserId, id }) => `${externalUserId} ${id}`))).toEqual(given);
  expect(seats.map(({ externalUserId }) => externalUserId).sort()).toEqual(people.map(({ id }) => id).sort());
  for (const entry of entries) house.enter(entry);
  expect(house.present(MeetingId).sort()).toEqual(people.map(({ id }) => id).sort());
  return first;
}

/** In parts, because a test may take ten minutes. */
const parts = Array.from({ length: Math.ceil(rounds / aPart) }, (_, part) => ({
  from: part * aPart + 1,
  to: Math.min(rounds, (part + 1) * aPart),
}));

test.each(parts)(
  'a hundred people press at once: they are in one room each time, $from to $to',
  async ({ from, to }) => {
    const people = (await house.people(5)) as [Person, Person, Person, Person, Person];
    const [provider, patient, ...others] = people;
    for (let round = from; round <= to; round += 1) {
      Object.assign(house.product.stack.chime.assumed, guesses[(5 * round) % guesses.length]);
      const appointmentId = await house.appointment(provider, patient);
      const answers = await pressAll([provider, patient], { action: 'create', appointmentId });
      const { session, meeting } = expectOneRoom(answers, [provider, patient]);
      const { MeetingId: meetingId } = meeting;
      const isRenewed = round % 4 === 0;
      // Every few times Chime ends it, and everybody comes back at once.
      if (isRenewed) {
        await house.done(provider, { action: 'batch-join', meetingId, userIds: others.map(({ id }) => id) });
        await house.endAtChime(meetingId);
        expectOneRoom(await pressAll(people, { action: 'join', meetingId }), people);
      }
      const attempts = await house.product.sql(
        `select attempt from public.call_meetings where session_id = '${session.id}' order by attempt`,
      );
      expect(attempts).toEqual(isRenewed ? [['1'], ['2']] : [['1']]);
      await house.done(provider, { action: 'end', meetingId: String((await house.session(session.id))['meeting_id']) });
    }
    const asked = JSON.stringify(house.again);
    process.stdout.write(`${presses} people at once, ${from} to ${to}: asked again ${asked}\n`);
  },
);

test('fifty visits at once do not touch one another', async () => {
  const people = await house.people(100);
  const visits: { both: [Person, Person]; appointmentId: string }[] = [];
  for (let at = 0; at < people.length; at += 2) {
    const both = people.slice(at, at + 2) as [Person, Person];
    visits.push({ both, appointmentId: await house.appointment(...both) });
  }
  const entered = await Promise.all(
    visits.map(async ({ both, appointmentId }, at) => {
      const presses = both.map((person, n) => house.insist(person, { action: 'create', appointmentId }, wayOf(at + n)));
      return { both, answers: await Promise.all(presses) };
    }),
  );
  const firsts = entered.map(({ both, answers }) => expectOneRoom(answers, both));
  expect(new Set(firsts.map(({ meeting }) => meeting.MeetingId)).size).toBe(50);
  expect(new Set(firsts.map(({ session }) => session.id)).size).toBe(50);
});

test("forty people and Chime's own quota: whoever is told to ask again does, and they are in one room", async () => {
  await house[Symbol.asyncDispose]();
  house = await CallHouse.open({ chime: { limits: { rate: 10, burst: 20 } } });
  const people = (await house.people(2)) as [Person, Person];
  const appointmentId = await house.appointment(...people);
  const answers = await pressAll(people, { action: 'create', appointmentId }, 40);
  const { session } = expectOneRoom(answers, people);
  expect(await house.session(session.id)).toMatchObject({ status: 'active', error_message: null });
  process.stdout.write(`forty against the quota: ${JSON.stringify(house.again)}\n`);
});

test('the provider ends the visit while its next meeting is made: nobody is left in a room, and there is none', async () => {
  const { chime, faults } = house.product.stack;
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  const created = await house.create(provider, await house.appointment(provider, patient));
  const meetingId = created.meeting.MeetingId;
  await house.endAtChime(meetingId);
  chime.assumed.createMs = 1_500;
  const before = faults.count('chime', 'CreateMeeting');
  const coming = house.ask(patient, { action: 'join', meetingId });
  await expect.poll(() => faults.count('chime', 'CreateMeeting')).toBe(before + 1);
  await house.done(provider, { action: 'end', meetingId });
  expect(await coming).toMatchObject({ status: 409, body: { code: 'MeetingEnded' } });
  chime.assumed.createMs = 0;
  const rooms = chime.meetings().filter(({ request }) => request.ExternalMeetingId === created.session.id);
  expect(rooms.map(({ endedAt }) => endedAt === undefined)).toEqual([false, false]);
  expect(await house.session(created.session.id)).toMatchObject({ status: 'ended', ended_by: provider.id });
});
