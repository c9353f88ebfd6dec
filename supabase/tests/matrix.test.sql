-- Every RPC against every caller, before a release, after it and after it was withdrawn, and against every form of token.
begin;
select no_plan();
select tests.arrange_consultations();
grant usage on schema tests to public;

-- One line for each call that reads or decides: what it comes to for the provider. Recordings 1 to 3 say the same.
create temp table calls (rpc text, arguments jsonb, outcome text);
insert into calls values
  ('review_codes', '[{"entity": "e3", "system": "ICD-10-CM", "code": "R51.9", "review": "accepted"}]', '1'),
  ('review_findings', '[{"finding": "e3", "verdict": "right"}]', '1'),
  ('add_code', '["e3", "ICD-10-CM", "G44.209"]', '1'),
  ('correct_role', '["spk_1", 1, 2, "other"]', '1'),
  ('correct_words', '[2, 43, 51, "headache", "head ache"]', '1'),
  ('withdraw_correction', '["00000000-0000-4000-8000-000000000000"]', 'PT404'),
  ('sign_consultation', null, '1'), ('release_results', null, '1'), ('withdraw_release', null, null);
create temp table statements as
select rpc, n, tests.change(rpc, n, arguments) as statement, coalesce(outcome, case n when '2' then '1' else 'PT404' end) as outcome
from calls cross join unnest(array['1', '2', '3', '0']) n
union all
select rpc, n, format('select public.%I(%L%s)', rpc, 'rec-' || n, more), '1'
from (values ('open_consultation', ''), ('recording_location', ''), ('log_access', ', ''link'''), ('log_access', ', ''fhir''')) t (rpc, more)
cross join unnest(array['1', '2', '3', '0']) n;

-- 1 and 2 are the sessions of provider a and patient c, 3 of b and d; there is no recording 0.
create temp table callers (label text, caller text, own text[]);
insert into callers values ('the provider', tests.id('a'), array['1', '2']), ('another provider, of Firebase', 'firebase-b', array['3']),
  ('the same under the id of the row', tests.id('b'), array['3']), ('the patient', tests.id('c'), '{}'), ('another patient', 'firebase-d', '{}'),
  ('a stranger', tests.id('9'), '{}'), ('a stranger of Firebase', 'firebase-stranger', '{}'), ('nobody', '', '{}'), ('anon', 'anon', '{}'),
  ('the service role', 'service_role', '{}');

select is(tests.attempt(c.caller, s.statement), case when s.n = any (c.own) then s.outcome else '42501' end,
  format('%s: %s of recording %s', c.label, s.rpc, s.n))
from statements s cross join callers c;

-- The patient's document. Of 1 nothing is released, 2 is, of 3 it was withdrawn.
select tests.run('firebase-b', tests.change('release_results', '3'));
select tests.run('firebase-b', tests.change('withdraw_release', '3'));
select is(tests.attempt(c.caller, format('select public.read_released(%L)', 'rec-' || n)),
  case when c.label = 'the patient' and n = '1' or c.label = 'another patient' and n = '3' then 'PT404'
    when c.label = 'the patient' and n = '2' then '1' else '42501' end, format('%s: read_released of recording %s', c.label, n))
from callers c cross join unnest(array['1', '2', '3', '0']) n;

-- The pipeline's own, and what keeps the logs.
select is(tests.attempt(c.caller, s.statement), case c.caller when 'service_role' then '1' else '42501' end, format('%s: %s', c.label, s.rpc))
from callers c cross join (values ('record_results', tests.call('record_results', tests.consultation('9'))),
  ('record_status', tests.call('record_status', tests.recording('9', '{"status": "received"}'))),
  ('record_failure', tests.call('record_failure', tests.recording('9', '{"status": "failed", "error_name": "X", "error_message": "m"}'))),
  ('trim_access_log', 'select public.trim_access_log()')) s (rpc, statement);
