import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAll } from '../../local/audit/verify.ts';
import { consentText, consentTextHash, newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { CallHouse, type Asking, type Entry, type Person } from './callHouse.ts';

const env = { RECORDS: 'on', CONSENT_WITHDRAWN: 'discard' };
const textVersion = newestConsentVersion;

let house: CallHouse;
beforeAll(async () => {
  house = await CallHouse.open({ stepEnv: env, edge: { env } });
});
afterAll(() => house[Symbol.asyncDispose]());

/** Both have come, and the patient waits. */
async function visit() {
  const [provider, patient] = (await house.people(2)) as [Person, Person];
  const appointment = await house.appointment(provider, patient);
  const early = await house.create(patient, appointment, { door: 'edge', family: 'firebase' });
  const created = await house.create(provider, appointment);
  const meetingId = created.meeting.MeetingId;
  const say = (person: Person, decision: string, asking: Asking = {}, more: object = {}) =>
    house.ask(person, { action: 'consent', meetingId, decision, textVersion, ...more }, asking);
  const status = (person: Person) => house.done(person, { action: 'status', meetingId });
  const ledger = () =>
    house.product.sql(
      `select user_id, decision, text_version, text_sha256, language from public.recording_consents
       where meeting_id = '${meetingId}' order by id`,
    );
  return {
    provider,
    patient,
    appointment,
    early,
    created,
    meetingId,
    sessionId: created.session.id,
    say,
    status,
    ledger,
  };
}

/** Both are there, the patient admitted. */
async function underWay() {
  const call = await visit();
  const devices = { provider: house.enter(call.created), patient: house.enter(call.early) };
  await house.done(call.provider, { action: 'admit', meetingId: call.meetingId, userId: call.patient.id });
  const present = async () => (await call.status(call.provider))['present'] as unknown[];
  await expect.poll(async () => (await present()).length).toBe(2);
  return { ...call, devices };
}

/** As the capture will. */
async function setRecording(sessionId: string, isRecording: boolean): Promise<void> {
  await house.product.sql(
    `update public.video_call_sessions set is_recording = ${isRecording} where id = '${sessionId}'`,
  );
}

const hashOf = (language: string) => consentTextHash(consentText(textVersion, 'discard', [language]));
const consentIn = ({ consent, recordingEnabled }: Entry) => ({ ...(consent as object), recordingEnabled });

test('both are asked, each agrees for herself through a door of her own, and then it may be recorded', async () => {
  const { provider, patient, created, early, meetingId, say, status, ledger } = await underWay();
  const asked = { needed: true, textVersion, language: 'en', recordingEnabled: true };
  // She came before the provider had said whether she wants a recording.
  expect([consentIn(early), consentIn(created)]).toMatchObject([asked, asked]);
  expect(consentIn(early)).toMatchObject({ text: consentText(textVersion, 'discard', ['en']).text });
  expect(await status(provider)).toMatchObject({
    recording: { may: false, reason: 'NotAgreed' },
    toAgree: expect.arrayContaining([provider.id, patient.id]) as unknown,
  });
  expect(await say(patient, 'given', { door: 'edge', family: 'firebase' }, { language: 'fr' })).toEqual({
    status: 200,
    body: { userId: patient.id, decision: 'given', textVersion, isSpoilt: false },
  });
  expect(await status(provider)).toMatchObject({ recording: { reason: 'NotAgreed' }, toAgree: [provider.id] });
  for (const door of ['function', 'lambda', 'edge'] as const) {
    expect(await say(provider, 'given', { door })).toMatchObject({ status: 200, body: { decision: 'given' } });
  }
  expect(await status(patient)).toMatchObject({ recording: { may: true }, toAgree: [] });
  expect(await ledger()).toEqual([
    [patient.id, 'given', textVersion, await hashOf('fr'), 'fr'],
    [provider.id, 'given', textVersion, await hashOf('en'), 'en'],
  ]);
  expect(consentIn(await house.join(patient, meetingId))).toMatchObject({ needed: false, textVersion });

  await house.carry();
  const proofs = await verifyAll(house.product.deployment, meetingId, new Date());
  expect(proofs.map(({ report }) => report.faults)).toEqual([[]]);
  const entries = (await house.product.audit(meetingId)).filter(({ action }) => action.startsWith('CONSENT'));
  expect(entries).toMatchObject([
    { action: 'CONSENT_GIVEN', actor: patient.id, detail: { userId: patient.id, textVersion } },
    { action: 'CONSENT_GIVEN', actor: provider.id },
  ]);
});

test('whoever waits decides for herself, and for nobody else', async () => {
  const { provider, patient, say, ledger, status } = await visit();
  expect(await say(patient, 'given', {}, { userId: provider.id })).toMatchObject({ body: { userId: patient.id } });
  expect((await ledger()).map(([who]) => who)).toEqual([patient.id]);
  // Nor is she told what the provider says.
  await say(provider, 'given');
  const shown = (await status(patient))['participants'] as { userId: string; consent: object | null }[];
  expect(shown.flatMap(({ userId, consent }) => (consent ? userId : []))).toEqual([patient.id]);
});

test('another text than the one that counts is refused through every door, and nothing is kept', async () => {
  const { patient, say, ledger } = await visit();
  for (const door of ['function', 'lambda', 'edge'] as const) {
    expect(await say(patient, 'given', { door }, { textVersion: '2020-01-01' })).toMatchObject({
      status: 409,
      body: { code: 'ConsentTextOutdated' },
    });
  }
  expect(await ledger()).toEqual([]);
});

test('whoever comes while it is recorded sees and hears, and is heard once she agrees', async () => {
  const { provider, patient, meetingId, sessionId, say, devices } = await underWay();
  for (const person of [provider, patient]) await say(person, 'given');
  await setRecording(sessionId, true);
  const [late] = (await house.people(1)) as [Person];
  await house.done(provider, { action: 'batch-join', meetingId, userIds: [late.id] });
  const entry = await house.join(late, meetingId, { door: 'edge' });
  const device = house.enter(entry);
  const audio = () => [device.can('Audio', 'Send'), device.can('Audio', 'Receive')];
  expect(audio()).toEqual([false, false]);
  await house.done(provider, { action: 'admit', meetingId, userId: late.id });
  expect([consentIn(entry), audio()]).toMatchObject([{ needed: true }, [false, true]]);
  // Nor does unmuting give her a voice.
  await house.done(provider, { action: 'mute', meetingId, userId: late.id, muted: false });
  expect(audio()).toEqual([false, true]);
  expect((await house.join(late, meetingId)).attendee).toMatchObject({
    Capabilities: { Audio: 'Receive', Video: 'Receive' },
  });
  await say(late, 'given', { door: 'edge' });
  expect(audio()).toEqual([true, true]);
  // Whoever had agreed was heard all the time.
  expect(devices.patient.can('Audio', 'Send')).toBe(true);
  await say(late, 'withdrawn');
  expect(audio()).toEqual([false, true]);
});

describe('a no', () => {
  test.each([
    ['refused', [], 'CONSENT_REFUSED'],
    ['withdrawn', ['given'], 'CONSENT_WITHDRAWN'],
  ] as const)(
    'that is %s is final for the meeting, and the next meeting asks anew',
    async (decision, before, action) => {
      const { provider, patient, meetingId, sessionId, say, status } = await underWay();
      await say(provider, 'given');
      for (const one of before) await say(patient, one);
      const final = { status: 200, body: { decision, isSpoilt: true } };
      expect(await say(patient, 'refused', { door: 'edge' })).toMatchObject(final);
      expect(await say(patient, 'given')).toMatchObject(final);
      expect(await say(provider, 'given')).toMatchObject({ body: { decision: 'given', isSpoilt: true } });
      expect(await status(provider)).toMatchObject({ recording: { may: false, reason: 'Refused' }, toAgree: [] });
      expect(consentIn(await house.join(patient, meetingId))).toEqual({
        needed: false,
        text: null,
        textVersion: null,
        language: null,
        recordingEnabled: false,
      });
      expect(await house.session(sessionId)).toMatchObject({ consent_withdrawn: 'discard' });

      await house.endAtChime(meetingId);
      const renewed = await house.join(patient, meetingId);
      expect(renewed).toMatchObject({ renewed: true, consent: { needed: true }, recordingEnabled: true });
      expect(await say(patient, 'given')).toMatchObject({ status: 409, body: { code: 'MeetingEnded' } });
      const next = { action: 'consent', meetingId: renewed.meeting.MeetingId, decision: 'given', textVersion };
      expect(await house.done(patient, next)).toMatchObject({ decision: 'given', isSpoilt: false });

      await house.carry();
      const noted = (await house.product.audit(meetingId)).map((entry) => entry.action);
      expect(noted.filter((name) => name.startsWith('CONSENT') && name !== 'CONSENT_GIVEN')).toEqual([action]);
    },
  );

  test('of the provider is to say that she wants no recording: nobody is asked', async () => {
    const [provider, patient] = (await house.people(2)) as [Person, Person];
    const appointmentId = await house.appointment(provider, patient);
    const create = { action: 'create', appointmentId, enableRecording: false };
    const created = (await house.done(provider, create)) as Entry;
    const meetingId = created.meeting.MeetingId;
    const none = { needed: false, recordingEnabled: false };
    expect(consentIn(created)).toMatchObject(none);
    // Nobody else's wish counts, and hers stays when she comes back.
    const wish = { action: 'join', meetingId, enableRecording: true };
    expect(consentIn((await house.done(patient, wish)) as Entry)).toMatchObject(none);
    expect(consentIn(await house.join(provider, meetingId))).toMatchObject(none);
    expect(await house.done(provider, { action: 'status', meetingId })).toMatchObject({
      recording: { may: false, reason: 'NotWished' },
      toAgree: [],
    });
  });
});
