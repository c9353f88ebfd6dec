-- Every caller against every table and operation, and then the rules that this matrix cannot express.
begin;
select no_plan();
select tests.arrange_consultations();

create temp table operations (table_name text, operation text, statement text);
insert into operations values
  ('users', 'insert', 'insert into public.users (id) values (gen_random_uuid())'),
  ('users', 'update', 'update public.users set firebase_uid = firebase_uid'),
  ('users', 'delete', 'delete from public.users'),
  ('video_call_sessions', 'insert', 'insert into public.video_call_sessions (id, status)
    values (gen_random_uuid(), ''ended'')'),
  ('video_call_sessions', 'update', 'update public.video_call_sessions set transcript = transcript'),
  ('video_call_sessions', 'delete', 'delete from public.video_call_sessions where id = tests.id(''4'')'),
  ('video_call_participants', 'insert', 'insert into public.video_call_participants (role) values (''other'')'),
  ('video_call_participants', 'update', 'update public.video_call_participants set role = role'),
  ('video_call_participants', 'delete', 'delete from public.video_call_participants'),
  ('recordings', 'insert', 'insert into public.recordings (recording_id, bucket, key, status)
    values (''rec-9'', ''b'', ''k'', ''received'')'),
  ('recordings', 'update', 'update public.recordings set released_at = released_at'),
  ('recordings', 'delete', 'delete from public.recordings'),
  ('transcript_turns', 'insert', 'insert into public.transcript_turns (recording_id, index, speaker, role, start_ms,
    end_ms, begin_offset, end_offset, text) values (''rec-1'', 9, ''s'', ''patient'', 0, 0, 0, 0, ''x'')'),
  ('transcript_turns', 'update', 'update public.transcript_turns set text = text'),
  ('transcript_turns', 'delete', 'delete from public.transcript_turns'),
  ('clinical_entities', 'insert', 'insert into public.clinical_entities (recording_id, entity_id, begin_offset,
    end_offset, text, category, type, assertion_status) values (''rec-1'', ''e9'', 0, 0, ''x'', ''c'', ''t'', ''present'')'),
  ('clinical_entities', 'update', 'update public.clinical_entities set text = text'),
  ('clinical_entities', 'delete', 'delete from public.clinical_entities'),
  ('clinical_codes', 'insert', 'insert into public.clinical_codes (recording_id, entity_id, system, code, rank)
    values (''rec-1'', ''e1'', ''RxNorm'', ''1'', 1)'),
  ('clinical_codes', 'update', 'update public.clinical_codes set review = review'),
  ('clinical_codes', 'delete', 'delete from public.clinical_codes');
-- Nobody writes these but the RPCs, the service role neither.
create temp table kept (table_name text, operation text, statement text);
insert into kept select name, operation, case operation
    when 'insert' then format('insert into %s overriding system value select * from %s', name, name)
    when 'update' then format('update %s set recording_id = recording_id || ''x''', name)
    when 'delete' then format('delete from %s', name)
    else format('truncate %s', name) end
from unnest(array['public.finding_reviews', 'public.transcript_corrections', 'public.review_log', 'public.access_log',
  'public.released_consultations', 'pipeline.audit_outbox']) name
cross join unnest(array['insert', 'update', 'delete', 'truncate']) operation;
grant usage on schema tests to public;

-- How many rows each caller reads: anon and the service role, providers a and b, patients c and d, a stranger with a
-- uuid, one with a Firebase sub, and a caller whose token names nobody.
create temp table readable (caller text, label text, users text, video_call_sessions text,
  video_call_participants text, recordings text);
insert into readable values
  ('anon', 'anon', '42501', '42501', '42501', '42501'),
  (tests.id('a'), 'the provider', '1', '3', '6', '2'),
  ('firebase-b', 'another provider, of Firebase', '1', '1', '2', '1'),
  (tests.id('b'), 'the same under the id of the row', '1', '1', '2', '1'),
  (tests.id('c'), 'the patient', '1', '3', '3', '2'),
  ('firebase-d', 'a patient of Firebase', '1', '1', '1', '1'),
  (tests.id('9'), 'a stranger', '0', '0', '0', '0'),
  ('firebase-stranger', 'a stranger of Firebase', '0', '0', '0', '0'),
  ('', 'nobody', '0', '0', '0', '0'),
  ('service_role', 'the service role', '4', '4', '8', '3');

select is(tests.attempt(r.caller, format('select %s from public.%I',
    case t.name when 'recordings' then 'recording_id, status, error_name, revision, signed_at, released_at' else '*' end, t.name)),
  t.rows, format('%s reads %s of %s', r.label, t.rows, t.name))
from readable r
cross join lateral jsonb_each_text(to_jsonb(r) - 'caller' - 'label') t (name, rows);

-- What was said, what was made of it and where it lies: nobody reads it round the log.
select is(tests.attempt(r.caller, format('select %s from public.%s', columns, t.name)),
  case r.caller when 'service_role' then t.rows else '42501' end,
  format('%s reads no %s of %s', r.label, columns, t.name))
from readable r cross join (values ('transcript_turns', '*', '9'), ('transcript_turns', 'text', '9'), ('clinical_entities', '*', '9'),
  ('clinical_codes', '*', '12'), ('finding_reviews', '*', '1'), ('transcript_corrections', '*', '0'), ('review_log', '*', '6'),
  ('access_log', '*', '0'), ('released_consultations', '*', '1'), ('recordings', '*', '3'), ('recordings', 'summary', '3'),
  ('recordings', 'findings', '3'), ('recordings', 'unmapped', '3'), ('recordings', 'bucket', '3'), ('recordings', 'key', '3'),
  ('recordings', 'version_id', '3'), ('recordings', 'usage', '3'), ('recordings', 'transcript_key', '3'),
  ('recordings', 'results_key', '3')) t (name, columns, rows);

select is(tests.attempt(r.caller, o.statement), '42501', format('%s: no %s of %s', r.label, o.operation, o.table_name))
from readable r cross join operations o
where r.caller <> 'service_role';

select matches(tests.attempt('service_role', o.statement), '^[1-9][0-9]?$',
  format('the service role: %s of %s', o.operation, o.table_name))
from operations o;
select is(tests.attempt(r.caller, k.statement), '42501', format('%s: no %s of %s', r.label, k.operation, k.table_name))
from readable r cross join kept k;

-- With every grant there is, a log stays as it was written, and a version as it was released.
select tests.run(tests.id('a')::text, $$ select public.open_consultation('rec-1') $$);
grant all on public.review_log, public.access_log, public.released_consultations, pipeline.audit_outbox to service_role;
grant usage on schema pipeline to service_role;
select is(tests.attempt(caller, k.statement), '42501', format('granted everything, %s: no %s of %s', caller, k.operation, k.table_name))
from kept k cross join unnest(array['service_role', 'none']) caller
where k.operation <> 'insert' and k.table_name not in ('public.finding_reviews', 'public.transcript_corrections')
  and (k.table_name, k.operation) not in (('public.released_consultations', 'delete'), ('public.released_consultations', 'truncate'));
select is(tests.attempt('service_role', $$ update public.released_consultations set document = '{}' $$), '42501',
  'nor is a document another one');
select is(tests.attempt('service_role', 'update pipeline.audit_outbox set carried_at = now()'), '2', 'an entry is carried');
update pipeline.audit_outbox set carried_at = now();
select is(tests.attempt('service_role', 'update pipeline.audit_outbox set carried_at = null'), '42501', 'once');
revoke insert, update, delete, truncate on public.review_log, public.access_log, public.released_consultations,
  pipeline.audit_outbox from service_role;

-- A permissive policy of the EHR cannot open what was said, and still opens the rest.
create policy "ehr: everybody signed in" on public.video_call_sessions for select to authenticated using (true);
select is(tests.attempt(tests.id('9')::text, 'select * from public.video_call_sessions'), '4',
  'a row that says nothing is the EHR''s to show');
insert into pipeline.settings values ('session_transcript', 'on');
select public.record_results(tests.results('1', 'nausea', '{"duration_ms": 9}'));
select is(tests.attempt(caller, 'select * from public.video_call_sessions'), rows,
  format('where the session has the transcript: %s reads %s sessions', caller, rows))
from (values (tests.id('9')::text, '3'), (tests.id('a')::text, '4'), (tests.id('c')::text, '3'), ('firebase-d', '3')) t (caller, rows);
update public.video_call_sessions set transcript = null;
select is(tests.attempt(tests.id('9')::text, 'select from public.video_call_sessions'), '3',
  'segments alone hide a row too');

-- Rights, as the catalog has them.
create temp table ours as
select oid, relname, relrowsecurity and relforcerowsecurity as secured from pg_class
where relnamespace = 'public'::regnamespace and relname in ('users', 'video_call_sessions', 'video_call_participants',
  'recordings', 'transcript_turns', 'clinical_entities', 'clinical_codes');
select ok(secured, format('%s: row level security, forced', relname)) from ours;
select ok(not has_table_privilege('anon', c.oid, privilege), format('%s: anon has no %s', c.relname, privilege)),
  is(has_table_privilege('authenticated', c.oid, privilege),
    privilege = 'select' and c.relname in ('users', 'video_call_sessions', 'video_call_participants'),
    format('%s: authenticated may only select the EHR''s own, asked for %s', c.relname, privilege))
from ours c
cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) privilege;

select is((select string_agg(a.attname, ', ' order by a.attname) from pg_attribute a
    where a.attrelid = 'public.recordings'::regclass and a.attnum > 0
      and has_column_privilege('authenticated', a.attrelid, a.attnum, 'select')),
  'created_at, duration_ms, engine, error_message, error_name, error_occurred_at, language, recording_id, released_at, '
  'released_by, revision, session_id, signed_at, signed_by, signed_revision, started_at, status, stored_at, updated_at',
  'of a recording, authenticated reads how far it is');

-- Who may execute what. A function that is not in this list is for the service role.
create temp table routines (role text, names text[]);
insert into routines values
  ('authenticated', array['open_consultation', 'review_codes', 'review_findings', 'add_code', 'correct_role', 'correct_words',
    'withdraw_correction', 'sign_consultation', 'release_results', 'withdraw_release', 'read_released', 'recording_location',
    'log_access', 'may_listen', 'is_party', 'newest_recording', 'read_extractions']),
  ('anon', array['alive']),
  ('authenticated, service_role', array['current_user_id', 'is_provider', 'is_patient', 'count_meetings']),
  ('', array['lock_as_provider', 'touch_updated_at', 'setting', 'refuse_change', 'refuse_other_mark', 'refuse_other_version',
    'erase_consultation', 'hide_transcripts', 'change_time', 'quotes', 'begin_change', 'finish_change', 'note_audit',
    'note_access', 'expect_decisions', 'finding_of', 'decide_findings', 'corrected', 'corrected_label', 'has_accepted_code',
    'proof_of', 'to_released', 'iso', 'opened_rows', 'opened_head', 'broadcast', 'broadcast_recording', 'broadcast_release',
    'parties', 'broadcast_call', 'at_of', 'to_uuid', 'live_meeting', 'to_session', 'to_participants', 'to_participant',
    'touch_call', 'note_call', 'take', 'session_of', 'session_for', 'new_session', 'seat_parties', 'session_to_open', 'activate',
    'fill_older_columns', 'presence_in', 'seconds_of', 'time_in', 'most_at_once', 'retell_presence', 'show_presence',
    'end_meeting', 'to_closing', 'close_meetings', 'to_sweep', 'trim_calls', 'list_older_meeting', 'is_spoilt',
    'is_captured', 'participants_in', 'to_capture', 'is_over', 'to_facts', 'shown_as', 'show_recordings', 'begin_unrecorded',
    'note_capture', 'to_joined', 'judge_file', 'take_file', 'to_captions', 'note_captions', 'end_captions',
    'to_channel', 'to_chat_member', 'to_settling', 'to_chat_message', 'to_delivery', 'note_chat', 'tell_members', 'chat_refusal', 'written',
    'change_member', 'keep_message', 'change_message', 'rewrite_message', 'to_place', 'place_at', 'place_id', 'is_chat_member', 'client_address', 'client_agent', 'system_messages', 'channel_of',
    'fact_of', 'say_in_channel', 'to_attachment', 'trim_chat', 'user_of', 'read_today']);
-- What the service role calls itself runs with its own rights, unless it needs others.
create temp table own_rights as select unnest(array['record_status', 'record_results', 'record_failure', 'replace_results',
  'said_in', 'show_transcript', 'show_failure', 'register_recording', 'lock_session', 'talk_of', 'counting_runs', 'expect',
  'expect_each', 'expect_distinct', 'expect_decisions', 'iso', 'quotes', 'refuse_change', 'refuse_other_mark',
  'refuse_other_version', 'touch_updated_at', 'at_of', 'to_uuid', 'seconds_of', 'shown_as', 'to_captions', 'client_address', 'client_agent',
  'system_messages', 'alive']) as name;

select is(
  concat_ws(', ', case when has_function_privilege('anon', p.oid, 'execute') then 'anon' end,
    case when has_function_privilege('authenticated', p.oid, 'execute') then 'authenticated' end,
    case when has_function_privilege('service_role', p.oid, 'execute') then 'service_role' end),
  coalesce((select r.role from routines r where p.proname = any (r.names)), 'service_role'),
  format('who may execute %s', p.oid::regprocedure)),
  ok('search_path=""' = any (p.proconfig), format('%s: search_path pinned', p.proname)),
  is(p.prosecdef, p.proname not in (select name from own_rights), format('%s: security definer only where needed', p.proname))
from pg_proc p
where p.pronamespace = 'pipeline'::regnamespace
  or p.pronamespace = 'public'::regnamespace and (p.proname in ('current_user_id', 'record_status', 'record_results',
    'record_failure', 'trim_access_log', 'audit_waiting', 'audit_carried', 'audit_noted', 'call_context', 'session_of_meeting',
    'participants_of_meeting', 'open_session', 'record_meeting', 'record_attendee', 'fail_session', 'invite', 'set_participant',
    'call_participant', 'record_presence', 'renew_meeting', 'close_session', 'meeting_ended', 'record_report', 'call_status',
    'refuse_access', 'calls_to_sweep', 'meeting_seen', 'record_consent', 'recording_facts', 'keep_capture', 'record_joined',
    'set_captions', 'known_pipelines', 'extraction_ask', 'extraction_take', 'extraction_give_back', 'keep_extraction') or p.proname in (select unnest(names) from routines));
select is(tests.attempt('anon', 'select public.alive()'), '1', 'whoever has only the public key hears that the database answers');
select ok(not has_schema_privilege('anon', 'pipeline', 'usage'), 'anon has no usage of the helpers');
select hasnt_function('public', name, name || ' is gone')
from (values ('review_code')) t (name);
select hasnt_function('public', 'release_results', array['text'], 'a release without a revision is gone');

select * from finish();
rollback;
