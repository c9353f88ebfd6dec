import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConsentDecision } from '../../../pipeline/meetings/call.ts';
import type { Happening } from '../../../pipeline/meetings/recordingLife.ts';
import type { Fates, JoiningFate } from './pipelinesModel.ts';
import { RecordingWorkers } from './recordingWorkers.ts';
import { RecordingWorld } from './recordingWorld.ts';

const minute = 60_000;
const numRuns = Number(process.env['RECORDING_LIVES'] ?? 1_000);

/** Whether anybody hears of it: at once, never, or by a function that stops after so many steps. */
type Wakes = 'now' | 'never' | number;
type Event =
  | { what: 'join' | 'leave'; who: number; wakes: Wakes }
  | { what: 'say'; decision: ConsentDecision; who: number; wakes: Wakes }
  | { what: 'end' | 'captions' | 'wish' | 'wishNot'; wakes: Wakes }
  | { what: 'captureEnds'; state: 'over' | 'failed'; wakes: Wakes }
  | { what: 'goOn'; which: number; steps: number }
  | { what: 'lose'; after: number }
  | { what: 'full' | 'free' | 'sweep' }
  | { what: 'pass'; ms: number };

interface Life {
  fates: Fates;
  withdrawn: 'keep' | 'discard';
  longestMs: number;
  /** After how many answers one is lost while the recording begins. */
  losesAfter: number;
  events: Event[];
}

const who = fc.constantFrom(0, 1, 2, 3);
const steps = fc.integer({ min: 1, max: 12 });
const wakes = fc.oneof(fc.constantFrom('now' as const, 'never' as const), steps);
const decision = fc.constantFrom<ConsentDecision>('given', 'given', 'given', 'refused', 'withdrawn');
const some = <const Value>(value: Value) => fc.constant(value);
const ms = fc.constantFrom(1_000, 40_000, 4 * minute, 70 * minute);

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom('join', 'leave'), who, wakes }) },
  { weight: 4, arbitrary: fc.record({ what: some('say'), decision, who, wakes }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('end', 'captions', 'wish', 'wishNot'), wakes }) },
  { weight: 1, arbitrary: fc.record({ what: some('captureEnds'), state: fc.constantFrom('over', 'failed'), wakes }) },
  { weight: 8, arbitrary: fc.record({ what: some('goOn'), which: fc.nat(3), steps }) },
  { weight: 1, arbitrary: fc.record({ what: some('lose'), after: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('full', 'free', 'sweep') }) },
  { weight: 3, arbitrary: fc.record({ what: some('pass'), ms }) },
);

/** Three times in four, provider and patient meet and agree before anything else happens; perhaps somebody looks in. */
const met = fc.tuple(fc.boolean(), wakes).map(([looksIn, last]): Event[] => {
  const visitor = (['join', 'leave'] as const).map((what): Event => ({ what, who: 2, wakes: 'never' }));
  const join = [0, 1].map((one): Event => ({ what: 'join', who: one, wakes: 'never' }));
  const agree = [0, 1].map((one): Event => ({ what: 'say', decision: 'given', who: one, wakes: one ? last : 'never' }));
  return [...join, ...(looksIn ? visitor : []), ...agree];
});

const joiningFates: readonly JoiningFate[] = ['whole', 'half', 'nothing', 'fails', 'stuck', 'late', 'lateHalf'];
const life: fc.Arbitrary<Life> = fc.record({
  fates: fc.record({
    start: fc.constantFrom('started', 'started', 'started', 'started', 'started', 'full', 'gone', 'refused'),
    writes: fc.constantFrom('everything', 'everything', 'everything', 'nothing'),
    clings: fc.boolean(),
    ignoresStops: fc.constantFrom(0, 0, 1),
    tells: fc.boolean(),
    joinings: fc.array(fc.constantFrom(...joiningFates), { maxLength: 3 }),
  }),
  withdrawn: fc.constantFrom('keep', 'discard'),
  longestMs: fc.constantFrom(15 * minute, 180 * minute),
  losesAfter: fc.oneof(some(Infinity), fc.nat(6)),
  events: fc
    .tuple(fc.oneof({ weight: 3, arbitrary: met }, some([])), fc.array(event, { maxLength: 40, size: 'max' }))
    .map(([first, then]) => [...first, ...then]),
});

