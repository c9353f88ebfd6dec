import type { CallPorts } from '../../callPorts.ts';
import type { CallSession } from '../../meetings/call.ts';
import { Refusal } from '../../refusals.ts';
import { settleRow } from '../../calls/settle.ts';

export interface Applied {
  userId: string;
  admitted: boolean;
  muted: boolean;
}

/**
 * Changes what somebody may send and receive: first in the session's row, which holds whenever that person comes, then for
 * the attendee that the row names.
 */
export async function applyTo(
  ports: CallPorts,
  { id: sessionId }: CallSession,
  change: { userId: string } & ({ admitted: true } | { muted: boolean }),
): Promise<Applied> {
  const row = await ports.calls.setParticipant({ sessionId, ...change });
  if (row === null) throw new Refusal('ParticipantNotFound');
  const { userId, admitted, muted } = await settleRow(ports, sessionId, row);
  return { userId, admitted, muted };
}
