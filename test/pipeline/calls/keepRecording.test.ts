import { describe, expect, test } from 'vitest';
import { keepRecording } from '../../../pipeline/calls/keepRecording.ts';
import { newsOf } from '../../../pipeline/meetings/pipelineEvents.ts';
import { patientId, userOf } from '../memoryCall.ts';
import { meetingId, memoryRecording, type MemoryRecordingOptions } from '../memoryRecording.ts';

const third = userOf(3);

/** A recording that can be woken, and what Chime, the database and the bucket were asked on the way. */
function recording(options: MemoryRecordingOptions = {}) {
  const all = memoryRecording(options);
  const { kept, recorded, ports } = all;
  const wake = async (waking?: Parameters<typeof keepRecording>[2]) => {
    kept.calls.length = 0;
    return keepRecording(ports, meetingId, waking);
  };
  const captures = () => [...recorded.pipelines.values()].filter(({ kind }) => kind === 'capture');
  /** Chime tells that a pipeline has ended. */
  const told = (pipelineId: string, kind: 'over' | 'failed' = 'over') =>
    wake({ told: (facts) => newsOf({ pipelineId, kind, at: '2026-11-28T09:01:00.000Z' }, facts) });
  const pass = (minutes: number) => void (kept.clock += minutes * 60_000);
  return { ...all, wake, told, captures, pass };
}

test('begins once everybody has agreed, and whoever has an attendee is settled before Chime is asked', async () => {
  const { wake, kept, recorded, captures } = recording();
  const facts = await wake();
  expect(recorded.states).toEqual(['starting', 'running']);
  expect(facts?.capture).toMatchObject({ state: 'running', captureId: 'capture-1', isSettled: true });
  expect(captures()).toMatchObject([
    { meetingArn: facts?.meetingArn, sinkArn: 'arn:aws:s3:::recordings/captures/meeting-1' },
  ]);
  const first = (call: string) => kept.calls.indexOf(call);
  expect(first('findAttendee')).toBeLessThan(first('start'));
});

test('nothing is due, and nobody is asked but the database, while somebody has not agreed', async () => {
  const { wake, kept, seat, recorded } = recording();
  seat(third);
  recorded.present.add(third);
  expect(await wake()).toMatchObject({ capture: null });
  expect(kept.calls).toEqual(['recordingFacts']);
});

test('nothing begins for somebody who comes at the same moment and has not agreed', async () => {
  const { wake, kept, seat, recorded } = recording({
    turn: async (call) => {
      if (call !== 'keepCapture' || recorded.present.has(third)) return;
      seat(third);
      recorded.present.add(third);
    },
  });
  expect(await wake()).toMatchObject({ capture: null });
  expect(kept.calls).toEqual(['recordingFacts', 'keepCapture']);
});

test('somebody who has an attendee and has not agreed is silenced before it begins, and heard once it is over', async () => {
  const { wake, told, seat, audioOf, recorded, captures } = recording();
  // She has left, and may come back with what she has.
  seat(third);
  await wake();
  expect([recorded.states.at(-1), audioOf(third), audioOf(patientId)]).toEqual(['running', 'Receive', 'SendReceive']);
  await told(captures()[0]?.id ?? '', 'failed');
  expect(audioOf(third)).toBe('SendReceive');
});

test('goes from its end to the joining of its chunks', async () => {
  const { wake, told, recorded, captures, kept } = recording();
  await wake();
  recorded.isOver = true;
  await wake();
  expect([recorded.capture?.state, recorded.capture?.reason, captures()[0]?.state]).toEqual([
    'stopping',
    'Ended',
    'over',
  ]);
  await told('capture-1');
  expect(recorded.states).toEqual(['starting', 'running', 'stopping', 'over', 'joining']);
  expect(recorded.capture).toMatchObject({
    endedAt: '2026-11-28T09:01:00.000Z',
    expectedMs: 60_000,
    concatenationId: 'concatenation-2',
    attempt: 1,
  });
  // It was told already.
  await told('capture-1');
  expect(kept.calls).toEqual(['recordingFacts']);
});

