import { describe, expect, test } from 'vitest';
import type { Calls, OpenMeeting } from '../../../pipeline/callPorts.ts';
import { sweepMeetings } from '../../../pipeline/steps/sweepMeetings.ts';
import { memoryCall, type MemoryCallOptions, sessionId } from '../memoryCall.ts';

const minutesAgo = (minutes: number) =>
  new Date(Date.parse('2026-11-28T09:00:00.000Z') - minutes * 60_000).toISOString();
const now = minutesAgo(0);

/** A meeting that everybody has left ten minutes ago. */
const meetingOf = (more: Partial<OpenMeeting> = {}): OpenMeeting => ({
  sessionId,
  meetingId: 'meeting-1',
  controlRegion: 'eu-central-1',
  isLive: true,
  sessionStatus: 'active',
  quietSince: minutesAgo(10),
  present: 0,
  unaccounted: 0,
  seenAt: minutesAgo(5),
  lastLeftAt: minutesAgo(10),
  endedAt: null,
  ...more,
});

/** A sweep over some meetings, all of which Chime has; `did` is what it did, with the times that it gave. */
function sweepOver(open: OpenMeeting[], { stranded = 0, ...options }: MemoryCallOptions & { stranded?: number } = {}) {
  const { ports, kept } = memoryCall(options);
  kept.session.status = 'active';
  for (const { meetingId } of open) {
    kept.rooms.set(meetingId, { token: meetingId, alive: true, attendees: new Map(), isKnown: true });
  }
  const did: string[] = [];
  const { calls, meetings } = ports;
  const heard = (line: string) => void did.push(line);
  ports.calls = {
    ...calls,
    toSweep: async (at, most) => {
      heard(`sweep ${most} at ${at}`);
      return { meetings: open, stranded, recordings: [], running: 0, oldestMs: 0 };
    },
    async meetingEnded(of) {
      const closed = await calls.meetingEnded(of);
      heard(`${of.meetingId} ended ${of.at}`);
      return closed;
    },
    meetingSeen: (of) => calls.meetingSeen(of).then(() => heard(`${of.meetingId} seen ${of.at}`)),
    closeSession: (of) => {
      heard(`close ${of.at} unless since ${of.quietSince} by ${of.endedBy}`);
      return calls.closeSession(of);
    },
  };
  ports.meetings = { ...meetings, remove: (id) => meetings.remove(id).then(() => heard(`remove ${id}`)) };
  const sweep = async () => {
    const output = await sweepMeetings(ports)({});
    return { output, did: did.slice(1), found: kept.measured.find(([name]) => name === 'SweepFound')?.[1] };
  };
  return { ports, kept, did, sweep };
}

const live = {
  meetingId: 'meeting-1',
  attempt: 1,
  controlRegion: 'eu-central-1',
  data: { MeetingId: 'meeting-1' },
  isSpoilt: false,
};
const closing = `close ${minutesAgo(10)} unless since ${minutesAgo(10)} by null`;
const over = ['remove meeting-1', `meeting-1 ended ${minutesAgo(10)}`];
const seen = [`meeting-1 seen ${now}`];

