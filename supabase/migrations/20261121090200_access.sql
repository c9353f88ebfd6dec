-- The rules for reading. Grants say which kinds of access exist at all, policies say for which rows. Only the service
-- role and the RPCs write.

-- The caller: the JWT's `sub` is a users.id (Supabase Auth) or a users.firebase_uid (Firebase: not a uuid, and
-- `auth.uid()` would fail on it). A uuid without a row in users is still a caller of Supabase Auth.
-- Security definer: it must find the caller's row before any policy on users can say whose it is.
create or replace function public.current_user_id() returns uuid
language sql stable security definer set search_path = '' as $$
  with caller as (
    select sub, case when sub ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then sub::uuid end as id
    from (select auth.jwt() ->> 'sub' as sub) jwt
  )
  select coalesce(
    (select u.id from public.users u where u.id = caller.id),
    (select u.id from public.users u where u.firebase_uid = caller.sub),
    caller.id
  )
  from caller
$$;
comment on function public.current_user_id() is
  'users.id of the JWT''s caller, of Supabase Auth or Firebase; null without one.';

-- is_provider, is_patient and is_released are security definer because a policy that reads another table under that
-- table's own policies sees only what those show: the released recording of a session whose row is hidden could never
-- be found.
create or replace function pipeline.is_provider(session uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.video_call_sessions s where s.id = session and s.provider_id = public.current_user_id()
  )
$$;

create or replace function pipeline.is_patient(session uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.video_call_sessions s where s.id = session and s.patient_id = public.current_user_id()
  )
$$;

-- The runs whose results count: for each recording (bucket, key), the newest run that has results. `place` orders them:
-- a re-run takes the place of the run that it replaces.
create or replace function pipeline.counting_runs(session uuid)
returns table (recording_id text, place timestamptz, released_at timestamptz)
language sql stable security invoker set search_path = '' as $$
  select distinct on (run.bucket, run.key) run.recording_id, run.place, run.released_at
  from (
    select r.*, min(r.created_at) over (partition by r.bucket, r.key) as place
    from public.recordings r where r.session_id = session
  ) run
  where run.status in ('completed', 'partial', 'not_coded')
  order by run.bucket, run.key, run.created_at desc, run.recording_id desc
$$;

-- A session's transcript is released when every run that it is made of is: any other would leak through the join.
create or replace function pipeline.is_released(session uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(bool_and(run.released_at is not null), false) from pipeline.counting_runs(session) run
$$;

revoke all on schema pipeline from public;
grant usage on schema pipeline to authenticated, service_role;
revoke all on function public.current_user_id() from public, anon, authenticated;
revoke all on all functions in schema pipeline from public;
-- Policies call these with the rights of whoever reads.
grant execute on function public.current_user_id() to authenticated, service_role;
grant execute on function pipeline.is_provider(uuid), pipeline.is_patient(uuid), pipeline.is_released(uuid)
  to authenticated, service_role;
grant execute on function pipeline.counting_runs(uuid) to service_role;

-- Supabase grants everything in `public` to anon and authenticated by default. This is taken back, including grants on
-- single columns. `anon` gets nothing. `authenticated` may only read: an update of provider_id, patient_id or
-- firebase_uid would be a way into someone else's results. The schema's default privileges are the EHR's and stay.
revoke all on public.users, public.video_call_sessions, public.video_call_participants, public.recordings,
  public.transcript_turns, public.clinical_entities, public.clinical_codes from public, anon, authenticated;
grant select on public.users, public.video_call_sessions, public.video_call_participants, public.recordings,
  public.transcript_turns, public.clinical_entities, public.clinical_codes to authenticated;
grant select, insert, update, delete on public.users, public.video_call_sessions, public.video_call_participants,
  public.recordings, public.transcript_turns, public.clinical_entities, public.clinical_codes to service_role;

-- Enabled: no row without a policy. Forced: it holds for the tables' owner too, should it ever lose BYPASSRLS.
do $$
declare
  name text;
begin
  if not exists (select from pg_catalog.pg_roles where rolname = current_user and (rolsuper or rolbypassrls)) then
    raise exception 'role % lacks BYPASSRLS: the security definer functions would see no row', current_user
      using hint = 'Run the migrations as postgres, as the Supabase CLI does.';
  end if;
  foreach name in array array['users', 'video_call_sessions', 'video_call_participants', 'recordings',
    'transcript_turns', 'clinical_entities', 'clinical_codes'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
  end loop;
end $$;

-- users: one's own row. The EHR's own policies show whom a session is with.
drop policy if exists "users: own row" on public.users;
create policy "users: own row" on public.users
  for select to authenticated using (id = (select public.current_user_id()));

drop policy if exists "sessions: provider" on public.video_call_sessions;
create policy "sessions: provider" on public.video_call_sessions
  for select to authenticated using (provider_id = (select public.current_user_id()));

-- The patient joins the call with this row, so it is readable as long as the next policy does not hide it.
drop policy if exists "sessions: patient" on public.video_call_sessions;
create policy "sessions: patient" on public.video_call_sessions
  for select to authenticated using (patient_id = (select public.current_user_id()));

-- Restrictive: it holds whatever the EHR's own permissive policies allow. Once a row holds what was said, only the
-- provider reads it, and after the release the patient too. A row without a transcript is not this policy's concern.
drop policy if exists "sessions: transcript only after release" on public.video_call_sessions;
create policy "sessions: transcript only after release" on public.video_call_sessions
  as restrictive for select to authenticated using (
    (transcript is null and transcript_segments is null)
    or provider_id = (select public.current_user_id())
    or (patient_id = (select public.current_user_id()) and pipeline.is_released(id))
  );

drop policy if exists "participants: provider and oneself" on public.video_call_participants;
create policy "participants: provider and oneself" on public.video_call_participants
  for select to authenticated
  using (user_id = (select public.current_user_id()) or pipeline.is_provider(video_call_id));

-- The summary is a column of the recording: the provider reads the row from the start, the patient once it is released.
drop policy if exists "recordings: provider, patient once released" on public.recordings;
create policy "recordings: provider, patient once released" on public.recordings
  for select to authenticated
  using (pipeline.is_provider(session_id) or (released_at is not null and pipeline.is_patient(session_id)));

-- Turns follow their recording: the subquery runs under the policy above.
drop policy if exists "turns: whoever reads the recording" on public.transcript_turns;
create policy "turns: whoever reads the recording" on public.transcript_turns
  for select to authenticated
  using (exists (select from public.recordings r where r.recording_id = transcript_turns.recording_id));

-- Entities and codes are working material of the clinician, released or not.
drop policy if exists "entities: provider" on public.clinical_entities;
create policy "entities: provider" on public.clinical_entities
  for select to authenticated using (exists (
    select from public.recordings r
    where r.recording_id = clinical_entities.recording_id and pipeline.is_provider(r.session_id)
  ));

drop policy if exists "codes: provider" on public.clinical_codes;
create policy "codes: provider" on public.clinical_codes
  for select to authenticated using (exists (
    select from public.recordings r
    where r.recording_id = clinical_codes.recording_id and pipeline.is_provider(r.session_id)
  ));
