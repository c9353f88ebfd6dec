import { NotImplemented } from '../jsonService.ts';
import type { Machine } from './definition.ts';
import type { ExecutionRecord } from './executionRecord.ts';

/** A closed execution can be redriven for this time after its end. */
const redrivable = 14 * 24 * 3600 * 1000;
const mostRedrives = 1_000;
const mostEvents = 24_999;
/** A repeated call with the same token is the same call for this time. */
const tokenKept = 15 * 60 * 1000;

/** Why an execution cannot be redriven; undefined when it can. */
export function notRedrivable(record: ExecutionRecord, now: number): string | undefined {
  if (record.status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (record.status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (now - (record.stoppedAt ?? now) > redrivable) return 'Execution redrivable period has expired';
  if ((record.redrive?.count ?? 0) >= mostRedrives) return `Execution was redriven ${mostRedrives} times`;
  if (record.events.length >= mostEvents) return `Execution has ${mostEvents} events in its history`;
  return undefined;
}

/** Whether this is the last call to redrive, sent once more. */
export function isRepeated({ redrive }: ExecutionRecord, token: string | undefined, now: number): boolean {
  return token !== undefined && redrive?.token === token && now - redrive.at < tokenKept;
}

/**
 * Throws NotImplemented for an execution that stopped inside a Map: the service goes on with the iterations that have not
 * succeeded, and the stand-in does not know which these are.
 */
export function checkReached({ reached }: ExecutionRecord, { States }: Machine): void {
  if (reached && States[reached.state]?.Type === 'Map') {
    throw new NotImplemented(`redriving an execution that stopped in the Map state ${reached.state}`);
  }
}
