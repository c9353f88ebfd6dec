import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyTo } from '../../../../pipeline/api/meetings/applyTo.ts';
import { consent } from '../../../../pipeline/api/meetings/consent.ts';
import { transcription } from '../../../../pipeline/api/meetings/transcription.ts';
import { capabilitiesOf } from '../../../../pipeline/meetings/capabilities.ts';
import { newestConsentVersion as textVersion } from '../../../../pipeline/meetings/consentTexts.ts';
import { captioned, guestId } from '../../calls/captioned.ts';
import { patientId, providerId, rowOf } from '../../memoryCall.ts';

type Given = Parameters<typeof captioned>[0];
type Call = Awaited<ReturnType<typeof inCall>>;

async function inCall(options: Given = {}) {
  const call = await captioned(options);
  const { ports, meetingId, grantedOf } = call;
  const ask = (enabled: boolean, language?: string) =>
    transcription(ports)(grantedOf(providerId), {
      action: 'transcription',
      meetingId,
      enabled,
      ...(language !== undefined && { language }),
    });
  const say = (decision: 'given' | 'refused' | 'withdrawn', userId = patientId) =>
    consent(ports)(grantedOf(userId), { action: 'consent', meetingId, decision, textVersion });
  return { ...call, ask, say };
}

const on = { captions: { on: true, language: 'en-US', engine: 'transcribe-medical' } };
const off = { captions: { on: false, language: null, engine: null } };

test('they are written down, then nobody is heard who has not agreed, and only then they begin', async () => {
  const { kept, ask, isHeard, audio, meetingId } = await inCall();
  expect(await ask(true)).toEqual(on);
  expect(kept.calls).toEqual(['setCaptions', 'setCapabilities', 'participant', 'startCaptions', 'status']);
  expect(kept.heard.get(meetingId)).toEqual({ engine: 'transcribe-medical', language: 'en-US', region: 'eu-west-1' });
  expect(audio()).toEqual(['SendReceive', 'SendReceive', 'Receive']);
  const at = '2026-11-28T09:00:00.000Z';
  expect(kept.captioned).toEqual([{ on: true, region: 'eu-west-1', by: providerId, at }]);
  expect(await ask(false)).toEqual(off);
  expect([isHeard(), audio()[2]]).toEqual([false, 'SendReceive']);
});

test.each([true, false])('asking for %s again has the same effect', async (enabled) => {
  const { ask, isHeard, audio } = await inCall();
  if (!enabled) await ask(true);
  for (let times = 0; times < 3; times += 1) expect(await ask(enabled)).toEqual(enabled ? on : off);
  expect([isHeard(), audio()[2]]).toEqual([enabled, enabled ? 'Receive' : 'SendReceive']);
});

test.each([
  ["the visit's language", 'fr-CM', undefined, 'fr-FR'],
  ['the one that is asked for', 'fr-CM', 'de', 'de-DE'],
])('they are in %s', async (_, visit, asked, language) => {
  const { kept, ask } = await inCall();
  kept.session.transcriptionLanguage = visit;
  expect(await ask(true, asked)).toEqual({ captions: { on: true, language, engine: 'transcribe' } });
});

test('another language takes the place of the one before', async () => {
  const { kept, ask, meetingId } = await inCall();
  await ask(true);
  expect(await ask(true, 'fr-FR')).toMatchObject({ captions: { on: true, language: 'fr-FR' } });
  expect(kept.heard.get(meetingId)).toEqual({ engine: 'transcribe', language: 'fr-FR', region: 'eu-central-1' });
});

describe('are not switched on', () => {
  const spoilt = ({ kept }: Call) => kept.meetings.forEach((one) => void (one.isSpoilt = true));
  const notAgreed = ({ kept }: Call) => Object.assign(kept.rows.get(patientId) ?? {}, { consent: null });
  const older = ({ kept }: Call) => {
    Object.assign(kept.rows.get(patientId) ?? {}, { consent: { decision: 'given', textVersion: '2026-01-01' } });
  };

  test.each<[string, (call: Call) => unknown, Record<string, string>, string | undefined, string]>([
    ['where nothing is recorded', () => {}, { RECORDS: 'off' }, undefined, 'ConsentMissing'],
    ['once somebody has said no', spoilt, {}, undefined, 'ConsentMissing'],
    ['before everybody who is there has agreed', notAgreed, {}, undefined, 'ConsentMissing'],
    ['before everybody has agreed to the text that counts', older, {}, undefined, 'ConsentMissing'],
    ['in a language that no engine has', () => {}, {}, 'es-ES', 'LanguageNotSupported'],
    [
      'in a region that may not hear the meeting',
      () => {},
      { MEDIA_REGIONS: 'eu-west-1' },
      undefined,
      'RegionNotAllowed',
    ],
  ])('%s', async (_, happens, env, language, code) => {
    const call = await inCall();
    happens(call);
    Object.assign(call.ports.config, env['RECORDS'] && { records: false });
    Object.assign(call.ports.config, env['MEDIA_REGIONS'] && { mediaRegions: [env['MEDIA_REGIONS']] });
    await expect(call.ask(true, language)).rejects.toMatchObject({ code });
    expect([call.kept.captions.on, call.isHeard(), call.audio()[2]]).toEqual([false, false, 'SendReceive']);
    expect(await call.ask(false)).toEqual(off);
  });

  test.each([true, false])('in a meeting that is no more the one of the visit (%s)', async (enabled) => {
    const { kept, ask } = await inCall();
    kept.session.attempt = 2;
    await expect(ask(enabled)).rejects.toMatchObject({ code: 'MeetingEnded' });
    expect(kept.calls).toEqual([]);
  });

  test('in a meeting that ends as they are', async () => {
    const call = await inCall({
      turn: async (name) => name === 'setCaptions' && (call.kept.session.status = 'ended'),
    });
    await expect(call.ask(true)).rejects.toMatchObject({ code: 'MeetingEnded' });
    expect(call.isHeard()).toBe(false);
  });

  test('in a meeting that Chime has ended, and are written off', async () => {
    const { kept, ask } = await inCall();
    for (const room of kept.rooms.values()) room.alive = false;
    await expect(ask(true)).rejects.toMatchObject({ code: 'MeetingEnded' });
    expect(kept.captions.on).toBe(false);
    expect(kept.captioned).toMatchObject([{ on: true }, { on: false, by: null, reason: 'Ended' }]);
  });
});

