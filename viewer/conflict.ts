import type { Fault } from './source.ts';

/**
 * Why the database refuses a change with 409. It names the revision that it has: if that is ours, nobody decided meanwhile,
 * and the results take no decisions.
 */
export function conflictOf(answer: string, { revision }: { revision?: number }): Fault {
  try {
    const { details } = JSON.parse(answer) as { details: string };
    return (JSON.parse(details) as { revision: number }).revision === revision ? 'earlier' : 'stale';
  } catch {
    return 'stale';
  }
}
