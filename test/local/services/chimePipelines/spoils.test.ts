import { describe, expect, test } from 'vitest';
import { refusalOf } from '../chime/harness.ts';
import type { SpoilRequest } from '../../../../local/services/chimePipelines/spoils.ts';
import { minute, pipelinesHarness, type PipelinesHarness, reading, writing } from './harness.ts';
import { durationOf } from './measured.ts';

/** A minute's call, stopped, and its recording joined for a quarter of an hour. */
async function recorded(chime: PipelinesHarness, spoil?: SpoilRequest) {
  if (spoil) chime.pipelines.spoil(spoil);
  const meetingId = await chime.meet();
  const captureId = await chime.capture(meetingId);
  await chime.clock.advance(1_000 + minute);
  await chime.stop(captureId).catch(() => undefined);
  await chime.clock.advance(2_000);
  const joinId = await chime.join(captureId);
  await chime.clock.advance(15 * minute);
  const names = new Map([
    [captureId, 'capture'],
    [joinId, 'join'],
  ]);
  return {
    meetingId,
    captureId,
    joinId,
    audio: `recordings/m1/audio/${joinId}.mp4`,
    told: chime.told().map(([type, id]) => `${names.get(id)} ${type}`),
  };
}

const ends = ['capture InProgress', 'capture Deleted', 'join InProgress', 'join Deleted'];

test.each<[SpoilRequest['name'], ms: number]>([
  ['half', 30_000],
  ['lastChunkMissing', 55_000],
])('%s: a success with fewer chunks, which all are there', async (name, ms) => {
  await using chime = await pipelinesHarness();
  const { meetingId, audio, told, joinId } = await recorded(chime, { name });
  expect(told).toEqual(ends);
  expect(Math.abs((await durationOf(chime, audio)) - ms)).toBeLessThanOrEqual(100);
  const chunks = chime.pipelines.chunks(meetingId);
  expect(chunks).toHaveLength(12);
  expect(chime.pipelines.joined(joinId)).toEqual(chunks.slice(0, ms / 5_000));
  expect(chime.pipelines.joined('of nobody')).toEqual([]);
});

test('neverEnds: it has its place until it is stopped', async () => {
  await using chime = await pipelinesHarness();
  const { joinId, told } = await recorded(chime, { name: 'neverEnds' });
  expect(told).toEqual(ends.slice(0, 3));
  expect(await chime.status(joinId)).toBe('InProgress');
  await chime.remove(joinId);
  await chime.clock.advance(1_000);
  expect(await refusalOf(chime.status(joinId))).toEqual(['NotFoundException', 404]);
  expect(chime.told().at(-1)).toEqual(['Deleted', joinId]);
});

test('joinFails: nothing is written, and it is told until it is deleted', async () => {
  await using chime = await pipelinesHarness();
  const { joinId, told } = await recorded(chime, { name: 'joinFails' });
  expect(told).toEqual([...ends.slice(0, 3), 'join PermanentFailure']);
  expect(chime.written.filter((key) => key.startsWith('recordings/'))).toEqual([]);
  expect(await chime.status(joinId)).toBe('Failed');
  await chime.remove(joinId);
  expect(await refusalOf(chime.status(joinId))).toEqual(['NotFoundException', 404]);
});

test('captureFails: what was captured until then is there, and is joined', async () => {
  await using chime = await pipelinesHarness();
  const { captureId, meetingId, audio, told, joinId } = await recorded(chime, {
    name: 'captureFails',
    afterMs: 22_000,
  });
  expect(told).toEqual(['capture InProgress', 'capture PermanentFailure', 'join InProgress', 'join Deleted']);
  expect(chime.pipelines.chunks(meetingId).map(({ from, to }) => to - from)).toEqual([
    5_000, 5_000, 5_000, 5_000, 2_000,
  ]);
  expect(Math.abs((await durationOf(chime, audio)) - 22_000)).toBeLessThanOrEqual(100);
  expect(await chime.text(`recordings/m1/meeting-events/${joinId}.txt`)).not.toContain('CaptureEnded');
  // The meeting has lost the one who kept it alive.
  expect(chime.chime.meetings()[0]?.end).toBe('silent');
  expect(await refusalOf(chime.status(captureId))).toEqual(['NotFoundException', 404]);
});

