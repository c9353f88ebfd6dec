import { describe, expect, test } from 'vitest';
import { silenceCaptions } from '../../../pipeline/calls/silenceCaptions.ts';
import { providerId, sessionId } from '../memoryCall.ts';
import { captioned } from './captioned.ts';

type Given = Parameters<typeof captioned>[0];

/** Captions that run, in a meeting in which the guest is kept from sending for their sake. */
async function running(options: Given = {}) {
  const call = await captioned(options);
  const { kept, meetingId, ports } = call;
  call.switchOn();
  kept.heard.set(meetingId, { engine: 'transcribe', language: 'en-US', region: 'eu-west-1' });
  call.restrain();
  const silence = () => silenceCaptions(ports, { sessionId, meetingId, by: null, reason: 'Withdrawn' });
  return { ...call, silence };
}

test('Chime makes none any more before they are written off, and then whoever was kept from sending may send', async () => {
  const { kept, silence, isHeard, audio } = await running();
  await silence();
  expect([isHeard(), kept.captions, audio()[2]]).toEqual([
    false,
    { on: false, language: null, engine: null },
    'SendReceive',
  ]);
  const settled = ['findAttendee', 'participant', 'setCapabilities', 'participant'];
  expect(kept.calls).toEqual(['stopCaptions', 'setCaptions', 'stopCaptions', ...settled]);
  const at = '2026-11-28T09:00:00.000Z';
  expect(kept.captioned).toEqual([{ on: false, by: null, reason: 'Withdrawn', at }]);
});

test('again has the same effect', async () => {
  const { silence, isHeard, audio } = await running();
  for (let times = 0; times < 3; times += 1) await silence();
  expect([isHeard(), audio()[2]]).toEqual([false, 'SendReceive']);
});

test('whoever switches them off needs no reason', async () => {
  const { ports, kept, meetingId } = await running();
  await silenceCaptions(ports, { sessionId, meetingId, by: providerId });
  expect(kept.captioned).toEqual([{ on: false, by: providerId, at: '2026-11-28T09:00:00.000Z' }]);
});

test('where a capture runs, whoever has not agreed is still kept from sending', async () => {
  const { silence, audio, capturing } = await running();
  capturing();
  await silence();
  expect(audio()).toEqual(['SendReceive', 'SendReceive', 'Receive']);
});

test('those that somebody starts before they are written off are stopped too', async () => {
  const call = await running({
    turn: async (name) => {
      if (name === 'setCaptions' && call.kept.captions.on) call.kept.heard.set(call.meetingId, captions);
    },
  });
  const captions = { engine: 'transcribe', language: 'en-US', region: 'eu-west-1' } as const;
  await call.silence();
  expect(call.isHeard()).toBe(false);
});

describe('when Chime cannot be asked', () => {
  test.each(['before', 'after'] as const)(
    '%s it has stopped them, they count as on, and nobody is let go',
    async (fault) => {
      const { kept, silence, audio } = await running({
        fault: (name) => (name === 'stopCaptions' ? fault : undefined),
      });
      await expect(silence()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
      expect([kept.captions.on, audio()[2]]).toEqual([true, 'Receive']);
    },
  );
});
