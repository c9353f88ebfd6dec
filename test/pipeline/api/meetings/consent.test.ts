import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyTo } from '../../../../pipeline/api/meetings/applyTo.ts';
import { consent } from '../../../../pipeline/api/meetings/consent.ts';
import { enter } from '../../../../pipeline/api/meetings/enter.ts';
import { consentText, consentTextHash, newestConsentVersion } from '../../../../pipeline/meetings/consentTexts.ts';
import { capabilitiesOf } from '../../../../pipeline/meetings/capabilities.ts';
import type { RequestOf } from '../../../../pipeline/meetings/requests.ts';
import { Refusal } from '../../../../pipeline/refusals.ts';
import { memoryCall, patientId, providerId, rowOf } from '../../memoryCall.ts';

const textVersion = newestConsentVersion;

async function inCall(env: Readonly<Record<string, string>> = {}) {
  let before: (call: string) => unknown = () => {};
  const call = memoryCall({ env: { RECORDS: 'on', ...env }, turn: async (name) => before(name) });
  call.kept.session.status = 'active';
  await enter(call.ports, call.toSession(), rowOf(providerId));
  const { meeting, attendee } = await enter(call.ports, call.toSession(), rowOf(patientId));
  const row = call.kept.rows.get(patientId);
  if (!row) throw new Error('she is there');
  row.admitted = true;
  const meetingId = meeting.MeetingId;
  const ask = (decision: RequestOf<'consent'>['decision'], more: Partial<RequestOf<'consent'>> = {}) =>
    consent(call.ports)(call.grantedOf(patientId), { action: 'consent', meetingId, decision, textVersion, ...more });
  call.kept.calls.length = 0;
  const has = () => call.kept.rooms.get(meetingId)?.attendees.get(attendee.AttendeeId)?.Capabilities.Audio;
  return { ...call, ask, meetingId, row, has, beforeEach: (happens: typeof before) => void (before = happens) };
}

test('is kept with the hash of the text that was shown, for the caller alone', async () => {
  const { kept, ask, meetingId } = await inCall();
  const standing = { userId: patientId, decision: 'given', textVersion, isSpoilt: false };
  for (let times = 0; times < 2; times += 1) expect(await ask('given', { language: 'fr-CM' })).toEqual(standing);
  const textSha256 = await consentTextHash(consentText(textVersion, 'keep', ['fr']));
  const at = '2026-11-28T09:00:00.000Z';
  const said = { userId: patientId, meetingId, decision: 'given', textVersion, textSha256, language: 'fr', at };
  expect(kept.consents).toMatchObject([{ ...said, withdrawn: 'keep' }]);
  // Whoever asks again may do so because nobody was told.
  expect(kept.calls).toEqual(['recordConsent', 'tell', 'recordConsent', 'tell']);
  expect(kept.nudged).toEqual([meetingId, meetingId]);
});

test("the text is in the visit's language where the client does not say in which it was read", async () => {
  const { kept, ask } = await inCall({ CONSENT_WITHDRAWN: 'discard' });
  kept.session.transcriptionLanguage = 'fr-FR';
  await ask('given');
  const textSha256 = await consentTextHash(consentText(textVersion, 'discard', ['fr']));
  expect(kept.consents).toMatchObject([{ language: 'fr', textSha256, withdrawn: 'discard' }]);
  expect(kept.session.withdrawn).toBe('discard');
});

test('a yes to another text is refused, and nothing is kept', async () => {
  const { kept, ask } = await inCall();
  await expect(ask('given', { textVersion: '2026-01-01' })).rejects.toMatchObject({ code: 'ConsentTextOutdated' });
  expect(kept.calls).toEqual([]);
});

test.each(['refused', 'withdrawn'] as const)('%s counts, whatever text it is said to', async (said) => {
  const { kept, ask, row, has, meetingId } = await inCall();
  await ask('given');
  row.isRecorded = true;
  expect(await ask(said, { textVersion: '2026-01-01' })).toMatchObject({ decision: 'withdrawn', isSpoilt: true });
  // The ledger names a text that there is.
  const textSha256 = await consentTextHash(consentText(textVersion, 'keep', []));
  expect(kept.consents).toMatchObject([{ decision: 'given' }, { decision: 'withdrawn', textVersion, textSha256 }]);
  expect([has(), kept.nudged]).toEqual(['Receive', [meetingId, meetingId]]);
});

test('a no is final, and whoever had agreed withdraws', async () => {
  const { kept, ask } = await inCall();
  await ask('given');
  const final = { decision: 'withdrawn', isSpoilt: true };
  expect(await ask('refused')).toMatchObject(final);
  for (const again of ['given', 'withdrawn'] as const) expect(await ask(again)).toMatchObject(final);
  expect(kept.consents).toMatchObject([{ decision: 'given' }, { decision: 'withdrawn' }]);
});

