-- Texts that are read on demand: who may, how much in a day, and what is kept of it.
begin;
select no_plan();
select tests.arrange_consultations();
grant usage on schema tests to public;
insert into pipeline.settings values ('requests_a_minute', '1000');

create function pg_temp.whose(subject text, more jsonb, issuer text default 'supabase') returns jsonb language sql as $$
  select jsonb_build_object('issuer', issuer, 'subject', subject) || more
$$;
create function pg_temp.ask(subject text, session uuid default null, issuer text default 'supabase') returns jsonb language sql as $$
  select tests.rpc('extraction_ask', pg_temp.whose(subject, jsonb_build_object('sessionId', session), issuer))
$$;
create function pg_temp.take(subject text, characters integer, issuer text default 'supabase') returns jsonb language sql as $$
  select tests.rpc('extraction_take', pg_temp.whose(subject, jsonb_build_object('characters', characters), issuer))
$$;
create function pg_temp.give_back(subject text, characters integer, day text) returns jsonb language sql as $$
  select tests.rpc('extraction_give_back', pg_temp.whose(subject, jsonb_build_object('characters', characters, 'day', day)))
$$;
create function pg_temp.today() returns text language sql as $$ select (clock_timestamp() at time zone 'UTC')::date::text $$;

-- Who may. Sessions 1 and 2 are of provider a and patient c, 3 of b and d.
select is(coalesce(answer ->> 'outcome', answer ->> 'state'), outcome, label)
from (values
  ('a provider', 'supabase', tests.id('a')::text, null, 'granted'),
  ('the session''s provider', 'supabase', tests.id('a')::text, tests.id('1'), 'granted'),
  ('another provider', 'supabase', tests.id('a')::text, tests.id('3'), 'notProvider'),
  ('one of Firebase', 'firebase', 'firebase-b', tests.id('3'), 'granted'),
  ('one of Firebase under the id of her row', 'firebase', tests.id('b')::text, null, 'unknown'),
  ('a uid of Firebase from Supabase', 'supabase', 'firebase-b', null, 'unknown'),
  ('the session''s patient', 'supabase', tests.id('c')::text, tests.id('1'), 'notProvider'),
  ('a patient', 'firebase', 'firebase-d', null, 'notProvider'),
  ('a session that is not there', 'supabase', tests.id('a')::text, tests.id('8'), 'notProvider'),
  ('a stranger', 'supabase', tests.id('9')::text, null, 'unknown'),
  ('no uuid', 'supabase', '1; drop table users', null, 'unknown'),
  ('another issuer', 'auth0', tests.id('a')::text, null, '22023')
) t (label, issuer, subject, session, outcome), pg_temp.ask(subject, session, issuer) answer;
select is(tests.rpc('extraction_ask', pg_temp.whose(tests.id('a')::text, '{"sessionId": null, "text": "x"}')) ->> 'state', '22023',
  'what is read is not told');

-- 100,000 and no more.
select is(pg_temp.ask(tests.id('a')::text), jsonb_build_object('outcome', 'granted', 'used', 0, 'day', pg_temp.today()), 'nothing yet');
select is(pg_temp.take(tests.id('a')::text, n) ->> 'state', '22023', format('%s characters are none', n)) from unnest(array[0, -1]) n;
select is(pg_temp.take(tests.id('9')::text, 1) ->> 'state', '22023', 'a stranger''s are not counted');
select is(pg_temp.take(tests.id('a')::text, 100001) ->> 'outcome', 'tooMany', 'more than a day has');
select is(pg_temp.take(tests.id('a')::text, 99999), jsonb_build_object('outcome', 'granted', 'used', 99999, 'day', pg_temp.today()),
  'nearly all');
select is(pg_temp.take(tests.id('a')::text, 2), jsonb_build_object('outcome', 'tooMany', 'used', 99999, 'day', pg_temp.today()),
  'one too many, which does not count');
