import { DeleteMeetingCommand, GetMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { describe, expect, test } from 'vitest';
import { skippingClock, virtualClock } from '../../../../local/services/clock.ts';
import { chimeHarness, onManualClock, refusalOf } from './harness.ts';

const minute = 60_000;
const hour = 60 * minute;
const silence = 5 * minute;

describe('a meeting without an audio connection', () => {
  test('ends after more than five minutes', async () => {
    await using chime = await onManualClock();
    const MeetingId = await chime.create();
    await chime.clock.advance(silence);
    await expect(chime.client().send(new GetMeetingCommand({ MeetingId }))).resolves.toBeDefined();
    await chime.clock.advance(1);
    expect(await refusalOf(chime.client().send(new GetMeetingCommand({ MeetingId })))).toEqual([
      'NotFoundException',
      404,
    ]);
    expect(chime.told()).toEqual(['MeetingStarted', 'MeetingEnded']);
    expect(chime.meetings()).toMatchObject([{ end: 'silent' }]);
  });

  test('counts its five minutes anew after each connection', async () => {
    await using chime = await onManualClock();
    const meetingId = await chime.create();
    const { JoinToken } = await chime.attend(meetingId, 'ann');
    const [meeting] = chime.meetings();
    await chime.clock.advance(silence);
    const device = chime.people.join(meetingId, JoinToken);
    await chime.clock.advance(hour);
    expect(meeting?.end).toBeUndefined();
    device.leave();
    await chime.clock.advance(silence);
    chime.people.join(meetingId, JoinToken).leave();
    await chime.clock.advance(silence);
    expect(meeting?.end).toBeUndefined();
    await chime.clock.advance(1);
    expect(meeting?.end).toBe('silent');
  });

  test('counts them from when a dropped connection was noticed', async () => {
    await using chime = await onManualClock();
    const meetingId = await chime.create();
    const { JoinToken } = await chime.attend(meetingId, 'ann');
    chime.people.join(meetingId, JoinToken).drop();
    await chime.clock.advance(15_000 + silence);
    expect(chime.meetings()).not.toMatchObject([{ end: 'silent' }]);
    await chime.clock.advance(1);
    expect(chime.meetings()).toMatchObject([{ end: 'silent' }]);
  });

  test('has one as long as the service takes somebody for connected', async () => {
    await using chime = await onManualClock();
    const meetingId = await chime.create();
    const [ann, ben] = [await chime.attend(meetingId, 'ann'), await chime.attend(meetingId, 'ben')];
    const device = chime.people.join(meetingId, ben.JoinToken);
    chime.people.join(meetingId, ann.JoinToken).drop();
    device.leave();
    expect(chime.meetings()[0]?.silentSince).toBeUndefined();
    await chime.clock.advance(15_000);
    expect(chime.meetings()[0]?.silentSince).toBe(chime.clock.now());
  });

  test.each([
    [true, undefined],
    [false, 'silent'],
  ])('has one while a pipeline is there: %j', async (pipelinesKeepAlive, end) => {
    await using chime = await onManualClock({ assumed: { pipelinesKeepAlive } });
    const meetingId = await chime.create();
    const pipeline = chime.people.joinPipeline(meetingId);
    await chime.clock.advance(23 * hour);
    expect(chime.meetings()[0]?.end).toBe(end);
    pipeline.leave();
    await chime.clock.advance(silence + 1);
    expect(chime.meetings()[0]?.end).toBe('silent');
  });
});

test('a meeting ends 24 hours after it was made, whoever is there', async () => {
  await using chime = await onManualClock();
  const meetingId = await chime.create();
  const { JoinToken } = await chime.attend(meetingId, 'ann');
  await chime.clock.advance(minute);
  const device = chime.people.join(meetingId, JoinToken);
  await chime.clock.advance(24 * hour - minute - 1);
  expect(device.status).toBeUndefined();
  await chime.clock.advance(1);
  expect(await device.ended).toBe(5);
  const [meeting] = chime.meetings();
  expect(meeting).toMatchObject({ end: 'old', endedAt: (meeting?.createdAt ?? 0) + 24 * hour });
  expect(meeting?.presences).toMatchObject([{ to: meeting?.endedAt }]);
});

test('a meeting ends once', async () => {
  await using chime = await onManualClock();
  const MeetingId = await chime.create();
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, () => chime.client().send(new DeleteMeetingCommand({ MeetingId }))),
  );
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await chime.clock.advance(25 * hour);
  expect(chime.told()).toEqual(['MeetingStarted', 'MeetingEnded']);
});

test.each([
  ['that jumps over every wait', () => virtualClock()],
  ['of a stack', skippingClock],
])("a clock %s does not jump to a meeting's end, and may be set forward to it", async (_, clockOf) => {
  await using chime = await chimeHarness(clockOf());
  const start = chime.clock.now();
  await chime.create();
  await chime.clock.sleep(minute);
  await chime.clock.sleep(minute);
  expect(chime.clock.now() - start).toBeLessThan(silence);
  expect(chime.meetings()[0]?.end).toBeUndefined();
  chime.clock.jump(silence);
  await expect.poll(() => chime.meetings()[0]?.end).toBe('silent');
  await expect.poll(chime.told).toEqual(['MeetingStarted', 'MeetingEnded']);
});
