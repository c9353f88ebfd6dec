import { randomUUID } from 'node:crypto';
import { PipelineError } from '../errors.ts';
import type { Places, Ticket } from '../ports.ts';
import type { EngineName } from '../recording/route.ts';

/** One engine's places: who holds one, and until when if nobody gives it back. */
export interface House {
  /** The places that are held. */
  used: number;
  /** By recording; epoch seconds. */
  leases: Readonly<Record<string, number>>;
  /**
   * Empty when nobody waits. Else the next free place is for the first of the line: `yes`, or, while somebody who saw no
   * line makes sure of that, a word of that one's own.
   */
  waiting: string;
}

/** An execution in the line. */
export interface Waiter {
  recordingId: string;
  /** Its turn: ISO 8601. */
  since: string;
  token: string;
}

/** One write to a house. It is made whole if each of its conditions holds, and otherwise not at all. */
export interface Change {
  /** A lease for a recording that has none. */
  add?: { recordingId: string; until: number };
  /** A lease that is there; with `until`, only as it was seen. */
  remove?: { recordingId: string; until?: number };
  /** A new end for a lease that is there. */
  renew?: { recordingId: string; until: number };
  waiting?: string;
  when?: {
    /** Exactly this. */
    waiting?: string;
    /** Fewer places are held than this. */
    below?: number;
    /** At least this many are held. */
    atLeast?: number;
  };
}

/** What keeps the houses and their lines. Each method is one request; a read sees each write that was answered. */
export interface PlaceStore {
  read(engine: EngineName): Promise<House>;
  /** Undefined when the change was made; else the house as it stood in its way. */
  change(engine: EngineName, change: Change): Promise<House | undefined>;
  /** The first of the line, at most `most`. */
  line(engine: EngineName, most: number): Promise<Waiter[]>;
  join(engine: EngineName, waiter: Waiter): Promise<void>;
  /** Takes a waiter out of the line; with its token, only while it waits with this one. */
  leave(engine: EngineName, waiter: Ticket & { token?: string }): Promise<void>;
}

/** In which whoever was called up has to come, in seconds: an execution that was stopped never does. */
const comingSeconds = 600;
/** A change that another one got ahead of is thought over again; this often at most, then the state's Retry goes on. */
const turns = 200;

/**
 * Free places are counted before a job is started. A house is one item, so that a place and the count of them change in
 * one write, and a place that is given back passes to the first of the line in one write too: nobody who comes later gets
 * ahead. Whoever stops between two writes leaves nothing worse than a sleeper with a place: the next who finds it in the
 * line wakes it, or its own timeout does.
 *
 * @param limits how many jobs each engine takes at once
 * @param wake wakes an execution; one that waits no more is no error
 */
