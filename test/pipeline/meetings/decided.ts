import type { Consent } from '../../../pipeline/meetings/call.ts';

/**
 * As the database does it: what a decision comes to in one meeting, after what the person said before; undefined when it changes nothing. A no is
 * final for the meeting. Whoever had agreed withdraws, whatever the client calls it; whoever had not, refuses.
 */
export function decided(asked: Consent, before: Consent | null): Consent | undefined {
  if (before !== null && before.decision !== 'given') return undefined;
  if (asked.decision !== 'given') return { ...asked, decision: before === null ? 'refused' : 'withdrawn' };
  return before?.textVersion === asked.textVersion ? undefined : asked;
}
