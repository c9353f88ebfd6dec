-- Every caller against every table and operation, and then the rules that this matrix cannot express.
begin;
select no_plan();
select tests.arrange_results();

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
grant usage on schema tests to public;

-- How many rows each caller reads: anon and the service role, providers a and b, patients c and d, a stranger with a
-- uuid, one with a Firebase sub, and a caller whose token names nobody.
create temp table readable (caller text, label text, users text, video_call_sessions text,
  video_call_participants text, recordings text, transcript_turns text, clinical_entities text, clinical_codes text);
insert into readable values
  ('anon', 'anon', '42501', '42501', '42501', '42501', '42501', '42501', '42501'),
  (tests.id('a'), 'the provider', '1', '3', '6', '2', '2', '2', '4'),
  ('firebase-b', 'another provider, of Firebase', '1', '1', '2', '1', '1', '1', '2'),
  (tests.id('b'), 'the same under the id of the row', '1', '1', '2', '1', '1', '1', '2'),
  (tests.id('c'), 'the patient', '1', '2', '3', '1', '1', '0', '0'),
  ('firebase-d', 'a patient of Firebase, nothing released', '1', '0', '1', '0', '0', '0', '0'),
  (tests.id('9'), 'a stranger', '0', '0', '0', '0', '0', '0', '0'),
  ('firebase-stranger', 'a stranger of Firebase', '0', '0', '0', '0', '0', '0', '0'),
  ('', 'nobody', '0', '0', '0', '0', '0', '0', '0'),
  ('service_role', 'the service role', '4', '4', '8', '3', '3', '3', '6');

select is(tests.attempt(r.caller, format('select from public.%I', t.name)), t.rows,
  format('%s reads %s of %s', r.label, t.rows, t.name))
from readable r
cross join lateral jsonb_each_text(to_jsonb(r) - 'caller' - 'label') t (name, rows);

select is(tests.attempt(r.caller, o.statement), '42501', format('%s: no %s of %s', r.label, o.operation, o.table_name))
from readable r cross join operations o
where r.caller <> 'service_role';

select matches(tests.attempt('service_role', o.statement), '^[1-9]$',
  format('the service role: %s of %s', o.operation, o.table_name))
from operations o;

-- Which rows a caller sees, not only how many.
select is(tests.attempt(tests.id('c')::text, 'select from public.video_call_sessions where id <> all (array[tests.id(''2''), tests.id(''4'')])'),
  '0', 'the patient sees the session that is released and the one without results');
select is(tests.attempt(tests.id('c')::text, 'select from public.transcript_turns where recording_id <> ''rec-2'''), '0',
  'the patient reads the released turns only');

-- The release, and a second recording after it.
update public.recordings set released_at = now(), released_by = tests.id('b') where recording_id = 'rec-3';
select is(tests.attempt('firebase-d', format('select from public.%I', name)), rows, format('released: patient d reads %s of %s', rows, name))
from (values ('video_call_sessions', '1'), ('recordings', '1'), ('transcript_turns', '1'), ('clinical_entities', '0'),
  ('clinical_codes', '0')) t (name, rows);
select public.record_results(tests.results('5', 'more', jsonb_build_object('session_id', tests.id('3'))));
select is(tests.attempt('firebase-d', format('select from public.%I', name)), rows,
  format('a second recording, unreleased: patient d reads %s of %s', rows, name))
from (values ('video_call_sessions', '0'), ('recordings', '1'), ('transcript_turns', '1')) t (name, rows);

-- A permissive policy of the EHR cannot open what was said, and still opens the rest.
create policy "ehr: everybody signed in" on public.video_call_sessions for select to authenticated using (true);
select is(tests.attempt(caller, 'select from public.video_call_sessions'), rows,
  format('with a permissive policy of the EHR: %s reads %s sessions', caller, rows))
from (values (tests.id('9')::text, '1'), (tests.id('a')::text, '3'), (tests.id('c')::text, '2'), ('firebase-d', '1')) t (caller, rows);
update public.video_call_sessions set transcript = null;
select is(tests.attempt(tests.id('9')::text, 'select from public.video_call_sessions'), '1',
  'segments alone hide a row too');

-- Rights, as the catalog has them.
create temp table ours as
select oid, relname, relrowsecurity and relforcerowsecurity as secured from pg_class
where relnamespace = 'public'::regnamespace and relname in ('users', 'video_call_sessions', 'video_call_participants',
  'recordings', 'transcript_turns', 'clinical_entities', 'clinical_codes');
select ok(secured, format('%s: row level security, forced', relname)) from ours;
select ok(not has_table_privilege('anon', c.oid, privilege), format('%s: anon has no %s', c.relname, privilege)),
  is(has_table_privilege('authenticated', c.oid, privilege), privilege = 'select',
    format('%s: authenticated may only select, asked for %s', c.relname, privilege))
from ours c
cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) privilege;

select is(
  concat_ws(', ', case when has_function_privilege('anon', p.oid, 'execute') then 'anon' end,
    case when has_function_privilege('authenticated', p.oid, 'execute') then 'authenticated' end,
    case when has_function_privilege('service_role', p.oid, 'execute') then 'service_role' end),
  case when p.proname in ('review_code', 'release_results') then 'authenticated'
       when p.proname in ('current_user_id', 'is_provider', 'is_patient', 'is_released') then 'authenticated, service_role'
       when p.proname in ('lock_as_provider', 'touch_updated_at', 'setting') then ''
       else 'service_role' end,
  format('who may execute %s', p.oid::regprocedure)),
  ok('search_path=""' = any (p.proconfig), format('%s: search_path pinned', p.proname)),
  is(p.prosecdef, p.proname in ('current_user_id', 'is_provider', 'is_patient', 'is_released', 'lock_as_provider',
    'review_code', 'release_results', 'setting'), format('%s: security definer only where needed', p.proname))
from pg_proc p
where p.pronamespace = 'pipeline'::regnamespace or p.proname in ('current_user_id', 'record_status', 'record_results',
  'record_failure', 'review_code', 'release_results');
select ok(not has_schema_privilege('anon', 'pipeline', 'usage'), 'anon has no usage of the helpers');

select * from finish();
rollback;
