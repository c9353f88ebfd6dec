import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { isNamed } from '../../pipeline/edge/failure.ts';
import type { RecordingStatus } from '../../pipeline/ehr.ts';
import { firstRunOf, type RecordingObject } from '../../pipeline/recording/recording.ts';
import type { Deployment } from '../replay/deployment.ts';
import { unreadable } from '../replay/unreadable.ts';

/** A row of `recordings`, as far as operators' commands need it. */
export interface RunRow {
  recording_id: string;
  status: RecordingStatus;
  error_name: string | null;
  bucket: string;
  key: string;
  version_id: string | null;
  duration_ms: number | null;
  updated_at: string;
}

const columns = 'recording_id, status, error_name, bucket, key, version_id, duration_ms, updated_at';

/** The states of a row whose execution should be running. */
export const underWay: readonly RecordingStatus[] = ['received', 'transcribing', 'extracting'];

/** Every run of a recording that has a row. */
export function readRuns(deployment: Deployment, recordingId: string): Promise<RunRow[]> {
  return readAll(() => select(deployment).like('recording_id', `${firstRunOf(recordingId)}%`));
}

/** The runs that failed at this time or later. */
export function readFailedSince(deployment: Deployment, since: Date): Promise<RunRow[]> {
  return readAll(() => select(deployment).eq('status', 'failed').gte('error_occurred_at', since.toISOString()));
}

/** The runs whose rows say that they are under way. */
export async function readUnderWay(deployment: Deployment): Promise<RunRow[]> {
  const each = underWay.map((status) => readAll(() => select(deployment).eq('status', status)));
  return (await Promise.all(each)).flat();
}

function select({ supabase }: Deployment) {
  return supabase.from('recordings').select(columns);
}

/** PostgREST may answer fewer rows than there are: it is asked for those after the last one until there are no more. */
async function readAll(toQuery: () => ReturnType<typeof select>): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  for (;;) {
    const { data, error } = await toQuery()
      .gt('recording_id', rows.at(-1)?.recording_id ?? '')
      .order('recording_id')
      .limit(500)
      .overrideTypes<RunRow[], { merge: false }>();
    if (error) throw unreadable('recordings', error);
    if (data.length === 0) return rows;
    rows.push(...data);
  }
}

/** The object of a row as an execution is told it; undefined when that version is gone. */
export async function findObject({ clients }: Deployment, row: RunRow): Promise<RecordingObject | undefined> {
  const { bucket, key, version_id: versionId } = row;
  const version = versionId === null ? {} : { VersionId: versionId };
  try {
    const head = await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ...version }));
    const { ETag = '', ContentLength: size = 0 } = head;
    return { bucket, key, ...(versionId === null ? {} : { versionId }), etag: ETag.replaceAll('"', ''), size };
  } catch (error) {
    if (isNamed(error, 'NotFound') || isNamed(error, 'NoSuchVersion')) return undefined;
    throw error;
  }
}