describe('that do not begin', () => {
  test.each([
    ['startCaptions', 'before'],
    ['startCaptions', 'after'],
    ['setCapabilities', 'before'],
  ] as const)('because of %s, %s its effect, are written off, and nobody is kept from sending', async (call, when) => {
    let times = 0;
    const { kept, ask, isHeard, audio } = await inCall({
      fault: (name) => (name === call && (times += 1) === 1 ? when : undefined),
    });
    await expect(ask(true)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect([kept.captions.on, isHeard(), audio()[2]]).toEqual([false, false, 'SendReceive']);
    expect(kept.captioned).toMatchObject([{ on: true }, { on: false, by: null, reason: 'NotStarted' }]);
    expect(await ask(true)).toEqual(on);
  });

  test('and perhaps cannot be stopped count as on, and nobody is let go', async () => {
    let isDown = true;
    const { kept, ask, audio, isHeard } = await inCall({
      fault: (name) => {
        if (isDown && name === 'startCaptions') return 'after';
        return isDown && name === 'stopCaptions' ? 'before' : undefined;
      },
    });
    await expect(ask(true)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect([kept.captions.on, isHeard(), audio()[2]]).toEqual([true, true, 'Receive']);
    isDown = false;
    expect(await ask(false)).toEqual(off);
    expect([isHeard(), audio()[2]]).toEqual([false, 'SendReceive']);
  });
});

describe('a no', () => {
  test('ends them at once, and nothing but the no stays', async () => {
    const { kept, ask, say, isHeard, audio } = await inCall();
    await ask(true);
    await say('withdrawn');
    expect([kept.captions.on, isHeard(), audio()]).toEqual([false, false, Array(3).fill('SendReceive')]);
    expect(kept.captioned).toMatchObject([{ on: true }, { on: false, by: null, reason: 'Withdrawn' }]);
  });

  test('of somebody who had not agreed ends them too', async () => {
    const { ask, say, isHeard } = await inCall();
    await ask(true);
    await say('refused', guestId);
    expect(isHeard()).toBe(false);
  });

  test('while a capture runs ends them, and that person is not heard', async () => {
    const { ask, say, isHeard, audio, capturing } = await inCall();
    capturing();
    await ask(true);
    await say('withdrawn');
    expect([isHeard(), audio()]).toEqual([false, ['SendReceive', 'Receive', 'Receive']]);
  });

  test('asks Chime nothing where nobody is heard', async () => {
    const { kept, say } = await inCall();
    await say('withdrawn');
    expect(kept.calls).toEqual(['recordConsent', 'tell']);
  });
});

test('whoever agrees while they are on is heard', async () => {
  const { ask, say, audio } = await inCall();
  await ask(true);
  await say('given', guestId);
  expect(audio()[2]).toBe('SendReceive');
});

test('however on, off, a no and a mute fall together, nobody is heard who has not agreed', async () => {
  const step = fc.constantFrom('on', 'fr', 'off', 'withdrawn', 'guest', 'mute');
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 1, maxLength: 4 }), async (s, steps) => {
      const call = await inCall({ turn: (name) => s.schedule(Promise.resolve(), name) });
      const { kept, ports, toSession, ask, say, isHeard, audio } = call;
      const all = steps.map(async (one) => {
        if (one === 'withdrawn') return say('withdrawn');
        if (one === 'guest') return say('given', guestId);
        if (one === 'mute') return applyTo(ports, toSession(), { userId: guestId, muted: true });
        return ask(one !== 'off', one === 'fr' ? 'fr-FR' : undefined);
      });
      // Between a start that was asked for before an end and its own second look, there is a moment.
      const mayBeHeard = steps.some((one) => ['guest', 'off', 'withdrawn'].includes(one));
      const isAllowed = () => !isHeard() || mayBeHeard || audio()[2] === 'Receive';
      // A hash takes a moment of its own: nobody goes on before everybody has begun.
      while (s.count() < steps.length) await new Promise(setImmediate);
      const done = { all: false };
      void Promise.allSettled(all).then(() => (done.all = true));
      while (!done.all) {
        if (s.count() > 0) await s.waitOne();
        else await new Promise(setImmediate);
        expect(isAllowed()).toBe(true);
      }
      expect(isHeard() && !kept.captions.on).toBe(false);
      if (steps.includes('withdrawn')) expect([isHeard(), kept.captions.on]).toEqual([false, false]);
      const rows = [providerId, patientId, guestId].map((id) => ({
        ...(kept.rows.get(id) ?? rowOf(id)),
        isRecorded: kept.captions.on,
      }));
      expect(audio()).toEqual(rows.map((row) => capabilitiesOf(row, ports.config).Audio));
    }),
    { numRuns: 500 },
  );
});
