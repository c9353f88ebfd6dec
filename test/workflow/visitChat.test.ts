import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatMessage } from '../../pipeline/messaging/chat.ts';
import type { Person } from './callHouse.ts';
import { asking, RecordedCall, type RecordingHouse, recordingHouse, toDialogue } from './recordedCall.ts';

/** A visit whose people have a chat beside it: what the chat says of it by itself, to both of them and to Chime. */
let at: RecordingHouse;
beforeAll(async () => {
  at = await recordingHouse();
});
afterAll(() => at.house[Symbol.asyncDispose]());

const dialogue = toDialogue([
  'clinician: Good morning. What has been going on?',
  'patient: I have had a sore throat and a cough for three days.',
]);

const texts: Readonly<Record<string, string>> = {
  'call-started': 'The call has started.',
  'recording-on': 'The call is being recorded.',
  'recording-off': 'The call is no longer being recorded.',
  'call-ended': 'The call has ended.',
  'results-released': 'Results of the visit have been released.',
};

async function request<Answer>(person: Person, url: string, body: object): Promise<Answer> {
  const { SUPABASE_ANON_KEY: apikey = '' } = at.house.product.stack.env;
  const headers = { ...(await at.house.headers(person, asking('supabase'))), apikey };
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** A visit whose two people have a channel, in which one of them has written. */
async function withChannel() {
  const { env, chime } = at.house.product.stack;
  const chat = <Answer>(person: Person, body: object) => request<Answer>(person, `${env['API_URL']}/messaging`, body);
  let channel = { channelId: '', channelArn: '' };
  const call = await RecordedCall.meet(at, 'supabase', async (appointmentId, { patient }) => {
    ({ channel } = await chat<{ channel: typeof channel }>(patient, { action: 'createChannel', appointmentId }));
    await chat(patient, { action: 'sendMessage', channelId: channel.channelId, message: 'I am ready.' });
  });
  /** As one of them reads it, the oldest first: codes of the system, and what people wrote. */
  const read = async (who: 'clinician' | 'patient') => {
    const listed = { action: 'listMessages', channelId: channel.channelId };
    const { messages } = await chat<{ messages: ChatMessage[] }>(call.people[who], listed);
    return messages.toReversed();
  };
  const said = async (who: 'clinician' | 'patient') =>
    (await read(who)).map(({ metadata, message }) => metadata?.['code'] ?? message);
  const atChime = () => chime.messaging.messages(channel.channelArn);
  return { call, read, said, atChime, ...channel };
}

/** The database's clock does not skip: what waits is made older, and the schedule finds it. */
async function later(channelId: string): Promise<void> {
  const { product } = at.house;
  await product.sql(`update public.chime_messages set changed_at = changed_at - interval '1 minute'
    where channel_id = '${channelId}'`);
  await product.stack.clock.sleep(61_000);
}

test('both read what became of a visit, in one order, and so does whoever listens at Chime', async () => {
  const { call, read, said, atChime, channelId } = await withChannel();
  expect(await said('patient')).toEqual(['I am ready.', 'call-started']);
  await call.agree();
  await call.say(dialogue);
  expect(await said('clinician')).toEqual(['I am ready.', 'call-started', 'recording-on']);
  await call.end();
  const [recording] = await call.recordings();
  const { env } = at.house.product.stack;
  for (const rpc of ['sign_consultation', 'release_results']) {
    const decision = { recording: recording?.['recording_id'], revision: 1, token: randomUUID() };
    // A page that has lost the answer asks again.
    for (const once of [decision, decision]) {
      await request(call.people.clinician, `${env['SUPABASE_URL']}/rest/v1/rpc/${rpc}`, once);
    }
  }
  const codes = ['call-started', 'recording-on', 'call-ended', 'recording-off', 'results-released'];
  for (const who of ['clinician', 'patient'] as const) expect(await said(who)).toEqual(['I am ready.', ...codes]);
  const system = (await read('patient')).slice(1);
  expect(system.map(({ senderId, messageType, message }) => [senderId, messageType, message])).toEqual(
    codes.map((code) => [null, 'system', texts[code]]),
  );

  await later(channelId);
  expect(new Set((await read('patient')).map(({ state }) => state))).toEqual(new Set(['confirmed']));
  expect(
    atChime().map(({ sender, content, metadata }) => [
      sender.split('/').at(-1),
      content,
      (JSON.parse(metadata ?? '{}') as { code?: string }).code,
    ]),
  ).toEqual([
    [call.people.patient.id, 'I am ready.', undefined],
    ...codes.map((code) => ['system', texts[code], code]),
  ]);
  // Whatever is swept after it brings nothing twice.
  await later(channelId);
  expect(atChime()).toHaveLength(codes.length + 1);
});

test('a visit that goes on in a second meeting started once; a withdrawal shows before the end', async () => {
  const { call, said } = await withChannel();
  await call.agree();
  await at.house.endAtChime(call.meetingId);
  await call.untilOver();
  // Which of the last two Chime tells first is its own business.
  expect((await said('patient')).slice(1, 3)).toEqual(['call-started', 'recording-on']);
  expect(new Set((await said('patient')).slice(3))).toEqual(new Set(['call-ended', 'recording-off']));
  expect(await call.come('patient')).toMatchObject({ renewed: true });
  await call.come('clinician');
  await call.agree();
  await call.decide('patient', 'withdrawn');
  await call.untilOver();
  await call.end();
  for (const who of ['clinician', 'patient'] as const) {
    expect((await said(who)).slice(5)).toEqual(['recording-on', 'recording-off', 'call-ended']);
  }
});

test('two people without a channel get none by their visit', async () => {
  const call = await RecordedCall.meet(at, 'supabase');
  await call.agree();
  await call.end();
  const { clinician, patient } = call.people;
  const theirs = `select 1 from public.chime_messaging_channels where provider_id = '${clinician.id}' or patient_id = '${patient.id}'`;
  expect(await at.house.product.sql(theirs)).toEqual([]);
});
