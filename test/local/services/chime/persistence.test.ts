import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMeetingCommand, GetAttendeeCommand, GetMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../testClock.ts';
import { chimeHarness, refusalOf } from './harness.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chime-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const minute = 60_000;
const open = (clock: ManualClock) => chimeHarness(clock, { dataDir });

test('the next process has the meetings, their attendees and tokens, and nobody connected', async () => {
  const clock = new ManualClock();
  const before = await open(clock);
  const MeetingId = await before.create();
  const ended = await before.create({ ClientRequestToken: 'ended' });
  await before.client().send(new DeleteMeetingCommand({ MeetingId: ended }));
  const attendee = await before.attend(MeetingId, 'ann');
  before.people.join(MeetingId, attendee.JoinToken);
  await before[Symbol.asyncDispose]();

  const later = new ManualClock(clock.now() + 10 * minute);
  await using chime = await open(later);
  chime.resume();
  expect(chime.told()).toEqual(['AttendeeDropped']);
  const { AttendeeId } = attendee;
  const get = new GetAttendeeCommand({ MeetingId, AttendeeId });
  expect((await chime.client().send(get)).Attendee).toEqual(attendee);
  expect(await chime.create()).toBe(MeetingId);
  expect(await chime.create({ ClientRequestToken: 'ended' })).toBe(ended);
  expect(await refusalOf(chime.client().send(new GetMeetingCommand({ MeetingId: ended })))).toEqual([
    'NotFoundException',
    404,
  ]);
  expect(chime.people.present(MeetingId)).toEqual([]);
  expect(chime.meetings()[0]?.presences).toMatchObject([{ to: later.now() }]);
  await later.advance(5 * minute + 1);
  expect(chime.meetings()[0]?.end).toBe('silent');
});

test('a meeting that would have ended meanwhile ends, as of then', async () => {
  const clock = new ManualClock();
  const before = await open(clock);
  await before.create();
  await before[Symbol.asyncDispose]();
  const later = new ManualClock(clock.now() + 24 * 60 * minute);
  await using chime = await open(later);
  chime.resume();
  await later.advance(0);
  expect(chime.meetings()).toMatchObject([{ end: 'silent', endedAt: clock.now() + 5 * minute + 1 }]);
  expect(chime.told()).toEqual(['MeetingEnded']);
});

test('without a folder nothing is kept', async () => {
  const first = await chimeHarness(new ManualClock());
  await first.create();
  await first[Symbol.asyncDispose]();
  await using second = await chimeHarness(new ManualClock());
  expect(second.meetings()).toEqual([]);
});
