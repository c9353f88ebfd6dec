import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteAttendeeCommand,
  DeleteMeetingCommand,
  GetAttendeeCommand,
  GetMeetingCommand,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Meeting } from '../../../../local/services/chime/meeting.ts';
import { ManualClock } from '../../testClock.ts';
import { chimeHarness, type ChimeHarness, refusalOf } from './harness.ts';

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

describe('a process that ends at once has kept', () => {
  const silent = { Audio: 'None', Video: 'None', Content: 'None' } as const;
  type Change = (chime: ChimeHarness, MeetingId: string, AttendeeId: string) => Promise<unknown>;

  test.each<[string, Change, (meeting: Meeting | undefined) => unknown, unknown]>([
    [
      'an attendee',
      (chime, MeetingId) => chime.attend(MeetingId, 'ben'),
      (meeting) => meeting?.attendees.map(({ externalUserId }) => externalUserId),
      ['ann', 'ben'],
    ],
    [
      'her capabilities',
      (chime, MeetingId, AttendeeId) =>
        chime.client().send(new UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId, Capabilities: silent })),
      (meeting) => meeting?.attendees[0]?.capabilities,
      silent,
    ],
    [
      'that she is deleted',
      (chime, MeetingId, AttendeeId) => chime.client().send(new DeleteAttendeeCommand({ MeetingId, AttendeeId })),
      (meeting) => typeof meeting?.attendees[0]?.deletedAt,
      'number',
    ],
    [
      'that the meeting has ended',
      (chime, MeetingId) => chime.client().send(new DeleteMeetingCommand({ MeetingId })),
      (meeting) => meeting?.end,
      'deleted',
    ],
  ])('%s', async (_, change, seen, expected) => {
    const before = await open(new ManualClock());
    const MeetingId = await before.create();
    const { AttendeeId } = await before.attend(MeetingId, 'ann');
    await change(before, MeetingId, AttendeeId);
    await before[Symbol.asyncDispose]();
    await using chime = await open(new ManualClock());
    expect(seen(chime.meetings()[0])).toEqual(expected);
  });
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
