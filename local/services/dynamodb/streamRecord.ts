import type { JsonObject } from '../jsonService.ts';

/** One record of a stream that carries new and old images, as Lambda hands it to a function. */
export type StreamRecord = JsonObject & {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventSourceARN: string;
};

/** Gets the records of a table's stream in the order of the writes. */
export type OnRecord = (record: StreamRecord) => void;
