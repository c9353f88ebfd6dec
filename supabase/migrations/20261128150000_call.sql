-- The call: whose appointment it is, every meeting that a session ever had, who was in it and when. As before, what the EHR
-- has is only completed; where its rows break a new rule, the rule is left out with a warning.

-- Appointments -------------------------------------------------------------------------------------------------------

do $$
begin
  perform set_config('pipeline.makes_appointments', (to_regclass('public.appointments') is null)::text, false);
end $$;

create table if not exists public.appointments (id uuid primary key default gen_random_uuid());

alter table public.appointments
  add column if not exists provider_id uuid,
  add column if not exists patient_id uuid,
  add column if not exists status text,
  add column if not exists video_enabled boolean;

-- The two people of an appointment, as users. In some databases appointments.provider_id is the id of a profile, so that
-- nothing else may read these columns. What is no uuid is no appointment. Dynamic, because not every database has profiles.
create or replace function pipeline.parties(appointment text) returns table (provider uuid, patient uuid)
language plpgsql stable security definer set search_path = '' as $$
begin
  if appointment !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
    return;
  end if;
  select a.provider_id, a.patient_id into provider, patient
  from public.appointments a where a.id = appointment::uuid;
  if not found then
    return;
  end if;
  if to_regclass('public.medical_provider_profiles') is not null then
    execute 'select coalesce(m.user_id::uuid, case when m.id is null then $1 end)
      from (select) one left join public.medical_provider_profiles m on m.id::text = $1::text'
    into provider using provider;
  end if;
  return next;
end $$;
comment on function pipeline.parties(text) is 'users.id of an appointment''s provider and patient; no row without one.';

create or replace function pipeline.is_party(appointment uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from pipeline.parties(appointment::text) who where public.current_user_id() in (who.provider, who.patient)
  )
$$;

-- The EHR's own table keeps its own grants and policies.
do $$
begin
  if current_setting('pipeline.makes_appointments')::boolean then
    alter table public.appointments enable row level security;
    alter table public.appointments force row level security;
    revoke all on public.appointments from public, anon, authenticated;
    grant select on public.appointments to authenticated;
    grant select, insert, update, delete on public.appointments to service_role;
    create policy "appointments: provider and patient" on public.appointments
      for select to authenticated using (pipeline.is_party(id));
    comment on table public.appointments is 'The EHR''s appointments.';
    comment on column public.appointments.provider_id is
      'users.id, or the id of a medical_provider_profile: only pipeline.parties() may say whose it is.';
    comment on column public.appointments.patient_id is 'users.id.';
    comment on column public.appointments.status is 'The EHR''s own word.';
    comment on column public.appointments.video_enabled is 'Whether it may be held as a video call.';
  end if;
end $$;

-- Sessions and participants ------------------------------------------------------------------------------------------

alter table public.video_call_sessions
  add column if not exists recording_pipeline_id text,
  add column if not exists is_recording boolean default false,
  add column if not exists total_participants integer,
  add column if not exists max_participants_reached integer,
  add column if not exists created_by uuid,
  add column if not exists started_at timestamptz,
  add column if not exists call_attempt integer not null default 1,
  add column if not exists call_touched_at timestamptz;

comment on column public.video_call_sessions.recording_pipeline_id is 'Chime MediaPipelineId of the capture.';
comment on column public.video_call_sessions.is_recording is 'Whether the call is captured now.';
comment on column public.video_call_sessions.total_participants is 'How many people were ever in the call.';
comment on column public.video_call_sessions.max_participants_reached is 'How many were in it at once, at most.';
comment on column public.video_call_sessions.created_by is 'The user who first opened it: users.id.';
comment on column public.video_call_sessions.started_at is 'When the first of them joined.';
comment on column public.video_call_sessions.call_attempt is
  'Counts the meetings of the session: the token that makes one carries it. It moves on when a meeting ended or failed.';
comment on column public.video_call_sessions.call_touched_at is
  'When anything last happened in the call; null: the call was never opened here.';
comment on column public.video_call_sessions.duration_seconds is
  'Length of the call: how long anybody was in it. Of the recording, where the call was not held here.';
comment on column public.video_call_sessions.join_token is 'Left empty: a token is asked for when somebody joins.';
comment on column public.video_call_sessions.meeting_data is 'Chime''s Meeting, of the newest attempt.';
comment on column public.video_call_sessions.external_meeting_id is
  'Chime ExternalMeetingId: the session''s id, in older rows the EHR''s own name for the meeting.';

