-- The migrations over older_ehr.sql: nothing of the EHR's is lost, and the pipeline works with what was there.
begin;
select no_plan();
create function pg_temp.old(letter text) returns uuid language sql as $$
  select ('00000000-0000-4000-8000-0000000000' || letter)::uuid
$$;

select is((select count(*) from public.users where email is not null), 2::bigint, 'the users are there');
select is((select string_agg(status, ',' order by id) from public.video_call_sessions), 'completed,ended,active,active', 'the sessions');
select is((select count(*) from public.video_call_participants), 5::bigint, 'the participants, with the one of no session');
select col_type_is('public', 'video_call_sessions', 'appointment_id', 'uuid', 'no column is retyped');
select col_type_is('public', 'video_call_participants', 'id', 'bigint', 'no key is replaced');
select has_column('public', 'video_call_sessions', name, name || ' is added')
from unnest(array['transcript', 'transcript_segments', 'media_placement', 'error_occurred_at', 'ended_by', 'updated_at']) name;
select has_column('public', 'users', 'firebase_uid', 'firebase_uid is added');
select is((select bool_or(transcription_enabled) from public.video_call_sessions), false, 'nobody had agreed to a transcription');
select col_is_unique('public', 'video_call_sessions', array['id'], 'sessions have got a key');
select is((select count(*) from pg_constraint where conname = 'video_call_sessions_status_listed'), 0::bigint,
  'words of the EHR stay allowed where they are in use');
select is((select count(*) from pg_constraint where conname = name), 0::bigint, 'nor is there ' || name)
from unnest(array['video_call_participants_role_listed', 'video_call_participants_status_listed']) name;
select hasnt_index('public', 'video_call_sessions', 'video_call_sessions_one_active', 'two sessions are active: they may be');
select hasnt_index('public', 'video_call_participants', 'video_call_participants_once', 'somebody is there twice: she may be');
select throws_ok(format('insert into public.video_call_participants (video_call_id) values (%L)', pg_temp.old('ef')),
  '23503', null, 'a new participant needs a session');
select policies_are('public', 'video_call_sessions', array['ehr: everybody signed in', 'ehr: providers write',
  'sessions: provider', 'sessions: patient', 'sessions: a transcript is the provider''s alone'], 'the EHR keeps its policies');

insert into pipeline.settings values ('session_transcript', 'on');
select is(tests.attempt(pg_temp.old('f3')::text, 'select from public.video_call_sessions'), '4',
  'before there are results its policy opens the rows');
select lives_ok(tests.call('record_results', tests.results('1', 'headache',
  jsonb_build_object('session_id', pg_temp.old('e1')))), 'results are stored in a session with a word of its own');
select is(tests.attempt(pg_temp.old(letter)::text, 'select from public.video_call_sessions'), rows, format('then %s reads %s', letter, rows))
from (values ('f1', '4'), ('f2', '3'), ('f3', '3')) t (letter, rows);
select is(tests.attempt(pg_temp.old('f1')::text, 'update public.video_call_sessions set transcript = null'), '42501',
  'a policy that lets a client write is without a grant');

-- The call over such rows.
select is(col_description('public.video_call_sessions'::regclass, attnum) like 'DEPRECATED%', attname like 'agora%',
  format('%s is marked if it is of Agora', attname))
from pg_attribute where attrelid = 'public.video_call_sessions'::regclass and attname in ('agora_channel', 'agora_Token', 'meeting_id');
select has_column('public', 'appointments', 'video_enabled', 'appointments are completed');
select is((select relrowsecurity from pg_class where oid = 'public.appointments'::regclass), false, 'and stay the EHR''s');
select is(tests.attempt(pg_temp.old('f3')::text, statement), outcome, 'with its own grants: ' || statement)
from (values ('select reason from public.appointments', '2'), ('update public.appointments set reason = null', '2'),
  ('delete from public.appointments', '2')) t (statement, outcome);

select results_eq(format('select provider, patient from pipeline.parties(%L)', appointment),
  format('select * from (values %s) v (provider, patient) where %L is not null', coalesce(parties, '(null::uuid, null::uuid)'), parties),
  format('the parties of %s', appointment))
from (values
  (pg_temp.old('a1')::text, format('(%L::uuid, %L::uuid)', pg_temp.old('f1'), pg_temp.old('f2'))),
  (upper(pg_temp.old('a1')::text), format('(%L::uuid, %L::uuid)', pg_temp.old('f1'), pg_temp.old('f2'))),
  (pg_temp.old('a2')::text, format('(null::uuid, %L::uuid)', pg_temp.old('f2'))),
  (pg_temp.old('a9')::text, null), ('42', null), ('', null)) t (appointment, parties);

insert into public.users values (pg_temp.old('f3'), 'relative@example.org');
create temp table opened as select public.open_session(jsonb_build_object('appointmentId', pg_temp.old('a1'),
  'userId', pg_temp.old('f2'), 'wishes', null, 'mediaRegion', 'eu-central-1', 'waitingRoom', true)) as s;
select is(s ->> 'id', pg_temp.old('e4')::text, 'of two active sessions the newer one') from opened;
select is(s ->> 'providerId', pg_temp.old('f1')::text, 'the profile''s user is the provider') from opened;
select is(public.open_session(jsonb_build_object('appointmentId', pg_temp.old('a1'), 'userId', pg_temp.old('f1'))), s, 'always')
from opened;
select is((select string_agg(role || ' ' || coalesce(status, '-'), ', ' order by role) from public.video_call_participants
  where video_call_id = pg_temp.old('e4')), 'observer online, patient invited, provider invited, provider invited',
  'nobody is added twice, and an observer stays one');
select public.record_meeting(jsonb_build_object('sessionId', s -> 'id', 'attempt', 1, 'controlRegion', 'eu-central-1',
  'meeting', '{"MeetingId": "m1"}'::jsonb)) from opened;
select is(public.record_attendee(jsonb_build_object('sessionId', s -> 'id', 'meetingId', 'm1', 'userId', pg_temp.old('f1'),
  'attendeeId', 'at-1')) ->> 'outcome', 'kept', 'an attendee') from opened;
select is((select string_agg(concat_ws(' ', attendee_id, chime_attendee_id, chime_external_user_id), ', ')
    from public.video_call_participants where user_id = pg_temp.old('f1') and video_call_id = pg_temp.old('e4')),
  format('at-1 at-1 %1$s, at-1 at-1 %1$s', pg_temp.old('f1')), 'stands in the older columns too, in both rows');
select is(jsonb_array_length(public.call_status(jsonb_build_object('sessionId', s -> 'id')) -> 'participants'), 3,
  'who is there twice is told once') from opened;
select public.record_presence(jsonb_build_object('eventId', 'x', 'kind', 'joined', 'at', '2026-03-02T10:00:00.000Z',
  'meetingId', 'm1', 'attendeeId', 'at-1', 'userId', pg_temp.old('f1')));
select is((select total_participants from public.video_call_sessions where id = pg_temp.old('e4')), 1, 'and counts once');
select is(public.close_session(jsonb_build_object('sessionId', s -> 'id', 'endedBy', pg_temp.old('f1'), 'at',
  '2026-03-02T10:01:00.000Z')) ->> 'seconds', '60', 'ended') from opened;
select is(public.open_session(jsonb_build_object('appointmentId', pg_temp.old('a1'), 'userId', pg_temp.old('f1'))) ->> 'id',
  pg_temp.old('e3')::text, 'then the other one is the active one');

select * from finish();
rollback;
