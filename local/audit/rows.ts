import type { RecordingStatus } from '../../pipeline/ehr.ts';
import type { Deployment } from '../replay/deployment.ts';
import { unreadable } from '../replay/unreadable.ts';

/** What the health record says of one run of a recording. */
export interface AuditedRow {
  recordingId: string;
  status: RecordingStatus;
}

interface Row {
  recording_id: string;
  status: RecordingStatus;
}

/** As many rows as one page of PostgREST may have on every deployment. */
const pageSize = 500;

/**
 * The runs of a meeting's recordings: those whose key names the meeting, which includes those whose session was never
 * found, and those that its trail names.
 */
export async function readRowsOf(
  deployment: Deployment,
  meetingId: string,
  recordingIds: readonly string[],
): Promise<AuditedRow[]> {
  const pattern = `recordings/${meetingId.replaceAll(/[\\%_]/g, '\\$&')}/%`;
  const rows: Row[] = [];
  for (let last = ''; ; last = rows.at(-1)?.recording_id ?? '') {
    const page = await ask(select(deployment).like('key', pattern).gt('recording_id', last));
    rows.push(...page);
    if (page.length < pageSize) break;
  }
  const known = new Set(rows.map(({ recording_id }) => recording_id));
  for (const id of recordingIds) {
    if (!known.has(id)) rows.push(...(await ask(select(deployment).eq('recording_id', id))));
  }
  return rows.map(({ recording_id, status }) => ({ recordingId: recording_id, status }));
}

function select({ supabase }: Deployment) {
  return supabase.from('recordings').select('recording_id, status').order('recording_id').limit(pageSize);
}

async function ask(query: ReturnType<typeof select>): Promise<Row[]> {
  const { data, error } = await query.overrideTypes<Row[], { merge: false }>();
  if (error) throw unreadable('recordings', error);
  return data;
}
