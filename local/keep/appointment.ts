import type { SupabaseClient } from '@supabase/supabase-js';
import { uuidOf } from '../replay/session.ts';

/** Somebody else of the clinic, whom the provider may add to a call or a chat. */
export const colleague = uuidOf('kept', 'colleague');

/**
 * An appointment of two people that is open, so that a client can hold a call on the stack: the same one on each start,
 * unless another is named.
 * @param people `users.id` of both; null where there is nobody
 * @returns its id; null without both
 * @throws Error what the database says
 */
export async function makeAppointment(
  supabase: SupabaseClient,
  { provider, patient }: { provider: string | null; patient: string | null },
  id: string = uuidOf('kept', 'appointment'),
): Promise<string | null> {
  if (provider === null || patient === null) return null;
  const row = { id, provider_id: provider, patient_id: patient, status: 'scheduled', video_enabled: true };
  const written = [
    await supabase.from('users').upsert([{ id: provider }, { id: patient }, { id: colleague }], { onConflict: 'id' }),
    await supabase.from('appointments').upsert([row], { onConflict: 'id' }),
  ];
  for (const { error } of written) if (error) throw new Error(`appointments: ${error.message}`);
  return id;
}