function happen(workers: RecordingWorkers, event: Event): void {
  const { world } = workers;
  switch (event.what) {
    case 'join':
    case 'leave':
      return world[event.what](event.who);
    case 'say':
      return world.say(event.who, event.decision);
    case 'end':
      return world.end();
    case 'captions':
      return world.turnOnCaptions();
    case 'wish':
    case 'wishNot':
      return world.wish(event.what === 'wish');
    case 'captureEnds':
      return world.pipelines.endCapture(event.state, world.ms);
    case 'goOn':
      return workers.goOn(event.which, event.steps);
    case 'lose':
      workers.losesAfter = event.after;
      return;
    case 'full':
    case 'free':
      world.pipelines.isFull = event.what === 'full';
      return;
    case 'sweep':
      return workers.sweep();
    case 'pass':
      return workers.pass(event.ms);
  }
}

/** As an event of Chime says it of a capture, to whoever keeps the recording of that one. */
function endOf(workers: RecordingWorkers, event: Event): Happening | undefined {
  if (event.what !== 'captureEnds' || !workers.world.pipelines.running()) return undefined;
  const reason = event.state === 'failed' ? 'Failed' : 'Ended';
  return { what: 'over', reason, at: workers.world.now().toISOString() };
}

function live({ fates, withdrawn, longestMs, losesAfter, events }: Life): RecordingWorld {
  const world = new RecordingWorld(fates, withdrawn);
  const workers = new RecordingWorkers(world, longestMs, fates.ignoresStops);
  workers.losesAfter = losesAfter;
  for (const event of events) {
    const end = endOf(workers, event);
    happen(workers, event);
    workers.check();
    if (!('wakes' in event) || event.wakes === 'never') continue;
    const told =
      end &&
      (({ capture }: { capture: { captureId: string | null } | null }) => (capture?.captureId ? end : undefined));
    if (event.wakes === 'now') workers.wake(told ? { told } : {});
    else workers.wakeSlowly(event.wakes, told);
  }
  workers.finish();
  return world;
}

function expectItsEnd({ capture, takenMs, pipelines, isWithdrawn, withdrawn }: RecordingWorld, { fates }: Life): void {
  const { captures, joinings, writtenMs } = pipelines;
  const state = capture?.state ?? 'none';
  const isTaken = state === 'joined' || state === 'incomplete';
  expect(takenMs).toHaveLength(isTaken ? 1 : 0);
  expect(captures.length).toBeLessThanOrEqual(1);
  expect(joinings.length).toBeLessThanOrEqual(3);
  // Nothing is lost that was written, and nothing is made of what is to be discarded.
  if (!capture?.captureId || fates.writes === 'nothing') return;
  const isToDiscard = isWithdrawn && withdrawn === 'discard';
  expect(state === 'discarded').toBe(isToDiscard);
  if (isToDiscard) return;
  const wholeMs = pipelines.capturedMs() ?? 0;
  if (state === 'missing') expect(writtenMs.filter((one) => one >= wholeMs - 2_000)).toEqual([]);
  const hasGoodTry = fates.joinings.length < 3 || fates.joinings.includes('whole');
  if (hasGoodTry) expect(state).toBe('joined');
  if (captures[0]?.state === 'failed' && isTaken) expect(capture.reason).toBe('Failed');
}

test('whatever happens, and whoever hears of it, a recording comes to its end, and holds what was agreed to', () => {
  fc.assert(
    fc.property(life, (one) => expectItsEnd(live(one), one)),
    { numRuns },
  );
});
