import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { JsonObject } from '../jsonService.ts';
import type { Table } from './engine.ts';

/** One record of a stream that carries new and old images, as Lambda hands it to a function. */
export type StreamRecord = JsonObject & { eventName: 'INSERT' | 'MODIFY' | 'REMOVE' };

/** Gets the records of a table's stream in the order of the writes. */
export type OnRecord = (record: StreamRecord) => void;

/**
 * The streams of tables. Whoever subscribes gets what is written from then on: nothing is kept for later readers, and
 * nothing of it outlives the process. A write that changes nothing makes no record.
 */
export function tableStreams(options: { clock: Clock; region: string; arnPrefix: string }) {
  const { clock, region, arnPrefix } = options;
  const listeners = new Map<string, OnRecord>();
  let sequence = 0;

  function toRecord(table: Table, before: JsonObject | undefined, after: JsonObject | undefined): StreamRecord {
    const item = after ?? before ?? {};
    sequence += 1;
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
      eventSourceARN: `${arnPrefix}:table/${table.TableName}/stream/latest`,
    };
  }

  return {
    /** One listener per table. */
    subscribe: (table: string, onRecord: OnRecord) => void listeners.set(table, onRecord),
    changed(table: Table, before: JsonObject | undefined, after: JsonObject | undefined): void {
      const onRecord = listeners.get(table.TableName);
      if (onRecord && !isDeepStrictEqual(before, after)) onRecord(toRecord(table, before, after));
    },
  };
}

export type TableStreams = ReturnType<typeof tableStreams>;
