import { DeleteMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { expect, test } from 'vitest';
import { probeMedia } from '../../../../pipeline/edge/media.ts';
import { refusalOf } from '../chime/harness.ts';
import { bucket, minute, pipelinesHarness, type PipelinesHarness } from './harness.ts';

/** One frame at 16,000 Hz, in milliseconds. */
const frameMs = 1024 / 16;

/** What the product measures. */
async function durationOf({ s3 }: PipelinesHarness, key: string): Promise<number> {
  const bytes = await s3.read(bucket, key);
  const facts = await probeMedia(bytes.length, async (start, end) => bytes.subarray(start, end));
  expect(facts).toMatchObject({
    format: 'mp4',
    truncated: false,
    audioTracks: 1,
    audio: { codec: 'aac', channels: 1 },
  });
  return facts?.audio?.durationMs ?? 0;
}

test('a call is captured in chunks and joined when its meeting ends', async () => {
  await using chime = await pipelinesHarness();
  const { clock } = chime;
  const meetingId = await chime.meet();
  const ann = await chime.attend(meetingId, 'ann');
  const captureId = await chime.capture(meetingId);
  expect(await chime.status(captureId)).toBe('Initializing');
  await clock.advance(1_000);
  expect(await chime.status(captureId)).toBe('InProgress');
  const begin = clock.now();
  await clock.advance(12_345);
  ann.device.leave();
  await clock.advance(10 * minute);
  await chime.meetings.send(new DeleteMeetingCommand({ MeetingId: meetingId }));
  const length = clock.now() - begin;
  await clock.advance(2_000);
  expect(chime.told()).toEqual([
    ['InProgress', captureId],
    ['Deleted', captureId],
  ]);
  expect(await refusalOf(chime.status(captureId))).toEqual(['NotFoundException', 404]);

  const joinId = await chime.join(captureId);
  await clock.advance(10_000);
  expect(chime.told().slice(2)).toEqual([
    ['InProgress', joinId],
    ['Deleted', joinId],
  ]);
  const chunks = chime.pipelines.chunks(meetingId);
  const lengths = await Promise.all(chunks.map(({ key }) => durationOf(chime, key)));
  expect(lengths).toHaveLength(Math.ceil(length / 5_000));
  for (const [at, ms] of lengths.entries()) {
    const { from, to } = chunks[at] ?? { from: 0, to: 0 };
    expect(Math.abs(ms - (to - from))).toBeLessThanOrEqual(frameMs + 1);
  }
  const recording = await durationOf(chime, `recordings/m1/audio/${joinId}.mp4`);
  expect(Math.abs(recording - lengths.reduce((sum, ms) => sum + ms, 0))).toBeLessThanOrEqual(chunks.length);
  expect(Math.abs(recording - length)).toBeLessThanOrEqual(frameMs + 1);
  expect(chime.broken).toEqual([]);
  const lines = (await chime.text(`recordings/m1/meeting-events/${joinId}.txt`)).trimEnd().split('\n');
  const about = `"EventParameters":{"AttendeeId":"${ann.id}","MediaModality":""}`;
  expect(lines).toEqual([
    '{"Timestamp":"2026-11-20T09:30:01.000+00:00","EventType":"CaptureStarted"}',
    `{"Timestamp":"2026-11-20T09:30:01.000+00:00","EventType":"AttendeeJoined",${about}}`,
    `{"Timestamp":"2026-11-20T09:30:13.345+00:00","EventType":"AttendeeLeft",${about}}`,
    '{"Timestamp":"2026-11-20T09:40:13.345+00:00","EventType":"CaptureEnded"}',
  ]);
});