alter table public.video_call_participants
  add column if not exists admitted_at timestamptz,
  add column if not exists muted_at timestamptz,
  add column if not exists attendee_meeting_id text;

comment on column public.video_call_participants.role is
  'provider, patient or other (an interpreter, a relative). Older rows may have observer, which stays.';
comment on column public.video_call_participants.status is 'invited, joined, left, removed or failed.';
comment on column public.video_call_participants.admitted_at is
  'When the provider let the person out of the waiting room; null: she waits.';
comment on column public.video_call_participants.muted_at is 'When the provider muted the person; null: not muted.';
comment on column public.video_call_participants.attendee_meeting_id is 'The meeting that attendee_id belongs to.';

-- An appointment's sessions: the column is text here and uuid in some databases of the EHR.
create index if not exists video_call_sessions_appointment_idx on public.video_call_sessions ((appointment_id::text));

do $$
declare
  name text;
begin
  if exists (
    select from public.video_call_sessions s where s.status = 'active' and s.appointment_id is not null
    group by s.appointment_id having count(*) > 1
  ) then
    raise warning 'video_call_sessions has appointments with several active sessions: nothing keeps them from having more';
  else
    create unique index if not exists video_call_sessions_one_active on public.video_call_sessions (appointment_id)
      where status = 'active';
  end if;

  if exists (
    select from public.video_call_participants p where p.video_call_id is not null and p.user_id is not null
    group by p.video_call_id, p.user_id having count(*) > 1
  ) then
    raise warning 'video_call_participants names people twice in one session: nothing keeps it from doing so';
  else
    create unique index if not exists video_call_participants_once on public.video_call_participants
      (video_call_id, user_id);
  end if;

  if exists (select from pg_catalog.pg_constraint where conname = 'video_call_participants_status_listed') then
    null;
  elsif exists (
    select from public.video_call_participants
    where status::text not in ('invited', 'joined', 'left', 'removed', 'failed')
  ) then
    raise warning 'video_call_participants.status holds words that are not listed: it stays unchecked';
  else
    alter table public.video_call_participants add constraint video_call_participants_status_listed
      check (status::text in ('invited', 'joined', 'left', 'removed', 'failed'));
  end if;

  -- What an earlier provider of calls left behind.
  for name in
    select a.attname from pg_catalog.pg_attribute a
    where a.attrelid = 'public.video_call_sessions'::regclass and a.attname like 'agora\_%' and not a.attisdropped
  loop
    execute format('comment on column public.video_call_sessions.%I is %L', name,
      'DEPRECATED: of calls before they were held with Chime. Nothing reads or writes it.');
  end loop;
end $$;

-- Meetings and presence ----------------------------------------------------------------------------------------------

create table if not exists public.call_meetings (
  meeting_id text primary key,
  session_id uuid not null references public.video_call_sessions (id) on delete cascade,
  attempt integer not null,
  control_region text not null,
  media_region text,
  data jsonb not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  closed_at timestamptz,
  ended_at timestamptz,
  settled_at timestamptz,
  unique (session_id, attempt)
);
create index if not exists call_meetings_open_idx on public.call_meetings (seen_at) where ended_at is null;
comment on table public.call_meetings is 'Every Chime meeting that a session ever had.';
comment on column public.call_meetings.attempt is 'The attempt of the session that made it.';
comment on column public.call_meetings.control_region is 'Only there can Chime change it.';
comment on column public.call_meetings.data is 'Chime''s Meeting, as clients need it. Nothing in it opens the meeting.';
comment on column public.call_meetings.seen_at is 'When it was last known to live.';
comment on column public.call_meetings.closed_at is
  'When its session was closed: nobody counts as present in it after that, though Chime may still have it.';
comment on column public.call_meetings.ended_at is 'When it ended at Chime; null: it may still live.';
comment on column public.call_meetings.settled_at is
  'When its first events were removed for their age: its intervals are final, because they could not be made anew.';

-- No foreign keys of a log.
create table if not exists public.call_events (
  event_id text primary key,
  meeting_id text not null,
  attendee_id text,
  user_id uuid,
  kind text not null constraint call_events_kind_listed check (kind in ('joined', 'left', 'dropped', 'deleted', 'ended')),
  at timestamptz not null,
  received_at timestamptz not null
);
create index if not exists call_events_meeting_id_idx on public.call_events (meeting_id);
create index if not exists call_events_received_at_idx on public.call_events (received_at);
comment on table public.call_events is
  'What Chime told of who is there, each event once. Append only; kept for eight days.';
comment on column public.call_events.user_id is 'users.id; null for whoever is no participant.';
comment on column public.call_events.at is 'When it happened, by Chime''s clock.';

