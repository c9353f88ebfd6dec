import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAll } from '../../local/audit/verify.ts';
import { randomFor } from '../../local/cases/random.ts';
import { unreliable } from '../../local/services/chime/delivery.ts';
import type { Device } from '../../local/services/chime/device.ts';
import type { Delivery } from '../../local/services/chime/events.ts';
import type { Meeting } from '../../local/services/chime/meeting.ts';
import { skippingClock } from '../../local/services/clock.ts';
import { CallHouse, type Entry, type Person } from './callHouse.ts';
import { Trouble } from './callTrouble.ts';

/** How many schedules are played, and the first seed: more of both when they are asked for. */
const count = Number(process.env['CALL_SCHEDULES'] ?? 5);
const firstSeed = Number(process.env['CALL_SEED'] ?? 1);
const minute = 60_000;
/** Every call has ended so long after its people have gone: five minutes until Chime ends it, and two sweeps. */
const longestEndMinutes = 20;

const clock = skippingClock();
const held = { sessions: 0, meetings: 0, stays: 0 };
let house: CallHouse;
let trouble: Trouble;
let delivery: Delivery = () => [0];
let skew = 0;
beforeAll(async () => {
  house = await CallHouse.open({
    clock,
    // In functions it is as late as on the stack's clock, and their limits are longer than on a machine that is free.
    speed: 0.5,
    chime: { delivery: (event) => delivery(event), assumed: { dropMs: 15_000 } },
  });
  // Time passes when this test says so.
  clock.hold();
  // For the database it is as late as for everybody else.
  await house.product.sql(`
    create table pipeline.skew (ms bigint not null); insert into pipeline.skew values (0);
    create or replace function pipeline.at_of(p jsonb) returns timestamptz
    language sql volatile security definer set search_path = '' as $$
      select date_trunc('milliseconds', coalesce((p ->> 'at')::timestamptz,
        clock_timestamp() + (select s.ms * interval '1 millisecond' from pipeline.skew s)))
    $$`);
  trouble = new Trouble(house.product.stack);
});
afterAll(() => house[Symbol.asyncDispose]());

/** Lets minutes pass, one at a time, with a sweep after each fifth. */
async function pass(minutes: number): Promise<void> {
  for (let n = 0; n < minutes; n += 1) {
    skew += minute;
    await house.product.sql(`update pipeline.skew set ms = ${skew}`);
    clock.jump(minute);
    await pause(20);
    if ((skew / minute) % 5 === 0) await house.sweep();
  }
}

/** Lets time pass until everything has arrived that is under way. */
async function settle(): Promise<void> {
  const { stack } = house.product;
  do await pass(1);
  while (stack.underWay().messages > 0);
}

interface Played {
  sessions: string[];
  isEveryEventTold: boolean;
  drops: number;
}

/** What the people of a visit do, drawn from a seed, while everything else goes wrong. */
async function play(seed: number): Promise<Played> {
  const random = randomFor(`call ${seed}`);
  const oneOf = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  const lost = random() < 0.5 ? 0 : 0.2;
  delivery = unreliable({ seed, lost, twice: 0.3, late: 0.5, lateMs: 3 * minute });
  Object.assign(house.product.stack.chime.assumed, {
    sameExternalUserId: oneOf(['same', 'new']),
    endedToken: oneOf(['ended', 'new', 'refused']),
    thrownOut: oneOf(['nothing', 'left', 'dropped']),
    authorized: oneOf(['every', 'handover']),
    handover: oneOf(['nothing', 'left-joined', 'joined-left']),
  });
  trouble.begin(random);
  const [provider, patient, other] = (await house.people(3)) as [Person, Person, Person];
  const appointmentId = await house.appointment(provider, patient);
  const devices = new Set<Device>();
  const sessions = new Set<string>();
  let last: Entry | undefined;
  let drops = 0;
  const enter = async (person: Person, body: object) => {
    const { status, body: answer } = await house.ask(person, body, { door: 'function' });
    expect([200, 403, 404, 409, 500, 503]).toContain(status);
    // A function says that it has failed only where it was killed, or Chime refused a token that it has used up.
    if (status === 500 && answer.code === 'InternalError') {
      expect(house.product.stack.chime.assumed.endedToken).toBe('refused');
    }
    if (status !== 200) return;
    last = answer as Entry;
    sessions.add(last.session.id);
    try {
      devices.add(house.enter(last));
    } catch {
      // The meeting has ended in between.
    }
  };
  for (let step = 0; step < 20; step += 1) {
    // Nobody comes and goes within a millisecond: of such a pair it cannot be told what was first.
    await pause(2);
    const person = oneOf([provider, provider, patient, patient, other]);
    const meetingId = last?.meeting.MeetingId ?? appointmentId;
    const online = [...devices].filter(({ state }) => state === 'online');
    const act = random();
    if (act < 0.2) await enter(person, { action: 'create', appointmentId });
    else if (act < 0.35) await enter(person, { action: 'join', meetingId });
    else if (act < 0.4)
      await house.ask(provider, { action: 'batch-join', meetingId, userIds: [other.id] }, { door: 'function' });
    else if (act < 0.45)
      await house.ask(provider, { action: 'admit', meetingId, userId: patient.id }, { door: 'function' });
    else if (act < 0.55) oneOf(online)?.leave();
    else if (act < 0.65) {
      const device = oneOf(online);
      if (device) drops += 1;
      device?.drop();
    } else if (act < 0.71) {
      const gone = oneOf([...devices].filter(({ state }) => state === 'lost' || state === 'dropped'));
      try {
        gone?.reconnect();
      } catch {
        // There is nothing to come back to.
      }
    } else if (act < 0.74) await house.ask(provider, { action: 'end', meetingId }, { door: 'function' });
    else await pass(oneOf([1, 1, 2, 4, 7, 7]));
  }
  trouble.end();
  await pause(2);
  // The last one goes without a word half of the time.
  for (const device of devices) {
    if (random() < 0.5) device.leave();
    else {
      if (device.state === 'online') drops += 1;
      device.drop();
    }
  }
  await pass(longestEndMinutes);
  await settle();
  return { sessions: [...sessions], isEveryEventTold: lost === 0, drops };
}

