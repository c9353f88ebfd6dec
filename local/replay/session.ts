import { createHash } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { classifyKey } from '../../pipeline/recording/recording.ts';
import type { Case } from '../cases/caseFolder.ts';

/** The meeting that a case's recording belongs to. */
export interface CaseSession {
  meetingId: string;
  /**
   * The object's key. Without one, the recording goes where the concatenation pipeline or another client would put it.
   */
  key: string | undefined;
  uploads: number;
  redeliveries: number;
}

/** Writes the rows that the EHR would have: users, session, participants. A case that says `session: null` has none. */
export async function seedSession(supabase: SupabaseClient, given: Case): Promise<CaseSession> {
  const { session: fixture } = given;
  const row = fixture?.session === null ? undefined : sessionRow(given);
  if (row) {
    const participants = fixture?.participants ?? [];
    const users = new Set([row.provider_id, row.patient_id, ...participants.map((one) => one.user_id)]);
    const written = [...users].filter(Boolean).map((id) => ({ id }));
    await write(supabase, 'users', written);
    await write(supabase, 'video_call_sessions', [row]);
    const rows = participants.map((participant, at) => ({
      id: uuidOf(row.id, participant.user_id ?? `guest ${at}`),
      video_call_id: row.id,
      ...participant,
    }));
    // Two cases may be of one session, and under way at once: nobody who belongs to it is ever missing from it.
    let others = supabase.from('video_call_participants').delete().eq('video_call_id', row.id);
    for (const { id } of rows) others = others.neq('id', id);
    const { error } = await others;
    if (error) throw new Error(`video_call_participants: ${error.message}`);
    if (rows.length > 0) await write(supabase, 'video_call_participants', rows);
  }
  const { key, uploads = 1, redeliveries = 0 } = fixture?.recording ?? {};
  return { meetingId: meetingIdOf(given), key, uploads, redeliveries };
}

/** The meeting that a case's recording will belong to. */
export function meetingIdOf(given: Case): string {
  const { name, session: fixture } = given;
  if (fixture?.session !== null) return sessionRow(given).meeting_id;
  const key = fixture.recording?.key;
  return (key === undefined ? undefined : classifyKey(key).meetingId) ?? uuidOf(name, 'meeting');
}

/** Who takes part in a case: `users.id` of both; null where the case says that there is nobody. */
export function peopleOf(given: Case): { provider: string | null; patient: string | null } {
  if (given.session?.session === null) return { provider: null, patient: null };
  const { provider_id: provider, patient_id: patient } = sessionRow(given);
  return { provider, patient };
}

/** The session as the case says it, completed with ids that are the same on every run. */
function sessionRow({ name, language, session: fixture }: Case) {
  return {
    id: uuidOf(name, 'session'),
    appointment_id: uuidOf(name, 'appointment'),
    provider_id: uuidOf(name, 'provider'),
    patient_id: uuidOf(name, 'patient'),
    status: 'ended',
    meeting_id: uuidOf(name, 'meeting'),
    transcription_enabled: true,
    transcription_language: language,
    recording_enabled: true,
    ...fixture?.session,
  };
}

async function write(supabase: SupabaseClient, table: string, rows: object[]): Promise<void> {
  const { error } = await supabase.from(table).upsert(rows, { onConflict: 'id' });
  if (error) throw new Error(`${table}: ${error.message}`);
}

/** A UUID (version 5 in form) made from a case's name and from what it identifies. */
export function uuidOf(name: string, what: string): string {
  const hex = createHash('sha256').update(`${what}\n${name}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