create table if not exists public.call_presence (
  id bigint generated always as identity primary key,
  session_id uuid not null references public.video_call_sessions (id) on delete cascade,
  meeting_id text not null references public.call_meetings (meeting_id) on delete cascade,
  user_id uuid not null,
  attendee_id text not null,
  joined_at timestamptz not null,
  left_at timestamptz
);
create index if not exists call_presence_session_id_idx on public.call_presence (session_id, user_id);
create index if not exists call_presence_meeting_id_idx on public.call_presence (meeting_id);
comment on table public.call_presence is
  'From when to when somebody was in the call, made anew from the events as they come.';
comment on column public.call_presence.left_at is
  'Null: still there. As joined_at, where nothing tells of the joining.';

create table if not exists public.call_quality (
  id bigint generated always as identity primary key,
  session_id uuid not null,
  user_id uuid not null,
  kind text not null constraint call_quality_kind_listed check (kind in ('quality', 'failure', 'survey')),
  values jsonb not null,
  at timestamptz not null
);
create index if not exists call_quality_session_id_idx on public.call_quality (session_id, at);
comment on table public.call_quality is 'What the participants'' apps report of a call. Append only.';
comment on column public.call_quality.values is 'Numbers and names.';

create table if not exists pipeline.takes (
  caller text not null,
  what text not null,
  minute timestamptz not null,
  n integer not null,
  primary key (caller, what, minute)
);
comment on table pipeline.takes is 'How often a caller asked in a minute. Rows of earlier minutes go.';
comment on column pipeline.takes.caller is 'Issuer and subject of the token.';

alter table pipeline.settings drop constraint if exists settings_name_known;
-- Not valid: a later migration knows more names, and this one must apply again over a database that uses them.
alter table pipeline.settings add constraint settings_name_known
  check (name in ('supabase_issuer', 'firebase_project', 'session_transcript', 'requests_a_minute')) not valid;

do $$
declare
  name text;
begin
  foreach name in array array['public.call_events', 'public.call_quality'] loop
    execute format('drop trigger if exists append_only on %s', name);
    execute format('create trigger append_only before update or delete on %s
      for each row execute function pipeline.refuse_change()', name);
    execute format('drop trigger if exists never_emptied on %s', name);
    execute format('create trigger never_emptied before truncate on %s for each statement
      execute function pipeline.refuse_change()', name);
  end loop;
end $$;

-- Overview -----------------------------------------------------------------------------------------------------------

-- The view asks with the reader's rights, and nobody but the service role reads the meetings.
create or replace function pipeline.count_meetings(session uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from public.call_meetings m where m.session_id = session
$$;

create or replace view public.video_call_overview with (security_invoker = true) as
select s.id as session_id, s.appointment_id::text as appointment_id, s.status::text as status, s.started_at, s.ended_at,
  s.duration_seconds, s.total_participants as participants, pipeline.count_meetings(s.id) as meetings,
  s.error_message as error
from public.video_call_sessions s;
comment on view public.video_call_overview is 'One line for each call, of those that the reader may see.';

-- Arrival ------------------------------------------------------------------------------------------------------------

create or replace function pipeline.broadcast_call() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.broadcast('session:' || new.id, 'call',
    jsonb_build_object('sessionId', new.id, 'status', new.status, 'meetingId', new.meeting_id));
  return null;
end $$;

drop trigger if exists sessions_broadcast on public.video_call_sessions;
create trigger sessions_broadcast after update on public.video_call_sessions for each row
  when ((new.status, new.meeting_id) is distinct from (old.status, old.meeting_id))
  execute function pipeline.broadcast_call();

-- Rights -------------------------------------------------------------------------------------------------------------

revoke all on public.call_meetings, public.call_events, public.call_presence, public.call_quality,
  public.video_call_overview, pipeline.takes from public, anon, authenticated, service_role;
grant select on public.call_meetings, public.call_events, public.call_presence, public.call_quality to service_role;
grant select on public.video_call_overview to authenticated, service_role;

do $$
declare
  name text;
begin
  foreach name in array array['public.call_meetings', 'public.call_events', 'public.call_presence', 'public.call_quality',
    'pipeline.takes'] loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
  end loop;
end $$;

revoke all on function pipeline.parties(text), pipeline.is_party(uuid), pipeline.count_meetings(uuid),
  pipeline.broadcast_call() from public, anon, authenticated, service_role;
grant execute on function pipeline.is_party(uuid) to authenticated;
grant execute on function pipeline.count_meetings(uuid) to authenticated, service_role;