/** Seconds of the union of intervals of milliseconds. */
function secondsOf(intervals: readonly (readonly [number, number])[]): number {
  let sum = 0;
  let until = -Infinity;
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return sum / 1000;
}

const time = (value: unknown) => Date.parse(String(value));

/** From when to when somebody really was in the meetings of a session, as far as they count for it. */
function truthOf(meetings: readonly Meeting[], userId: string, ends: ReadonlyMap<string, number>) {
  return meetings.flatMap(({ id, presences }) =>
    presences.flatMap(({ externalUserId, from, to = Infinity }) => {
      const until = Math.min(to, ends.get(id) ?? Infinity);
      return externalUserId === userId && until > from ? [[from, until] as const] : [];
    }),
  );
}

async function expectWhole(sessionId: string, { isEveryEventTold, drops }: Played): Promise<void> {
  const session = await house.session(sessionId);
  expect(['ended', 'failed']).toContain(session['status']);
  const kept = await house.product.rows('call_meetings', 'session_id', sessionId);
  expect(kept.filter((row) => row['ended_at'] === null)).toEqual([]);
  const known = new Set(kept.map((row) => row['meeting_id']));
  const all = house.product.stack.chime.meetings().filter(({ request }) => request.ExternalMeetingId === sessionId);
  expect(all.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => id)).toEqual([]);
  const meetings = all.filter(({ id }) => known.has(id));
  const intervals = await house.product.rows('call_presence', 'session_id', sessionId);
  expect(intervals.filter((row) => row['left_at'] === null)).toEqual([]);
  expect(intervals.filter((row) => time(row['left_at']) < time(row['joined_at']))).toEqual([]);

  held.sessions += 1;
  held.meetings += kept.length;
  held.stays += intervals.length;

  const people = Object.values(await house.participants(sessionId));
  expect(people.filter((row) => row['status'] === 'joined')).toEqual([]);
  const spans = (rows: typeof intervals) => rows.map((row) => [time(row['joined_at']), time(row['left_at'])] as const);
  const lifetime = secondsOf(meetings.map(({ createdAt, endedAt = createdAt }) => [createdAt, endedAt]));
  const ends = new Map(
    kept.map((row) => [
      String(row['meeting_id']),
      Math.min(...[row['closed_at'], row['ended_at']].flatMap((at) => (at === null ? [] : [time(at)]))),
    ]),
  );
  // A sweep that has heard of nobody ends a call in which somebody has just come back.
  const isSwept = session['ended_by'] === null && meetings.some(({ end }) => end === 'deleted');
  for (const row of people) {
    const userId = String(row['user_id']);
    const own = intervals.filter((interval) => interval['user_id'] === userId);
    const seconds = Number(row['duration_seconds'] ?? 0);
    expect(Math.abs(seconds - secondsOf(spans(own)))).toBeLessThanOrEqual(1);
    // The time of whoever is cut off counts until Chime notices; here that is at the next full minute.
    expect(seconds).toBeLessThanOrEqual(lifetime + 1);
    if (!isEveryEventTold) continue;
    const truth = secondsOf(truthOf(meetings, userId, ends));
    expect(seconds).toBeLessThanOrEqual(truth + 1 + 76 * drops);
    if (!isSwept) expect(seconds).toBeGreaterThanOrEqual(Math.floor(truth) - 1);
  }
  if (session['status'] === 'ended') {
    expect(Math.abs(Number(session['duration_seconds'] ?? 0) - secondsOf(spans(intervals)))).toBeLessThanOrEqual(1);
  }
  const chains = await verifyAll(house.product.deployment, sessionId, new Date(clock.now()));
  expect(chains.flatMap(({ report }) => report.faults)).toEqual([]);
  expect(chains.some(({ report }) => report.entries > 0) || kept.length === 0).toBe(true);
}

test.each(Array.from({ length: count }, (_, at) => firstSeed + at))(
  'every call ends, every interval closes, durations add up: seed %i',
  async (seed) => {
    const played = await play(seed);
    await house.carry();
    for (const sessionId of played.sessions) await expectWhole(sessionId, played);
  },
);

test('the schedules had people in calls', () => {
  process.stdout.write(`seeds ${firstSeed} to ${firstSeed + count - 1}: ${JSON.stringify(held)}\n`);
  expect(held.stays).toBeGreaterThan(count);
});
