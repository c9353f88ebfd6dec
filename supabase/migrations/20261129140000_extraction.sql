-- Texts that are read for entities on demand: what each user may have read in a day, and what is kept of it. Counting is told
-- characters and not what was said. What is kept stands beside a recording's results: those, and their review, stay as the
-- workflow and the provider left them.

comment on table pipeline.takes is
  'How often a caller asked in a minute, how many characters a user had spoken in it, and how many read on a day. Rows go
  within the hour or the day after.';
comment on column pipeline.takes.caller is 'Issuer and subject of the token; of what was spoken and read, the user''s id.';

create table if not exists public.kept_extractions (
  id uuid primary key default gen_random_uuid(),
  recording_id text not null references public.recordings (recording_id) on delete cascade,
  revision integer not null,
  sha256 text not null,
  status text not null constraint kept_extractions_status_listed check (status in ('completed', 'partial', 'not_coded')),
  entities jsonb not null,
  findings jsonb not null,
  kept_by uuid not null,
  kept_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  unique (recording_id, revision, sha256)
);
comment on table public.kept_extractions is
  'What was found in a recording''s transcript when its provider had it read again. It goes with the recording.';
comment on column public.kept_extractions.revision is 'That of the consultation whose transcript was read.';
comment on column public.kept_extractions.sha256 is 'Of status, entities and findings: the same again is kept once.';
comment on column public.kept_extractions.entities is 'medzen.entities/2.';
comment on column public.kept_extractions.findings is 'The lists of medzen.consultation/2.';

alter table public.access_log drop constraint if exists access_log_action_listed;
-- Not valid: a later migration knows more actions, and this one must apply again over a database that has them.
alter table public.access_log add constraint access_log_action_listed
  check (action in ('opened', 'link', 'fhir', 'released', 'extraction')) not valid;
comment on column public.access_log.action is
  'opened: by the provider; link: to the recording; fhir: the export; released: the patient''s document, by the patient;
  extraction: what was kept of an entity extraction.';

-- Counting -----------------------------------------------------------------------------------------------------------

-- What a user has had read today (UTC).
create or replace function pipeline.read_today(person uuid) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select jsonb_build_object('used', coalesce((
      select t.n from pipeline.takes t
      where t.caller = person::text and t.what = 'read' and t.minute = today.starts at time zone 'UTC'
    ), 0), 'day', today.starts::date)
  from (select date_trunc('day', clock_timestamp() at time zone 'UTC') as starts) today
$$;

