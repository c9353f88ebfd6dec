import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { CallHouse, type Door, type Family, type Person } from './callHouse.ts';

const roles = ['provider', 'patient', 'named', 'removed', 'stranger', 'unknown'] as const;
type Role = (typeof roles)[number];
const states = [
  'none',
  'active',
  'byItself',
  'byProvider',
  'failed',
  'closed',
  'closedByItself',
  'notByVideo',
] as const;
/** Where a visit stands. */
type State = (typeof states)[number];
const actions = [
  'create',
  'join',
  'batch-join',
  'admit',
  'mute',
  'remove',
  'transcription',
  'consent',
  'report',
  'status',
  'end',
] as const;
type Action = (typeof actions)[number];

/** Status and code; of what is granted the status alone. */
type Verdict = readonly [number, string?];

const ok: Verdict = [200];
const unknown: Verdict = [403, 'UnknownUser'];
const notTheirs: Verdict = [403, 'NotAParticipant'];
const providerOnly: Verdict = [403, 'OnlyTheProvider'];
const notOpen: Verdict = [409, 'AppointmentNotOpen'];
const over: Verdict = [409, 'MeetingEnded'];

/** The contract once more, in other words than the product's own. */
function verdict(action: Action, role: Role, state: State): Verdict {
  const isParty = role === 'provider' || role === 'patient';
  const isClosed = state === 'closed' || state === 'closedByItself' || state === 'notByVideo';
  if (role === 'unknown') return unknown;
  if (action === 'create') {
    if (!isParty) return notTheirs;
    return isClosed ? notOpen : ok;
  }
  if (state === 'none') return [404, 'MeetingNotFound'];
  if (role === 'stranger' || role === 'removed') return notTheirs;
  const isOver = state === 'byProvider' || state === 'byItself' || state === 'closedByItself';
  switch (action) {
    case 'join':
      if (state === 'byProvider') return over;
      return state === 'closedByItself' ? notOpen : ok;
    case 'consent':
      return isOver || state === 'failed' ? over : ok;
    case 'report':
    case 'status':
      return ok;
    case 'end':
      return role === 'provider' ? ok : providerOnly;
    case 'batch-join':
    case 'admit':
    case 'mute':
    case 'remove':
    case 'transcription':
      if (role !== 'provider') return providerOnly;
      if (isOver) return over;
      // People are named, and captions are switched off, in a meeting that is there: `join` makes the next one.
      return (action === 'batch-join' || action === 'transcription') && state === 'failed' ? over : ok;
  }
}

interface Visit {
  appointment: string;
  meetingId: string;
  people: Record<Role, Person>;
}

const doors: Door[] = ['function', 'edge'];
const families: Family[] = ['supabase', 'firebase'];
const ways = doors.flatMap((door) => families.map((family) => ({ door, family })));

let house: CallHouse;
let crowd: Record<Role, Person>;
beforeAll(async () => {
  house = await CallHouse.open();
  crowd = await gather();
});
afterAll(() => house[Symbol.asyncDispose]());

/** One of each role. */
async function gather(): Promise<Record<Role, Person>> {
  const people = (await house.people(5)) as [Person, Person, Person, Person, Person];
  const [provider, patient, named, removed, stranger] = people;
  const nobody = { id: '00000000-0000-4000-8000-000000000000', firebaseUid: 'uid-of-nobody' };
  return { provider, patient, named, removed, stranger, unknown: nobody };
}

/** A new visit, brought to where it is to be. */
async function visitIn(state: State): Promise<Visit> {
  const { provider, named, removed } = crowd;
  const appointment = await house.appointment(provider, crowd.patient);
  const visit = { appointment, meetingId: '00000000-0000-4000-8000-000000000001', people: crowd };
  if (state === 'none') return visit;
  const { meeting, session } = await house.create(provider, appointment);
  visit.meetingId = meeting.MeetingId;
  await house.create(crowd.patient, appointment);
  const { meetingId } = visit;
  await house.done(provider, { action: 'batch-join', meetingId, userIds: [named.id, removed.id] });
  await house.done(provider, { action: 'remove', meetingId, userId: removed.id });
  if (state === 'byProvider') await house.done(provider, { action: 'end', meetingId });
  if (state === 'byItself' || state === 'closedByItself') await endItself(meetingId, session.id);
  if (state === 'failed') {
    // As if the next meeting could not be made.
    const fail = { p: { sessionId: session.id, attempt: 2, error: 'ChimeUnavailable' } };
    await house.rpc('renew_meeting', { p: { sessionId: session.id, meetingId, at: new Date().toISOString() } });
    await house.rpc('fail_session', fail);
  }
  if (state === 'closed' || state === 'closedByItself') await house.setAppointment(appointment, "status = 'no_show'");
  if (state === 'notByVideo') await house.setAppointment(appointment, 'video_enabled = null');
  return visit;
}

