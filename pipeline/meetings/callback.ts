import * as v from 'valibot';
import { noList, readBody } from '../bodies.ts';
import { Refusal } from '../refusals.ts';

/** An event of EventBridge whose envelope was looked at. Its detail is as it was sent. */
export type CalledBack = v.InferOutput<typeof Envelope>;

export const Envelope = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  source: v.string(),
  'detail-type': v.string(),
  account: v.string(),
  region: v.string(),
  time: v.pipe(v.string(), v.isoTimestamp()),
  detail: v.pipe(v.unknown(), noList, v.record(v.string(), v.unknown())),
});

/** Of which account events are taken, and by type of which source and from which regions. */
export interface Taken {
  accountId: string;
  types: Readonly<Record<string, { source: string; regions: readonly string[] }>>;
}

const hour = 3_600_000;
/** EventBridge tries for 24 hours, and its last try may take its time. */
const oldest = 25 * hour;
/** By so much may the clocks of two services differ. */
const tolerance = 60_000;

/**
 * Looks at the envelope of an event that was called back.
 * @throws Refusal InvalidRequest, ForeignEvent, EventNotTaken, EventOutOfTime
 */
export function toCalledBack(body: unknown, { accountId, types }: Taken, now: Date): CalledBack {
  const event = readBody(Envelope, body);
  if (event.account !== accountId) throw new Refusal('ForeignEvent');
  const type = Object.hasOwn(types, event['detail-type']) ? types[event['detail-type']] : undefined;
  if (type?.source !== event.source) throw new Refusal('EventNotTaken');
  if (!type.regions.includes(event.region)) throw new Refusal('ForeignEvent');
  const ageMs = now.getTime() - Date.parse(event.time);
  // Of what is no time at all, neither is true.
  if (!(ageMs <= oldest && ageMs >= -tolerance)) throw new Refusal('EventOutOfTime');
  return event;
}

/** What a detail says. @throws Refusal InvalidRequest for one that is not as its service sends it */
export function readDetail<Said>(read: () => Said): Said {
  try {
    return read();
  } catch {
    throw new Refusal('InvalidRequest', 'The field detail is not as it must be.');
  }
}
