import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Random, randomFor } from '../../local/cases/random.ts';
import type { Meeting } from '../../local/services/chime/meeting.ts';
import type { Disturber } from '../../local/services/faults.ts';
import { CallHouse, type Entry, type Person } from './callHouse.ts';

/** How often everything is asked at once, and the first seed: more of both when they are asked for. */
const rounds = Number(process.env['CALL_ROUNDS'] ?? 3);
const firstSeed = Number(process.env['CALL_SEED'] ?? 1);
const requests = 14;

let house: CallHouse;
beforeAll(async () => {
  house = await CallHouse.open({ chime: { assumed: { createMs: 15 } } });
});
afterAll(() => house[Symbol.asyncDispose]());

/** Chime is too busy, an answer is lost, and the database is away for a few calls. */
function troubleOf(random: Random): Disturber {
  const awayFrom = 3 + Math.floor(random() * 20);
  let seen = 0;
  return {
    call({ target, invocation }) {
      if (invocation === undefined) return undefined;
      seen += 1;
      const chance = random();
      if (target === 'supabase' && seen > awayFrom && seen < awayFrom + 6) {
        return { when: 'before', kind: 'refuse', error: 'ServiceUnavailable', status: 503 };
      }
      if (target === 'chime' && chance < 0.1) {
        return { when: 'before', kind: 'refuse', error: 'ThrottlingException', status: 429 };
      }
      return chance < (target === 'chime' ? 0.16 : 0.03) ? { when: 'after', kind: 'reset' } : undefined;
    },
    outcome: () => {},
    invocation: () => undefined,
    event: () => [0],
  };
}

const quiet: Disturber = { call: () => undefined, outcome: () => {}, invocation: () => undefined, event: () => [0] };

/** What the row of a person allows to be heard of her, and to hear. */
function soundOf(row: Record<string, unknown>): string {
  if (row['admitted_at'] === null) return 'None';
  return row['muted_at'] === null ? 'SendReceive' : 'Receive';
}

/** @param handed the attendees whose tokens somebody was given; of another one that an answer lost, nobody knows */
function faultsOf(
  room: Meeting,
  people: Record<string, Record<string, unknown>>,
  handed: ReadonlySet<string>,
): string[] {
  return Object.entries(people).flatMap(([userId, row]) => {
    const seats = room.attendees.filter(
      ({ id, externalUserId, deletedAt }) => deletedAt === undefined && externalUserId === userId && handed.has(id),
    );
    const who = String(row['role']);
    const isOut = row['status'] === 'removed';
    const own = seats.find(({ id }) => id === row['attendee_id']);
    return [
      ...(isOut && seats.length > 0 ? [`the ${who} was sent out and is there`] : []),
      ...(seats.length > 1 ? [`the ${who} is there ${seats.length} times`] : []),
      ...(!isOut && own && own.capabilities?.Audio !== soundOf(row)
        ? [`the ${who}'s sound is not as it is written`]
        : []),
    ];
  });
}

test.each(Array.from({ length: rounds }, (_, at) => firstSeed + at))(
  'everything is asked at once while Chime and the database fail: Chime agrees with the rows, seed %i',
  async (seed) => {
    const random = randomFor(`at once ${seed}`);
    const oneOf = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
    const { stack } = house.product;
    Object.assign(stack.chime.assumed, {
      sameExternalUserId: oneOf(['same', 'new']),
      simultaneous: oneOf(['conflict', 'same']),
      endedToken: oneOf(['ended', 'new', 'refused']),
    });
    const [provider, patient, other] = (await house.people(3)) as [Person, Person, Person];
    const appointmentId = await house.appointment(provider, patient);
    const { meeting } = await house.create(provider, appointmentId);
    const meetingId = meeting.MeetingId;
    const handed = new Set<string>();
    const ask = async ([person, body]: readonly [Person, object]) => {
      const door = oneOf(['function', 'edge'] as const);
      const answer = await house.insist(person, body, { door, family: oneOf(['supabase', 'firebase']) });
      if (answer.body.attendee) handed.add(answer.body.attendee.AttendeeId);
    };
    const whom = () => oneOf([patient.id, other.id]);
    const wanted = Array.from({ length: requests }, () =>
      oneOf<readonly [Person, object]>([
        [oneOf([provider, patient]), { action: 'create', appointmentId }],
        [oneOf([provider, patient, patient, other]), { action: 'join', meetingId }],
        [provider, { action: 'batch-join', meetingId, userIds: [other.id, patient.id] }],
        [provider, { action: 'admit', meetingId, userId: whom() }],
        [provider, { action: 'mute', meetingId, userId: whom(), muted: random() < 0.5 }],
        [provider, { action: 'remove', meetingId, userId: whom() }],
        ...(random() < 0.3 ? [[provider, { action: 'end', meetingId }] as const] : []),
      ]),
    );
    stack.faults.disturber = troubleOf(random);
    await Promise.all([...wanted.map(ask), ...(random() < 0.5 ? [house.sweep()] : [])]);
    stack.faults.disturber = quiet;

    const sessions = await house.product.rows('video_call_sessions', 'appointment_id', appointmentId);
    for (const { id, ended_by: endedBy } of sessions) {
      const kept = await house.product.rows('call_meetings', 'session_id', String(id));
      const open = kept.filter((row) => row['ended_at'] === null).map((row) => row['meeting_id']);
      expect(open.length).toBeLessThanOrEqual(endedBy === null ? 1 : 0);
      const people = await house.participants(String(id));
      const rooms = stack.chime
        .meetings()
        .filter(({ request, endedAt }) => request.ExternalMeetingId === id && endedAt === undefined);
      // Nobody looks for a room that no row names: it must be empty, and Chime ends it.
      for (const room of rooms) {
        if (open.includes(room.id)) expect(faultsOf(room, people, handed)).toEqual([]);
        else expect(room.attendees).toEqual([]);
      }
    }

    const last = (await house.create(provider, appointmentId, { door: 'edge' })) satisfies Entry;
    await house.done(provider, { action: 'end', meetingId: last.meeting.MeetingId });
    const late = await house.ask(patient, { action: 'join', meetingId: last.meeting.MeetingId });
    expect(['MeetingEnded', 'NotAParticipant']).toContain(late.body.code);
  },
);
