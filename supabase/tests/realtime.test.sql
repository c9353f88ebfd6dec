-- Arrival over Supabase's Realtime: ids, status and revision on private topics, to those whose they are; nobody else sends.
begin;
select no_plan();
select tests.arrange_consultations();
grant usage on schema tests to public;

-- The messages since the last look, oldest first.
create temp table seen (id uuid);
create function pg_temp.sent() returns jsonb language plpgsql as $$
declare
  sent jsonb;
begin
  select jsonb_agg(jsonb_build_array(m.topic, m.event, m.payload - 'id') order by m.n) into sent
  from (select ctid, row_number() over (order by tableoid, ctid) as n, * from realtime.messages) m
  where m.id not in (select s.id from seen s);
  insert into seen select m.id from realtime.messages m where m.id not in (select s.id from seen s);
  return sent;
end $$;
create function pg_temp.told(recording text, status text, revision integer) returns jsonb language sql as $$
  select jsonb_build_array('session:' || tests.id('1'), 'recording',
    jsonb_build_object('recordingId', recording, 'status', status, 'revision', revision))
$$;
select ok(pg_temp.sent() is not null, 'the consultations have arrived');
select is((select count(*) from realtime.messages where not private), 0::bigint, 'privately');

select public.record_status(tests.recording('6', '{"status": "received"}'));
select public.record_status(tests.recording('6', '{"status": "received"}'));
select public.record_status(tests.recording('6', '{"status": "transcribing"}'));
select is(pg_temp.sent(), jsonb_build_array(pg_temp.told('rec-6', 'received', 0), pg_temp.told('rec-6', 'transcribing', 0)), 'each status, once');
select public.record_results(tests.consultation('6'));
select public.record_results(tests.consultation('6'));
select is(pg_temp.sent(), jsonb_build_array(pg_temp.told('rec-6', 'completed', 1)), 'results, once');
select tests.run(tests.id('a')::text, tests.change('review_findings', '6', '[{"finding": "e3", "verdict": "right", "note": "secret"}]'));
select is(pg_temp.sent(), jsonb_build_array(pg_temp.told('rec-6', 'completed', 2)), 'a decision, without a word of it');
select tests.run(tests.id('a')::text, tests.change('release_results', '6'));
select is(pg_temp.sent(), jsonb_build_array(jsonb_build_array('released:' || tests.id('1'), 'release',
  '{"recordingId": "rec-6", "status": "released", "revision": 2}'::jsonb), pg_temp.told('rec-6', 'completed', 2)), 'a release, to both');
select tests.run(tests.id('a')::text, tests.change('withdraw_release', '6'));
select is(pg_temp.sent() -> 0, jsonb_build_array('released:' || tests.id('1'), 'release',
  '{"recordingId": "rec-6", "status": "withdrawn", "revision": 2}'::jsonb), 'a withdrawal');
select ok(bool_and(payload::text !~ 'headache|metformin|secret|recordings/'), 'never a text or a key') from realtime.messages;
select lives_ok(tests.call('record_status', tests.recording('7', '{"status": "received", "session_id": null}')), 'a recording of no session');
select is(pg_temp.sent(), null, 'is nobody''s to hear of');

-- A call: its status and its meeting, whatever else of it changes.
insert into public.appointments (id, provider_id, patient_id, video_enabled) values (tests.id('5'), tests.id('a'), tests.id('c'), true);
create temp table visit as select tests.open() ->> 'id' as id;
create function pg_temp.call(status text, meeting text, recording text default null) returns jsonb language sql as $$
  select jsonb_build_array('session:' || id, 'call', jsonb_build_object('sessionId', id, 'status', status, 'meetingId', meeting,
    'recordingState', recording)) from visit
$$;
select tests.open() from visit;
select tests.meet(id, 'm1') from visit;
select tests.seat(id, 'm1', 'a', 'at-a') from visit;
select is(pg_temp.sent(), jsonb_build_array(pg_temp.call('active', null), pg_temp.call('active', 'm1')), 'a call is opened, and has a meeting');
select tests.keep('m1', state, '{"captureId": "c1", "captureArn": "arn:c1"}') from unnest(array['starting', 'running', 'stopping']) state;
select is(pg_temp.sent(), jsonb_build_array(pg_temp.call('active', 'm1', 'recording')), 'it is recorded, which is told once, and without a word more');
select tests.rpc('set_captions', '{"meetingId": "m1", "on": true, "language": "en-US", "engine": "transcribe-medical", "textVersion": "v1", "region": "x"}');
select tests.rpc('set_captions', '{"meetingId": "m1", "on": true, "language": "en-US", "engine": "transcribe-medical", "textVersion": "v1"}');
select tests.rpc('set_captions', '{"meetingId": "m1", "on": false, "reason": "Withdrawn"}');
select is(pg_temp.sent(), jsonb_agg(jsonb_build_array('session:' || id, 'captions', jsonb_build_object('sessionId', id, 'meetingId', 'm1') || c::jsonb)),
  'captions go on, and off')
