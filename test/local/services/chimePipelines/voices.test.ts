import { DeleteAttendeeCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { expect, test } from 'vitest';
import { pipelinesHarness, type PipelinesHarness } from './harness.ts';

/** Each chunk's beginning and end, and who may be heard in it: all in milliseconds since the first one began. */
function told({ pipelines }: PipelinesHarness, meetingId: string) {
  const chunks = pipelines.chunks(meetingId);
  const begin = chunks[0]?.from ?? 0;
  return chunks.map(({ from, to, voices }) => [
    from - begin,
    to - begin,
    voices.map((voice) => `${voice.externalUserId} ${voice.from - begin}-${voice.to - begin}`),
  ]);
}

test('a voice may be in a chunk while its person is connected and may send audio', async () => {
  await using chime = await pipelinesHarness();
  const meetingId = await chime.meet();
  const ann = await chime.attend(meetingId, 'ann');
  const captureId = await chime.capture(meetingId);
  await chime.clock.advance(1_000);
  await chime.clock.advance(2_000);
  const ben = await chime.attend(meetingId, 'ben');
  await chime.clock.advance(4_000);
  await chime.mute(meetingId, ben.id, true);
  await chime.clock.advance(5_000);
  await chime.mute(meetingId, ben.id, false);
  await chime.clock.advance(1_000);
  ann.device.drop();
  await chime.clock.advance(5_000);
  ann.device.reconnect();
  await chime.clock.advance(4_000);
  await chime.meetings.send(new DeleteAttendeeCommand({ MeetingId: meetingId, AttendeeId: ben.id }));
  await chime.clock.advance(2_500);
  await chime.stop(captureId);
  expect(told(chime, meetingId)).toEqual([
    [0, 5_000, ['ann 0-5000', 'ben 2000-5000']],
    [5_000, 10_000, ['ann 5000-10000', 'ben 5000-6000']],
    [10_000, 15_000, ['ann 10000-12000', 'ben 11000-15000']],
    [15_000, 20_000, ['ben 15000-20000', 'ann 17000-20000']],
    [20_000, 23_500, ['ben 20000-21000', 'ann 20000-23500']],
  ]);
});

test('nobody is heard before she is let in, nor by an event that was lost', async () => {
  await using chime = await pipelinesHarness({ delivery: () => [] });
  const meetingId = await chime.meet();
  const ann = await chime.attend(meetingId, 'ann');
  await chime.mute(meetingId, ann.id, true);
  const captureId = await chime.capture(meetingId);
  await chime.clock.advance(6_000);
  await chime.mute(meetingId, ann.id, false);
  await chime.clock.advance(5_000);
  await chime.stop(captureId);
  expect(told(chime, meetingId)).toEqual([
    [0, 5_000, []],
    [5_000, 10_000, ['ann 5000-10000']],
  ]);
});

test('the chunks of two captures of a meeting are told one after the other', async () => {
  await using chime = await pipelinesHarness();
  const meetingId = await chime.meet();
  await chime.attend(meetingId, 'ann');
  const first = await chime.capture(meetingId);
  await chime.clock.advance(4_000);
  await chime.stop(first);
  await chime.clock.advance(9_000);
  const second = await chime.capture(meetingId);
  await chime.clock.advance(4_000);
  await chime.stop(second);
  expect(told(chime, meetingId)).toEqual([
    [0, 3_000, ['ann 0-3000']],
    [13_000, 16_000, ['ann 13000-16000']],
  ]);
  expect(chime.pipelines.chunks(meetingId).map(({ pipelineId }) => pipelineId)).toEqual([first, second]);
});
