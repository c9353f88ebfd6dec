import { describe, expect, test } from 'vitest';
import type { Calls, OpenMeeting, ToSweep } from '../../../pipeline/callPorts.ts';
import { silenceCaptions } from '../../../pipeline/calls/silenceCaptions.ts';
import { sweepMeetings } from '../../../pipeline/steps/sweepMeetings.ts';
import { sessionId, userOf } from '../memoryCall.ts';
import { memoryRecording, type MemoryRecordingOptions } from '../memoryRecording.ts';

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
function sweepOver(
  open: OpenMeeting[],
  { toSweep = {}, env = { RECORDS: 'off' }, ...options }: MemoryRecordingOptions & { toSweep?: Partial<ToSweep> } = {},
) {
  const all = memoryRecording({ env, ...options });
  const { ports, kept } = all;
  for (const { meetingId } of open) {
    if (!kept.rooms.has(meetingId))
      kept.rooms.set(meetingId, { token: meetingId, alive: true, attendees: new Map(), isKnown: true });
  }
  const did: string[] = [];
  const { calls, meetings } = ports;
  const heard = (line: string) => void did.push(line);
  ports.calls = {
    ...calls,
    toSweep: async (at, most) => {
      heard(`sweep ${most} at ${at}`);
      return { meetings: open, stranded: 0, recordings: [], running: 0, oldestMs: 0, ...toSweep };
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
  return { ...all, did, sweep };
}

const nothingRuns = [
  ['CapturesRunning', 0],
  ['CapturesOld', 0],
];
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
  expect(kept.measured).toEqual([['CallSeconds', 60], ['SweepFound', 2], ...nothingRuns]);
});

test('visits that never got a meeting are found as well', async () => {
  const { did, sweep } = sweepOver([], { toSweep: { stranded: 3 } });
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
  expect(kept.measured).toEqual([['CallSeconds', 60], ['SweepFound', 2], ...nothingRuns]);
});

test('while Chime hangs, the rest is left to the next sweep', async () => {
  const open = Array.from({ length: 250 }, (_, n) => meetingOf({ meetingId: `meeting-${n}`, present: 1 }));
  const { kept, sweep } = sweepOver(open, { turn: async () => void (kept.clock += 4_000) });
  // Sixteen seconds each: two calls, which take their time before and after.
  expect((await sweep()).output).toEqual({ swept: 8 });
});

