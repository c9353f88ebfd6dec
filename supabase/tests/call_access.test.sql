-- Every caller against every table, view and function of the call.
begin;
select no_plan();
select tests.arrange_appointments();
grant usage on schema tests to public;
create temp table opened as select tests.open() ->> 'id' as id;
select tests.meet(id, 'm1'), tests.seat(id, 'm1', 'a', 'at-a') from opened;
select tests.rpc('record_presence', jsonb_build_object('eventId', 'e', 'kind', 'joined', 'at', '2026-03-02T10:00:00.000Z', 'meetingId', 'm1',
  'attendeeId', 'at-a', 'userId', tests.id('a')));
select tests.rpc('record_report', jsonb_build_object('sessionId', id, 'userId', tests.id('a'), 'kind', 'quality', 'values', '{}'::jsonb)) from opened;
select tests.rpc('record_consent', jsonb_build_object('sessionId', id, 'meetingId', 'm1', 'userId', tests.id('a'), 'decision', 'given',
  'textVersion', 'v1', 'textSha256', repeat('0', 64), 'language', 'en', 'withdrawn', 'keep')) from opened;
select tests.rpc('keep_capture', jsonb_build_object('meetingId', 'm1', 'version', 0, 'at', '2026-03-02T10:01:00.000Z', 'capture',
  tests.capture('{"state": "joining", "attempt": 1, "concatenationId": "j1"}')));
select tests.rpc('call_context', jsonb_build_object('issuer', 'supabase', 'subject', tests.id('a'), 'action', 'join', 'meetingId', 'm1'));

create temp table callers (caller text, label text);
insert into callers values ('anon', 'anon'), (tests.id('a'), 'the provider'), (tests.id('c'), 'the patient'), ('firebase-b', 'another provider'),
  (tests.id('9'), 'a stranger'), ('service_role', 'the service role');

-- The rows of the call: the service role reads them, and writes them by the functions alone.
create temp table tables as select unnest(array['public.call_meetings', 'public.call_events', 'public.call_presence', 'public.call_quality',
  'public.recording_consents', 'public.call_captures', 'public.call_concatenations', 'pipeline.takes']) as name;
select is(tests.attempt(caller, 'select from ' || name), case when caller = 'service_role' and name like 'public%' then '1' else '42501' end,
  format('%s reads %s', label, name)) from callers, tables;
select is(tests.attempt(caller, statement), '42501', format('%s: %s', label, statement))
from callers, tables, lateral (values (format('insert into %1$s overriding system value select * from %1$s', name)),
  (format('update %s set %s', name, case name when 'pipeline.takes' then 'n = 0' else 'meeting_id = ''x''' end)),
  (format('delete from %s', name)), (format('truncate %s cascade', name))) s (statement)
where not (name = 'public.call_quality' and statement like 'update%');
select ok(relrowsecurity and relforcerowsecurity, format('%s: row level security, forced', name))
from tables join pg_class on oid = name::regclass;

-- Of the logs nothing changes, with every grant there is.
grant all on public.call_events, public.call_quality, public.recording_consents to service_role;
select is(tests.attempt(caller, statement), '42501', format('%s, granted everything: %s', caller, statement))
from unnest(array['service_role', 'none']) caller, unnest(array['update public.call_events set kind = kind', 'delete from public.call_events',
  'truncate public.call_events', 'update public.call_quality set kind = kind', 'delete from public.call_quality', 'truncate public.call_quality',
  'update public.recording_consents set decision = decision', 'delete from public.recording_consents',
  'truncate public.recording_consents']) statement;

-- The overview shows the sessions that the caller may see.
select is(tests.attempt(caller, 'select from public.video_call_overview'), rows, format('%s sees %s calls', label, rows))
from callers join (values ('anon', '42501'), ('the provider', '4'), ('the patient', '4'), ('another provider', '1'), ('a stranger', '0'),
  ('the service role', '5')) t (label, rows) using (label);
select is(tests.attempt(caller, statement), '42501', format('%s: %s', label, statement))
from callers, unnest(array['update public.video_call_overview set ended_at = null', 'delete from public.video_call_overview',
  'insert into public.video_call_overview (session_id) values (gen_random_uuid())']) statement;

-- Appointments, where the table is ours: its provider and its patient read it.
select is(tests.attempt(caller, statement), outcome, format('%s: %s', label, statement))
from callers join (values ('anon', '42501', '42501'), ('the provider', '1', '42501'), ('the patient', '1', '42501'), ('another provider', '1', '42501'),
  ('a stranger', '0', '42501'), ('the service role', '2', '2')) t (label, reads, writes) using (label),
lateral (values ('select from public.appointments', reads), ('update public.appointments set video_enabled = true', writes)) s (statement, outcome)
where exists (select from pg_policies where policyname = 'appointments: provider and patient');
select ok(true, 'or else the EHR''s own rules hold');

-- The functions: nobody but the service role comes as far as their first check.
create temp table functions as select unnest(array['call_context', 'open_session', 'record_meeting', 'record_attendee', 'fail_session', 'invite',
  'set_participant', 'call_participant', 'record_presence', 'renew_meeting', 'close_session', 'meeting_ended', 'record_report', 'call_status',
  'refuse_access', 'calls_to_sweep', 'meeting_seen', 'record_consent', 'recording_facts', 'keep_capture', 'record_joined', 'set_captions',
  'known_pipelines']) as name;
select is(tests.attempt(caller, format('select public.%I(''{}'')', name)), case caller when 'service_role' then '22023' else '42501' end,
  format('%s calls %s', label, name)) from callers, functions;
select is(tests.attempt(caller, statement), case caller when 'service_role' then outcome else '42501' end, format('%s: %s', label, statement))
from callers, (values ('select public.session_of_meeting(''m1'')', '1'), ('select public.participants_of_meeting(''m1'')', '1'), ('select public.audit_noted(''m1'')', '1'),
  ('select * from pipeline.parties(''x'')', '42501'), ('select pipeline.take(''x'', ''y'', 1)', '42501')) t (statement, outcome);
select is(tests.attempt(caller, 'select pipeline.is_party(tests.id(''5''))'), case when caller in ('anon', 'service_role') then '42501' else '1' end,
  format('%s asks whose an appointment is', label)) from callers;

select * from finish();
rollback;
