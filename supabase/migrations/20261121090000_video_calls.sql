-- The EHR's own tables. On an empty database they are created; on the EHR's they are only completed: each is made
-- with its key alone, then every column is added if it is missing, so there is one list of columns for both cases.
-- Nothing is renamed, retyped, dropped or rewritten, and this file may run any number of times.

create table if not exists public.users (id uuid primary key default gen_random_uuid());

alter table public.users
  add column if not exists firebase_uid text;

-- One Firebase account is one user: `current_user_id()` relies on that. Users without an account have null.
create unique index if not exists users_firebase_uid_key on public.users (firebase_uid);

comment on table public.users is 'The people of the EHR who can sign in.';
comment on column public.users.id is 'The user. Supabase Auth puts the same id into the JWT as `sub`.';
comment on column public.users.firebase_uid is
  'The `sub` of a Firebase JWT, which is not a uuid; null for users of Supabase Auth.';

create table if not exists public.video_call_sessions (id uuid primary key default gen_random_uuid());

alter table public.video_call_sessions
  add column if not exists appointment_id text,
  add column if not exists provider_id uuid,
  add column if not exists patient_id uuid,
  add column if not exists status text default 'scheduled',
  add column if not exists meeting_id varchar,
  add column if not exists external_meeting_id text,
  add column if not exists meeting_data jsonb,
  add column if not exists media_region text,
  add column if not exists media_placement jsonb,
  add column if not exists attendee_id varchar,
  add column if not exists join_token text,
  add column if not exists transcription_enabled boolean default false,
  add column if not exists transcription_language varchar(10),
  add column if not exists recording_enabled boolean default false,
  add column if not exists recording_url text,
  add column if not exists recording_completed_at timestamptz,
  add column if not exists duration_seconds integer,
  add column if not exists transcript text,
  add column if not exists transcript_segments jsonb,
  add column if not exists error_message text,
  add column if not exists error_occurred_at timestamptz,
  add column if not exists ended_at timestamptz,
  add column if not exists ended_by uuid,
  add column if not exists created_at timestamptz default now(),
  add column if not exists updated_at timestamptz default now();

create index if not exists video_call_sessions_external_meeting_id_idx
  on public.video_call_sessions (external_meeting_id);
create index if not exists video_call_sessions_meeting_id_idx on public.video_call_sessions (meeting_id);
create index if not exists video_call_sessions_transcription_enabled_idx
  on public.video_call_sessions (transcription_enabled) where transcription_enabled;
-- The two columns that every policy compares with the caller.
create index if not exists video_call_sessions_provider_id_idx on public.video_call_sessions (provider_id);
create index if not exists video_call_sessions_patient_id_idx on public.video_call_sessions (patient_id);

comment on table public.video_call_sessions is 'One video consultation: who meets whom, and what its recordings said.';
comment on column public.video_call_sessions.id is 'The session.';
comment on column public.video_call_sessions.appointment_id is
  'The EHR''s appointment. It is text here: the pipeline passes it on and never looks inside.';
comment on column public.video_call_sessions.provider_id is 'The clinician: users.id. Reads everything of the session.';
comment on column public.video_call_sessions.patient_id is
  'The patient: users.id. Reads results only after the provider released them.';
comment on column public.video_call_sessions.status is
  'scheduled, active, ended or failed: the call, not its recordings.';
comment on column public.video_call_sessions.meeting_id is 'Chime MeetingId, the folder of the recordings in S3.';
comment on column public.video_call_sessions.external_meeting_id is
  'Chime ExternalMeetingId, the EHR''s own name for the meeting.';
comment on column public.video_call_sessions.meeting_data is 'Chime CreateMeeting response.';
comment on column public.video_call_sessions.media_region is 'Chime media region of the meeting.';
comment on column public.video_call_sessions.media_placement is 'Chime MediaPlacement: the URLs a client joins with.';
comment on column public.video_call_sessions.attendee_id is 'Chime AttendeeId of the attendee who opened the meeting.';
comment on column public.video_call_sessions.join_token is 'Chime JoinToken that belongs to attendee_id.';
comment on column public.video_call_sessions.transcription_enabled is 'Whether this consultation may be transcribed.';
comment on column public.video_call_sessions.transcription_language is
  'BCP 47 tag such as en-US; null: the pipeline''s default.';