export function toPlaces(
  store: PlaceStore,
  limits: Readonly<Record<EngineName, number>>,
  now: () => Date,
  wake: (token: string) => Promise<unknown>,
): Places {
  /** Houses that were last seen full, which are looked at before they are written to: a refused write is paid for. */
  const full = new Set<EngineName>();
  const seconds = () => Math.floor(now().getTime() / 1000);

  const isOpen = ({ used, waiting }: House, engine: EngineName) => waiting === '' && used < limits[engine];

  async function take(engine: EngineName, ticket: Ticket, forSeconds: number) {
    const lease = { recordingId: ticket.recordingId, until: seconds() + forSeconds };
    const seen = full.has(engine) ? await store.read(engine) : undefined;
    const refused =
      seen && !isOpen(seen, engine)
        ? seen
        : await store.change(engine, { add: lease, when: { waiting: '', below: limits[engine] } });
    if (refused) full.add(engine);
    else full.delete(engine);
    const isTaken = !refused || (await renew(engine, refused, lease));
    if (isTaken && (refused || ticket.queued)) await store.leave(engine, ticket);
    return isTaken ? 'taken' : 'full';
  }

  /** A place that was taken before, or that the recording was called up for. */
  async function renew(engine: EngineName, house: House, lease: { recordingId: string; until: number }) {
    if (house.leases[lease.recordingId] === undefined) return false;
    return (await store.change(engine, { renew: lease })) === undefined;
  }

  /** A repeat finds its place gone, and looks whether the first try got as far as to wake the next. */
  async function giveBack(engine: EngineName, recordingId: string) {
    const refused = await store.change(engine, { remove: { recordingId }, when: { waiting: '' } });
    if (refused) await serve(engine, recordingId);
  }

  /** Calls up the line while there are places: free ones, the giver's own, and those whose time is over. */
  async function serve(engine: EngineName, giver?: string) {
    for (let turn = 0; turn < turns; turn += 1) {
      const [house, line] = [await store.read(engine), await store.line(engine, 1)];
      const isHeld = giver !== undefined && house.leases[giver] !== undefined;
      const held = isHeld ? { recordingId: giver } : undefined;
      const [first] = line;
      if (first ? await callUp(engine, house, first, held) : await close(engine, house, held)) return;
    }
    throw new PipelineError('Throttled', `the places of ${engine} are contended`);
  }

  /**
   * Nobody is in the line. It is said to be closing, and closed when it was looked at once more: whoever joins it
   * meanwhile says that it is not, and whoever joined before, relying on being called, is seen. True when there is
   * nothing more to do.
   */
  async function close(engine: EngineName, { waiting }: House, held: Held | undefined): Promise<boolean> {
    if (waiting === '' && !held) return true;
    const isSure = waiting !== 'yes';
    const change = isSure ? { waiting: '', ...(held ? { remove: held } : {}) } : { waiting: `closing ${randomUUID()}` };
    return (await store.change(engine, { ...change, when: { waiting } })) === undefined && isSure;
  }

  /** Gives the first of the line a place, if there is one. True when there is nothing more to do. */
  async function callUp(engine: EngineName, house: House, first: Waiter, held: Held | undefined): Promise<boolean> {
    // Whoever called it up did not get as far as to wake it.
    if (house.leases[first.recordingId] !== undefined) return welcome(engine, first);
    const late = lapsed(house, seconds());
    const change = toChange(engine, house, first, held ?? late);
    if (!change) return true;
    if (await store.change(engine, change)) return false;
    if (change.add) await welcome(engine, first);
    const isHandedOn = change.add !== undefined && change.remove !== undefined && change.remove === held;
    return isHandedOn ? !late : change.add === undefined && change.remove === undefined;
  }

  async function welcome(engine: EngineName, first: Waiter): Promise<false> {
    await wake(first.token);
    await store.leave(engine, first);
    return false;
  }

  /** What the first of the line does to the house; undefined when nothing changes for it. */
  function toChange(engine: EngineName, house: House, first: Waiter, freed: Held | undefined): Change | undefined {
    const limit = limits[engine];
    const add = { recordingId: first.recordingId, until: seconds() + comingSeconds };
    if (house.used < limit) return { add, waiting: 'yes', when: { below: limit } };
    // After a limit was lowered, places are given back until their number fits it.
    if (freed) return house.used > limit ? { remove: freed } : { add, remove: freed, waiting: 'yes' };
    return house.waiting === 'yes' ? undefined : { waiting: 'yes', when: { atLeast: limit } };
  }

  return {
    take,
    giveBack,
    async wait(engine, { recordingId, since }, token) {
      await store.join(engine, { recordingId, since, token });
      const house = await store.read(engine);
      const isSettled =
        house.waiting === 'yes' && house.used >= limits[engine] && house.leases[recordingId] === undefined;
      if (!isSettled || lapsed(house, seconds())) await serve(engine);
    },
  };
}

interface Held {
  recordingId: string;
  until?: number;
}

/** A lease whose time is over, as it was seen. */
function lapsed({ leases }: House, at: number): Held | undefined {
  const [recordingId, until] = Object.entries(leases).find(([, end]) => end < at) ?? [];
  return recordingId === undefined || until === undefined ? undefined : { recordingId, until };
}
