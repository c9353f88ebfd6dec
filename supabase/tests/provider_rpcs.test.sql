-- The RPCs that only the session's provider may call.
begin;
select no_plan();
select tests.arrange_results();

create function pg_temp.review(arguments text) returns text language sql as $$
  select format('select public.review_code(''rec-1'', %s)', arguments)
$$;
create temp table calls (label text, statement text);
insert into calls values
  ('review', pg_temp.review($$ 'e1', 'ICD-10-CM', 'R51.9', 'accepted' $$)),
  ('release', $$ select public.release_results('rec-1') $$);

select is(tests.attempt(caller, statement), outcome, format('%s by %s: %s', label, caller, outcome))
from calls
cross join (values (tests.id('a')::text, '1'), ('anon', '42501'), ('service_role', '42501'), ('firebase-b', '42501'),
  (tests.id('c')::text, '42501'), (tests.id('9')::text, '42501'), ('firebase-stranger', '42501'), ('', '42501')) c (caller, outcome);
select is(tests.attempt('firebase-b', replace(statement, 'rec-1', 'rec-3')), '1', label || ' by a provider of Firebase')
from calls;
select is(tests.attempt(tests.id('a')::text, replace(statement, 'rec-1', 'rec-0')), '42501',
  label || ' of an unknown recording looks like somebody else''s')
from calls;

-- review_code
select tests.run(tests.id('a')::text, pg_temp.review($$ 'e1', 'ICD-10-CM', 'R51.9', 'accepted', 'seen' $$));
select row_eq($$ select review, reviewed_by, reviewed_at, review_note from public.clinical_codes
    where (recording_id, code) = ('rec-1', 'R51.9') $$,
  row ('accepted'::text, tests.id('a'), now(), 'seen'::text), 'a review has its author, time and note');
select is((select count(*) from public.clinical_codes where review <> 'suggested'), 1::bigint, 'no other code is touched');
select tests.age();
create temp table before as select tests.snapshot() as state;
select tests.run(tests.id('a')::text, pg_temp.review($$ 'e1', 'ICD-10-CM', 'R51.9', 'accepted', 'seen' $$));
select is(tests.snapshot(), state, 'a repeat keeps the first time') from before;
select tests.run(tests.id('a')::text, pg_temp.review($$ 'e1', 'ICD-10-CM', 'R51.9', 'rejected' $$));
select row_eq($$ select review, reviewed_at, review_note from public.clinical_codes
    where (recording_id, code) = ('rec-1', 'R51.9') $$,
  row ('rejected'::text, now(), null::text), 'the provider may think again');
select tests.run(tests.id('a')::text, pg_temp.review($$ 'e1', 'ICD-10-CM', 'R51.9', 'suggested', 'x' $$));
select row_eq($$ select review, reviewed_by, reviewed_at, review_note from public.clinical_codes
    where (recording_id, code) = ('rec-1', 'R51.9') $$,
  row ('suggested'::text, null::uuid, null::timestamptz, null::text), 'and take it back');
select is(tests.attempt(tests.id('a')::text, pg_temp.review(arguments)), outcome, format('%s: %s', arguments, outcome))
from (values ($$ 'e1', 'ICD-10-CM', 'R51.9', 'confirmed' $$, '22023'), ($$ 'e1', 'ICD-10-CM', 'R51.9', null $$, '22023'),
  ($$ 'e1', 'ICD-10-CM', 'Z00', 'accepted' $$, 'PT404'), ($$ 'e2', 'ICD-10-CM', 'R51.9', 'accepted' $$, 'PT404'),
  ($$ 'e1', 'RxNorm', 'R51.9', 'accepted' $$, 'PT404')) t (arguments, outcome);

-- release_results
select tests.run(tests.id('a')::text, $$ select public.release_results('rec-1') $$);
select row_eq($$ select released_at, released_by from public.recordings where recording_id = 'rec-1' $$,
  row (now(), tests.id('a')), 'a release has its author and time');
select tests.age();
update before set state = tests.snapshot();
select tests.run(tests.id('a')::text, $$ select public.release_results('rec-1') $$);
select is(tests.snapshot(), state, 'a repeat keeps the first time') from before;
select public.record_results(tests.results('1'));
select is(tests.snapshot(), state, 'a repeat of the results keeps the release') from before;
select public.record_status(tests.recording('6', '{"status": "extracting"}'));
select is(tests.attempt(tests.id('a')::text, $$ select public.release_results('rec-6') $$), 'PT409',
  'what is not there yet cannot be released');

select * from finish();
rollback;
