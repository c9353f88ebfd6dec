import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createClient } from '@supabase/supabase-js';

/** The service role's key is a secret: whoever calls Supabase reads it first. */
export async function call(): Promise<void> {
  const { SUPABASE_URL: url = '', SUPABASE_KEY_SECRET: SecretId = '' } = process.env;
  const { SecretString = '' } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId }));
  const client = createClient(url, SecretString, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
  const { error } = await client.from('video_call_sessions').select('id').eq('meeting_id', 'm').limit(1);
  if (error) throw new Error(error.code);
}
