-- Functions that the tests share. Loaded once, after the migrations.
create extension if not exists pgtap;
create schema if not exists tests;

-- Runs the statement as this caller and undoes it. Returns the number of rows, or the SQLSTATE.
create or replace function tests.attempt(caller text, statement text) returns text language plpgsql as $$
declare
  n bigint;
begin
  perform tests.become(caller);
  execute statement;
  get diagnostics n = row_count;
  raise exception using errcode = 'UNDO0', message = n;
exception
  when sqlstate 'UNDO0' then return sqlerrm;
  when others then return sqlstate;
end $$;

-- Runs the statement as this caller, for good.
create or replace function tests.run(caller text, statement text) returns void language plpgsql as $$
begin
  perform tests.become(caller);
  execute statement;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
end $$;

-- A caller is 'anon', 'service_role', or somebody authenticated: the `sub` of a token that Supabase or Firebase issued, or
-- the claims of any other.
create or replace function tests.claims(caller text) returns jsonb language sql immutable as $$
  select case
    when caller in ('anon', 'service_role') then jsonb_build_object('role', caller, 'iss', 'supabase')
    when caller like '{%' then '{"role": "authenticated"}' || caller::jsonb
    when caller like 'firebase-%' then jsonb_build_object('role', 'authenticated', 'sub', caller,
      'iss', 'https://securetoken.google.com/mock-clinic', 'aud', 'mock-clinic')
    else jsonb_build_object('role', 'authenticated', 'sub', caller,
      'iss', 'https://mock.supabase.co/auth/v1', 'aud', 'authenticated')
  end
$$;

create or replace function tests.become(caller text) returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', tests.claims(caller)::text, true);
  perform set_config('role', tests.claims(caller) ->> 'role', true);
end $$;

-- Ids are easier to read as one letter: a to f.
create or replace function tests.id(letter text) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000000' || letter)::uuid
$$;

-- An object that the pipeline may have got: recording n of the session of provider a and patient c.
create or replace function tests.recording(n text, more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('recording_id', 'rec-' || n, 'session_id', tests.id('1'), 'bucket', 'recordings',
    'key', 'recordings/' || n || '.mp4', 'version_id', 'v1') || more
$$;

-- Its results: one turn that says `said`, in which one entity has two codes.
create or replace function tests.results(n text, said text default 'headache', more jsonb default '{}') returns jsonb
language sql as $$
  select jsonb_build_object(
    'recording', tests.recording(n, '{"status": "completed", "duration_ms": 61500, "language": "en-US",
      "engine": "transcribe-medical", "transcript_key": "t", "results_key": "r", "usage": {"audioSeconds": 61.5},
      "summary": {"schema": "medzen.consultation/2"}}' || more),
    'turns', jsonb_build_array(jsonb_build_object('index', 0, 'speaker', 'spk_0', 'role', 'patient', 'start_ms', 1250,
      'end_ms', 2000, 'begin', 0, 'end', char_length(said), 'text', said, 'confidence', 0.9)),
    'entities', jsonb_build_array(jsonb_build_object('id', 'e1', 'begin', 0, 'end', 8, 'text', 'headache',
      'category', 'MEDICAL_CONDITION', 'type', 'DX_NAME', 'score', 0.8, 'turn', 0, 'speaker', 'spk_0',
      'role', 'patient', 'start_ms', 1250, 'end_ms', 1800, 'status', 'present', 'reason', 'stated',
      'traits', '[{"name": "SYMPTOM", "score": 0.7}]'::jsonb, 'attributes', '[]'::jsonb)),
    'codes', '[{"entity": "e1", "system": "ICD-10-CM", "code": "R51.9", "description": "Headache, unspecified",
        "score": 0.6, "rank": 1, "billable": true},
      {"entity": "e1", "system": "ICD-10-CM", "code": "G43.909", "description": "Migraine", "score": 0.2, "rank": 2,
        "billable": null}]'::jsonb)
$$;

-- The statement that calls an RPC, for attempt, run and throws_ok.
create or replace function tests.call(rpc text, p jsonb) returns text language sql as $$
  select format('select public.%I(%L::jsonb)', rpc, p)
$$;

-- Everything the RPCs write, to compare before and after.
create or replace function tests.snapshot() returns jsonb language sql as $$
  select jsonb_build_object(
    'sessions', (select jsonb_agg(s order by s.id) from public.video_call_sessions s),
    'recordings', (select jsonb_agg(r order by r.recording_id) from public.recordings r),
    'turns', (select jsonb_agg(t order by t.recording_id, t.index) from public.transcript_turns t),
    'entities', (select jsonb_agg(e order by e.recording_id, e.entity_id) from public.clinical_entities e),
    'codes', (select jsonb_agg(c order by c.recording_id, c.entity_id, c.system, c.code) from public.clinical_codes c))
$$;

-- A transaction has only one now(), so this makes every row look an hour old: then a change of time shows.
create or replace function tests.age() returns void language plpgsql as $$
begin
  set local session_replication_role = replica;
  update public.recordings set created_at = created_at - interval '1 hour', updated_at = updated_at - interval '1 hour',
    error_occurred_at = error_occurred_at - interval '1 hour', released_at = released_at - interval '1 hour';
  update public.video_call_sessions set updated_at = updated_at - interval '1 hour',
    error_occurred_at = error_occurred_at - interval '1 hour',
    recording_completed_at = recording_completed_at - interval '1 hour';
  update public.clinical_codes set reviewed_at = reviewed_at - interval '1 hour';
  set local session_replication_role = origin;
end $$;

-- a and b are providers, c and d patients, b and d with Firebase accounts. Sessions 1 to 3 have results, of which
-- only those of 2 are released; 4 has none.
create or replace function tests.arrange() returns void language plpgsql as $$
begin
  delete from public.recordings;
  delete from public.video_call_participants;
  delete from public.video_call_sessions;
  delete from public.users;
  delete from pipeline.settings;
  insert into pipeline.settings (name, value) values ('firebase_project', 'mock-clinic');
  drop policy if exists "ehr: everybody signed in" on public.video_call_sessions;

  insert into public.users (id, firebase_uid) values
    (tests.id('a'), null), (tests.id('b'), 'firebase-b'), (tests.id('c'), null), (tests.id('d'), 'firebase-d');
  insert into public.video_call_sessions (id, provider_id, patient_id, status) values
    (tests.id('1'), tests.id('a'), tests.id('c'), 'ended'), (tests.id('2'), tests.id('a'), tests.id('c'), 'ended'),
    (tests.id('3'), tests.id('b'), tests.id('d'), 'ended'), (tests.id('4'), tests.id('a'), tests.id('c'), 'active');
  insert into public.video_call_participants (video_call_id, user_id, role)
  select id, provider_id, 'provider' from public.video_call_sessions
  union all select id, patient_id, 'patient' from public.video_call_sessions;
end $$;

create or replace function tests.arrange_results() returns void language plpgsql as $$
begin
  perform tests.arrange();
  perform public.record_results(tests.results(n, 'headache',
    jsonb_build_object('session_id', tests.id(n)))) from unnest(array['1', '2', '3']) n;
  update public.recordings set released_at = now(), released_by = tests.id('a') where recording_id = 'rec-2';
end $$;