describe('what cannot begin is refused for good, and measured', () => {
  test.each<[string, MemoryRecordingOptions, 'gone' | 'refused' | undefined, string]>([
    ['a quota that is used up', { quota: 0 }, undefined, 'QuotaFull'],
    ['a bucket that may not be written into', {}, 'refused', 'BucketRefused'],
    ['a meeting that is over', {}, 'gone', 'MeetingGone'],
  ])('%s', async (_, options, refusal, reason) => {
    const { wake, kept, recorded, audioOf } = recording(options);
    recorded.refusal = refusal;
    expect(await wake()).toMatchObject({ capture: { state: 'refused', reason, isSettled: true } });
    expect(kept.measured).toEqual([['RecordingsLost', 1, reason]]);
    expect(audioOf(patientId)).toBe('SendReceive');
    await wake();
    expect([kept.calls, kept.measured.length]).toEqual([['recordingFacts'], 1]);
  });
});

test('a joining that found no place is asked for again by whatever wakes it next', async () => {
  const { wake, told, recorded, kept } = recording({ quota: 1 });
  await wake();
  recorded.isOver = true;
  await wake();
  recorded.pipelines.set('other', {
    ...recorded.pipelines.get('capture-1'),
    id: 'other',
    token: 'o',
    state: 'runs',
  } as never);
  await told('capture-1');
  expect([recorded.capture?.state, kept.calls.filter((call) => call === 'join').length]).toEqual(['over', 1]);
  recorded.pipelines.delete('other');
  await wake();
  expect(recorded.capture?.state).toBe('joining');
});

test('a joining that takes longer than an hour is dropped and made anew, which is measured', async () => {
  const { wake, told, recorded, kept, pass } = recording();
  await wake();
  recorded.isOver = true;
  await wake();
  await told('capture-1');
  pass(61);
  await wake();
  expect(recorded.capture).toMatchObject({
    state: 'joining',
    attempt: 2,
    concatenationIds: ['concatenation-2', 'concatenation-3'],
  });
  expect(recorded.pipelines.get('concatenation-2')?.state).toBe('over');
  expect(kept.measured).toEqual([['JoiningsStuck', 1]]);
  pass(61);
  await wake();
  pass(61);
  await wake();
  expect(recorded.capture).toMatchObject({ state: 'missing', reason: 'NeverJoined' });
  expect(kept.measured.slice(-1)).toEqual([['RecordingsLost', 1, 'NeverJoined']]);
});

describe('a no while it runs', () => {
  test.each([
    ['keep', 'joining'],
    ['discard', 'discarded'],
  ] as const)('with %s it is stopped, and then %s', async (withdrawn, state) => {
    const { wake, told, recorded, kept } = recording();
    await wake();
    Object.assign(kept.meetings[0] ?? {}, { isSpoilt: true });
    Object.assign(recorded, { isWithdrawn: true });
    kept.session.withdrawn = withdrawn;
    await wake();
    expect(recorded.capture).toMatchObject({ state: 'stopping', reason: 'Withdrawn' });
    await told('capture-1');
    expect(recorded.capture).toMatchObject({ state, reason: 'Withdrawn' });
    expect(recorded.removed).toEqual(withdrawn === 'discard' ? [meetingId] : []);
  });
});

describe('a sweep looks at what nobody has told of', () => {
  test.each([
    ['over', 'Ended'],
    ['failed', 'Failed'],
    ['forgotten', 'Ended'],
  ] as const)('at a capture that is %s at Chime', async (state, reason) => {
    const { wake, recorded, captures, pass } = recording();
    await wake();
    recorded.isOver = true;
    await wake();
    pass(0.4);
    const [capture] = captures();
    if (capture && state !== 'forgotten') capture.state = state;
    else recorded.pipelines.clear();
    await wake();
    expect(recorded.capture?.state).toBe('stopping');
    await wake({ isSweep: true });
    expect(recorded.capture).toMatchObject({ state: 'joining', reason });
  });

  test('at one that runs it looks once', async () => {
    const { wake, kept, pass } = recording();
    await wake();
    pass(5);
    await wake({ isSweep: true });
    expect(kept.calls).toEqual(['recordingFacts', 'look']);
  });

  test('and begins nothing once it is too late', async () => {
    const { wake, kept } = recording();
    await wake({ until: kept.clock - 1 });
    expect(kept.calls).toEqual(['recordingFacts']);
  });
});

test('a meeting that is controlled elsewhere is left to those who can', async () => {
  const { wake, kept } = recording();
  Object.assign(kept.meetings[0] ?? {}, { controlRegion: 'af-south-1' });
  expect((await wake())?.capture).toBeNull();
  expect(kept.calls).toEqual(['recordingFacts']);
});

test('a meeting that is none of ours is left alone', async () => {
  const { ports } = recording();
  expect(await keepRecording(ports, 'another')).toBeNull();
});

