import { createClient, type PostgrestError } from '@supabase/supabase-js';
import { PipelineError } from '../errors.ts';
import type { Ehr, RecordedRun, Session } from '../ehr.ts';
import { supabaseMs } from './limits.ts';
import type { Joined } from '../recording/joined.ts';
import { firstRunOf } from '../recording/recording.ts';
import type { Participant } from '../transcript/roster.ts';
import { toResults, toRow } from './resultRows.ts';

export type SupabaseLimits = Readonly<Record<keyof typeof supabaseMs, number>>;

interface SessionRow {
  id: string;
  appointment_id: string | null;
  transcription_enabled: boolean | null;
  transcription_language: string | null;
  media_region: string | null;
  is_captured?: boolean;
}

interface RunRow extends Omit<RecordedRun, 'recordingId' | 'recording'> {
  recording_id: string;
  bucket: string;
  key: string;
  version_id: string | null;
}

interface DuplicateRow {
  recording_id: string;
  bucket: string;
  key: string;
  duplicate_of: string | null;
  error_name: string | null;
}

/**
 * Reads sessions and writes results, both as the service role; writes go through the database's own functions. The
 * client's own repeats are off: the states repeat, and a function that waits is paid for.
 */
export function toEhr(url: string, key: string, limit: SupabaseLimits = supabaseMs): Ehr {
  const client = connectSupabase(url, key, limit);
  const rpc = async (name: string, p: Record<string, unknown>) => {
    const { error, status } = await client.rpc(name, { p });
    if (error) throw toFailure(name, error, status);
  };

  return {
    async findSession(meetingId) {
      // Any meeting that the session ever had: a visit that was cut off goes on in the next one.
      const { data, error, status } = await client.rpc('session_of_meeting', { meeting: meetingId });
      if (error) throw toFailure('session_of_meeting', error, status);
      return data === null ? undefined : toSession(data as SessionRow);
    },
    async findRuns(recordingId) {
      const { data, error, status } = await client
        .from('recordings')
        .select('recording_id, status, engine, language, bucket, key, version_id')
        .retry(false)
        .like('recording_id', `${firstRunOf(recordingId)}%`)
        .order('created_at')
        .overrideTypes<RunRow[], { merge: false }>();
      if (error) throw toFailure('recordings', error, status);
      return data.map(({ recording_id, bucket, key, version_id, ...run }) => ({
        recordingId: recording_id,
        recording: { bucket, key, ...(version_id === null ? {} : { versionId: version_id }) },
        ...run,
      }));
    },
    async findDuplicates({ recordingId, sessionId }) {
      // Duplicates name the first recording of their bytes, which may have come to nothing before this one was tried.
      const { data, error, status } = await client
        .from('recordings')
        .select('recording_id, bucket, key, duplicate_of, error_name')
        .retry(false)
        .eq('session_id', sessionId)
        .order('created_at')
        .overrideTypes<DuplicateRow[], { merge: false }>();
      if (error) throw toFailure('recordings', error, status);
      const own = data.find((row) => row.recording_id === recordingId);
      const first = own?.duplicate_of ?? firstRunOf(recordingId);
      return data
        .filter((row) => row.duplicate_of === first && row.error_name === 'Duplicate')
        .map(({ bucket, key }) => ({ bucket, key }));
    },
    async findParticipants(meetingId) {
      // Not those that the rows name now: whoever came back in the next meeting has another attendee there.
      const { data, error, status } = await client.rpc('participants_of_meeting', { meeting: meetingId });
      if (error) throw toFailure('participants_of_meeting', error, status);
      const rows = data as { attendee_id: string; role: Participant['role'] }[];
      return rows.map(({ attendee_id, role }) => ({ attendeeId: attendee_id, role }));
    },
    async recordJoined(file) {
      const { data, error, status } = await client.rpc('record_joined', { p: file });
      if (error) throw toFailure('record_joined', error, status);
      return data as Joined;
    },
    recordStatus: (row, status, facts) =>
      rpc('record_status', {
        ...toRow(row),
        status,
        language: facts.language,
        engine: facts.engine,
        duration_ms: facts.durationMs,
        transcript_key: facts.transcriptKey,
        duplicate_of: facts.duplicateOf,
      }),
    recordResults: (row, results) => rpc('record_results', toResults(row, results)),
    recordSkipped: (row, reason, message, duplicateOf) =>
      rpc('record_failure', {
        ...toRow(row),
        status: 'skipped',
        error_name: reason,
        error_message: message,
        duplicate_of: duplicateOf,
      }),
    recordFailure: (row, name, message) =>
      rpc('record_failure', { ...toRow(row), status: 'failed', error_name: name, error_message: message }),
  };
}

/** A client that keeps no session: the key is the service role's. */
export function connectSupabase(url: string, key: string, limit: SupabaseLimits = supabaseMs) {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: toFetch(limit) },
  });
}

/** A call that hangs is given up. The limit holds until the answer's last byte. */
function toFetch({ usual, results }: SupabaseLimits): typeof fetch {
  return (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const ms = pathname.endsWith('/rpc/record_results') ? results : usual;
    return fetch(input, { ...init, signal: AbortSignal.timeout(ms) });
  };
}

function toSession(row: SessionRow): Session {
  return {
    sessionId: row.id,
    appointmentId: row.appointment_id,
    // Consent is given, not assumed: null means no.
    transcriptionEnabled: row.transcription_enabled === true,
    language: row.transcription_language,
    mediaRegion: row.media_region,
    isCaptured: row.is_captured === true,
  };
}

/** supabase-js returns errors instead of throwing them. Their texts may repeat a row, so only the code is passed on. */
export function toFailure(what: string, error: PostgrestError, status: number): Error {
  const busy = status === 0 || status === 408 || status >= 500 || /^(40001|40P01|53|57)/.test(error.code);
  if (status === 429) return new PipelineError('Throttled', `Supabase answered 429 to ${what}`);
  if (busy) return new PipelineError('ServiceUnavailable', `Supabase answered ${status} to ${what}`);
  const failure = new Error(`Supabase refused ${what}: ${status} ${error.code}`);
  failure.name = 'SupabaseRefused';
  return failure;
}