select is(tests.attempt(c.caller, statement), '42501', format('%s: %s', c.label, statement))
from callers c cross join (values ('select pipeline.erase_consultation(''rec-1'')'), ('select pipeline.hide_transcripts()'),
  ('select pipeline.to_released(''rec-2'')'), ('select pipeline.opened_rows(''rec-1'')'), ('select pipeline.opened_head(''rec-1'')'),
  ('select pipeline.note_access(''rec-1'', ''opened'')'), ('select pipeline.finding_of(''rec-1'', ''e1'')'),
  ('select pipeline.broadcast(''session:x'', ''e'', ''{}'')'), ('select pipeline.setting(''firebase_project'')')) s (statement);

-- Every form of token, on a read, a decision and the patient's document.
create temp table tokens (label text, claims jsonb, counts boolean);
insert into tokens values
  ('a user of Supabase', '{}', true), ('one of several audiences', '{"aud": ["other", "authenticated"]}', true), ('not anonymous', '{"is_anonymous": false}', true),
  ('anonymous', '{"is_anonymous": true}', false), ('perhaps anonymous', '{"is_anonymous": "yes"}', false), ('another audience', '{"aud": "storage"}', false),
  ('no audience', '{"aud": null}', false), ('another issuer', '{"iss": "https://accounts.example.com"}', false), ('no issuer', '{"iss": null}', false),
  ('an issuer in a query', '{"iss": "https://evil.example.com/?https://mock.supabase.co/auth/v1"}', false), ('no sub', '{"sub": null}', false),
  ('a uuid from Firebase', '{"iss": "https://securetoken.google.com/mock-clinic", "aud": "mock-clinic"}', false),
  ('another project of Firebase', '{"sub": "firebase-b", "iss": "https://securetoken.google.com/other", "aud": "other"}', false),
  ('the role anon', '{"role": "anon"}', false), ('the service role''s with a sub', '{"role": "service_role"}', false);
create function pg_temp.token(sub text, claims jsonb) returns text language sql as $$
  select (jsonb_build_object('sub', tests.id(sub), 'iss', 'https://mock.supabase.co/auth/v1', 'aud', 'authenticated') || claims)::text
$$;
select is(tests.attempt(pg_temp.token('a', t.claims), s.statement), case when t.counts then s.outcome else '42501' end, format('%s: %s', t.label, s.rpc))
from tokens t cross join statements s where s.n = '2';
select is(tests.attempt(pg_temp.token('c', t.claims), $$ select public.read_released('rec-2') $$), case when t.counts then '1' else '42501' end,
  format('%s: read_released', t.label))
from tokens t;
select is(tests.attempt(pg_temp.token('a', t.claims), $$ select recording_id from public.recordings $$),
  case when t.counts then '2' when t.claims ->> 'role' = 'anon' then '42501' when t.claims ->> 'role' = 'service_role' then '3' else '0' end,
  format('%s: recordings', t.label))
from tokens t;

-- No read of what was said without its line in the log: every call that answers words of it has written one.
create function pg_temp.logged(caller text, statement text, out says boolean, out lines bigint) language plpgsql as $$
declare
  before bigint;
begin
  select count(*) into before from public.access_log;
  says := tests.answer(caller, statement)::text ~ 'metformin|dizziness|headache';
  if says then
    perform tests.run(caller, statement);
  end if;
  select count(*) - before into lines from public.access_log;
end $$;
select is(l.lines, l.says::integer::bigint, format('%s of recording %s: %s words, %s lines', s.rpc, s.n, case when l.says then 'says' else 'no' end, l.lines))
from statements s cross join lateral pg_temp.logged(tests.id('a')::text, s.statement) l where s.rpc not in ('log_access') and s.n = '2';
select is(l.says and l.lines = 1, true, 'the patient''s read is logged') from pg_temp.logged(tests.id('c')::text, $$ select public.read_released('rec-2') $$) l;
select results_eq('select recording_id, user_id, action from public.access_log order by id', $$ values
  ('rec-2'::text, tests.id('a'), 'opened'::text), ('rec-2', tests.id('c'), 'released') $$, 'with reader and recording');

select * from finish();
rollback;
