import { randomUUID } from 'node:crypto';
import {
  ChimeSDKMeetingsClient,
  CreateMeetingCommand,
  DeleteMeetingCommand,
  StartMeetingTranscriptionCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isApiDestination } from '../../local/services/eventBridge/apiDestinations.ts';
import { callbackSecret } from '../../local/stack/stack.ts';
import { newestConsentVersion as textVersion } from '../../pipeline/meetings/consentTexts.ts';
import { checkAnswer } from './answers.ts';
import { CallHouse, type Person } from './callHouse.ts';

const env = { RECORDS: 'on' };
/** The one that EventBridge sends, and the one that takes its place. */
const [old, next] = [callbackSecret, 'n'.repeat(64)];
/** As the service does, and sooner. */
const assumed = { startMs: 20, stopMs: 50, joinMs: 50, chunkMs: 200 };
const [recording, transcription] = ['chime-recording-callback', 'chime-transcription-callback'] as const;

/** The functions run in Deno, as on the platform. */
let house: CallHouse;
beforeAll(async () => {
  house = await CallHouse.open({
    stepEnv: env,
    parameters: { callbacks: 'on' },
    edge: { runtime: 'deno', env: { ...env, CALLBACK_SECRETS: `${old},${next}` } },
    chime: { pipelines: { assumed } },
  });
});
afterAll(() => house[Symbol.asyncDispose]());

type Callback = typeof recording | typeof transcription;

/** What each function takes, about a meeting. */
const eventOf: Readonly<Record<Callback, (meetingId: string, userId: string) => object>> = {
  [recording]: (meetingId, userId) => ({
    eventType: 'chime:AttendeeJoined',
    meetingId,
    attendeeId: randomUUID(),
    externalUserId: userId,
  }),
  [transcription]: (meetingId) => ({ eventType: 'chime:TranscriptionFailed', meetingId }),
};

const enveloped = (detail: object, more: object = {}) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Chime Meeting State Change',
  source: 'aws.chime',
  account: '111122223333',
  time: new Date().toISOString(),
  region: 'eu-central-1',
  resources: [],
  detail: { version: '0', timestamp: Date.now(), ...detail },
  ...more,
});

/** Whoever is first in a visit of two, in a meeting of theirs that nobody has entered. */
async function visit() {
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  const appointment = await house.appointment(provider, patient);
  const created = await house.create(provider, appointment);
  return { provider, patient, created, meetingId: created.meeting.MeetingId, sessionId: created.session.id };
}

