import type { Change, House, PlaceStore, Waiter } from '../../pipeline/edge/places.ts';
import type { EngineName } from '../../pipeline/recording/route.ts';

interface Kept {
  leases: Map<string, number>;
  waiting: string;
  /** As it was last looked at, while nothing has changed. */
  seen: House | undefined;
}

/** The houses and lines of both engines in memory, as the table keeps them. */
export class MemoryPlaces implements PlaceStore {
  readonly #houses = new Map<EngineName, Kept>();
  readonly #lines = new Map<EngineName, Waiter[]>();

  async read(engine: EngineName): Promise<House> {
    return this.look(engine);
  }

  /** The house, without a request for it. */
  look(engine: EngineName): House {
    const house = this.#house(engine);
    const { leases, waiting } = house;
    // Far more look than change anything.
    house.seen ??= { used: leases.size, leases: Object.fromEntries(leases), waiting };
    return house.seen;
  }

  async change(engine: EngineName, change: Change): Promise<House | undefined> {
    const house = this.#house(engine);
    if (!holds(house, change)) return this.look(engine);
    const { add, remove, renew, waiting } = change;
    if (remove) house.leases.delete(remove.recordingId);
    for (const lease of [add, renew]) if (lease) house.leases.set(lease.recordingId, lease.until);
    if (waiting !== undefined) house.waiting = waiting;
    house.seen = undefined;
    return undefined;
  }

  async line(engine: EngineName, most: number): Promise<Waiter[]> {
    return this.#line(engine).slice(0, most);
  }

  async join(engine: EngineName, waiter: Waiter): Promise<void> {
    const line = this.#line(engine);
    const [from, same] = position(line, keyOf(waiter));
    line.splice(from, same ? 1 : 0, { ...waiter });
  }

  async leave(engine: EngineName, { token, ...ticket }: Parameters<PlaceStore['leave']>[1]): Promise<void> {
    const line = this.#line(engine);
    const [from, same] = position(line, keyOf(ticket));
    if (same && (token === undefined || line[from]?.token === token)) line.splice(from, 1);
  }

  #house(engine: EngineName): Kept {
    const there = this.#houses.get(engine);
    if (there) return there;
    const house: Kept = { leases: new Map(), waiting: '', seen: undefined };
    this.#houses.set(engine, house);
    return house;
  }

  #line(engine: EngineName): Waiter[] {
    const line = this.#lines.get(engine) ?? [];
    this.#lines.set(engine, line);
    return line;
  }
}

function holds(house: { leases: ReadonlyMap<string, number>; waiting: string }, change: Change): boolean {
  const { add, remove, renew, when = {} } = change;
  const { size } = house.leases;
  if (add && house.leases.has(add.recordingId)) return false;
  if (renew && !house.leases.has(renew.recordingId)) return false;
  if (remove && house.leases.get(remove.recordingId) !== (remove.until ?? house.leases.get(remove.recordingId)))
    return false;
  if (remove && !house.leases.has(remove.recordingId)) return false;
  if (when.waiting !== undefined && when.waiting !== house.waiting) return false;
  return (when.below === undefined || size < when.below) && (when.atLeast === undefined || size >= when.atLeast);
}

const keyOf = ({ since, recordingId }: Pick<Waiter, 'since' | 'recordingId'>) => `${since}#${recordingId}`;

/** Where a key is in the line, or would be, and whether it is there. */
function position(line: readonly Waiter[], key: string): [number, boolean] {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(line[middle] as Waiter) < key) low = middle + 1;
    else high = middle;
  }
  const found = line[low];
  return [low, found !== undefined && keyOf(found) === key];
}
