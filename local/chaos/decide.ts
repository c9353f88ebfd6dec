import type { AuditAction } from '../../pipeline/audit.ts';
import type { Deployment } from '../replay/deployment.ts';
import { uuidOf } from '../replay/session.ts';
import type { Uploaded } from '../replay/upload.ts';
import type { Stack } from '../stack/stack.ts';
import type { Planned } from './meetings.ts';

/** A decision that a clinician made and that was acknowledged. */
export interface Decided {
  recordingId: string;
  action: AuditAction;
}

const decisions = [
  ['sign_consultation', 'SIGNED'],
  ['release_results', 'RELEASED'],
] as const;

/** The provider of each recording that has results signs and releases them, as a page would. */
export async function decide(
  stack: Stack,
  { target, supabase }: Deployment,
  uploaded: readonly (Planned & Uploaded)[],
): Promise<Decided[]> {
  const decided: Decided[] = [];
  for (const { recordingId, sessionId, given } of uploaded) {
    const { data } = await supabase
      .from('recordings')
      .select('status, revision')
      .eq('recording_id', recordingId)
      .overrideTypes<{ status: string; revision: number }[], { merge: false }>();
    const row = data?.[0];
    if (!row || !['completed', 'partial', 'not_coded'].includes(row.status)) continue;
    const sub = (given.session as { session: { provider_id: string } }).session.provider_id;
    const jwt = stack.signJwt({ role: 'authenticated', sub });
    for (const [rpc, action] of decisions) {
      const token = uuidOf(`${recordingId} ${rpc}`, sessionId);
      const response = await fetch(`${target.supabaseUrl}/rest/v1/rpc/${rpc}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${jwt}`, apikey: jwt, 'content-type': 'application/json' },
        body: JSON.stringify({ recording: recordingId, revision: row.revision, token }),
      });
      // A database that is away refuses, and then nothing was decided.
      if (response.ok) decided.push({ recordingId, action });
    }
  }
  return decided;
}
