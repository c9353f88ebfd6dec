import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordingWorld } from './recordingWorld.ts';
import { RecordingWorkers } from './recordingWorkers.ts';
import type { Fates, JoiningFate } from './pipelinesModel.ts';

const minute = 60_000;
const numRuns = Number(process.env['RECORDING_LIVES'] ?? 300);

const who = fc.constantFrom(0, 0, 1, 1, 2, 3);
const wakes = fc.constantFrom('now', 'now', 'slowly', 'never');
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('join'), who, wakes }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('leave'), who, wakes }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('agree'), who, wakes }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('refuse', 'withdraw'), who, wakes }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constantFrom('end', 'captions', 'captureEnds', 'captureFails'), wakes }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('wish', 'wishNot'), wakes }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('lose', 'full', 'free', 'sweep') }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('goOn'), which: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('pass'), ms: fc.constantFrom(1_000, 40_000, 4 * minute, 70 * minute) }),
  },
);
type Event = typeof event extends fc.Arbitrary<infer One> ? One : never;

const joiningFates: readonly JoiningFate[] = ['whole', 'half', 'nothing', 'fails', 'stuck', 'late'];
const fates: fc.Arbitrary<Fates> = fc.record({
  start: fc.constantFrom('started', 'started', 'started', 'started', 'full', 'gone', 'refused'),
  writes: fc.constantFrom('everything', 'everything', 'everything', 'nothing'),
  clings: fc.boolean(),
  ignoresStops: fc.constantFrom(0, 0, 1),
  tells: fc.boolean(),
  joinings: fc.array(fc.constantFrom(...joiningFates), { maxLength: 3 }),
});

const life = fc.record({
  fates,
  withdrawn: fc.constantFrom('keep', 'discard'),
  longestMs: fc.constantFrom(15 * minute, 180 * minute),
  /** Whether provider and patient meet and agree before anything else happens. */
  meets: fc.constantFrom(true, true, true, false),
  events: fc.array(event, { maxLength: 40, size: 'max' }),
});

function happen(workers: RecordingWorkers, event: Event): void {
  const { world } = workers;
  const person = 'who' in event ? event.who : 0;
  const ended = world.pipelines.running();
  switch (event.what) {
    case 'join':
      world.join(person);
      break;
    case 'leave':
      world.leave(person);
      break;
    case 'agree':
      world.say(person, 'given');
      break;
    case 'refuse':
      world.say(person, 'refused');
      break;
    case 'withdraw':
      world.say(person, 'withdrawn');
      break;
    case 'end':
      world.end();
      break;
    case 'captions':
      world.turnOnCaptions();
      break;
    case 'wish':
    case 'wishNot':
      world.wish(event.what === 'wish');
      break;
    case 'captureEnds':
    case 'captureFails':
      world.pipelines.endCapture(event.what === 'captureEnds' ? 'over' : 'failed', world.ms);
      break;
    case 'lose':
      workers.toLose += 1;
      break;
    case 'full':
    case 'free':
      world.pipelines.isFull = event.what === 'full';
      break;
    case 'sweep':
      workers.sweep();
      break;
    case 'goOn':
      workers.goOn('which' in event ? event.which : 0);
      break;
    case 'pass':
      workers.pass('ms' in event ? event.ms : 0);
      break;
  }
  workers.check();
  if (!('wakes' in event)) return;
  const at = world.now().toISOString();
  const reason = event.what === 'captureFails' ? ('Failed' as const) : ('Ended' as const);
  const isTold = event.what === 'captureEnds' || event.what === 'captureFails';
  const told = (facts: { capture: { captureId: string | null } | null }) =>
    isTold && ended !== undefined && facts.capture?.captureId === ended.id
      ? ({ what: 'over', reason, at } as const)
      : undefined;
  if (event.wakes === 'now') workers.wake({ told });
  if (event.wakes === 'slowly') workers.wakeSlowly(told);
}

function live({
  fates,
  withdrawn,
  longestMs,
  meets,
  events,
}: typeof life extends fc.Arbitrary<infer One> ? One : never) {
  const world = new RecordingWorld(fates, withdrawn);
  const workers = new RecordingWorkers(world, longestMs, fates.ignoresStops);
  const met = ([0, 1] as const).flatMap((one): Event[] => [
    { what: 'join', who: one, wakes: 'now' },
    { what: 'agree', who: one, wakes: 'now' },
  ]);
  for (const one of meets ? [...met, ...events] : events) happen(workers, one);
  workers.finish();
  return world;
}

describe('whatever happens in a call, in whatever order, and whoever hears of it', () => {
  test('its recording comes to an end, and nothing is recorded or kept that nobody agreed to', () => {
    const came = new Map<string, number>();
    fc.assert(
      fc.property(life, (one) => {
        const { capture, takenMs, pipelines, isWithdrawn, withdrawn } = live(one);
        const { captures, joinings, writtenMs } = pipelines;
        const state = capture?.state ?? 'none';
        came.set(state, (came.get(state) ?? 0) + 1);
        const isTaken = state === 'joined' || state === 'incomplete';
        expect(takenMs).toHaveLength(isTaken ? 1 : 0);
        expect([captures.length, joinings.length]).toEqual([
          state === 'none' ? 0 : expect.toSatisfy((n: number) => n <= 1),
          expect.toSatisfy((n: number) => n <= 3),
        ]);
        const wholeMs = pipelines.capturedMs() ?? Infinity;
        // Nothing is lost that was written, and nothing is made of what is to be discarded.
        if (state === 'missing') expect(writtenMs.filter((ms) => ms >= wholeMs - 2_000)).toEqual([]);
        const isToDiscard = isWithdrawn && withdrawn === 'discard' && capture?.captureId;
        if (isToDiscard && one.fates.writes === 'everything') expect(state).toBe('discarded');
        const isEasy = one.fates.writes === 'everything' && one.fates.joinings.every((fate) => fate === 'whole');
        if (isEasy && capture?.captureId && !isToDiscard) expect(state).toBe('joined');
      }),
      { numRuns },
    );
    if (process.env['RECORDING_LIVES']) console.log(came);
  });
});
