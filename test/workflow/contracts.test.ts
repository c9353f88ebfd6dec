import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { createClient, type FunctionsHttpError } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CallHouse, type Person } from './callHouse.ts';

/** Whatever a former client may ask for, over HTTP, with the edge functions in Deno as the platform runs them. */
let house: CallHouse;
let provider: Person;
let patient: Person;
beforeAll(async () => {
  house = await CallHouse.open({ edge: { runtime: 'deno', env: formerSecrets } });
  [provider, patient] = (await house.people(2)) as [Person, Person];
});
afterAll(() => house[Symbol.asyncDispose]());

/** What the edge may have been told, beside what the platform and the stack tell it: the names are the former ones. */
const sdkUrl = 'https://cdn.example.org/chime-sdk-3.19.0.min.js';
const formerSecrets = {
  CHIME_API_ENDPOINT: 'https://eu.example.org',
  CHIME_API_ENDPOINT_AF: 'https://af.example.org',
  CHIME_RECORDINGS_BUCKET: 'medzen-meeting-recordings-111122223333',
  CHIME_SDK_CDN_URL: sdkUrl,
  CALLBACK_SECRETS: 'a secret of at least thirty-two characters'.replaceAll(' ', '-'),
  AWS_ACCOUNT_ID: '111122223333',
};

const edgeUrl = (name: string) => `${house.product.stack.env['SUPABASE_URL']}/functions/v1/${name}`;
const apiUrl = (path: string) => `${house.product.stack.env['API_URL']}${path}`;
/** A refusal that a client can read from any page: a status, a sentence, and a name to go by. */
const refusalOf = async (response: Response) => ({
  status: response.status,
  origin: response.headers.get('access-control-allow-origin'),
  body: (await response.json()) as object,
});
const named = (status: number, code: unknown = expect.stringMatching(/^[A-Z][A-Za-z]+$/)) => ({
  status,
  origin: '*',
  body: { error: expect.stringMatching(/^[A-Z].*\.$/) as string, code },
});

