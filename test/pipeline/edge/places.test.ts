import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryPlaces } from '../../../local/burst/memoryPlaces.ts';
import { type PlaceStore, toPlaces } from '../../../pipeline/edge/places.ts';

const engine = 'transcribe';
const limits = (places: number) => ({ transcribe: places, 'transcribe-medical': 1 });
const start = Date.parse('2026-03-02T09:30:00.000Z');
const jobSeconds = 3_600;

/**
 * @param stopsAt where somebody stops the execution: while it waits, or while its job runs
 * @param late how many other things happen before it starts, at least
 */
interface Plan {
  stopsAt: 'line' | 'job' | undefined;
  late: number;
}

/** The function is killed: what it had asked for may be done, and it asks for nothing more. */
class Killed extends Error {}

/**
 * Executions of the state machine as far as places go, on a store whose requests take effect in any order, each by a
 * function of its own that may be killed before or after any request. Time stands still until nothing is under way.
 */
class World {
  readonly store = new MemoryPlaces();
  readonly #choose: (of: number) => number;
  readonly #kills: () => boolean;
  readonly limit: number;
  now = start;
  /** What could happen next. */
  #steps: (() => void)[] = [];
  #sleepers = new Map<string, () => void>();
  /** The executions with a job, in the order of their start. */
  readonly running = new Set<string>();
  mostRunning = 0;
  mostHeld = 0;
  readonly ended: string[] = [];
  /** Those who were told to wait, and have no lease yet. */
  readonly line = new Set<string>();
  /** By recording, those of an earlier turn who stood in the line when it came. */
  readonly #ahead = new Map<string, string[]>();
  /** Whoever was given a lease before one of those. */
  readonly unfair: string[] = [];

  constructor(limit: number, choose: (of: number) => number, kills: () => boolean) {
    this.limit = limit;
    this.#choose = choose;
    this.#kills = kills;
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#steps.push(resolve));
  }

  /** The places as one function sees them. */
  #places() {
    let isDead = false;
    const request =
      <Args extends unknown[], Answer>(send: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        if (isDead || this.#kills()) {
          isDead = true;
          throw new Killed();
        }
        await this.#turn();
        const answer = await send(...args);
        await this.#turn();
        if (!this.#kills()) return answer;
        isDead = true;
        throw new Killed();
      };
    const { store } = this;
    const seen: PlaceStore = {
      read: request((...args) => store.read(...args)),
      line: request((...args) => store.line(...args)),
      join: request((...args) => store.join(...args)),
      leave: request((...args) => store.leave(...args)),
      change: request(async (of, change) => {
        const refused = await store.change(of, change);
        if (!refused && change.add) this.#admit(change.add.recordingId);
        return refused;
      }),
    };
    const wake = request(async (token: string) => this.#sleepers.get(token)?.());
    return toPlaces(seen, limits(this.limit), () => new Date(this.now), wake);
  }

  #admit(recordingId: string): void {
    this.line.delete(recordingId);
    const passed = this.#ahead.get(recordingId)?.filter((other) => this.line.has(other)) ?? [];
    this.unfair.push(...passed.map((other) => `${recordingId} before ${other}`));
  }