test.each([
  ['the meeting is over', (call: Awaited<ReturnType<typeof inCall>>) => void (call.kept.session.status = 'ended')],
  ['the visit goes on in another one', ({ kept }) => void (kept.session.attempt = 2)],
  ['she was removed', ({ row }) => void (row.status = 'removed')],
] satisfies [string, (call: Awaited<ReturnType<typeof inCall>>) => void][])(
  'nothing is kept when %s',
  async (_, happens) => {
    const call = await inCall();
    happens(call);
    await expect(call.ask('given')).rejects.toMatchObject({ code: 'MeetingEnded' });
    expect(call.kept.consents).toEqual([]);
  },
);

describe('the recording is woken', () => {
  test.each(['given', 'refused'] as const)('by whoever has %s it', async (decision) => {
    const { kept, ask, meetingId } = await inCall();
    await ask(decision);
    expect(kept.nudged).toEqual([meetingId]);
  });

  test.each([
    ['nowhere, where nothing is recorded', false, 0],
    ['of a call that is recorded though nothing is recorded any more', true, 1],
  ])('%s', async (_, isRecorded, times) => {
    const { kept, ask, row } = await inCall({ RECORDS: 'off' });
    row.isRecorded = isRecorded;
    await ask('withdrawn');
    expect(kept.nudged).toHaveLength(times);
  });

  test('or else a no is not acknowledged, though she is heard no more, and a yes is', async () => {
    const { kept, ask, row, has, ports, meetingId } = await inCall();
    row.isRecorded = true;
    const { nudges } = ports;
    ports.nudges = { tell: () => Promise.reject(new Refusal('ServiceUnavailable')) };
    expect(await ask('given')).toMatchObject({ decision: 'given' });
    await expect(ask('withdrawn')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    expect([has(), kept.consents.length, kept.nudged]).toEqual(['Receive', 2, []]);
    ports.nudges = nudges;
    expect(await ask('withdrawn')).toMatchObject({ decision: 'withdrawn' });
    expect(kept.nudged).toEqual([meetingId]);
  });

  test('though Chime could not be asked to silence her', async () => {
    const { kept, ask, row, ports, meetingId } = await inCall();
    row.isRecorded = true;
    ports.meetings.setCapabilities = () => Promise.reject(new Refusal('ChimeUnavailable'));
    await expect(ask('withdrawn')).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(kept.nudged).toEqual([meetingId]);
  });
});

describe('while it is recorded', () => {
  test('whoever agrees is heard, and whoever withdraws is not', async () => {
    const { ask, row, has } = await inCall();
    row.isRecorded = true;
    await ask('given');
    expect(has()).toBe('SendReceive');
    await ask('withdrawn');
    expect(has()).toBe('Receive');
  });

  test('whoever is muted at the same time is not heard', async () => {
    const { ask, row, has, beforeEach } = await inCall();
    row.isRecorded = true;
    beforeEach((name) => void (row.muted ||= name === 'setCapabilities'));
    await ask('given');
    expect(has()).toBe('Receive');
  });

  test('in another region, what was said is kept, and she asks again there', async () => {
    const { kept, ask, row, live } = await inCall();
    row.isRecorded = true;
    const meeting = live();
    if (meeting) meeting.controlRegion = 'us-east-1';
    await expect(ask('withdrawn')).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(kept.consents).toMatchObject([{ decision: 'refused' }]);
  });

  test('however decisions, a mute and a reload fall together, she may what her row says', async () => {
    const step = fc.constantFrom('given', 'withdrawn', 'mute', 'unmute', 'reload');
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 1, maxLength: 4 }), async (s, steps) => {
        const { ports, kept, toSession, ask, row, has, beforeEach } = await inCall();
        row.isRecorded = true;
        beforeEach((name) => s.schedule(Promise.resolve(), name));
        const all = steps.map(async (one) => {
          if (one === 'given' || one === 'withdrawn') return ask(one);
          if (one !== 'reload') return applyTo(ports, toSession(), { userId: patientId, muted: one === 'mute' });
          const seen = await ports.calls.participant({ sessionId: toSession().id, userId: patientId });
          return enter(ports, toSession(), seen ?? rowOf(patientId));
        });
        // A hash takes a moment of its own: nobody goes on before everybody has begun.
        while (s.count() < steps.length) await new Promise(setImmediate);
        await s.waitFor(Promise.allSettled(all));
        const last = kept.rows.get(patientId) ?? rowOf(patientId);
        expect(has()).toBe(capabilitiesOf(last, ports.config).Audio);
        if (steps.includes('withdrawn')) expect(has()).toBe('Receive');
      }),
      { numRuns: 200 },
    );
  });
});