select is(pg_temp.take(tests.id('a')::text, 1) ->> 'outcome', 'granted', 'the rest');
select is(pg_temp.take(tests.id('a')::text, 1) ->> 'outcome', 'tooMany', 'nothing is left');
select is(pg_temp.ask(tests.id('a')::text) ->> 'used', '100000', 'as the next request is told');
select is(pg_temp.take(tests.id('b')::text, 60000) ->> 'outcome', 'granted', 'another user has as many');
select is(pg_temp.take('firebase-b', 40001, 'firebase') ->> 'outcome', 'tooMany', 'whoever signs in at both is one user');

-- Given back.
select is(pg_temp.give_back(tests.id('a')::text, 30000, pg_temp.today()) ->> 'used', '70000', 'of which nothing was read');
select is(pg_temp.give_back(tests.id('a')::text, 30000, '2026-01-01') ->> 'used', '70000', 'of another day nothing is left to give back');
select is(pg_temp.give_back(tests.id('a')::text, 1, 'today; --') ->> 'state', '22007', 'no day');
select is(pg_temp.give_back(tests.id('a')::text, -5, pg_temp.today()) ->> 'state', '22023', 'nobody gives less than nothing');
select is(pg_temp.give_back(tests.id('a')::text, 99999, pg_temp.today()) ->> 'used', '0', 'never more than was taken');

-- The day goes by.
select pg_temp.take(tests.id('a')::text, 100000);
update pipeline.takes set minute = minute - interval '1 day' where caller = tests.id('a')::text and what = 'read';
select is(pg_temp.ask(tests.id('a')::text) ->> 'used', '0', 'a new day');
select is(pg_temp.take(tests.id('a')::text, 5) ->> 'used', '5', 'is counted anew');
select is((select count(*) from pipeline.takes where caller = tests.id('a')::text and what = 'read'), 1::bigint, 'and yesterday goes');

insert into pipeline.takes (caller, what, minute, n) select 'swept', what, now() - age, 7
from (values ('read', interval '23 hours 59 minutes'), ('read', interval '1 day 1 minute'), ('spoken', interval '61 minutes')) t (what, age);
select tests.rpc('calls_to_sweep', '{"at": "2026-03-02T10:30:00.000Z", "most": 1}');
select is((select jsonb_agg(minute > now() - interval '1 day') from pipeline.takes where caller = 'swept'), '[true]', 'the sweep of calls leaves a day its count');

-- Requests a minute, apart from those of the call.
update pipeline.settings set value = '3' where name = 'requests_a_minute';
select is(pg_temp.ask('often') ->> 'outcome', case when n > 3 then 'tooMany' else 'unknown' end, format('request %s of a caller', n))
from generate_series(1, 5) n;

-- The newest recording.
create function pg_temp.newest(caller text, session text) returns jsonb language sql as $$
  select tests.answer(caller, format('select to_jsonb(public.newest_recording(%L))', tests.id(session)))
$$;
select is(pg_temp.newest(tests.id('a')::text, '1'), '"rec-1"', 'for its provider');
select is(pg_temp.newest('firebase-b', '3'), '"rec-3"', 'for a provider of Firebase');
select is(pg_temp.newest(caller, session) ->> 'state', '42501', format('%s: session %s', caller, session))
from (values (tests.id('a')::text, '3'), (tests.id('c')::text, '1'), (tests.id('9')::text, '1'), (tests.id('a')::text, '8'), ('anon', '1'),
  ('service_role', '1')) t (caller, session);
select public.record_results(tests.results('4'));
update public.recordings set created_at = created_at + interval '1 minute' where recording_id = 'rec-4';
select is(pg_temp.newest(tests.id('a')::text, '1'), '"rec-4"', 'a later one');
select public.record_status(tests.recording('7', '{"status": "transcribing"}'));
update public.recordings set created_at = created_at + interval '2 minutes' where recording_id = 'rec-7';
select is(pg_temp.newest(tests.id('a')::text, '1'), '"rec-4"', 'and not one that is not processed');
delete from public.recordings where session_id = tests.id('3');
select is(pg_temp.newest('firebase-b', '3') ->> 'state', 'PT409', 'none is');

