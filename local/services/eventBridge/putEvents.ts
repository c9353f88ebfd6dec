import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type JsonObject, type Operation, ServiceError } from '../jsonService.ts';
import { notSupported, readRequest } from '../readRequest.ts';
import type { BusEvent } from './rule.ts';

/** In bytes, of all entries together: the older of two guides. The newer one says 1 MB. */
const SIZE_LIMIT = 262_144;
/** In characters. */
const DETAIL_TYPE_LIMIT = 128;

const putEventsRequest = v.strictObject({
  Entries: v.pipe(
    v.array(
      v.strictObject({
        Source: v.optional(v.string()),
        DetailType: v.optional(v.string()),
        Detail: v.optional(v.string()),
        EventBusName: notSupported,
        Resources: notSupported,
        Time: notSupported,
        TraceHeader: notSupported,
      }),
    ),
    v.minLength(1),
    v.maxLength(10),
  ),
  EndpointId: notSupported,
});
type Entry = v.InferOutput<typeof putEventsRequest>['Entries'][number];

interface Putting {
  clock: Clock;
  region: string;
  accountId: string;
  put: (event: BusEvent) => Promise<void>;
}

/**
 * Events of the account's own. The request is refused for its shape and size; what is wrong with one entry is said of that
 * entry, under 200, and the others are delivered.
 */
export function putEvents({ clock, region, accountId, put }: Putting): Operation {
  return async (input) => {
    const { Entries } = readRequest('PutEvents', putEventsRequest, input, 'ValidationException');
    const size = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (size > SIZE_LIMIT) {
      throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const answers: JsonObject[] = [];
    for (const entry of Entries) {
      const read = readEntry(entry);
      if ('ErrorCode' in read) {
        answers.push(read);
        continue;
      }
      const id = randomUUID();
      const time = new Date(clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z');
      await put({ version: '0', id, account: accountId, time, region, resources: [], ...read });
      answers.push({ EventId: id });
    }
    return { FailedEntryCount: answers.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: answers };
  };
}

function sizeOf({ Source = '', DetailType = '', Detail = '' }: Entry): number {
  return Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}

/** What an entry says, or what is wrong with it. */
function readEntry({
  Source,
  DetailType,
  Detail,
}: Entry): Pick<BusEvent, 'source' | 'detail-type' | 'detail'> | Failed {
  if (!Source) return invalid('Source', 'Source is a required argument.');
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!DetailType) return invalid('DetailType', 'DetailType is a required argument.');
  if (DetailType.length > DETAIL_TYPE_LIMIT)
    return invalid('DetailType', `it exceeds ${DETAIL_TYPE_LIMIT} characters.`);
  if (!Detail) return invalid('Detail', 'Detail is a required argument.');
  const detail = objectOf(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  return { source: Source, 'detail-type': DetailType, detail };
}

type Failed = { ErrorCode: string; ErrorMessage: string };

function invalid(name: string, reason: string): Failed {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}` };
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
