import type { AuditEntry } from '../../pipeline/audit.ts';
import type { Deployment } from '../replay/deployment.ts';
import { unreadable } from '../replay/unreadable.ts';

/** A decision, or what happened in a call, as the database noted it for the trail. */
export interface Noted {
  decision: string;
  action: string;
  /** Null for what happened in a call. */
  recordingId: string | null;
  at: string;
  /** Whether the database was told that the trail has it. */
  carried: boolean;
}

/** What was noted about a meeting. What was carried long ago is not kept. */
export async function readNoted({ supabase }: Deployment, meetingId: string): Promise<Noted[]> {
  const { data, error } = await supabase.rpc('audit_noted', { meeting: meetingId });
  if (error) throw unreadable('audit_noted', error);
  return data as Noted[];
}

/** A decision that waits is named; one that is said to be in the trail, and is not there, is a fault. */
export function compareWithNoted(
  entries: readonly AuditEntry[],
  noted: readonly Noted[],
): { faults: string[]; notes: string[] } {
  const known = new Set(entries.map(({ decision, action }) => `${decision} ${action}`));
  const missing = noted.filter(({ decision, action }) => !known.has(`${decision} ${action}`));
  const textOf = ({ recordingId, action, at }: Noted) => `${recordingId ?? 'the call'}: ${action} of ${at}`;
  return {
    faults: missing.filter(({ carried }) => carried).map((one) => `${textOf(one)} was carried here, and has no entry`),
    notes: missing.filter(({ carried }) => !carried).map((one) => `${textOf(one)} is not carried here yet`),
  };
}
