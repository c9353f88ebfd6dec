-- The EHR's database before the migrations: fewer columns, a key of another type, a policy and words of its own, and
-- rows that break rules the migrations would like to set.
create table public.users (id uuid primary key, email text);
insert into public.users values
  ('00000000-0000-4000-8000-0000000000f1', 'doctor@example.org'),
  ('00000000-0000-4000-8000-0000000000f2', 'patient@example.org');

create table public.video_call_sessions (
  id uuid,
  appointment_id uuid,
  provider_id uuid,
  patient_id uuid,
  status varchar(20) not null,
  created_at timestamptz not null default now()
);
insert into public.video_call_sessions (id, provider_id, patient_id, status) values
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000f1',
    '00000000-0000-4000-8000-0000000000f2', 'completed'),
  ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000f1',
    '00000000-0000-4000-8000-0000000000f2', 'ended');
alter table public.video_call_sessions enable row level security;
create policy "ehr: everybody signed in" on public.video_call_sessions for select to authenticated using (true);
create policy "ehr: providers write" on public.video_call_sessions for update to authenticated using (true);

create table public.video_call_participants (
  id bigint generated always as identity primary key,
  video_call_id uuid,
  user_id uuid,
  role text
);
insert into public.video_call_participants (video_call_id, user_id, role) values
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000f1', 'provider'),
  ('00000000-0000-4000-8000-0000000000ee', null, null);

-- Someone else's policies: everybody signed in reads and sends everywhere.
create policy "ehr: read" on realtime.messages for select to authenticated using (true);
create policy "ehr: send" on realtime.messages for insert to authenticated with check (true);