test('captions end with a no, at Chime and in the database', async () => {
  const { wake, kept } = recording();
  kept.captions = { on: true, language: 'en-US', engine: 'transcribe' };
  kept.heard.set(meetingId, { engine: 'transcribe', language: 'en-US', region: 'eu-west-1' });
  Object.assign(kept.meetings[0] ?? {}, { isSpoilt: true });
  await wake();
  expect([kept.captions.on, kept.heard.size]).toEqual([false, 0]);
});

describe('a capture that cannot be kept', () => {
  test('because the meeting was spoilt and refused meanwhile, is stopped at once', async () => {
    const { wake, recorded, kept, captures, ports } = recording();
    const { pipelines } = ports;
    const start: typeof pipelines.start = async (of) => {
      const answer = await pipelines.start(of);
      // Another function was told of a no, and found nothing at Chime yet.
      if (recorded.capture) Object.assign(recorded.capture, { state: 'refused', reason: 'NotBegun' });
      recorded.version += 1;
      Object.assign(kept.meetings[0] ?? {}, { isSpoilt: true });
      return answer;
    };
    ports.pipelines = { ...pipelines, start };
    await wake();
    expect([captures()[0]?.state, recorded.capture?.state]).toEqual(['over', 'refused']);
  });

  test('because another function was first with the same one, goes on', async () => {
    const { recorded, captures, ports } = recording();
    const { pipelines } = ports;
    const start: typeof pipelines.start = async (of) => {
      const answer = await pipelines.start(of);
      await keepRecording(ports, meetingId);
      return answer;
    };
    await keepRecording({ ...ports, pipelines: { ...pipelines, start } }, meetingId);
    expect([captures().map(({ state }) => state), recorded.capture?.captureId]).toEqual([['runs'], 'capture-1']);
  });

  test('because the database is away, is left: whoever asks again is given the same one', async () => {
    let isAway = true;
    const { wake, recorded, captures } = recording({
      fault: (call) => (isAway && call === 'keepCapture' && captures().length > 0 ? 'before' : undefined),
    });
    await expect(wake()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect([captures()[0]?.state, recorded.capture?.state]).toEqual(['runs', 'starting']);
    isAway = false;
    await wake();
    expect([captures().length, recorded.capture?.captureId]).toEqual([1, 'capture-1']);
  });
});

/** A recording from its beginning to the joining of its chunks, with all that is asked for on the way. */
async function wholeLife({ wake, told, recorded }: ReturnType<typeof recording>): Promise<void> {
  await wake();
  recorded.isOver = true;
  await wake();
  await told('capture-1');
}

const asked = await (async () => {
  const calls: string[] = [];
  await wholeLife(recording({ turn: async (call) => void calls.push(call) }));
  return calls.filter((_, n) => n % 2 === 0);
})();

describe.each(['before', 'after'] as const)('a failure %s the effect of', (when) => {
  test.each(asked.map((call, n) => [n, call] as const))('call %i, %s, costs nothing but time', async (failing) => {
    let n = -1;
    const all = recording({ fault: () => ((n += 1) === failing ? when : undefined) });
    const { recorded, wake, told, captures } = all;
    const again = (thing: () => Promise<unknown>) => thing().catch(thing);
    await again(() => wake());
    expect([recorded.capture?.state, captures().map(({ state }) => state)]).toEqual(['running', ['runs']]);
    recorded.isOver = true;
    await again(() => wake());
    await again(() => told('capture-1'));
    expect(recorded.capture).toMatchObject({ state: 'joining', attempt: 1, expectedMs: 60_000 });
    expect([...recorded.pipelines.values()].map(({ kind, state }) => [kind, state])).toEqual([
      ['capture', 'over'],
      ['concatenation', 'runs'],
    ]);
  });
});

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  'three functions at once, and a no that falls between (%i), leave no capture that runs',
  async (seed) => {
    const random = chance(seed);
    const all = recording({
      turn: async () => {
        for (let n = Math.floor(random() * 4); n > 0; n -= 1) await Promise.resolve();
      },
    });
    const { wake, recorded, kept, captures, ports } = all;
    const no = async () => {
      for (let n = Math.floor(random() * 120); n > 0; n -= 1) await Promise.resolve();
      Object.assign(kept.meetings[0] ?? {}, { isSpoilt: true });
      recorded.touched += 1;
      await keepRecording(ports, meetingId);
    };
    await Promise.all([wake(), wake(), wake(), no()]);
    expect(captures().map(({ state }) => state)).not.toContain('runs');
    expect(['refused', 'stopping', undefined]).toContain(recorded.capture?.state);
  },
);

/** Mulberry32. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