  /** Tries again, as the state does, with a function of its own. */
  async #state<T>(run: (places: ReturnType<typeof toPlaces>) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await run(this.#places());
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        await this.#turn();
      }
    }
  }

  async execute(n: number, { stopsAt, late }: Plan): Promise<void> {
    for (let n = 0; n < late; n += 1) await this.#turn();
    const recordingId = `rec-${n}`;
    this.#ahead.set(
      recordingId,
      [...this.line].filter((other) => turnOf(other) < n),
    );
    const ticket = { recordingId, since: new Date(start + n).toISOString() };
    for (let wait = 0; ; wait += 1) {
      const taken = await this.#state((places) => places.take(engine, { ...ticket, queued: wait > 0 }, jobSeconds));
      if (taken === 'taken') break;
      const token = `${recordingId}/${wait}`;
      let isAwake = false;
      const woken = new Promise<void>((resolve) => {
        this.#sleepers.set(token, () => {
          isAwake = true;
          resolve();
        });
      });
      await this.#state(async (places) => (isAwake ? undefined : places.wait(engine, ticket, token)));
      if (!isAwake && this.store.look(engine).leases[recordingId] === undefined) this.line.add(recordingId);
      if (stopsAt === 'line') {
        this.line.delete(recordingId);
        this.#sleepers.delete(token);
        return;
      }
      await woken;
      this.line.delete(recordingId);
      this.#sleepers.delete(token);
    }
    this.running.add(recordingId);
    this.mostRunning = Math.max(this.mostRunning, this.running.size);
    this.mostHeld = Math.max(this.mostHeld, this.store.look(engine).used);
    for (let n = 0; n < 3; n += 1) await this.#turn();
    this.running.delete(recordingId);
    if (stopsAt === 'job') return;
    await this.#state((places) => places.giveBack(engine, recordingId));
    this.ended.push(recordingId);
  }

  /** Lets things happen until nothing more does; then time passes, and those who sleep look again. */
  async run(until: () => boolean): Promise<void> {
    for (let rounds = 0; !until(); rounds += 1) {
      if (rounds > 40) throw new Error(`somebody waits for ever: ${JSON.stringify(this.store.look(engine))}`);
      for (;;) {
        for (let n = 0; n < 8; n += 1) await Promise.resolve();
        await new Promise((resolve) => setImmediate(resolve));
        if (this.#steps.length === 0) break;
        const [step] = this.#steps.splice(this.#choose(this.#steps.length), 1);
        step?.();
      }
      if (until()) return;
      this.now += 1_800_000;
      for (const wake of this.#sleepers.values()) wake();
    }
  }
}

const turnOf = (recordingId: string) => Number(recordingId.slice('rec-'.length));
const choices = fc.infiniteStream(fc.nat(1_000));
const plan: fc.Arbitrary<Plan> = fc.record({
  stopsAt: fc.constantFrom(undefined, undefined, undefined, 'line', 'job'),
  late: fc.nat(40),
});

/** Each comes so much later than the one before. */
function inTurn(plans: readonly Plan[]): Plan[] {
  let before = 0;
  return plans.map(({ stopsAt, late }) => ({ stopsAt, late: (before += late) }));
}

function worldOf(limit: number, order: Iterator<number>, chance: Iterator<number>, perMille: number): World {
  const next = (of: Iterator<number>) => Number(of.next().value);
  return new World(
    limit,
    (of) => next(order) % of,
    () => perMille > 0 && next(chance) < perMille,
  );
}

test.each([1, 2])('who joins just after look %i at an empty line is not forgotten', async (look) => {
  const store = new MemoryPlaces();
  const woken: string[] = [];
  const wake = async (token: string) => void woken.push(token);
  const over = (one: PlaceStore) => toPlaces(one, limits(1), () => new Date(start), wake);
  const ticket = (n: number) => ({ recordingId: `rec-${n}`, since: new Date(start + n).toISOString() });
  await over(store).take(engine, ticket(1), jobSeconds);
  await store.change(engine, { waiting: 'yes' });
  let looks = 0;
  const slow: PlaceStore = {
    read: (of) => store.read(of),
    change: (of, change) => store.change(of, change),
    join: (of, waiter) => store.join(of, waiter),
    leave: (of, waiter) => store.leave(of, waiter),
    async line(of, most) {
      const seen = await store.line(of, most);
      looks += 1;
      if (looks === look) await over(store).wait(of, ticket(2), 't2');
      return seen;
    },
  };
  await over(slow).giveBack(engine, 'rec-1');
  expect(woken).toEqual(['t2']);
  expect(Object.keys(store.look(engine).leases)).toEqual(['rec-2']);
});

describe('whatever happens in whatever order', () => {
  const plans = fc.array(plan, { minLength: 1, maxLength: 12 }).map(inTurn);
  const schedule = fc.tuple(fc.integer({ min: 1, max: 4 }), plans);

  test('first come, first served', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, choices, async ([limit, plans], order) => {
        const world = worldOf(limit, order, order, 0);
        for (const [n, { late }] of plans.entries()) void world.execute(n, { late, stopsAt: undefined });
        await world.run(() => world.ended.length === plans.length);
        expect(world.unfair).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('with functions killed at any request, no more leases are held than there are places, and nobody waits for ever', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, choices, choices, async ([limit, plans], order, chance) => {
        const world = worldOf(limit, order, chance, 40);
        const live = plans.flatMap(({ stopsAt }, n) => (stopsAt === undefined ? [`rec-${n}`] : []));
        for (const [n, one] of plans.entries()) void world.execute(n, one);
        await world.run(() => live.every((id) => world.ended.includes(id)));
        expect(world.mostRunning).toBeLessThanOrEqual(limit);
        expect(world.mostHeld).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 300 },
    );
  });
});
