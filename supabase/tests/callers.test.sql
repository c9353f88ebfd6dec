-- Whose tokens count: who the database takes a caller for, by the claims of a token whose signature was good.
begin;
select no_plan();
select tests.arrange();
grant usage on schema tests to public;

create temp table tokens (label text, claims jsonb, counts_as text);
insert into tokens values
  ('a user of Supabase', '{}', 'a'),
  ('one of the several audiences of a token', '{"aud": ["other", "authenticated"]}', 'a'),
  ('a user who says that she is not anonymous', '{"is_anonymous": false}', 'a'),
  ('an anonymous user', '{"is_anonymous": true}', null),
  ('a user who may be anonymous', '{"is_anonymous": "yes"}', null),
  ('another audience', '{"aud": "storage"}', null),
  ('no audience', '{"aud": null}', null),
  ('an audience that only begins like it', '{"aud": "authenticated-not"}', null),
  ('another issuer', '{"iss": "https://accounts.example.com"}', null),
  ('an issuer that only contains one', '{"iss": "https://evil.example.com/?https://mock.supabase.co/auth/v1"}', null),
  ('an issuer with a path before', '{"iss": "https://evil.example.com/mock/auth/v1"}', null),
  ('no issuer', '{"iss": null}', null),
  ('a uuid from Firebase',
    '{"iss": "https://securetoken.google.com/mock-clinic", "aud": "mock-clinic"}', null),
  ('a uuid from Firebase for the audience of Supabase',
    '{"iss": "https://securetoken.google.com/mock-clinic", "aud": ["mock-clinic", "authenticated"]}', null),
  ('a uid of Firebase from Supabase', '{"sub": "firebase-b"}', null),
  ('a user of Firebase',
    '{"sub": "firebase-b", "iss": "https://securetoken.google.com/mock-clinic", "aud": "mock-clinic"}', 'b'),
  ('the same uid in another project of Firebase',
    '{"sub": "firebase-b", "iss": "https://securetoken.google.com/other", "aud": "other"}', null),
  ('another project that names ours as the audience',
    '{"sub": "firebase-b", "iss": "https://securetoken.google.com/other", "aud": ["other", "mock-clinic"]}', null),
  ('our project with the audience of another',
    '{"sub": "firebase-b", "iss": "https://securetoken.google.com/mock-clinic", "aud": "other"}', null),
  ('a stranger of our project',
    '{"sub": "firebase-9", "iss": "https://securetoken.google.com/mock-clinic", "aud": "mock-clinic"}', null),
  ('no sub', '{"sub": null}', null);

create function pg_temp.caller(claims jsonb) returns uuid language plpgsql as $$
begin
  perform set_config('request.jwt.claims', (tests.claims(tests.id('a')::text) || claims)::text, true);
  return public.current_user_id();
end $$;

select is(pg_temp.caller(claims), tests.id(counts_as), format('%s counts as %s', label, coalesce(counts_as, 'nobody')))
from tokens;
select is(tests.attempt((tests.claims(tests.id('a')::text) || claims)::text, 'select from public.video_call_sessions'),
  case counts_as when 'a' then '3' when 'b' then '1' else '0' end, format('%s reads what is hers', label))
from tokens;

-- With an issuer of one's own, no other of the same form counts.
insert into pipeline.settings values ('supabase_issuer', 'https://auth.mock-clinic.example/auth/v1');
select is(pg_temp.caller('{}'), null, 'another project of Supabase is nobody once an issuer is set');
select is(pg_temp.caller('{"iss": "https://auth.mock-clinic.example/auth/v1"}'), tests.id('a'), 'the issuer that is set counts');
select is(pg_temp.caller('{"iss": null}'), null, 'no issuer is not the issuer that is set');

delete from pipeline.settings;
select is(pg_temp.caller('{"sub": "firebase-b", "iss": "https://securetoken.google.com/mock-clinic", "aud": "mock-clinic"}'),
  null, 'without a project, users of Firebase are nobody');
select is(pg_temp.caller('{"sub": "firebase-b", "iss": "https://securetoken.google.com/", "aud": ""}'),
  null, 'nor does an empty project count');

select throws_ok($$insert into pipeline.settings values ('firebase-project', 'x')$$, '23514', null,
  'a setting that nobody reads is refused');
select is(tests.attempt(caller, 'select from pipeline.settings'), '42501', format('%s cannot read the settings', caller))
from unnest(array['anon', 'service_role', tests.id('a')::text]) caller;

select * from finish();
rollback;
