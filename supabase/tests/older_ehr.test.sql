-- The migrations over older_ehr.sql: nothing of the EHR's is lost, and the pipeline works with what was there.
begin;
select no_plan();
create function pg_temp.old(letter text) returns uuid language sql as $$
  select ('00000000-0000-4000-8000-0000000000' || letter)::uuid
$$;

select is((select count(*) from public.users where email is not null), 2::bigint, 'the users are there');
select is((select string_agg(status, ',' order by id) from public.video_call_sessions), 'completed,ended', 'the sessions');
select is((select count(*) from public.video_call_participants), 2::bigint, 'the participants, with the one of no session');
select col_type_is('public', 'video_call_sessions', 'appointment_id', 'uuid', 'no column is retyped');
select col_type_is('public', 'video_call_participants', 'id', 'bigint', 'no key is replaced');
select has_column('public', 'video_call_sessions', name, name || ' is added')
from unnest(array['transcript', 'transcript_segments', 'media_placement', 'error_occurred_at', 'ended_by', 'updated_at']) name;
select has_column('public', 'users', 'firebase_uid', 'firebase_uid is added');
select is((select bool_or(transcription_enabled) from public.video_call_sessions), false, 'nobody had agreed to a transcription');
select col_is_unique('public', 'video_call_sessions', array['id'], 'sessions have got a key');
select is((select count(*) from pg_constraint where conname = 'video_call_sessions_status_listed'), 0::bigint,
  'words of the EHR stay allowed where they are in use');
select is((select count(*) from pg_constraint where conname = 'video_call_participants_role_listed'), 1::bigint,
  'roles obeyed the list: it is kept from now on');
select throws_ok(format('insert into public.video_call_participants (video_call_id) values (%L)', pg_temp.old('ef')),
  '23503', null, 'a new participant needs a session');
select policies_are('public', 'video_call_sessions', array['ehr: everybody signed in', 'ehr: providers write',
  'sessions: provider', 'sessions: patient', 'sessions: a transcript is the provider''s alone'], 'the EHR keeps its policies');

insert into pipeline.settings values ('session_transcript', 'on');
select is(tests.attempt(pg_temp.old('f3')::text, 'select from public.video_call_sessions'), '2',
  'before there are results its policy opens the rows');
select lives_ok(tests.call('record_results', tests.results('1', 'headache',
  jsonb_build_object('session_id', pg_temp.old('e1')))), 'results are stored in a session with a word of its own');
select is(tests.attempt(pg_temp.old(letter)::text, 'select from public.video_call_sessions'), rows, format('then %s reads %s', letter, rows))
from (values ('f1', '2'), ('f2', '1'), ('f3', '1')) t (letter, rows);
select is(tests.attempt(pg_temp.old('f1')::text, 'update public.video_call_sessions set transcript = null'), '42501',
  'a policy that lets a client write is without a grant');

select * from finish();
rollback;
