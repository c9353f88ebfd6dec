import type { JsonObject } from '../jsonService.ts';

/** Standard executions end when their history is full. */
const historyLimit = 25_000;

export interface HistoryEvent extends JsonObject {
  id: number;
  previousEventId: number;
  /** Epoch seconds. */
  timestamp: number;
  type: string;
}

/** The execution has written as many events as it may: nothing catches this. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull';
}

/** The events of one execution, in the order they were written. */
export class History {
  readonly events: HistoryEvent[];
  readonly #now: () => number;
  #closed = false;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number, events: HistoryEvent[] = []) {
    this.#now = now;
    this.events = events;
  }

  /** Writes an event and returns its id. Once the execution has closed, further events of its branches are dropped. */
  add(type: string, previousEventId: number, details: JsonObject = {}): number {
    if (this.#closed) return previousEventId;
    // The last place is kept for the event that ends the execution.
    if (this.events.length >= historyLimit - 1) throw new HistoryFull(`the history has reached ${historyLimit} events`);
    return this.#write(type, previousEventId, details);
  }

  /** Writes the event that ends the execution. */
  close(type: string, previousEventId: number, details: JsonObject = {}): void {
    this.#write(type, previousEventId, details);
    this.#closed = true;
  }

  #write(type: string, previousEventId: number, details: JsonObject): number {
    const id = this.events.length + 1;
    this.events.push({ id, previousEventId, timestamp: this.#now() / 1000, type, ...details });
    return id;
  }
}

const data = ['input', 'output', 'parameters', 'assignedVariables'];

/** The event without the data that passed through, as asked for with `includeExecutionData: false`. */
export function withoutData(event: HistoryEvent): JsonObject {
  const entries = Object.entries(event).map(([key, value]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [key, value];
    return [key, Object.fromEntries(Object.entries(value).filter(([field]) => !data.includes(field)))];
  });
  return Object.fromEntries(entries) as JsonObject;
}
