import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { casesBucket } from '../cases/recorded.ts';
import { type Clients, connectClients } from '../stack/clients.ts';
import { type Target, toTarget } from '../stack/target.ts';

/** A running deployment as `replay` sees it: names and clients, nothing that only the embedded stack has. */
export interface Deployment extends Disposable {
  target: Target;
  clients: Clients;
  supabase: SupabaseClient;
}

/** @throws Error that lists the variables that the environment lacks */
export function connect(env: Readonly<Record<string, string | undefined>>): Deployment {
  const target = toTarget(env);
  const clients = connectClients(env);
  const supabase = createClient(target.supabaseUrl, target.supabaseKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
  return { target, clients, supabase, [Symbol.dispose]: () => clients[Symbol.dispose]() };
}

/**
 * Whether Transcribe and Comprehend Medical are stand-ins, which are told what to answer. Their bucket is nobody's, or
 * somebody else's, where they are not.
 */
export async function hasStandIns({ clients }: Deployment): Promise<boolean> {
  try {
    await clients.s3.send(new HeadBucketCommand({ Bucket: casesBucket }));
    return true;
  } catch (error) {
    if (isNamed(error, 'NotFound') || isNamed(error, 'Forbidden') || isNamed(error, '403')) return false;
    throw error;
  }
}