from visit, unnest(array['{"on": true, "language": "en-US", "engine": "transcribe-medical", "reason": null}',
  '{"on": false, "language": null, "engine": null, "reason": "Withdrawn"}']) c;
select tests.rpc('close_session', jsonb_build_object('sessionId', id, 'endedBy', tests.id('a'), 'at', '2026-03-02T10:20:00.000Z')) from visit;
select is(pg_temp.sent(), jsonb_build_array(pg_temp.call('ended', 'm1', 'recording')), 'it ends');
select tests.keep('m1', 'over', '{"captureId": "c1", "reason": "Ended"}');
select tests.rpc('record_joined', '{"meetingId": "m1", "concatenationId": "j1", "recordingId": "r1", "joinedMs": 1, "url": "s3://b/secret",
  "at": "2026-03-02T10:21:00.000Z"}');
select is(pg_temp.sent(), jsonb_build_array(pg_temp.call('ended', 'm1', 'joining'), pg_temp.call('ended', 'm1', 'ready')), 'and its recording is there');
select ok(bool_and(payload::text !~ 'secret|arn:'), 'of which no address is told') from realtime.messages;

-- Who listens and who sends: what the server tries as the client, with the topic that she asks for.
create function pg_temp.may(caller text, topic text) returns text language plpgsql as $$
declare
  reads text;
  sends text;
begin
  perform set_config('realtime.topic', topic, true);
  reads := tests.attempt(caller, 'select from realtime.messages limit 1');
  sends := tests.attempt(caller, format('insert into realtime.messages (topic, extension, payload, private)
    values (%L, ''broadcast'', ''{}'', true)', topic));
  perform set_config('realtime.topic', '', true);
  return case reads when '1' then 'listens' else '-' end || case sends when '1' then ' sends' else '' end;
end $$;
select is(pg_temp.may(caller, topic), outcome, format('%s on %s: %s', caller, topic, outcome))
from (values
  (tests.id('a')::text, 'session:' || tests.id('1'), 'listens'), ('firebase-b', 'session:' || tests.id('1'), '-'),
  (tests.id('c')::text, 'session:' || tests.id('1'), '-'), (tests.id('9')::text, 'session:' || tests.id('1'), '-'),
  ('anon', 'session:' || tests.id('1'), '-'), (tests.id('c')::text, 'released:' || tests.id('1'), 'listens'),
  (tests.id('a')::text, 'released:' || tests.id('1'), '-'), ('firebase-d', 'released:' || tests.id('1'), '-'),
  ('firebase-d', 'released:' || tests.id('3'), 'listens'), (tests.id('a')::text, 'session:' || tests.id('9'), '-'),
  (tests.id('a')::text, 'session:', '-'), (tests.id('a')::text, 'session:1', '-'), (tests.id('a')::text, 'session:' || tests.id('1') || ' ', '-'),
  -- Topics that are not ours are the EHR's.
  (tests.id('9')::text, 'ehr:room', 'listens sends'), ('anon', 'ehr:room', '-')
) t (caller, topic, outcome);
select is(tests.attempt(tests.id('9')::text, format('insert into realtime.messages (topic, extension, payload, private)
  values (%L, ''broadcast'', ''{}'', true)', 'session:' || tests.id('1'))), '42501', 'nor does a message of ours come in by another topic');
select is((select count(*) from pg_publication_tables where schemaname = 'public'), 0::bigint, 'no table is published');

-- A message that cannot be sent stops nothing.
drop function realtime.send(jsonb, text, text, boolean);
select lives_ok(tests.call('record_status', tests.recording('6', '{"status": "received", "recording_id": "rec-a"}')), 'without a function that sends');
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql as $$ begin raise exception 'away'; end $$;
select lives_ok(tests.call('record_status', tests.recording('6', '{"status": "transcribing", "recording_id": "rec-a"}')), 'or with one that fails');

select * from finish();
rollback;