comment on column public.video_call_sessions.recording_enabled is 'Whether this consultation is recorded.';
comment on column public.video_call_sessions.recording_url is 'Where the EHR finds the recording.';
comment on column public.video_call_sessions.recording_completed_at is
  'When the first results of a recording were stored.';
comment on column public.video_call_sessions.duration_seconds is
  'Length of the call; taken from the recording if the EHR did not set it.';
comment on column public.video_call_sessions.transcript is
  'What was said: the turns of all recordings, one per line, in order.';
comment on column public.video_call_sessions.transcript_segments is
  '[{speaker, role, start, end, text}], start and end in seconds of the recording.';
comment on column public.video_call_sessions.error_message is
  '"<name>: <message>" of the newest recording that failed, else of the newest whose results have gaps; else null.';
comment on column public.video_call_sessions.error_occurred_at is 'When that recording failed, or its results came.';
comment on column public.video_call_sessions.ended_at is 'When the call ended.';
comment on column public.video_call_sessions.ended_by is 'The user who ended it: users.id.';
comment on column public.video_call_sessions.created_at is 'When the row was made.';
comment on column public.video_call_sessions.updated_at is 'When the row last changed.';

create table if not exists public.video_call_participants (id uuid primary key default gen_random_uuid());

alter table public.video_call_participants
  add column if not exists video_call_id uuid,
  add column if not exists user_id uuid,
  add column if not exists role text,
  add column if not exists attendee_id varchar,
  add column if not exists joined_at timestamptz,
  add column if not exists left_at timestamptz,
  add column if not exists duration_seconds integer,
  add column if not exists status text;

create index if not exists video_call_participants_video_call_id_idx
  on public.video_call_participants (video_call_id);
create index if not exists video_call_participants_user_id_idx on public.video_call_participants (user_id);

comment on table public.video_call_participants is 'The participants of a session: evidence for who a speaker is.';
comment on column public.video_call_participants.video_call_id is 'video_call_sessions.id.';
comment on column public.video_call_participants.user_id is 'users.id; null for a guest without an account.';
comment on column public.video_call_participants.role is 'provider, patient or other (an interpreter, a relative).';
comment on column public.video_call_participants.attendee_id is 'Chime AttendeeId.';
comment on column public.video_call_participants.joined_at is 'When the participant joined.';
comment on column public.video_call_participants.left_at is 'When the participant left.';
comment on column public.video_call_participants.duration_seconds is 'How long the participant was in the call.';
comment on column public.video_call_participants.status is 'The EHR''s own word for the participant''s state.';

-- Recordings refer to sessions, so a session needs a key, even where an older table came without one.
do $$
begin
  if not exists (
    select from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attname = 'id'
    where i.indrelid = 'public.video_call_sessions'::regclass
      and i.indisunique and i.indpred is null and i.indnkeyatts = 1 and i.indkey[0] = a.attnum
  ) then
    alter table public.video_call_sessions add constraint video_call_sessions_id_key unique (id);
  end if;

  -- NOT VALID: participants of sessions that the EHR has since deleted may stay; new ones need their session.
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.video_call_participants'::regclass and contype = 'f'
      and confrelid = 'public.video_call_sessions'::regclass
  ) then
    alter table public.video_call_participants add constraint video_call_participants_video_call_id_fkey
      foreign key (video_call_id) references public.video_call_sessions (id) on delete cascade not valid;
  end if;

  -- A NOT VALID check would still stop every later update of an old row with another word in it, and with it the
  -- storing of that session's results. So each check is added once every row obeys it, and is left out until then.
  if exists (select from pg_catalog.pg_constraint where conname = 'video_call_sessions_status_listed') then
    null;
  elsif exists (
    select from public.video_call_sessions where status::text not in ('scheduled', 'active', 'ended', 'failed')
  ) then
    raise warning 'video_call_sessions.status holds words that are not listed: it stays unchecked';
  else
    alter table public.video_call_sessions add constraint video_call_sessions_status_listed
      check (status::text in ('scheduled', 'active', 'ended', 'failed'));
  end if;

  if exists (select from pg_catalog.pg_constraint where conname = 'video_call_participants_role_listed') then
    null;
  elsif exists (
    select from public.video_call_participants where role::text not in ('provider', 'patient', 'other')
  ) then
    raise warning 'video_call_participants.role holds words that are not listed: it stays unchecked';
  else
    alter table public.video_call_participants add constraint video_call_participants_role_listed
      check (role::text in ('provider', 'patient', 'other'));
  end if;
end $$;