-- Keeping. Nothing that was there changes; recording 2 is signed.
create function pg_temp.keep(caller text, n text, more jsonb default '{}') returns jsonb language sql as $$
  select tests.rpc('keep_extraction', pg_temp.whose(caller, jsonb_build_object('recordingId', 'rec-' || n, 'revision', 1,
    'status', 'partial', 'entities', jsonb_build_object('said', 'headache'), 'findings', '{}'::jsonb) || more))
$$;
create temp table before as select tests.snapshot() as all_of_it;
create temp table kept as
select 1 as n, pg_temp.keep(tests.id('a')::text, '1') ->> 'id' as id union all
select 2, pg_temp.keep(tests.id('a')::text, '2') ->> 'id' union all
select 3, pg_temp.keep(tests.id('a')::text, '1', '{"entities": {"said": "cough"}}') ->> 'id';
select is((select count(distinct id) from kept), 3::bigint, 'each is kept');
select is(pg_temp.keep(tests.id('a')::text, '1') ->> 'id', (select id from kept where n = 1), 'the same again once');
select is(tests.snapshot(), all_of_it, 'a recording''s results, reviews and logs stay') from before;
select is(pg_temp.keep(caller, n), '{"id": null}', format('%s: recording %s', caller, n))
from (values (tests.id('c')::text, '1'), (tests.id('b')::text, '1'), (tests.id('9')::text, '1'), (tests.id('a')::text, '0')) t (caller, n);
select is(pg_temp.keep(tests.id('a')::text, '1', more) ->> 'state', '22023', more::text)
from (values ('{"status": "failed"}'::jsonb), ('{"entities": []}'), ('{"findings": null}'), ('{"text": "x"}')) t (more);
select throws_ok($$ update public.kept_extractions set status = 'completed' $$, '42501', null, 'it does not change');

-- Reading it.
create function pg_temp.read(caller text, n text) returns jsonb language sql as $$
  select tests.answer(caller, format('select public.read_extractions(%L)', 'rec-' || n))
$$;
update pipeline.settings set value = '1000' where name = 'requests_a_minute';
select is(jsonb_array_length(pg_temp.read(tests.id('a')::text, '1')), 2, 'by its provider');
select is(pg_temp.read(tests.id('a')::text, '1') #> '{0,entities}', '{"said": "cough"}', 'the newest first');
select is(pg_temp.read(tests.id('a')::text, '4'), '[]', 'none');
select is(pg_temp.read(caller, n) ->> 'state', '42501', format('%s reads none of recording %s', caller, n))
from (values (tests.id('c')::text, '1'), (tests.id('b')::text, '1'), (tests.id('9')::text, '1'), (tests.id('a')::text, '0'), ('anon', '1'),
  ('service_role', '1')) t (caller, n);
select tests.run(tests.id('a')::text, $$ select public.read_extractions('rec-1') $$);
select is((select string_agg(action || ' ' || user_id, ',') from public.access_log where recording_id = 'rec-1'),
  'extraction ' || tests.id('a'), 'and the log says so');
select is(tests.attempt(caller, 'select * from public.kept_extractions'), case caller when 'service_role' then '3' else '42501' end,
  caller || ' reads the table')
from unnest(array[tests.id('a')::text, tests.id('c')::text, 'anon', 'service_role']) caller;
select is(tests.attempt('service_role', statement), '42501', statement)
from unnest(array['delete from public.kept_extractions', 'truncate public.kept_extractions']) statement;
select pipeline.erase_consultation('rec-1');
select is((select count(*) from public.kept_extractions), 1::bigint, 'it goes with its recording');

select function_privs_are('public', name, array[argument], role, case when role = grantee then array['EXECUTE'] else '{}'::text[] end,
  format('%s: %s', role, name))
from (values ('extraction_ask', 'jsonb', 'service_role'), ('extraction_take', 'jsonb', 'service_role'),
  ('extraction_give_back', 'jsonb', 'service_role'), ('keep_extraction', 'jsonb', 'service_role'),
  ('newest_recording', 'uuid', 'authenticated'), ('read_extractions', 'text', 'authenticated')) t (name, argument, grantee)
cross join unnest(array['anon', 'authenticated', 'service_role']) role;
select * from finish();
rollback;
