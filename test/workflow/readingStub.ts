import { Wire } from '../local/services/supabase/wire.ts';

/** The functions of the database that the routes ask, until the database has them itself. */
const stub = `
do $stub$ begin
  if to_regprocedure('public.recording_location(text)') is not null then return; end if;
  create function public.recording_location(recording text) returns jsonb
  language plpgsql security definer set search_path = '' as $$
  declare found public.recordings;
  begin
    select * into found from public.recordings r where r.recording_id = recording;
    if not coalesce(pipeline.is_provider(found.session_id), false) then raise insufficient_privilege; end if;
    return jsonb_build_object('bucket', found.bucket, 'key', found.key, 'versionId', found.version_id);
  end $$;
  create function public.log_access(recording text, action text) returns void
  language plpgsql security definer set search_path = '' as $$ begin end $$;
  revoke all on function public.recording_location(text), public.log_access(text, text) from public, anon;
  grant execute on function public.recording_location(text), public.log_access(text, text) to authenticated;
end $stub$`;

export async function prepareReading(url: string): Promise<void> {
  const { wire } = await Wire.open(url);
  const { error } = await wire.query(stub);
  await wire.close();
  if (error) throw new Error(error.message);
}
