-- The EHR's database before the migrations: fewer columns, a key of another type, a policy and words of its own, and
-- rows that break rules the migrations would like to set.
create table public.users (id uuid primary key, email text);
insert into public.users values
  ('00000000-0000-4000-8000-0000000000f1', 'doctor@example.org'),
  ('00000000-0000-4000-8000-0000000000f2', 'patient@example.org');

-- Here appointments name the provider's profile.
create table public.medical_provider_profiles (id uuid primary key, user_id uuid, specialty text);
insert into public.medical_provider_profiles values
  ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000f1', 'cardiology'),
  ('00000000-0000-4000-8000-0000000000d2', null, 'nobody''s');

create table public.appointments (id uuid primary key, provider_id uuid, patient_id uuid, status text, reason text);
insert into public.appointments values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000d1',
    '00000000-0000-4000-8000-0000000000f2', 'confirmed', 'a cough'),
  ('00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000d2',
    '00000000-0000-4000-8000-0000000000f2', 'confirmed', null);
grant select, update on public.appointments to authenticated;

create table public.video_call_sessions (
  id uuid,
  appointment_id uuid,
  provider_id uuid,
  patient_id uuid,
  status varchar(20) not null,
  agora_channel text,
  "agora_Token" text,
  created_at timestamptz not null default now()
);
insert into public.video_call_sessions (id, provider_id, patient_id, status) values
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000f1',
    '00000000-0000-4000-8000-0000000000f2', 'completed'),
  ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000f1',
    '00000000-0000-4000-8000-0000000000f2', 'ended');
-- Two people pressed at once.
insert into public.video_call_sessions (id, appointment_id, provider_id, patient_id, status, created_at) values
  ('00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000f1',
    '00000000-0000-4000-8000-0000000000f2', 'active', '2026-03-01T10:00:00Z'),
  ('00000000-0000-4000-8000-0000000000e4', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000f1',
    '00000000-0000-4000-8000-0000000000f2', 'active', '2026-03-01T10:00:01Z');
alter table public.video_call_sessions enable row level security;
create policy "ehr: everybody signed in" on public.video_call_sessions for select to authenticated using (true);
create policy "ehr: providers write" on public.video_call_sessions for update to authenticated using (true);

create table public.video_call_participants (
  id bigint generated always as identity primary key,
  video_call_id uuid,
  user_id uuid,
  role text,
  status text,
  chime_attendee_id varchar,
  chime_external_user_id uuid
);
insert into public.video_call_participants (video_call_id, user_id, role) values
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000f1', 'provider'),
  ('00000000-0000-4000-8000-0000000000e4', '00000000-0000-4000-8000-0000000000f1', 'provider'),
  ('00000000-0000-4000-8000-0000000000e4', '00000000-0000-4000-8000-0000000000f1', 'provider'),
  ('00000000-0000-4000-8000-0000000000e4', '00000000-0000-4000-8000-0000000000f3', 'observer'),
  ('00000000-0000-4000-8000-0000000000ee', null, null);
update public.video_call_participants set status = 'online' where role = 'observer';

-- Someone else's policies: everybody signed in reads and sends everywhere.
create policy "ehr: read" on realtime.messages for select to authenticated using (true);
create policy "ehr: send" on realtime.messages for insert to authenticated with check (true);
