import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../testClock.ts';
import { minute, pipelinesHarness } from './harness.ts';
import { durationOf } from './measured.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'pipelines-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** The next process, so many milliseconds later. */
const reopen = async (clock: ManualClock, ms = 0) => {
  const chime = await pipelinesHarness({ dataDir }, new ManualClock(clock.now() + ms));
  chime.chime.resume();
  chime.pipelines.resume();
  return chime;
};

test('a capture goes on where it was, as the same attendee, and its recording has all of it', async () => {
  const clock = new ManualClock();
  const before = await pipelinesHarness({ dataDir }, clock);
  const meetingId = await before.meet();
  const captureId = await before.capture(meetingId, { ClientRequestToken: 'visit-1' });
  await clock.advance(13_000);
  await before[Symbol.asyncDispose]();
  expect(before.broken).toEqual([]);

  await using chime = await reopen(clock, 10_000);
  expect(await chime.capture(meetingId, { ClientRequestToken: 'visit-1' })).toBe(captureId);
  expect(await chime.status(captureId)).toBe('InProgress');
  await chime.clock.advance(8_000);
  await chime.stop(captureId);
  const joinId = await chime.join(captureId);
  await chime.clock.advance(10_000);
  const ms = await durationOf(chime, `recordings/m1/audio/${joinId}.mp4`);
  expect(Math.abs(ms - 30_000)).toBeLessThanOrEqual(100);
  // What was written before is not written again.
  expect(chime.written[0]).toBe(`captures/${meetingId}/audio/2026-11-20-09-30-11-000.mp4`);
  const names = chime.chime.meetings()[0]?.attendees.map(({ externalUserId }) => externalUserId);
  expect(names).toEqual([`aws:MediaPipeline-${captureId}`]);
});

test('it keeps its meeting alive over the restart, and one whose meeting has ended ends with it', async () => {
  const clock = new ManualClock();
  const before = await pipelinesHarness({ dataDir, assumed: { chunkMs: 30 * minute } }, clock);
  const captureId = await before.capture(await before.meet());
  await clock.advance(minute);
  await before[Symbol.asyncDispose]();
  const between = await reopen(clock, 10 * minute);
  await between.clock.advance(minute);
  expect(await between.status(captureId)).toBe('InProgress');
  await between[Symbol.asyncDispose]();
  await using chime = await reopen(between.clock, 25 * 60 * minute);
  await chime.clock.advance(minute);
  const [meeting] = chime.chime.meetings();
  expect(meeting?.end).toBe('old');
  expect(chime.told()).toEqual([['Deleted', captureId]]);
  expect(chime.pipelines.chunks(meeting?.id ?? '').at(-1)?.to).toBe(meeting?.endedAt);
});

test.each<[string, number]>([
  ['waits for its capture', 0],
  ['joins', 4_000],
])('a concatenation that %s begins anew', async (_, ms) => {
  const clock = new ManualClock();
  const before = await pipelinesHarness({ dataDir }, clock);
  const captureId = await before.capture(await before.meet());
  await clock.advance(11_000);
  const joinId = await before.join(captureId);
  await before.stop(captureId);
  await clock.advance(ms);
  await before[Symbol.asyncDispose]();
  await using chime = await reopen(clock);
  await chime.clock.advance(10_000);
  expect(chime.told().at(-1)).toEqual(['Deleted', joinId]);
  expect(Math.abs((await durationOf(chime, `recordings/m1/audio/${joinId}.mp4`)) - 10_000)).toBeLessThanOrEqual(100);
});

test('one that goes wrong still does', async () => {
  const clock = new ManualClock();
  const before = await pipelinesHarness({ dataDir }, clock);
  before.pipelines.spoil({ name: 'captureFails', afterMs: 20_000 });
  const captureId = await before.capture(await before.meet());
  await clock.advance(11_000);
  await before[Symbol.asyncDispose]();
  await using chime = await reopen(clock);
  await chime.clock.advance(15_000);
  expect(chime.told()).toEqual([['PermanentFailure', captureId]]);
});
