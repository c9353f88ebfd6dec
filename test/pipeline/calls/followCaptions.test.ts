import { describe, expect, test } from 'vitest';
import { followCaptions } from '../../../pipeline/calls/followCaptions.ts';
import type { RecordingFacts } from '../../../pipeline/meetings/capture.ts';
import { sessionId } from '../memoryCall.ts';
import { captioned } from './captioned.ts';

const at = '2026-11-28T09:00:07.000Z';
const captions = { engine: 'transcribe', language: 'en-US', region: 'eu-west-1' } as const;

/** Captions that Chime makes, and that are written down as on or off. */
async function made(on: boolean) {
  const call = await captioned();
  const { ports, kept, meetingId } = call;
  kept.heard.set(meetingId, captions);
  if (on) call.switchOn();
  const factsOf = () => ({ sessionId, meetingId, captionsOn: kept.captions.on }) as RecordingFacts;
  const own = { ...ports.calls };
  ports.calls.setCaptions = async (given) => ({ ...(await own.setCaptions(given)), facts: factsOf() });
  ports.calls.recordingFacts = async (of) => ('meetingId' in of && of.meetingId === meetingId ? factsOf() : null);
  return call;
}

describe.each(['Failed', 'Stopped'] as const)('captions that have %s', (reason) => {
  test('are written off with the reason, and whoever was kept from sending may send', async () => {
    const { ports, kept, meetingId, isHeard, audio, restrain } = await made(true);
    restrain();
    await followCaptions(ports, { meetingId, at, runs: false, reason });
    expect(kept.captioned).toEqual([{ on: false, by: null, reason, at }]);
    expect([kept.captions.on, isHeard(), audio()[2]]).toEqual([false, false, 'SendReceive']);
  });

  test('after they were written off are no news', async () => {
    const { ports, kept, meetingId } = await made(false);
    await followCaptions(ports, { meetingId, at, runs: false, reason });
    expect(kept.calls).toEqual(['setCaptions']);
  });
});

describe('captions that run', () => {
  test('are left alone while they are wanted', async () => {
    const { ports, meetingId, isHeard } = await made(true);
    await followCaptions(ports, { meetingId, at, runs: true });
    expect(isHeard()).toBe(true);
  });

  test('are stopped when nobody wants them', async () => {
    const { ports, meetingId, isHeard } = await made(false);
    await followCaptions(ports, { meetingId, at, runs: true });
    expect(isHeard()).toBe(false);
  });

  test('in a meeting of somebody else are none of ours', async () => {
    const { ports, kept } = await made(false);
    await followCaptions(ports, { meetingId: 'another', at, runs: true });
    expect(kept.calls).toEqual([]);
  });
});
