-- What each user may have spoken in an hour.
begin;
select no_plan();
select tests.arrange_appointments();

create function pg_temp.take(subject text, characters integer, issuer text default 'supabase') returns text language sql as $$
  select coalesce(answer ->> 'outcome', answer ->> 'state') from tests.rpc('speech_take',
    jsonb_build_object('issuer', issuer, 'subject', subject, 'characters', characters)) answer
$$;
create function pg_temp.spoken(person uuid) returns bigint language sql as $$
  select coalesce(sum(n), 0) from pipeline.takes where caller = person::text and what = 'spoken'
$$;
insert into pipeline.settings values ('requests_a_minute', '1000');

select is(pg_temp.take(subject, 1, issuer), outcome, label)
from (values
  ('a user of Supabase', 'supabase', tests.id('c')::text, 'granted'),
  ('a user of Firebase', 'firebase', 'firebase-b', 'granted'),
  ('a user of Firebase under the id of her row', 'firebase', tests.id('b')::text, 'unknown'),
  ('a uid of Firebase from Supabase', 'supabase', 'firebase-b', 'unknown'),
  ('a stranger', 'supabase', tests.id('9')::text, 'unknown'),
  ('no uuid', 'supabase', '1; drop table users', 'unknown'),
  ('another issuer', 'auth0', tests.id('c')::text, '22023')
) t (label, issuer, subject, outcome);
select is(pg_temp.take(tests.id('a')::text, n), '22023', format('%s characters are none', n)) from unnest(array[0, -1]) n;
select is(tests.rpc('speech_take', jsonb_build_object('issuer', 'supabase', 'subject', tests.id('a'), 'characters', 1, 'text', 'x'))
  ->> 'state', '22023', 'what is said is not taken');

-- 20,000 and no more.
select is(pg_temp.take(tests.id('a')::text, 3000), 'granted', format('%s', n)) from generate_series(1, 6) n;
select is(pg_temp.take(tests.id('a')::text, 2001), 'tooMany', 'one too many');
select is(pg_temp.spoken(tests.id('a')), 18000::bigint, 'which does not count');
select is(pg_temp.take(tests.id('a')::text, 2000), 'granted', 'the rest');
select is(pg_temp.take(tests.id('a')::text, 1), 'tooMany', 'nothing is left');
select is(pg_temp.take(tests.id('c')::text, 3000), 'granted', 'for another user there is');

-- Whoever signs in at both is one user.
select is(pg_temp.take(tests.id('b')::text, 19999), 'granted', 'as a user of Supabase');
select is(pg_temp.take('firebase-b', 1, 'firebase'), 'tooMany', 'nothing is left for the same user of Firebase');

-- The hour goes by.
update pipeline.takes set minute = minute - interval '59 minutes' where caller = tests.id('a')::text and what = 'spoken';
select is(pg_temp.take(tests.id('a')::text, 1), 'tooMany', 'after 59 minutes they count');
update pipeline.takes set minute = minute - interval '1 minute' where caller = tests.id('a')::text and what = 'spoken';
select is(pg_temp.take(tests.id('a')::text, 3000), 'granted', 'after 60 they do not');
select is(pg_temp.spoken(tests.id('a')), 3000::bigint, 'nor are they kept');

-- Requests a minute, as for a call and apart from its own.
update pipeline.settings set value = '3' where name = 'requests_a_minute';
select is(pg_temp.take('often', 1), case when n > 3 then 'tooMany' else 'unknown' end, format('request %s of a caller', n))
from generate_series(1, 5) n;

select function_privs_are('public', 'speech_take', array['jsonb'], role, privileges, role)
from (values ('anon', array[]::text[]), ('authenticated', array[]::text[]), ('service_role', array['EXECUTE'])) t (role, privileges);
select * from finish();
rollback;
