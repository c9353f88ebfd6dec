import { violations, type Violation } from './checks.ts';
import type { Chaos } from './disturber.ts';
import type { Evidence } from './evidence.ts';

/** What a run came to. */
export interface Result {
  violations: Violation[];
  /** How the recordings ended, by status. */
  ends: Readonly<Record<string, number>>;
  /** Faults that met the call that they were meant for. */
  hits: number;
  /** Payments beyond the first for a text: the answers that were lost. */
  paidAgain: number;
}

export function toResult(evidence: Evidence, chaos: Chaos): Result {
  const ends: Record<string, number> = {};
  for (const { row } of evidence.recordings) {
    const status = String(row?.['status']);
    ends[status] = (ends[status] ?? 0) + 1;
  }
  const paid = evidence.calls.filter(({ target, status }) => target.startsWith('Comprehend') && status === 200);
  const texts = new Set(paid.map((call) => JSON.stringify([call.recording, call.operation, call.input])));
  return { violations: violations(evidence), ends, hits: chaos.hits.size, paidAgain: paid.length - texts.size };
}