-- Counts a request, and looks who asks: { outcome, used, day }. `unknown`: no user has this subject. `notProvider`: that user
-- is not the provider of the session, or of none where none is named. `tooMany`: requests in this minute.
create or replace function public.extraction_ask(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  often constant integer := coalesce(
    substring(pipeline.setting('requests_a_minute') from '^[0-9]{1,6}$')::integer, 30);
  person uuid;
begin
  perform pipeline.expect(p, '{"issuer": ["supabase", "firebase"], "subject": "string", "sessionId": "uuid|null"}',
    'extraction_ask');
  if not pipeline.take(concat_ws(':', p ->> 'issuer', p ->> 'subject'), 'extraction', often) then
    return '{"outcome": "tooMany"}';
  end if;
  person := pipeline.user_of(p ->> 'issuer', p ->> 'subject');
  if person is null then
    return '{"outcome": "unknown"}';
  end if;
  if not exists (
    select from public.video_call_sessions s
    where s.provider_id = person and (p ->> 'sessionId' is null or s.id = (p ->> 'sessionId')::uuid)
  ) then
    return '{"outcome": "notProvider"}';
  end if;
  return pipeline.read_today(person) || '{"outcome": "granted"}';
end $$;
comment on function public.extraction_ask(jsonb) is
  'Whether a user may have a text read, or what was said in a session; counts the request.';

-- Counts the characters of a text in one step: { outcome, used, day }. `tooMany`: with them there would be more than 100,000
-- on this day; then they do not count. The row's lock puts requests that come at once one after the other.
create or replace function public.extraction_take(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  most constant integer := 100000;
  characters integer;
  today constant timestamptz := date_trunc('day', clock_timestamp() at time zone 'UTC') at time zone 'UTC';
  person uuid;
  granted boolean;
begin
  perform pipeline.expect(p, '{"issuer": ["supabase", "firebase"], "subject": "string", "characters": "integer"}',
    'extraction_take');
  characters := (p ->> 'characters')::integer;
  person := pipeline.user_of(p ->> 'issuer', p ->> 'subject');
  if characters < 1 or person is null then
    raise exception 'extraction_take: expected characters above 0 of a user' using errcode = '22023';
  end if;
  insert into pipeline.takes as t (caller, what, minute, n)
  select person::text, 'read', today, characters where characters <= most
  on conflict on constraint takes_pkey do update set n = t.n + excluded.n where t.n + excluded.n <= most;
  granted := found;
  delete from pipeline.takes t where t.caller = person::text and t.what = 'read' and t.minute < today;
  return jsonb_build_object('outcome', case when granted then 'granted' else 'tooMany' end) || pipeline.read_today(person);
end $$;
comment on function public.extraction_take(jsonb) is 'Whether a user may have so many characters read today; counts them.';

-- As before, but what was read counts on until its day is over.
create or replace function pipeline.trim_calls() returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform set_config('pipeline.erasing', 'on', true);
  with removed as (
    delete from public.call_events e where e.event_id in (
      select o.event_id from public.call_events o where o.received_at < now() - interval '8 days'
        and not exists (select from public.call_meetings m where m.meeting_id = o.meeting_id and m.ended_at is null)
      order by o.received_at limit 10000)
    returning e.meeting_id
  )
  update public.call_meetings m set settled_at = now()
  where m.settled_at is null and m.meeting_id in (select r.meeting_id from removed r);
  perform set_config('pipeline.erasing', '', true);
  delete from pipeline.takes t where (t.caller, t.what, t.minute) in (
    select o.caller, o.what, o.minute from pipeline.takes o
    where o.minute < now() - case o.what when 'read' then interval '1 day' else interval '1 hour' end
    for update skip locked limit 10000);
end $$;

-- Takes back what was counted for a text of which nothing was read: { used, day }.
create or replace function public.extraction_give_back(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  person uuid;
begin
  perform pipeline.expect(p, '{"issuer": ["supabase", "firebase"], "subject": "string", "characters": "integer",
    "day": "string"}', 'extraction_give_back');
  person := pipeline.user_of(p ->> 'issuer', p ->> 'subject');
  if (p ->> 'characters')::integer < 1 or person is null then
    raise exception 'extraction_give_back: expected characters above 0 of a user' using errcode = '22023';
  end if;
  update pipeline.takes t set n = greatest(0, t.n - (p ->> 'characters')::integer)
  where t.caller = person::text and t.what = 'read' and t.minute = (p ->> 'day')::date::timestamp at time zone 'UTC';
  return pipeline.read_today(person);
end $$;
comment on function public.extraction_give_back(jsonb) is 'Takes back characters of which nothing was read.';

-- Reading and keeping ------------------------------------------------------------------------------------------------

-- The newest recording of a session that is processed, for its provider. She opens it by open_consultation, which is logged.
create or replace function public.newest_recording(session uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  newest text;
begin
  if not pipeline.is_provider(session) then
    raise exception 'not the provider of this session' using errcode = '42501';
  end if;
  select r.recording_id into newest from public.recordings r
  where r.session_id = session and r.status in ('completed', 'partial', 'not_coded')
  order by r.created_at desc, r.recording_id desc limit 1;
  if newest is null then
    raise exception 'session % has no results', session using errcode = 'PT409';
  end if;
  return newest;
end $$;
comment on function public.newest_recording(uuid) is 'The newest recording of a session that is processed, for its provider.';

-- Keeps what was found in a recording: { id }. Null: the user is not the provider of its session.
create or replace function public.keep_extraction(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  person uuid;
  digest text;
  kept uuid;
begin
  perform pipeline.expect(p, '{"issuer": ["supabase", "firebase"], "subject": "string", "recordingId": "string",
    "revision": "integer", "status": ["completed", "partial", "not_coded"], "entities": "object", "findings": "object"}',
    'keep_extraction');
  person := pipeline.user_of(p ->> 'issuer', p ->> 'subject');
  perform from public.recordings r join public.video_call_sessions s on s.id = r.session_id
  where r.recording_id = p ->> 'recordingId' and s.provider_id = person;
  if not found then
    return '{"id": null}';
  end if;
  digest := encode(sha256(convert_to(jsonb_build_array(p -> 'status', p -> 'entities', p -> 'findings')::text, 'UTF8')), 'hex');
  insert into public.kept_extractions (recording_id, revision, sha256, status, entities, findings, kept_by)
  values (p ->> 'recordingId', (p ->> 'revision')::integer, digest, p ->> 'status', p -> 'entities', p -> 'findings', person)
  on conflict (recording_id, revision, sha256) do nothing;
  select k.id into kept from public.kept_extractions k
  where (k.recording_id, k.revision, k.sha256) = (p ->> 'recordingId', (p ->> 'revision')::integer, digest);
  return jsonb_build_object('id', kept);
end $$;
comment on function public.keep_extraction(jsonb) is 'Keeps what was found in a recording, beside its results.';

-- What was kept, newest first, for the provider; logged.
create or replace function public.read_extractions(recording text) returns json
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.lock_as_provider(recording);
  perform pipeline.note_access(recording, 'extraction');
  return coalesce((
    select json_agg(json_build_object('id', k.id, 'revision', k.revision, 'status', k.status, 'entities', k.entities,
      'findings', k.findings, 'keptBy', k.kept_by, 'keptAt', pipeline.iso(k.kept_at)) order by k.kept_at desc, k.id)
    from (
      select * from public.kept_extractions e where e.recording_id = recording order by e.kept_at desc, e.id limit 5
    ) k
  ), '[]');
end $$;
comment on function public.read_extractions(text) is
  'What was kept of the entity extractions of a recording, the newest five at most, for its provider.';

-- Rights -------------------------------------------------------------------------------------------------------------

revoke all on public.kept_extractions from public, anon, authenticated, service_role;
grant select on public.kept_extractions to service_role;
alter table public.kept_extractions enable row level security;
alter table public.kept_extractions force row level security;
drop trigger if exists append_only on public.kept_extractions;
create trigger append_only before update on public.kept_extractions for each row execute function pipeline.refuse_change();

revoke all on function pipeline.read_today(uuid), public.extraction_ask(jsonb),
  public.extraction_take(jsonb), public.extraction_give_back(jsonb), public.keep_extraction(jsonb),
  public.newest_recording(uuid), public.read_extractions(text) from public, anon, authenticated, service_role;
grant execute on function public.extraction_ask(jsonb), public.extraction_take(jsonb), public.extraction_give_back(jsonb),
  public.keep_extraction(jsonb) to service_role;
grant execute on function public.newest_recording(uuid), public.read_extractions(text) to authenticated;