describe('what is recorded', () => {
  const open = [meetingOf({ present: 2 })];
  const records = { env: { RECORDS: 'on' } };
  const third = userOf(3);

  test('is brought on where no event has come', async () => {
    const { sweep, recorded, kept } = sweepOver(open, records);
    await sweep();
    expect(recorded.states).toEqual(['starting', 'running']);
    kept.clock += 5 * 60_000;
    for (const one of recorded.pipelines.values()) one.state = 'failed';
    await sweep();
    expect(recorded.capture).toMatchObject({ state: 'joining', reason: 'Failed' });
  });

  test('is brought to its end though its meeting is open no more, and though nothing is recorded any more', async () => {
    const begun = sweepOver(open, records);
    await begun.sweep();
    const { sweep, recorded, kept, ports } = sweepOver([], { toSweep: { recordings: ['meeting-1'] } });
    Object.assign(recorded, { ...begun.recorded, isOver: true });
    await sweep();
    // Stopped, looked at, counted, and given to be joined.
    expect([recorded.capture?.state, await ports.pipelines.list()]).toEqual(['joining', []]);
    expect(kept.measured).toContainEqual(['CapturesOrphaned', 0]);
  });

  test('asks nothing more where nothing is recorded', async () => {
    const { sweep, kept } = sweepOver(open);
    await sweep();
    expect(kept.calls).toEqual(['exists', 'meetingSeen']);
  });

  test('hears nobody who has not agreed: she is silenced, and that shows', async () => {
    const { sweep, seat, kept, audioOf } = sweepOver(open, records);
    await sweep();
    seat(third);
    await sweep();
    expect([audioOf(third), kept.measured.filter(([name]) => name === 'ConsentMissing')]).toEqual([
      'Receive',
      [['ConsentMissing', 1]],
    ]);
    await sweep();
    expect(kept.measured.filter(([name]) => name === 'ConsentMissing')).toHaveLength(1);
  });

  test('silences whoever captions may not hear, and lets that person send again once they are off', async () => {
    let isAway = true;
    const fault = (name: string) => (isAway && name === 'findAttendee' ? ('before' as const) : undefined);
    const { sweep, seat, kept, audioOf, ports, recorded } = sweepOver(open, { ...records, fault });
    recorded.present.clear();
    seat(third);
    const at = { sessionId, meetingId: 'meeting-1' };
    await ports.calls.setCaptions({ meetingId: at.meetingId, on: true, by: null, at: now });
    isAway = false;
    await sweep();
    expect(audioOf(third)).toBe('Receive');
    isAway = true;
    await expect(silenceCaptions(ports, { ...at, by: null, reason: 'Ended' })).rejects.toMatchObject({
      code: 'ChimeUnavailable',
    });
    expect([kept.captions.on, audioOf(third)]).toEqual([false, 'Receive']);
    isAway = false;
    await sweep();
    expect(audioOf(third)).toBe('SendReceive');
    // They had not begun when she was silenced.
    expect(kept.measured.map(([name]) => name)).not.toContain('ConsentMissing');
  });

  test('looks at nobody where there were no captions, and nobody once the meeting is over', async () => {
    const { sweep, kept, recorded, ports, seat } = sweepOver(open, records);
    recorded.present.clear();
    seat(third);
    await sweep();
    for (const on of [true, false]) await ports.calls.setCaptions({ meetingId: 'meeting-1', on, by: null, at: now });
    recorded.isOver = true;
    await sweep();
    expect(kept.calls).not.toContain('findAttendee');
  });

  test('asks about nobody who has agreed', async () => {
    const { sweep, kept } = sweepOver(open, records);
    await sweep();
    kept.calls.length = 0;
    await sweep();
    expect(kept.calls).not.toContain('findAttendee');
  });

  test('is counted with what nobody knows, and what runs for too long', async () => {
    const tooLong = (180 + 15) * 60_000;
    const { sweep, recorded, kept } = sweepOver([], {
      ...records,
      toSweep: { recordings: [], running: 3, oldestMs: tooLong + 1 },
    });
    const common = { kind: 'capture', state: 'runs', arn: 'a', meetingArn: null, token: 't' } as const;
    const sinkArn = 'arn:aws:s3:::recordings/captures/meeting-7';
    recorded.pipelines.set('lost', { ...common, id: 'lost', sinkArn });
    recorded.pipelines.set('theirs', { ...common, id: 'theirs', sinkArn: 'arn:aws:s3:::theirs/captures/m' });
    await sweep();
    expect(kept.measured).toEqual([
      ['CapturesOrphaned', 1],
      ['SweepFound', 0],
      ['CapturesRunning', 3],
      ['CapturesOld', 1],
    ]);
    expect(recorded.pipelines.get('lost')?.state).toBe('over');
  });

  test('is not old for as long as a sweep may take to stop it', async () => {
    const { sweep, kept } = sweepOver([], { toSweep: { running: 1, oldestMs: (180 + 15) * 60_000 } });
    await sweep();
    expect(kept.measured).toContainEqual(['CapturesOld', 0]);
  });

  test.each(['recordingFacts', 'start', 'list'])(
    'that fails at %s holds up nothing else, and shows',
    async (failing) => {
      const two = [meetingOf({ present: 2 }), meetingOf({ meetingId: 'meeting-2', present: 1 })];
      const { sweep, did, kept } = sweepOver(two, {
        ...records,
        fault: (call) => (call === failing ? 'before' : undefined),
      });
      await expect(sweep()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
      expect(did.slice(1)).toEqual([`meeting-1 seen ${now}`, `meeting-2 seen ${now}`]);
      expect(kept.measured).toContainEqual(['SweepFound', 0]);
    },
  );

  test('is not begun once a sweep has taken its time', async () => {
    const many = Array.from({ length: 20 }, (_, n) => meetingOf({ meetingId: `meeting-${n + 2}`, present: 1 }));
    const { sweep, kept } = sweepOver(many, { ...records, turn: async () => void (kept.clock += 4_000) });
    // Eight seconds for each call: whether it lives, that it was seen, and that it is none that anybody records.
    expect((await sweep()).output).toEqual({ swept: 6 });
    expect(kept.calls).not.toContain('list');
  });
});