const said = (meetingId: string) => house.product.rows('call_events', 'meeting_id', meetingId);
/** A time so many seconds from now. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const hour = 3_600;

interface Posted {
  secret?: string | undefined;
  method?: string;
  body: string;
}

async function post(name: Callback, { secret = old, method = 'POST', body }: Posted) {
  const response = await fetch(`${house.product.stack.env['SUPABASE_URL']}/functions/v1/${name}`, {
    method,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(secret !== '' && { 'x-callback-secret': secret }),
    },
    ...(method === 'POST' && { body }),
  });
  const answer = (await response.json()) as { code?: string; outcome?: string };
  const path = new URL(response.url).pathname;
  if (method === 'POST') checkAnswer({ method, path, asked: {}, status: response.status, body: answer });
  return { status: response.status, said: answer.code ?? answer.outcome, again: response.headers.get('retry-after') };
}

describe.each([recording, transcription])('%s', (name) => {
  const make = async (change: object = {}) => {
    const { meetingId, patient } = await visit();
    return { meetingId, event: enveloped(eventOf[name](meetingId, patient.id), change) };
  };
  const rows = name === recording ? 1 : 0;

  test.each([
    ['the old secret', old],
    ['the new secret', next],
  ])('takes an event with %s, once, however often it comes', async (_, secret) => {
    const { meetingId, event } = await make();
    for (let time = 0; time < 2; time += 1) {
      expect(await post(name, { secret, body: JSON.stringify(event) })).toMatchObject({ status: 200, said: 'told' });
    }
    expect(await said(meetingId)).toHaveLength(rows);
  });

  test.each<[string, number, string, (event: object) => Partial<Posted>]>([
    ['no secret', 401, 'InvalidSecret', () => ({ secret: '' })],
    ['a wrong secret', 401, 'InvalidSecret', () => ({ secret: 'w'.repeat(64) })],
    ['a wrong secret and no JSON', 401, 'InvalidSecret', () => ({ secret: 'w'.repeat(64), body: '{' })],
    [
      'another account',
      403,
      'ForeignEvent',
      (event) => ({ body: JSON.stringify({ ...event, account: '444455556666' }) }),
    ],
    ['another region', 403, 'ForeignEvent', (event) => ({ body: JSON.stringify({ ...event, region: 'us-east-1' }) })],
    [
      'more than 25 hours',
      400,
      'EventOutOfTime',
      (event) => ({ body: JSON.stringify({ ...event, time: inSeconds(-25 * hour - 5) }) }),
    ],
    ['the future', 400, 'EventOutOfTime', (event) => ({ body: JSON.stringify({ ...event, time: inSeconds(hour) }) })],
    [
      'another type',
      400,
      'EventNotTaken',
      (event) => ({ body: JSON.stringify({ ...event, 'detail-type': 'Object Created' }) }),
    ],
    ['no JSON', 400, 'InvalidRequest', () => ({ body: '{"id":' })],
    ['no event', 400, 'InvalidRequest', () => ({ body: '[]' })],
    ['no body', 400, 'InvalidRequest', () => ({ body: '' })],
    [
      'more than 256 KB',
      413,
      'PayloadTooLarge',
      (event) => ({ body: JSON.stringify({ ...event, more: 'x'.repeat(262_144) }) }),
    ],
    ['a GET', 405, 'MethodNotAllowed', () => ({ method: 'GET' })],
  ])('refuses %s: %i %s', async (_, status, code, change) => {
    const { meetingId, event } = await make();
    expect(await post(name, { body: JSON.stringify(event), ...change(event) })).toMatchObject({ status, said: code });
    expect(await said(meetingId)).toEqual([]);
  });

  test('takes one that was tried for a day, and one that is as large as may be', async () => {
    const { meetingId, event } = await make({ time: inSeconds(-25 * hour + 10) });
    const small = JSON.stringify(event);
    const body = `${small.slice(0, -1)},"more":"${'x'.repeat(262_144 - small.length - 10)}"}`;
    expect(Buffer.byteLength(body)).toBe(262_144);
    expect(await post(name, { body })).toMatchObject({ status: 200, said: 'told' });
    expect(await said(meetingId)).toHaveLength(rows);
  });

  test('a meeting of somebody else is no row, and no failure', async () => {
    const meetingId = randomUUID();
    const event = enveloped(eventOf[name](meetingId, randomUUID()));
    expect(await post(name, { body: JSON.stringify(event) })).toMatchObject({ status: 200, said: 'nothing' });
    expect(await said(meetingId)).toEqual([]);
  });

  test('while the database is away it asks to be called again', async () => {
    const { meetingId, event } = await make();
    house.product.stack.faults.addOutage({ target: 'supabase', until: Infinity });
    try {
      const answer = await post(name, { body: JSON.stringify(event) });
      expect(answer).toEqual({ status: 503, said: 'ServiceUnavailable', again: '2' });
    } finally {
      house.product.stack.faults.clear();
    }
    expect(await post(name, { body: JSON.stringify(event) })).toMatchObject({ status: 200 });
    expect(await said(meetingId)).toHaveLength(rows);
  });
});

describe('a whole call', () => {
  /** A combination that does not run, of which Chime tells afterwards. */
  const broken = { EngineTranscribeSettings: { LanguageCode: 'en-US', IdentifyLanguage: true } } as const;
  type Legs = (isCallback: boolean) => readonly number[];
  let turn = 0;
  /** Late, twice and in another order than they were sent. */
  const disorder = [[90, 10], [0], [40, 0, 120], [150], [5, 5]];
  const disordered: Legs = () => disorder[(turn += 1) % disorder.length] ?? [0];
  const first: Legs = (isCallback) => (isCallback ? [] : [0]);

  afterEach(() => {
    house.product.stack.faults.disturber = undefined;
  });

  /** Whatever Chime tells comes by these legs alone; what we tell ourselves comes as ever. */
  function by(legs: Legs): void {
    house.product.stack.faults.disturber = {
      call: () => undefined,
      outcome() {},
      invocation: () => undefined,
      event: (arn, body) => (body.includes('"source":"aws.chime"') ? legs(isApiDestination(arn)) : [0]),
    };
  }

  /** Two people meet and agree, one is away for a while, captions fail, and then Chime ends the meeting: the rows of it. */
  async function held(legs: Legs) {
    by(legs);
    const { provider, patient, created, meetingId, sessionId } = await visit();
    const joined = await house.join(patient, meetingId);
    await house.done(provider, { action: 'admit', meetingId, userId: patient.id });
    const [, device] = [house.enter(created), house.enter(joined)];
    const ask = (person: Person, body: object) => house.done(person, { meetingId, ...body });
    const present = async () => ((await ask(provider, { action: 'status' }))['present'] as unknown[]).length;
    const session = () => house.session(sessionId);
    const capture = async () => (await house.product.rows('call_captures', 'meeting_id', meetingId))[0] ?? {};

    await expect.poll(present).toBe(2);
    for (const person of [provider, patient]) await ask(person, { action: 'consent', decision: 'given', textVersion });
    await expect.poll(async () => (await capture())['state']).toBe('running');
    await ask(provider, { action: 'transcription', enabled: true });
    device.drop();
    await expect.poll(present).toBe(1);
    house.enter(await house.join(patient, meetingId));
    await expect.poll(present).toBe(2);
    house.product.stack.chime.assumed.secondTranscription = 'replaces';
    await house.chime.send(
      new StartMeetingTranscriptionCommand({ MeetingId: meetingId, TranscriptionConfiguration: broken }),
    );
    const captions = async () => (await ask(provider, { action: 'status' }))['captions'];
    await expect.poll(captions).toMatchObject({ on: false });
    await expect.poll(() => house.product.stack.chime.pipelines.chunks(meetingId).length).toBeGreaterThan(2);
    await house.endAtChime(meetingId);
    await expect.poll(async () => (await capture())['state']).toBe('joined');
    await expect.poll(async () => (await session())['recording_state']).toBe('ready');
    // Three times somebody came, once somebody was lost, and the meeting ended.
    await expect.poll(async () => (await said(meetingId)).length).toBe(5);
    await house.carry();
    return rowsOf({ sessionId, meetingId, provider, patient });
  }

  interface Held {
    sessionId: string;
    meetingId: string;
    provider: Person;
    patient: Person;
  }

  const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

  /** What a call leaves behind, but for ids and times. */
  async function rowsOf({ sessionId, meetingId, provider, patient }: Held) {
    const { product } = house;
    const who = (id: unknown) => ({ [provider.id]: 'provider', [patient.id]: 'patient' })[String(id)] ?? id;
    const pick = (row: Record<string, unknown>, names: readonly string[]) => names.map((name) => row[name]);
    const [capture = {}] = await product.rows('call_captures', 'meeting_id', meetingId);
    const [meeting = {}] = await product.rows('call_meetings', 'meeting_id', meetingId);
    const presence = await product.rows('call_presence', 'session_id', sessionId);
    const events = await said(meetingId);
    return {
      session: pick(await house.session(sessionId), [
        'status',
        'ended_by',
        'error_message',
        'is_recording',
        'recording_state',
        'recording_reason',
        'total_participants',
        'max_participants_reached',
      ]),
      participants: Object.values(await house.participants(sessionId))
        .map((row) => pick(row, ['role', 'status']))
        .toSorted(byText),
      presence: presence.map((row) => [who(row['user_id']), row['left_at'] === null]).toSorted(byText),
      events: events.map((row) => [row['kind'], who(row['user_id'])]).toSorted(byText),
      capture: pick(capture, ['state', 'reason', 'attempt', 'is_settled']),
      captions: meeting['captions_on'],
      // What becomes of the recording is the workflow's, which may still run.
      audit: (await product.audit(meetingId))
        .filter(({ recordingId }) => recordingId === null)
        .map(({ action, actor, detail }) => [action, who(actor), detail?.['reason']])
        .toSorted(byText),
    };
  }

  let alone: ReturnType<typeof held> | undefined;
  const byTheFirst = () => (alone ??= held(first));

  test('is what it is by the first leg', async () => {
    expect(await byTheFirst()).toMatchObject({
      session: ['ended', null, null, false, 'ready', 'Ended', 2, 2],
      presence: [
        ['patient', false],
        ['patient', false],
        ['provider', false],
      ],
      capture: ['joined', 'Ended', 1, true],
      captions: false,
    });
  });

  test.each<[string, Legs]>([
    ['the callbacks alone, where the queue loses every event', (isCallback) => (isCallback ? [0] : [])],
    ['both legs at once', () => [0]],
    ['both legs, late, twice and out of order', disordered],
    ['the callbacks alone, late, twice and out of order', (isCallback) => (isCallback ? disordered(true) : [])],
  ])('leaves the same rows by %s', async (_, legs) => {
    const expected = await byTheFirst();
    expect(await held(legs)).toEqual(expected);
  });

  test('leaves nothing to the dead-letter queue', () => expect(putAside()).toEqual([]));
});

/** What the functions have refused for good. */
function putAside(): string[] {
  const { stack } = house.product;
  const [queue] = stack.deployment.queues.filter(({ id }) => id === 'CallbackEventsDead');
  if (!queue) throw new Error('there is no such queue');
  return stack.bodies(queue.arn);
}

test('what a function refuses is put aside at once, as a meeting that another deployment controls', async () => {
  const theirs = new ChimeSDKMeetingsClient({ ...house.product.clientConfig(), region: 'us-east-1' });
  const made = { ClientRequestToken: randomUUID(), ExternalMeetingId: randomUUID(), MediaRegion: 'us-east-1' } as const;
  const { Meeting } = await theirs.send(new CreateMeetingCommand(made));
  await theirs.send(new DeleteMeetingCommand({ MeetingId: Meeting?.MeetingId }));
  theirs.destroy();
  await expect.poll(() => putAside().length).toBe(1);
  expect(putAside()[0]).toContain('chime:MeetingEnded');
});