test.each<[string, Partial<OpenMeeting>, string[], number]>([
  ['that everybody has left', {}, [closing, ...over], 1],
  ['in which somebody is', { present: 1 }, seen, 0],
  ['that nobody has joined yet', { lastLeftAt: null, unaccounted: 1 }, seen, 0],
  ['that somebody has left a moment ago', { quietSince: minutesAgo(2), lastLeftAt: minutesAgo(2) }, seen, 0],
  ['in which somebody may be of whom nothing was heard', { unaccounted: 1 }, seen, 0],
  [
    'in which somebody may be of whom nothing was heard for long',
    { unaccounted: 98, quietSince: minutesAgo(15) },
    [`close ${minutesAgo(10)} unless since ${minutesAgo(15)} by null`, ...over],
    1,
  ],
  ['whose visit was ended', { sessionStatus: 'ended', endedAt: minutesAgo(10) }, over, 1],
  ['whose visit has failed', { sessionStatus: 'failed' }, ['remove meeting-1', `meeting-1 ended ${now}`], 1],
  [
    'that its visit has left for the next one',
    { isLive: false, present: 1 },
    ['remove meeting-1', `meeting-1 ended ${now}`],
    1,
  ],
  ['that is controlled elsewhere', { controlRegion: 'af-south-1' }, [], 0],
  [
    'whose visit was ended, and that is controlled elsewhere',
    { controlRegion: 'af-south-1', sessionStatus: 'ended' },
    [],
    0,
  ],
  [
    'that was controlled elsewhere a day ago',
    { controlRegion: 'af-south-1', seenAt: minutesAgo(24 * 60) },
    [`meeting-1 ended ${minutesAgo(24 * 60)}`],
    1,
  ],
])('a meeting %s', async (_, more, did, found) => {
  expect(await sweepOver([meetingOf(more)]).sweep()).toEqual({ output: { swept: 1 }, did, found });
});

describe('a meeting that Chime has ended, and no event said so', () => {
  test.each<[string, Partial<OpenMeeting>, string]>([
    ['ended when the last one left', {}, minutesAgo(10)],
    ['ended not before it was last known to live, if somebody was there', { present: 1 }, minutesAgo(5)],
    ['ended not before it was last known to live, if nobody ever came', { lastLeftAt: null }, minutesAgo(5)],
  ])('%s', async (_, more, at) => {
    const { kept, sweep } = sweepOver([meetingOf(more)]);
    kept.rooms.clear();
    kept.meetings.push({ ...live, ended: false });
    expect(await sweep()).toMatchObject({ did: [`meeting-1 ended ${at}`], found: 1 });
    expect(kept.measured[0]).toEqual(['CallSeconds', 60]);
  });
});

test('a visit in which something happens meanwhile goes on', async () => {
  const { ports, sweep } = sweepOver([meetingOf()]);
  const busy: Calls['closeSession'] = async () => ({ outcome: 'busy', seconds: 0, meetings: [] });
  ports.calls.closeSession = busy;
  expect(await sweep()).toMatchObject({ did: [], found: 0 });
});

test('how long a visit was is measured by whoever closes it', async () => {
  const { kept, sweep } = sweepOver([meetingOf(), meetingOf({ meetingId: 'meeting-2' })]);
  await sweep();
  expect(kept.measured).toEqual([
    ['CallSeconds', 60],
    ['SweepFound', 2],
  ]);
});

test('visits that never got a meeting are found as well', async () => {
  const { did, sweep } = sweepOver([], { stranded: 3 });
  expect(await sweep()).toEqual({ output: { swept: 0 }, did: [], found: 3 });
  expect(did).toEqual([`sweep 250 at ${now}`]);
});

test('a meeting that fails holds up no other, and the sweep fails, so that it shows', async () => {
  let tries = 0;
  const open = [1, 2, 3].map((n) => meetingOf({ meetingId: `meeting-${n}`, sessionStatus: 'ended', endedAt: now }));
  const { did, kept, sweep } = sweepOver(open, {
    fault: (call) => (call === 'remove' && (tries += 1) === 2 ? 'before' : undefined),
  });
  await expect(sweep()).rejects.toMatchObject({ name: 'ChimeUnavailable' });
  expect(did.slice(1).filter((line) => line.includes('ended'))).toEqual([
    `meeting-1 ended ${now}`,
    `meeting-3 ended ${now}`,
  ]);
  expect(kept.measured).toEqual([['SweepFound', 2]]);
});

test('while Chime hangs, the rest is left to the next sweep', async () => {
  const open = Array.from({ length: 250 }, (_, n) => meetingOf({ meetingId: `meeting-${n}`, present: 1 }));
  const { kept, sweep } = sweepOver(open, { turn: async () => void (kept.clock += 4_000) });
  // Sixteen seconds each: two calls, which take their time before and after.
  expect((await sweep()).output).toEqual({ swept: 8 });
});
