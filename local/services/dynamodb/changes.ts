import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { type JsonObject, ServiceError } from '../jsonService.ts';
import type { Engine, Table } from './engine.ts';
import type { Journal } from './journal.ts';
import type { OnRecord, StreamRecord } from './streamRecord.ts';

/** An item that a write may change. */
export interface Touched {
  table: Table;
  /** As the engine stores it. */
  key: string;
  Key: JsonObject;
  old: JsonObject | undefined;
}

/**
 * The streams of tables. Whoever subscribes gets what is written from then on, and what was written before but was not
 * taken by the last process. A write that changes nothing makes no record.
 */
export function tableStreams(options: {
  clock: Clock;
  region: string;
  arnPrefix: string;
  engine: Pick<Engine, 'item'>;
  journal: Journal;
}) {
  const { clock, region, arnPrefix, engine, journal } = options;
  const listeners = new Map<string, OnRecord>();
  const arnOf = (table: string) => `${arnPrefix}:table/${table}/stream/latest`;

  function toRecord(table: Table, before: JsonObject | undefined, after: JsonObject | undefined): StreamRecord {
    const item = after ?? before ?? {};
    const sequence = journal.nextSequence();
    return {
      eventID: sequence.toString(16).padStart(32, '0'),
      eventName: !before ? 'INSERT' : !after ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(clock.now() / 1000),
        Keys: Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name]])),
        ...(after && { NewImage: after }),
        ...(before && { OldImage: before }),
        SequenceNumber: String(sequence).padStart(21, '1'),
        SizeBytes: JSON.stringify(item).length,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: arnOf(table.TableName),
    };
  }

  async function recordsOf(touched: readonly Touched[]): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    for (const { table, key, old } of touched) {
      if (!listeners.has(table.TableName)) continue;
      const item = await engine.item(table, key);
      if (!isDeepStrictEqual(old, item)) records.push(toRecord(table, old, item));
    }
    return records;
  }

  return {
    /** One listener per table. */
    subscribe(table: string, onRecord: OnRecord): void {
      listeners.set(table, onRecord);
      for (const record of journal.waiting) if (record.eventSourceARN === arnOf(table)) onRecord(record);
    },

    /** The records were handled, and are given to nobody again. */
    taken: (records: readonly StreamRecord[]) => journal.taken(records),

    /** Runs a write and puts what it changed into the streams of its tables. */
    async observe<T>(touched: readonly Touched[], write: () => Promise<T>): Promise<T> {
      // A single item is written in one step anyway.
      const isOneStep = touched.length < 2 && touched.every(({ table }) => !listeners.has(table.TableName));
      if (isOneStep) return write();
      const before = touched.map(({ table, Key, old }) => ({ TableName: table.TableName, Key, Item: old }));
      journal.begin(before);
      const answer = await write().catch((error: unknown) => {
        // Any other failure may have left it half done.
        if (error instanceof ServiceError) journal.end(before, []);
        throw error;
      });
      const records = await recordsOf(touched);
      journal.end(before, records);
      for (const record of records) listeners.get(tableOf(record))?.(record);
      return answer;
    },
  };
}

function tableOf(record: StreamRecord): string {
  return record.eventSourceARN.split('/')[1] ?? '';
}

export type TableStreams = ReturnType<typeof tableStreams>;