describe('each edge function answers under its published name', () => {
  test.each([
    'chime-meeting-token',
    'chime-messaging',
    'chime-recording-callback',
    'chime-transcription-callback',
    'chime-entity-extraction',
  ])('%s', async (name) => {
    expect(await refusalOf(await fetch(edgeUrl(name), { method: 'POST', body: '{}' }))).toEqual(named(401));
  });

  test('and no other', async () => {
    expect((await fetch(edgeUrl('chime-other'), { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('each route of the HTTP API answers', () => {
  test.each<[string, string, number]>([
    ['POST', '/meetings', 401],
    ['POST', '/messaging', 401],
    ['POST', '/speech', 401],
    ['GET', '/recordings/rec-1/link', 401],
    ['GET', '/recordings/rec-1/fhir', 401],
    ['GET', '/health', 200],
  ])('%s %s: %i to somebody without a token', async (method, path, status) => {
    const headers = { origin: 'https://app.example.org' };
    const response = await fetch(apiUrl(path), { method, headers, ...(method === 'POST' && { body: '{}' }) });
    if (status === 200) expect([200, 503]).toContain(response.status);
    else expect(await refusalOf(response)).toEqual(named(status, 'InvalidToken'));
  });

  test('and no other', async () => {
    expect((await fetch(apiUrl('/other'), { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('each action is known', () => {
  const actions = {
    meetings: 'create join batch-join admit consent transcription mute remove report status end',
    messaging: `createChannel sendMessage editMessage redactMessage markRead listMessages listChannels addMember
      removeMember attach attachmentLink react unreact deleteChannel`,
  };
  const each = (service: keyof typeof actions) => actions[service].split(/\s+/).map((name) => [service, name] as const);

  test.each([...each('meetings'), ...each('messaging'), ['meetings', 'fly'], ['messaging', 'fly']] as const)(
    '%s: %s',
    async (service, action) => {
      const { status, body } = await house.ask(provider, { action }, { service, door: 'edge' });
      const isUnknown = String(body.error).startsWith('The field action ');
      expect(isUnknown).toBe(action === 'fly');
      // None but this one can do without another field.
      expect(status).toBe(action === 'listChannels' ? 200 : 400);
    },
  );
});

/** An app as it was: supabase-js, which sends the public key, and the token of Firebase in a header of its own. */
async function app(person: Person) {
  const { SUPABASE_URL = '', SUPABASE_ANON_KEY = '' } = house.product.stack.env;
  const { functions } = createClient(SUPABASE_URL, SUPABASE_ANON_KEY);
  const { 'x-firebase-token': token = '' } = await house.headers(person, { family: 'firebase' });
  return async (name: string, body: object) => {
    const asked = { body, headers: { 'x-firebase-token': token } };
    const answer = await functions.invoke<Record<string, unknown>>(name, asked);
    if (answer.error === null) return { status: 200, ...answer.data };
    const { context } = answer.error as FunctionsHttpError;
    return { status: (context as Response).status, ...((await (context as Response).json()) as object) };
  };
}

describe('a former app gets what it got', () => {
  const anyText = expect.any(String) as string;

  test('of a call', async () => {
    const appointmentId = await house.appointment(provider, patient);
    const others = await house.people(3);
    const [asProvider, asPatient] = [await app(provider), await app(patient)];
    const create = { enableRecording: true, enableTranscription: true, transcriptionLanguage: 'en-US' };
    const created = await asProvider('chime-meeting-token', { action: 'create', appointmentId, ...create });
    expect(created).toEqual({
      status: 200,
      meeting: expect.objectContaining({
        MeetingId: anyText,
        MediaRegion: 'eu-west-1',
        MediaPlacement: expect.objectContaining({ AudioHostUrl: anyText, SignalingUrl: anyText }) as object,
      }) as object,
      attendee: expect.objectContaining({ AttendeeId: anyText, JoinToken: anyText }) as object,
      recordingEnabled: expect.any(Boolean) as boolean,
      transcriptionEnabled: expect.any(Boolean) as boolean,
      // What came later.
      session: { id: anyText, status: 'active' },
      admitted: true,
      consent: { needed: false, text: null, textVersion: null, language: null },
      sdk: { url: sdkUrl, integrity: null },
    });
    const { MeetingId: meetingId } = (created as unknown as { meeting: { MeetingId: string } }).meeting;
    const joined = await asPatient('chime-meeting-token', { action: 'join', meetingId });
    expect(joined).toMatchObject({ meeting: { MeetingId: meetingId }, attendee: { JoinToken: anyText } });
    const userIds = others.map(({ id }) => id);
    const batch = await asProvider('chime-meeting-token', { action: 'batch-join', meetingId, userIds });
    expect(batch).toMatchObject({ meeting: { MeetingId: meetingId }, errors: [] });
    expect((batch as unknown as { attendees: [] }).attendees).toHaveLength(3);
    const end = { action: 'end', meetingId };
    expect(await asPatient('chime-meeting-token', end)).toMatchObject({ status: 403, error: anyText });
    expect(await asProvider('chime-meeting-token', end)).toMatchObject({ status: 200 });
  });

  test('of a chat', async () => {
    const appointmentId = await house.appointment(provider, patient);
    const [asProvider, asPatient] = [await app(provider), await app(patient)];
    const created = await asPatient('chime-messaging', { action: 'createChannel', appointmentId });
    const { channelId } = (created as unknown as { channel: { channelId: string } }).channel;
    for (const message of ['One', 'Two']) {
      const send = { action: 'sendMessage', channelId, message, messageType: 'text', metadata: { from: 'app' } };
      expect(await asPatient('chime-messaging', send)).toMatchObject({ status: 200, message: { messageId: anyText } });
    }
    // Nobody speaks as the system.
    const system = { action: 'sendMessage', channelId, message: 'Call started', messageType: 'system', metadata: null };
    expect(await asPatient('chime-messaging', system)).toMatchObject({ status: 400, code: 'InvalidRequest' });
    const list = { action: 'listMessages', channelId, limit: 1 };
    // The first page is asked for with no place in the list.
    const first = await asProvider('chime-messaging', { ...list, nextToken: null });
    expect(first).toMatchObject({ messages: [{ message: 'Two', metadata: { from: 'app' } }], nextToken: anyText });
    const { nextToken } = first as unknown as { nextToken: string };
    expect(await asProvider('chime-messaging', { ...list, nextToken })).toMatchObject({
      messages: [{ message: 'One', messageType: 'text', senderId: patient.id }],
      nextToken: null,
    });
    const channels = { action: 'listChannels', limit: 10, nextToken: null };
    expect(await asProvider('chime-messaging', channels)).toMatchObject({ channels: [{ channelId }], nextToken: null });
    const closed = await asProvider('chime-messaging', { action: 'deleteChannel', channelId });
    expect(closed).toMatchObject({ status: 200, channel: { channelId, status: 'archived' } });
  });

  test('and tells the two what happens, in messages that say nothing of anybody', async () => {
    const appointmentId = await house.appointment(provider, patient);
    const ask = await app(patient);
    const created = await ask('chime-messaging', { action: 'createChannel', appointmentId });
    const { channelId } = (created as unknown as { channel: { channelId: string } }).channel;
    await ask('chime-meeting-token', { action: 'create', appointmentId });
    const listed = await ask('chime-messaging', { action: 'listMessages', channelId });
    const { messages } = listed as unknown as { messages: { messageType: string }[] };
    expect(messages.some(({ messageType }) => messageType === 'system')).toBe(true);
  });
});

test('the trail has the entry that it had', async () => {
  const appointmentId = await house.appointment(provider, patient);
  const { meeting } = await house.create(provider, appointmentId, { family: 'firebase', door: 'edge' });
  await house.carry();
  const { Items = [] } = await house.product.deployment.clients.dynamodb.send(
    new QueryCommand({
      TableName: 'medzen-meeting-audit',
      KeyConditionExpression: 'pk = :pk and begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `MEETING#${meeting.MeetingId}` }, ':sk': { S: 'CREATED#' } },
    }),
  );
  const sevenYears = Math.floor(Date.UTC(new Date().getUTCFullYear() + 7, new Date().getUTCMonth(), 1) / 1000);
  expect(Items).toMatchObject([
    {
      sk: { S: expect.stringMatching(/^CREATED#\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) as string },
      action: { S: 'CREATED' },
      appointmentId: { S: appointmentId },
      timestamp: { S: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string },
      ttl: { N: expect.any(String) as string },
    },
  ]);
  expect(Number(Items[0]?.['ttl']?.N)).toBeGreaterThan(sevenYears);
});

describe('the queries that people run find their rows', () => {
  beforeAll(async () => {
    const appointmentId = await house.appointment(provider, patient);
    const { meeting, session } = await house.create(provider, appointmentId);
    await house.done(provider, { action: 'end', meetingId: meeting.MeetingId });
    await house.product.sql(`
      update public.video_call_sessions set duration_seconds = 90 where id = '${session.id}';
      insert into public.video_call_sessions (appointment_id, provider_id, patient_id, status, error_message, error_occurred_at)
      values ('a', '${provider.id}', '${patient.id}', 'failed', 'Chime SDK timeout', now())`);
  });

  test.each([
    ['the newest sessions', 'select * from video_call_sessions order by created_at desc limit 10'],
    [
      'those that failed',
      `select id, error_message, error_occurred_at from video_call_sessions where status = 'failed' order by error_occurred_at desc`,
    ],
    [
      'how many ended, and how long they were',
      `select count(*), avg(duration_seconds) from video_call_sessions where status = 'ended' having avg(duration_seconds) > 0`,
    ],
    [
      'the share with an error',
      `select s from (select count(*) filter (where error_message is not null) * 100.0 / count(*) s from video_call_sessions) t where s > 0`,
    ],
    [
      'the people of each role',
      `select role, avg(duration_seconds) / 60.0, count(distinct user_id) from video_call_participants group by role having count(*) > 0`,
    ],
    [
      'the share of one error',
      `select s from (select count(*) filter (where error_message like '%SDK timeout%') * 1.0 / count(*) s from video_call_sessions) t where s > 0`,
    ],
  ])('%s', async (_, statement) => {
    expect((await house.product.sql(statement)).length).toBeGreaterThan(0);
  });
});