async function endItself(meetingId: string, sessionId: string): Promise<void> {
  await house.endAtChime(meetingId);
  await expect.poll(async () => (await house.session(sessionId))['status']).toBe('ended');
}

function bodyOf(action: Action, { appointment, meetingId, people }: Visit): object {
  const userId = people.patient.id;
  const bodies: Record<Action, object> = {
    create: { appointmentId: appointment },
    join: { meetingId },
    'batch-join': { meetingId, userIds: [people.named.id] },
    admit: { meetingId, userId },
    mute: { meetingId, userId },
    remove: { meetingId, userId },
    transcription: { meetingId, enabled: false },
    consent: { meetingId, decision: 'given', textVersion: newestConsentVersion },
    report: { meetingId, kind: 'survey', values: { stars: 4 } },
    status: { meetingId },
    end: { meetingId },
  };
  return { action, ...bodies[action] };
}

/** There is a meeting, though the EHR may have closed the appointment meanwhile. */
const goesOn: ReadonlySet<State> = new Set(['active', 'closed', 'notByVideo']);

/** Through every door, and Chime hears nothing of it. */
async function expectRefusals(state: State): Promise<void> {
  const visit = await visitIn(state);
  const asked = actions.flatMap((action) =>
    roles.map((role) => ({ action, role, wanted: verdict(action, role, state) })),
  );
  const refused = asked.filter(({ wanted: [status] }) => status !== 200);
  const before = house.chimeCalls();
  for (const { action, role, wanted } of refused) {
    const answers = ways.map((way) => house.ask(visit.people[role], bodyOf(action, visit), way));
    const codes = (await Promise.all(answers)).map(({ status, body }) => [status, body.code]);
    expect([action, role, codes]).toEqual([action, role, ways.map(() => wanted)]);
  }
  expect(house.chimeCalls()).toBe(before);
  // Each was refused four times, and is noted once for each hour.
  const noted = await house.product.sql(
    `select distinct actor, detail ->> 'action', detail ->> 'code', count(*) over (partition by actor, detail ->> 'action',
       date_trunc('hour', at))
     from pipeline.audit_outbox where meeting_id = '${visit.meetingId}' and action = 'ACCESS_REFUSED'`,
  );
  // An appointment's visit that is over, or that never was, is no meeting.
  const isMeeting = ({ action }: { action: Action }) => action !== 'create' || goesOn.has(state);
  // That there is no meeting just now turns nobody away who may be in one.
  const isOfAccess = ({ role, wanted: [, code] }: { role: Role; wanted: Verdict }) =>
    role !== 'unknown' && !(code === 'MeetingEnded' && state === 'failed');
  const known = refused.filter((one) => isOfAccess(one) && state !== 'none' && isMeeting(one));
  const wanted = known.map(({ action, role, wanted: [, code = ''] }) => [visit.people[role].id, action, code, '1']);
  expect(noted.map(String).sort()).toEqual(wanted.map(String).sort());
}

describe.each(states)('a visit that is %s', (state) => {
  test('refuses what is to be refused, through every door, and Chime hears nothing of it', () => expectRefusals(state));

  // The last ones change the visit for whoever asks next.
  test.each([
    ['status', 'report', 'consent', 'mute', 'admit', 'transcription', 'batch-join'],
    ['remove'],
    ['join'],
    ['create'],
    ['end'],
  ] as const)('grants %s to whom it is to be granted, and again when it is repeated', async (...asked) => {
    const visit = await visitIn(state);
    for (const action of asked) {
      const granted = roles.filter((role) => verdict(action, role, state)[0] === 200);
      for (const [at, role] of granted.entries()) {
        for (const way of at === 0 ? ways : ways.slice(at % ways.length).slice(0, 1)) {
          const { status, body } = await house.ask(visit.people[role], bodyOf(action, visit), way);
          expect([action, role, way, status, body.code]).toEqual([action, role, way, 200, undefined]);
        }
      }
    }
  });
});

describe('in Deno itself', () => {
  beforeAll(async () => {
    await house[Symbol.asyncDispose]();
    house = await CallHouse.open({ edge: { runtime: 'deno' } });
    crowd = await gather();
  });

  test.each(['active', 'byItself'] as const)('the same is refused of a visit that is %s', expectRefusals);

  test.each(['create', 'join', 'consent', 'status', 'end'] as const)('%s is granted', async (action) => {
    const visit = await visitIn('active');
    for (const family of families) {
      const { status } = await house.ask(crowd.provider, bodyOf(action, visit), { door: 'edge', family });
      expect(status).toBe(200);
    }
  });
});