test('interrupted: half a minute is missing, and the events say so', async () => {
  await using chime = await pipelinesHarness();
  const { meetingId, audio, told, joinId } = await recorded(chime, { name: 'interrupted', afterMs: 12_000 });
  expect(told).toEqual(['capture InProgress', 'capture TemporaryFailure', 'capture Resumed', ...ends.slice(1)]);
  const chunks = chime.pipelines.chunks(meetingId);
  expect(chunks.map(({ from, to }) => [from, to].map((at) => at - (chunks[0]?.from ?? 0)))).toEqual([
    [0, 5_000],
    [5_000, 10_000],
    [10_000, 12_000],
    [42_000, 47_000],
    [47_000, 52_000],
    [52_000, 57_000],
    [57_000, 60_000],
  ]);
  expect(Math.abs((await durationOf(chime, audio)) - 30_000)).toBeLessThanOrEqual(150);
  const lines = await chime.text(`recordings/m1/meeting-events/${joinId}.txt`);
  expect(lines.match(/Capture(?:Started|Ended)/g)).toEqual(['CaptureStarted', 'CaptureEnded']);
});

test('neverBegins: nothing is captured, until it is stopped', async () => {
  await using chime = await pipelinesHarness();
  const { told } = await recorded(chime, { name: 'neverBegins' });
  expect(told).toEqual(['capture Deleted', 'join InProgress', 'join PermanentFailure']);
});

test('endsUnsaid: the capture is gone all the same', async () => {
  await using chime = await pipelinesHarness();
  const { captureId, told } = await recorded(chime, { name: 'endsUnsaid' });
  expect(told).toEqual(['capture InProgress', 'join InProgress', 'join Deleted']);
  expect(await refusalOf(chime.status(captureId))).toEqual(['NotFoundException', 404]);
});

describe('a concatenation fails by itself', () => {
  test('when a chunk is missing', async () => {
    await using chime = await pipelinesHarness();
    const meetingId = await chime.meet();
    const captureId = await chime.capture(meetingId);
    await chime.clock.advance(20_000);
    await chime.stop(captureId);
    chime.lose(chime.pipelines.chunks(meetingId)[1]?.key ?? '');
    const joinId = await chime.join(captureId);
    await chime.clock.advance(10_000);
    expect(chime.told().at(-1)).toEqual(['PermanentFailure', joinId]);
  });

  test.each([
    ['list and read', [writing]],
    ['list', [writing, { ...reading, Action: 's3:GetObject' }]],
    ['read', [writing, { ...reading, Action: 's3:ListBucket' }]],
  ])('when the policy does not let it %s, which its creation does not show', async (_, statements) => {
    await using chime = await pipelinesHarness({ statements });
    const { told } = await recorded(chime);
    expect(told.at(-1)).toBe('join PermanentFailure');
  });
});

test('one of the next goes wrong, of the meeting that is named', async () => {
  await using chime = await pipelinesHarness();
  const [one, two] = [await chime.meet('one'), await chime.meet('two')];
  chime.pipelines.spoil({ name: 'captureFails', meetingId: two, afterMs: 1_000 });
  const spared = await chime.capture(one);
  const failing = await chime.capture(two);
  await chime.clock.advance(10_000);
  expect([await chime.status(spared), await chime.status(failing)]).toEqual(['InProgress', 'Failed']);
  const again = await chime.capture(two);
  await chime.clock.advance(10_000);
  expect(await chime.status(again)).toBe('InProgress');
});
