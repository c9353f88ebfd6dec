import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { JsonObject } from '../jsonService.ts';
import type { StreamRecord } from './streamRecord.ts';

/** An item as it was before a write; without `Item`, there was none. */
export interface Before {
  TableName: string;
  Key: JsonObject;
  Item?: JsonObject | undefined;
}

interface Kept {
  /** The number of the last stream record. */
  sequence: number;
  /** The items that a write under way changes: it is undone if its process dies. */
  undo: Before[];
  /** The records that no function has taken yet. */
  waiting: StreamRecord[];
}

/**
 * Makes a write, and the stream records that tell of it, one step for whoever opens the tables after a crash: both are
 * there or neither. One write at a time.
 */
export class Journal {
  readonly #path: string | undefined;
  readonly #kept: Kept;

  /** @param path the file that keeps the journal; without one nothing outlives the process */
  constructor(path: string | undefined) {
    this.#path = path;
    this.#kept = (path !== undefined && read(path)) || { sequence: 0, undo: [], waiting: [] };
  }

  /** What a crash left half done, in the order in which it is to be put back. */
  get undo(): Before[] {
    return this.#kept.undo.toReversed();
  }

  get waiting(): readonly StreamRecord[] {
    return this.#kept.waiting;
  }

  nextSequence(): number {
    this.#kept.sequence += 1;
    return this.#kept.sequence;
  }

  begin(items: readonly Before[]): void {
    this.#kept.undo.push(...items);
    this.#save();
  }

  /** Ends a write that was done, or that changed nothing. What a failed write of before left is kept. */
  end(items: readonly Before[], records: readonly StreamRecord[]): void {
    this.#kept.undo = this.#kept.undo.filter((item) => !items.includes(item));
    this.#kept.waiting.push(...records);
    this.#save();
  }

  undone(): void {
    this.#kept.undo = [];
    this.#save();
  }

  taken(records: readonly StreamRecord[]): void {
    const ids = new Set(records.map(({ eventID }) => eventID));
    this.#kept.waiting = this.#kept.waiting.filter(({ eventID }) => !ids.has(eventID));
    this.#save();
  }

  #save(): void {
    if (this.#path === undefined) return;
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#kept));
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function read(path: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
