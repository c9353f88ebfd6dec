import { StartMeetingTranscriptionCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestConsentVersion as textVersion } from '../../pipeline/meetings/consentTexts.ts';
import { CallHouse, type Asking, type Person } from './callHouse.ts';

const env = { RECORDS: 'on', MEDIA_REGIONS: 'eu-central-1' };

let house: CallHouse;
beforeAll(async () => {
  house = await CallHouse.open({ stepEnv: env, edge: { env } });
});
afterAll(() => house[Symbol.asyncDispose]());

/** Provider and patient are there and admitted, and a third person was named, let in, and has not agreed. */
async function underWay() {
  const [provider, patient, third] = (await house.people(3)) as [Person, Person, Person];
  const appointment = await house.appointment(provider, patient);
  const created = await house.create(provider, appointment);
  const { MeetingId: meetingId } = created.meeting;
  const early = await house.create(patient, appointment);
  await house.done(provider, { action: 'batch-join', meetingId, userIds: [third.id] });
  for (const { id } of [patient, third]) await house.done(provider, { action: 'admit', meetingId, userId: id });
  for (const entry of [created, early]) house.enter(entry);
  const ask = (person: Person, body: object, asking: Asking = {}) => house.ask(person, { meetingId, ...body }, asking);
  const captions = (enabled: boolean, more: object = {}, asking: Asking = {}) =>
    ask(provider, { action: 'transcription', enabled, ...more }, asking);
  const say = (person: Person, decision: string) => ask(person, { action: 'consent', decision, textVersion });
  const present = async () => ((await ask(provider, { action: 'status' })).body['present'] as unknown[]).length;
  await expect.poll(present).toBe(2);
  const trail = async () => {
    await house.carry();
    const entries = await house.product.audit(meetingId);
    return entries.filter(({ action }) => action.startsWith('LIVE_TRANSCRIPTION'));
  };
  return { provider, patient, third, meetingId, ask, captions, say, trail };
}

/** The captions that Chime has made in a meeting, or makes still. */
const made = (meetingId: string) =>
  house.product.stack.chime.meetings().find(({ id }) => id === meetingId)?.transcriptions ?? [];
const isHeard = (meetingId: string) => made(meetingId).some(({ to }) => to === undefined);

test('they begin once everybody who is there has agreed, and whoever has not is not heard', async () => {
  const { provider, patient, third, meetingId, captions, say, ask, trail } = await underWay();
  const first = house.enter(await house.join(third, meetingId));
  expect(first.can('Audio', 'Send')).toBe(true);
  // Somebody who comes and goes within a millisecond may be told of in the wrong order.
  await expect
    .poll(async () => (await ask(provider, { action: 'status' })).body)
    .toMatchObject({ present: [{}, {}, {}] });
  first.leave();
  await say(provider, 'given');
  expect(await captions(true)).toMatchObject({ status: 409, body: { code: 'ConsentMissing' } });
  await say(patient, 'given');
  await expect.poll(async () => (await captions(true)).status).toBe(200);
  const on = { on: true, language: 'en-US', engine: 'transcribe-medical' };
  for (const door of ['function', 'edge'] as const) {
    expect(await captions(true, {}, { door })).toEqual({ status: 200, body: { captions: on } });
  }
  expect((await ask(patient, { action: 'status' })).body).toMatchObject({ captions: on, isRecording: false });
  expect(made(meetingId).map(({ region }) => region)).toEqual(made(meetingId).map(() => 'eu-west-1'));
  expect(isHeard(meetingId)).toBe(true);
  // Whoever comes back by the token of before is not heard, until that person agrees.
  const again = house.product.stack.chime.people.join(meetingId, first.attendee.joinToken);
  expect([again.can('Audio', 'Send'), again.can('Audio', 'Receive')]).toEqual([false, true]);
  await say(third, 'given');
  expect(again.can('Audio', 'Send')).toBe(true);
  for (const door of ['edge', 'function'] as const) {
    expect(await captions(false, {}, { door })).toMatchObject({ status: 200, body: { captions: { on: false } } });
  }
  expect(isHeard(meetingId)).toBe(false);
  expect(await trail()).toMatchObject([
    { action: 'LIVE_TRANSCRIPTION_STARTED', actor: provider.id, detail: { region: 'eu-west-1', language: 'en-US' } },
    { action: 'LIVE_TRANSCRIPTION_STOPPED', actor: provider.id },
  ]);
});

describe('what Chime tells', () => {
  /** A combination that does not run, of which Chime tells afterwards. */
  const broken = { EngineTranscribeSettings: { LanguageCode: 'en-US', IdentifyLanguage: true } } as const;

  test('of captions that fail switches them off, and whoever was kept from sending may send', async () => {
    const { provider, patient, third, meetingId, captions, say, ask, trail } = await underWay();
    for (const person of [provider, patient]) await say(person, 'given');
    await captions(true);
    const device = house.enter(await house.join(third, meetingId));
    expect(device.can('Audio', 'Send')).toBe(false);
    house.product.stack.chime.assumed.secondTranscription = 'replaces';
    await house.chime.send(
      new StartMeetingTranscriptionCommand({ MeetingId: meetingId, TranscriptionConfiguration: broken }),
    );
    await expect
      .poll(async () => (await ask(provider, { action: 'status' })).body['captions'])
      .toEqual({ on: false, language: null, engine: null });
    await expect.poll(() => device.can('Audio', 'Send')).toBe(true);
    expect(await trail()).toMatchObject([{}, { action: 'LIVE_TRANSCRIPTION_STOPPED', detail: { reason: 'Failed' } }]);
    expect(await captions(true)).toMatchObject({ status: 409 });
    await say(third, 'given');
    expect(await captions(true)).toMatchObject({ status: 200 });
  });

  test('of captions that nobody wants stops them', async () => {
    const { meetingId } = await underWay();
    const usual = { EngineTranscribeSettings: { LanguageCode: 'en-US', Region: 'eu-central-1' } } as const;
    await house.chime.send(
      new StartMeetingTranscriptionCommand({ MeetingId: meetingId, TranscriptionConfiguration: usual }),
    );
    expect(made(meetingId)).toHaveLength(1);
    await expect.poll(() => isHeard(meetingId)).toBe(false);
  });
});

describe('are not made', () => {
  test.each([
    ['in a language that no engine has', { language: 'es-ES' }, 422, 'LanguageNotSupported'],
    ['in what is no language', { language: 'Ngozi' }, 422, 'LanguageNotSupported'],
  ])('%s', async (_, more, status, code) => {
    const { provider, patient, meetingId, captions, say } = await underWay();
    for (const person of [provider, patient]) await say(person, 'given');
    for (const door of ['function', 'edge'] as const) {
      expect(await captions(true, more, { door })).toMatchObject({ status, body: { code } });
    }
    expect(made(meetingId)).toEqual([]);
  });

  test('after a no, which ends those that there are', async () => {
    const { provider, patient, meetingId, captions, say, trail } = await underWay();
    for (const person of [provider, patient]) await say(person, 'given');
    expect(await captions(true, { language: 'fr' })).toMatchObject({ body: { captions: { language: 'fr-FR' } } });
    expect(await say(patient, 'withdrawn')).toMatchObject({ status: 200, body: { isSpoilt: true } });
    expect(isHeard(meetingId)).toBe(false);
    expect(await captions(true)).toMatchObject({ status: 409, body: { code: 'ConsentMissing' } });
    expect(await trail()).toMatchObject([
      {},
      { action: 'LIVE_TRANSCRIPTION_STOPPED', detail: { reason: 'Withdrawn' } },
    ]);
  });
});
