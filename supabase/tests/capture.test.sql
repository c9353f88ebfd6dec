-- The recording of a call: who writes a capture and who comes too late, what each joined file comes to, what the session
-- shows, what is noted, and captions.
begin;
select no_plan();
select tests.arrange_appointments();

create temp table kept as select tests.open() ->> 'id' as session;
create function pg_temp.s() returns text language sql as $$ select session from kept $$;
select tests.rpc('record_meeting', jsonb_build_object('sessionId', pg_temp.s(), 'attempt', 1, 'controlRegion', 'eu-central-1', 'meeting',
  '{"MeetingId": "m1", "MediaRegion": "eu-west-1", "MeetingArn": "arn:m1"}'::jsonb, 'at', '2026-03-02T10:00:00.000Z'));
select tests.rpc('invite', jsonb_build_object('sessionId', pg_temp.s(), 'userIds', jsonb_build_array(tests.id('d'))));
select tests.seat(pg_temp.s(), 'm1', letter, 'at-' || letter) from unnest(array['a', 'c']) letter;
create function pg_temp.come(letter text, meeting text default 'm1', attendee text default null) returns jsonb language sql volatile as $$
  select tests.rpc('record_presence', jsonb_build_object('eventId', gen_random_uuid(), 'kind', 'joined', 'at', '2026-03-02T10:00:05.000Z',
    'meetingId', meeting, 'attendeeId', coalesce(attendee, 'at-' || letter), 'userId', tests.id(letter)))
$$;
create function pg_temp.say(letter text, decision text, meeting text default 'm1', version text default 'v1', withdrawn text default 'keep')
returns jsonb language sql volatile as $$
  select tests.rpc('record_consent', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', meeting, 'userId', tests.id(letter),
    'decision', decision, 'textVersion', version, 'textSha256', repeat('a', 64), 'language', 'en', 'withdrawn', withdrawn))
$$;
create function pg_temp.facts(meeting text default 'm1') returns jsonb language sql volatile as $$
  select tests.rpc('recording_facts', jsonb_build_object('meetingId', meeting))
$$;
-- The capture as the table has it: state, reason, attempt, joining, version.
create function pg_temp.row(meeting text default 'm1') returns text language sql volatile as $$
  select concat_ws(' ', state, coalesce(reason, '-'), attempt, coalesce(concatenation_id, '-'), 'v' || version)
  from public.call_captures where meeting_id = meeting
$$;
create function pg_temp.shown() returns text language sql volatile as $$
  select concat_ws(' ', coalesce(recording_state, '-'), coalesce(recording_reason, '-'), is_recording, coalesce(recording_pipeline_id, '-'))
  from public.video_call_sessions where id = pg_temp.s()::uuid
$$;

-- Facts ---------------------------------------------------------------------------------------------------------------

select is(pg_temp.facts('m0'), null, 'of a meeting that is not ours there are no facts');
select is(tests.rpc('recording_facts', p::jsonb) ->> 'state', '22023', 'facts by ' || p)
from unnest(array['{}', '{"meetingId": "m1", "pipelineId": "c1"}', '{"meetingId": 7}', '{"meetingId": null, "pipelineId": null}']) p;
select is(tests.rpc('recording_facts', '{"pipelineId": "c1"}'), null, 'nor of a pipeline of somebody else');
select pg_temp.come('a'), pg_temp.come('c'), pg_temp.say('a', 'given');
select is(pg_temp.facts() - 'participants' - 'touched', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', 'm1', 'meetingArn', 'arn:m1',
  'controlRegion', 'eu-central-1', 'mediaRegion', 'eu-west-1', 'isOver', false, 'recordingEnabled', false, 'providerCame', true,
  'isSpoilt', false, 'isWithdrawn', false, 'withdrawn', 'keep', 'captionsOn', false, 'capture', null, 'version', 0,
  'present', jsonb_build_array(
    jsonb_build_object('userId', tests.id('a'), 'role', 'provider', 'consent', '{"decision": "given", "textVersion": "v1"}'::jsonb),
    jsonb_build_object('userId', tests.id('c'), 'role', 'patient', 'consent', null))), 'what decides about the recording');
select is((select jsonb_agg(one ->> 'attendeeId') from jsonb_array_elements(pg_temp.facts() -> 'participants') one), '["at-a", "at-c"]',
  'and whose attendees are in the meeting: not of who was only invited');
select is(pg_temp.facts() -> 'participants' -> 0, tests.rpc('call_participant', jsonb_build_object('sessionId', pg_temp.s(), 'userId', tests.id('a'))),
  'as their rows are told elsewhere');

-- Whoever comes too late ----------------------------------------------------------------------------------------------

create function pg_temp.write(version integer, more jsonb default '{}', capture jsonb default '{}', meeting text default 'm1')
returns jsonb language sql volatile as $$
  select tests.rpc('keep_capture', jsonb_build_object('meetingId', meeting, 'version', version, 'at', '2026-03-02T10:02:00.000Z',
    'capture', tests.capture(capture)) || more)
$$;
create temp table read as select pg_temp.facts() -> 'touched' as touched;
create function pg_temp.seen() returns jsonb language sql as $$ select jsonb_build_object('touched', touched) from read $$;
select is(pg_temp.write(0, pg_temp.seen(), '{}', 'm0') ->> 'state', '23503', 'there is no such meeting');
select is(pg_temp.write(1) ->> 'outcome', 'stale', 'nobody has written version 1');
select pg_temp.say('c', 'given');
select is(pg_temp.write(0, pg_temp.seen()) ->> 'outcome', 'stale', 'somebody has agreed since');
select is(pg_temp.write(0, '{"touched": null}') ->> 'outcome', 'stale', 'no mark is another mark');
update read set touched = pg_temp.facts() -> 'touched';
update public.call_meetings set closed_at = now() where meeting_id = 'm1';
select is(pg_temp.write(0, pg_temp.seen()) ->> 'outcome', 'stale', 'the meeting was closed, which leaves no mark');
update public.call_meetings set closed_at = null where meeting_id = 'm1';
select is(pg_temp.row(), null, 'so nothing is written');
select is(pg_temp.write(0, pg_temp.seen()) #>> '{facts,capture,state}', 'starting', 'the first one is heard');
select is(pg_temp.write(0, pg_temp.seen()) ->> 'outcome', 'stale', 'the second one is not');
select is(pg_temp.write(0, pg_temp.seen()) #> '{facts,version}', '1', 'and is told what stands');
select is(pg_temp.facts() ->> 'touched', (select touched #>> '{}' from read), 'nothing has happened in the call by it');
select is(pg_temp.shown(), 'recording - t -', 'the session is recorded');
select is(pg_temp.facts() #> '{participants,0,isRecorded}', 'true', 'which the rows of its people show');
select is(tests.rpc('call_context', jsonb_build_object('issuer', 'supabase', 'subject', tests.id('d'), 'action', 'join', 'meetingId', 'm1'))
  #> '{participant,isRecorded}', 'true', 'also to whoever comes');

select is(pg_temp.write(1, capture => more::jsonb) ->> 'state', state, more)
from (values ('{"state": "asleep"}', '23514'), ('{"state": null}', '22023'), ('{"reason": "Mrs Okafor said no"}', '23514'), ('{"reason": 7}', '22023'),
  ('{"since": null}', '22023'), ('{"attempt": 1.5}', '22023'), ('{"expectedMs": "60000"}', '22023'), ('{"isSettled": "yes"}', '22023'),
  ('{"colour": "red"}', '22023')) t (more, state);

create temp table whole as select tests.capture('{"state": "joining", "reason": "LongEnough", "since": "2026-03-02T10:05:00.123Z", "captureId": "c1",
  "captureArn": "arn:c1", "startedAt": "2026-03-02T10:01:02.003Z", "endedAt": "2026-03-02T10:04:00.500Z", "expectedMs": 178000, "gapMs": 12,
  "attempt": 1, "concatenationId": "j1", "concatenationIds": ["j1"], "isSettled": true}') as c;
select is(pg_temp.write(1, capture => c) #> '{facts,capture}', c, 'a capture is told as it was written') from whole;
select is(tests.rpc('recording_facts', jsonb_build_object('pipelineId', id)) ->> 'meetingId', 'm1', 'and found by ' || id) from unnest(array['c1', 'j1']) id;
select is(tests.rpc('known_pipelines', '{"ids": ["x", "j1", "c1", "m1", "c1"]}'), '["j1", "c1"]', 'the pipelines that are ours');
select is(tests.rpc('known_pipelines', '{"ids": []}'), '[]', 'of none, none');
select is(pg_temp.write(2, capture => jsonb_build_object('expectedMs', 178000.4)) #> '{facts,capture,expectedMs}', '178000', 'lengths are whole');
select is(pg_temp.facts() #> '{capture,concatenationIds}', '["j1"]', 'a joining stays listed');

-- What is noted -------------------------------------------------------------------------------------------------------

create function pg_temp.anew() returns void language sql volatile as $$
  delete from public.call_captures;
  update public.video_call_sessions set recording_state = null, recording_reason = null, is_recording = false, recording_pipeline_id = null,
    recording_url = null, recording_completed_at = null where id = pg_temp.s()::uuid;
$$;
create temp table mark as select 0::bigint as id;
create function pg_temp.noted_since() returns text language plpgsql volatile as $$
declare
  told text;
begin
  select string_agg(concat_ws(' ', action, detail ->> 'captureId', detail ->> 'reason', pipeline.iso(at), recording_id), ', ' order by id) into told
  from pipeline.audit_outbox where action like 'RECORDING%' and id > (select m.id from mark m);
  update mark set id = (select max(o.id) from pipeline.audit_outbox o);
  return coalesce(told, '');
end $$;
create function pg_temp.goes(states text[], more jsonb default '{}') returns text language plpgsql volatile as $$
declare
  state text;
begin
  perform pg_temp.anew(), pg_temp.noted_since();
  foreach state in array states loop
    perform tests.keep('m1', state, case state when 'starting' then '{}' else more end);
  end loop;
  return pg_temp.noted_since();
end $$;
select is(pg_temp.goes(states, '{"captureId": "c1", "startedAt": "2026-03-02T10:01:02.003Z", "endedAt": "2026-03-02T10:04:00.500Z", "reason": "Withdrawn"}'),
  concat_ws(', ', case when begins then 'RECORDING_STARTED c1 2026-03-02T10:01:02.003Z' end,
    case when ends then 'RECORDING_STOPPED c1 Withdrawn 2026-03-02T10:04:00.500Z' end), array_to_string(states, ', '))
from (values (array['starting'], false, false), (array['starting', 'starting', 'running', 'running'], true, false),
  (array['starting', 'running', 'stopping', 'stopping'], true, false), (array['starting', 'running', 'stopping', 'over', 'joining', 'joined'], true, true),
  (array['starting', 'running', 'over', 'over'], true, true), (array['starting', 'stopping', 'over'], true, true),
  (array['starting', 'over'], true, true), (array['starting', 'running', 'discarded'], true, true),
  (array['starting', 'refused'], false, false)) t (states, begins, ends);
select is(pg_temp.goes(array['starting', 'refused', 'refused'], '{"reason": "QuotaFull"}'), '', 'what never began is not noted');
select is(pg_temp.shown(), 'refused QuotaFull f -', 'but shown');

-- The joined file -----------------------------------------------------------------------------------------------------

-- A file of a joining, so long, after a capture that was brought into a state with 60 s of chunks.
create function pg_temp.comes(joining text, ms numeric, more jsonb default '{}') returns text language sql volatile as $$
  select coalesce(told ->> 'state', concat_ws(' ', told ->> 'verdict', case when (told -> 'truncated')::boolean then 'cut' end))
  from tests.rpc('record_joined', jsonb_build_object('meetingId', 'm1', 'concatenationId', joining, 'recordingId', 'rec-' || joining,
    'joinedMs', ms, 'url', 's3://bucket/' || joining, 'at', '2026-03-02T10:10:00.000Z') || more) told
$$;
create function pg_temp.after(states text[], more jsonb default '{}') returns text language sql volatile as $$
  select pg_temp.goes(array['starting', 'running', 'over']::text[] || states, '{"captureId": "c1", "startedAt": "2026-03-02T10:01:02.003Z",
    "endedAt": "2026-03-02T10:04:00.500Z", "expectedMs": 60000, "gapMs": 0, "reason": "Ended"}' || more)
$$;
create function pg_temp.joins(attempt integer) returns text language sql volatile as $$
  select tests.keep('m1', 'joining', jsonb_build_object('attempt', attempt, 'concatenationId', 'j' || attempt)) ->> 'outcome'
$$;

select is(pg_temp.comes('j1', 60000, '{"meetingId": "m0"}'), 'none', 'of a meeting without a capture');
select pg_temp.after('{}');
select is((select count(*) from public.call_concatenations), 0::bigint, 'which leaves no trace');
select is(pg_temp.comes('j1', 60000, more::jsonb), '22023', more)
from unnest(array['{"joinedMs": "60000"}', '{"joinedMs": null}', '{"url": 7}', '{"recordingId": null}', '{"colour": "red"}']) more;

-- At the first try, by what was captured: how long the file must be, and when it is cut.
create function pg_temp.first(ms numeric, more jsonb default '{}') returns text language plpgsql volatile as $$
begin
  perform pg_temp.after('{}', more), pg_temp.joins(1);
  return concat_ws(', ', pg_temp.comes('j1', ms), pg_temp.row());
end $$;
select is(pg_temp.first(ms, more::jsonb), outcome, format('%s of 60000 ms, %s', ms, more))
from (values
  (60000, '{}', 'fits, joined Ended 1 j1 v5'), (61234.5, '{}', 'fits, joined Ended 1 j1 v5'), (58000, '{}', 'fits, joined Ended 1 j1 v5'),
  (57999, '{}', 'short, over Ended 1 j1 v5'), (0, '{}', 'short, over Ended 1 j1 v5'),
  (60000, '{"reason": "Failed"}', 'fits cut, joined Failed 1 j1 v5'), (60000, '{"reason": "Withdrawn"}', 'fits, joined Withdrawn 1 j1 v5'),
  (60000, '{"reason": "LongEnough"}', 'fits, joined LongEnough 1 j1 v5'), (60000, '{"gapMs": 2000}', 'fits, joined Ended 1 j1 v5'),
  (60000, '{"gapMs": 2001}', 'fits cut, joined Ended 1 j1 v5'), (57999, '{"gapMs": 2001}', 'short, over Ended 1 j1 v5'),
  (10, '{"expectedMs": null}', 'fits, joined Ended 1 j1 v5'), (10, '{"expectedMs": 1500}', 'fits, joined Ended 1 j1 v5'),
  (0, '{"expectedMs": null}', 'short, over Ended 1 j1 v5'), (0, '{"expectedMs": 1500}', 'short, over Ended 1 j1 v5')) t (ms, more, outcome);

-- A file after another, each line a whole play: j1 to j3 are listed as the attempts of that number, and r2 is another recording.
create function pg_temp.play(script text[]) returns text language plpgsql volatile as $$
declare
  line text;
  told text[] := '{}';
begin
  perform pg_temp.after('{}');
  foreach line in array script loop
    if line like 'ask %' then
      perform pg_temp.joins(right(line, 1)::integer);
    elsif line like 'state %' then
      perform tests.keep('m1', split_part(line, ' ', 2), jsonb_build_object('reason', split_part(line, ' ', 3)));
    else
      told := told || pg_temp.comes(split_part(line, ' ', 1), split_part(line, ' ', 2)::numeric,
        case when line like '% r%' then jsonb_build_object('recordingId', split_part(line, ' ', 3)) else '{}' end);
    end if;
  end loop;
  return concat_ws(', ', array_to_string(told, ', '), pg_temp.row());
end $$;
select is(pg_temp.play(script::text[]), outcome, script)
from (values
  ('{ask 1,j1 60000,j1 60000}', 'fits, fits, joined Ended 1 j1 v5'),
  ('{ask 1,j1 60000,j1 1}', 'fits, fits, joined Ended 1 j1 v5'),
  ('{ask 1,j1 60000,j9 60000,j9 60000}', 'fits, other, other, joined Ended 1 j1 v5'),
  ('{ask 1,j1 9,j1 9}', 'short, short, over Ended 1 j1 v5'),
  ('{ask 1,j1 9,ask 2,j2 60000}', 'short, fits, joined Ended 2 j2 v7'),
  ('{ask 1,j1 9,ask 2,j2 9,ask 3,j3 9}', 'short, short, truncated cut, incomplete Ended 3 j3 v9'),
  ('{ask 1,j1 9,ask 2,j2 9,ask 3,j3 9,j3 9}', 'short, short, truncated cut, truncated cut, incomplete Ended 3 j3 v9'),
  ('{ask 1,j1 9,ask 2,j2 9,ask 3,j3 60000}', 'short, short, fits, joined Ended 3 j3 v9'),
  -- One that was given up comes after all, while the next is being made.
  ('{ask 1,ask 2,j1 60000,j2 60000}', 'fits, other, joined Ended 2 j1 v6'),
  ('{ask 1,ask 2,j1 9}', 'short, joining Ended 2 j2 v5'), ('{ask 1,ask 2,j1 9,j2 9}', 'short, short, over Ended 2 j2 v6'),
  ('{ask 1,ask 2,ask 3,j2 9,j3 9}', 'short, truncated cut, incomplete Ended 3 j3 v7'),
  ('{ask 1,ask 2,ask 3,j3 9,j1 60000}', 'truncated cut, other, incomplete Ended 3 j3 v7'),
  -- Whoever asked for it could not write it down.
  ('{x 60000}', 'fits, joined Ended 1 x v4'), ('{x 9}', 'short, over Ended 1 x v4'), ('{x 9,ask 2,j2 9,ask 3,j3 9}', 'short, short, truncated cut, incomplete Ended 3 j3 v8'),
  ('{ask 1,x 60000}', 'fits, joined Ended 2 x v5'), ('{ask 1,x 9}', 'short, over Ended 2 x v5'), ('{ask 1,ask 2,x 9}', 'truncated cut, incomplete Ended 3 x v6'),
  -- It was thought to be missing.
  ('{ask 1,state missing NeverJoined,j1 60000}', 'fits, joined Ended 1 j1 v6'), ('{ask 1,state missing NeverJoined,j1 9}', 'truncated cut, incomplete Ended 1 j1 v6'),
  ('{state missing NoChunks,x 60000}', 'fits, joined Ended 1 x v5'),
  ('{ask 1,j1 9,state missing NeverJoined,j1 9,j1 9}', 'short, truncated cut, truncated cut, incomplete Ended 1 j1 v7'),
  ('{state over Failed,ask 1,state missing NeverJoined,j1 60000}', 'fits cut, joined Failed 1 j1 v7'),
  ('{ask 1,state joining Failed,j1 60000}', 'fits cut, joined Failed 1 j1 v6'),
  -- Another version of a file is another file.
  ('{ask 1,j1 60000,j1 60000 r2,j1 60000}', 'fits, other, fits, joined Ended 1 j1 v5'),
  ('{ask 1,j1 9,j1 60000 r2}', 'short, fits, joined Ended 1 j1 v6'), ('{ask 1,j1 9,j1 9 r2}', 'short, short, over Ended 1 j1 v6'),
  ('{ask 1,j1 9,ask 2,j1 9 r2}', 'short, short, joining Ended 2 j2 v6'),
  -- Nothing was to be there.
  ('{state refused NotBegun,x 60000}', 'discarded, refused NotBegun 0 - v4'),
  -- A part, joined by hand while the capture goes on, is not the recording, and is looked at anew when it is over.
  ('{state running Ended,x 60000,state over Ended,x 60000}', 'short, fits, joined Ended 1 x v6')) t (script, outcome);

select is(pg_temp.play('{x 9}'), 'short, over Ended 1 x v4', 'a file has come before its joining was written down');
select is(tests.keep('m1', 'joining', '{"attempt": 2, "concatenationId": "x"}') ->> 'outcome', 'stale', 'which nobody waits for then');
select is(tests.keep('m1', 'joining', '{"attempt": 2, "concatenationId": "y"}') ->> 'outcome', 'kept', 'but for the next');

-- What it leaves.
select pg_temp.play('{ask 1}');
select is(tests.rpc('record_joined', '{"meetingId": "m1", "concatenationId": "j1", "recordingId": "rec-1", "joinedMs": 60000.4, "url": "s3://b/1",
  "at": "2026-03-02T10:10:00.000Z"}'), '{"verdict": "fits", "truncated": false, "captureStartedAt": "2026-03-02T10:01:02.003Z",
  "captureEndedAt": "2026-03-02T10:04:00.500Z"}', 'from when to when it was captured');
select is((select row(joined_ms, recording_id, verdict)::text from public.call_concatenations where concatenation_id = 'j1'), '(60000,rec-1,fits)', 'what was found of the file');
select is(pg_temp.facts() #> '{capture,joinedMs}', '60000', 'its length');
select is((select concat_ws(' ', recording_url, pipeline.iso(recording_completed_at)) from public.video_call_sessions where id = pg_temp.s()::uuid),
  's3://b/1 2026-03-02T10:10:00.000Z', 'where and when the session has it');
select is(pg_temp.noted_since(), 'RECORDING_JOINED 2026-03-02T10:10:00.000Z rec-1', 'and its entry of the trail');
select pg_temp.comes(joining, 60000) from unnest(array['j1', 'j2', 'j3']) joining;
select is(pg_temp.noted_since(), '', 'once');
select is((select recording_url from public.video_call_sessions where id = pg_temp.s()::uuid), 's3://b/1', 'and another file changes nothing');
select is((select jsonb_object_keys(detail) from pipeline.audit_outbox where action = 'RECORDING_JOINED' and recording_id = 'rec-1'
  except select unnest(array['concatenationId', 'joinedMs', 'expectedMs'])), null, 'with ids and lengths alone');
select pg_temp.play('{ask 1,j1 9}');
select is((select recording_url from public.video_call_sessions where id = pg_temp.s()::uuid), null, 'a file that is too short is not shown');
select is(tests.rpc('record_joined', '{"meetingId": "m0", "concatenationId": "j1", "recordingId": "r", "joinedMs": 1, "url": "u", "at": "2026-03-02T10:10:00.000Z"}'),
  '{"verdict": "none", "truncated": false, "captureStartedAt": null, "captureEndedAt": null}', 'without a capture nothing is known');

-- Several meetings ----------------------------------------------------------------------------------------------------

select pg_temp.play('{ask 1,j1 60000}'), tests.keep('m1', 'running');
select tests.rpc('renew_meeting', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', 'm1', 'at', '2026-03-02T10:20:00.000Z'));
select is(pg_temp.facts() -> 'isOver', 'true', 'the first meeting is over');
select is(pg_temp.shown(), 'recording Ended f c1', 'that its capture runs on is at once no recording of the next');
select tests.meet(pg_temp.s(), 'm2', 2), tests.seat(pg_temp.s(), 'm2', 'a', 'at-a2'), tests.seat(pg_temp.s(), 'm2', 'd', 'at-d2');
select tests.keep('m1', state, '{"reason": null}') from (values ('running')) t (state);
select is(pg_temp.shown(), 'recording - f c1', 'that its capture runs on is no recording of the next one');
select is(pg_temp.facts('m2') #> '{participants,0,isRecorded}', 'false', 'in which nobody is recorded');
select is(pg_temp.facts('m1') #> '{participants,0,isRecorded}', 'true', 'but whoever is still in the first one is');
select is((select jsonb_agg(one ->> 'attendeeId') from jsonb_array_elements(pg_temp.facts() -> 'participants') one), '["at-c"]', 'who has not come to the next');
select is(pg_temp.facts('m1') #>> '{participants,0,consent,decision}', 'given', 'with what she said there');
select is(pg_temp.facts('m2') -> 'isSpoilt', 'false', 'and the next one may be recorded');
select tests.keep('m2', 'starting', tests.capture());
select is(pg_temp.shown(), 'recording - t c1', 'then it is');
select tests.keep('m2', 'running', '{"captureId": "c2"}');
select is(pg_temp.shown(), 'recording - t c2', 'by a capture of its own');
select is(tests.keep('m2', 'running', '{"captureId": "c1"}') ->> 'state', '23505', 'which is nobody else''s');
select is(tests.keep('m2', 'running', '{"concatenationId": "j1"}') ->> 'state', '23505', 'nor is the joining');
select is(pg_temp.comes('j1', 60000, '{"meetingId": "m2"}'), '22023', 'or its file');

create function pg_temp.worst(first text, second text) returns text language plpgsql volatile as $$
begin
  perform tests.keep('m1', first, '{"reason": "Ended"}'), tests.keep('m2', second, '{"reason": "Failed"}');
  return pg_temp.shown();
end $$;
select is(pg_temp.worst(first, second), outcome, format('%s and %s: %s', first, second, outcome))
from (values
  ('joined', 'joined', 'ready Failed f c2'), ('joined', 'refused', 'refused Failed f c2'), ('refused', 'joined', 'refused Ended f c2'),
  ('discarded', 'refused', 'discarded Ended f c2'), ('joining', 'discarded', 'joining Ended f c2'), ('over', 'discarded', 'joining Ended f c2'),
  ('over', 'stopping', 'recording Failed t c2'), ('joining', 'starting', 'recording Failed t c2'), ('incomplete', 'running', 'incomplete Ended t c2'),
  ('incomplete', 'missing', 'missing Failed f c2'), ('stopping', 'joined', 'recording Ended f c2')) t (first, second, outcome);
select is(tests.rpc('call_status', jsonb_build_object('sessionId', pg_temp.s())) -> 'recordings', '[{"meetingId": "m1", "state": "recording", "reason": "Ended"},
  {"meetingId": "m2", "state": "ready", "reason": "Failed"}]', 'the status tells of each');

-- Whose session is in another meeting, or over; who has withdrawn there.
select is(pg_temp.facts('m2') -> 'isOver', 'false', 'somebody may be in the second meeting');
select is(pg_temp.say('a', 'given', 'm2') ->> 'outcome', 'kept', 'she agrees in it');
select is(pg_temp.say('a', 'withdrawn', 'm2') ->> 'outcome', 'kept', 'and withdraws');
create function pg_temp.withdrawn(meeting text) returns text language sql volatile as $$
  select concat_ws(' ', f ->> 'isSpoilt', f ->> 'isWithdrawn', f ->> 'withdrawn') from pg_temp.facts(meeting) f
$$;
select is(pg_temp.withdrawn('m2'), 'true true keep', 'in that meeting, of which what there is is kept');
select is(pg_temp.withdrawn('m1'), 'false false keep', 'and in no other');

create function pg_temp.discards(becomes text, known text default null) returns text language plpgsql volatile as $$
declare
  told text;
begin
  delete from public.call_captures where meeting_id = 'm2';
  perform tests.keep('m2', state, '{"captureId": "c2", "attempt": 1, "concatenationId": "j2", "expectedMs": 60000}')
  from unnest(array['running', becomes]) state;
  update public.call_concatenations set verdict = known, recording_id = 'rec-j2' where concatenation_id = 'j2' and known is not null;
  told := pg_temp.comes('j2', 60000, '{"meetingId": "m2"}');
  return concat_ws(', ', told, pg_temp.row('m2'), pg_temp.comes('j2', 60000, '{"meetingId": "m2"}'), pg_temp.row('m2'));
end $$;
select is(pg_temp.discards('over'), 'fits, joined - 1 j2 v3, fits, joined - 1 j2 v3', 'so its file is the recording');
update public.video_call_sessions set recording_completed_at = null where id = pg_temp.s()::uuid;
select is(pg_temp.say('d', 'given', 'm2', withdrawn => 'discard') ->> 'outcome', 'kept', 'somebody is told that nothing is kept');
select is(pg_temp.withdrawn('m2'), 'true true discard', 'which holds');

-- Then each file is discarded, also one that comes after everything else was. Whoever writes the capture without having seen it
-- comes too late.
select is(pg_temp.discards(state, known), outcome, format('withdrawn, %s %s', state, known))
from (values
  ('over', null, 'discarded, over - 1 j2 v3, discarded, over - 1 j2 v3'), ('joining', null, 'discarded, joining - 1 j2 v3, discarded, joining - 1 j2 v3'),
  ('discarded', null, 'discarded, over - 1 j2 v3, discarded, over - 1 j2 v3'), ('missing', null, 'discarded, over - 1 j2 v3, discarded, over - 1 j2 v3'),
  ('stopping', null, 'discarded, stopping - 1 j2 v3, discarded, stopping - 1 j2 v3'),
  ('discarded', 'short', 'discarded, discarded - 1 j2 v2, discarded, discarded - 1 j2 v2'),
  ('refused', null, 'discarded, refused - 1 j2 v2, discarded, refused - 1 j2 v2'), ('joined', null, 'other, joined - 1 j2 v2, other, joined - 1 j2 v2'),
  ('incomplete', 'truncated', 'truncated cut, incomplete - 1 j2 v2, truncated cut, incomplete - 1 j2 v2')) t (state, known, outcome);
select is(pg_temp.discards('joining'), 'discarded, joining - 1 j2 v3, discarded, joining - 1 j2 v3', 'while the chunks are joined');
select is(tests.keep('m2', 'joining', '{"isSettled": true}') ->> 'outcome', 'kept', 'the capture is written as ever');
select is((select pipeline.iso(recording_completed_at) from public.video_call_sessions where id = pg_temp.s()::uuid), null, 'and the session shows none of them');

update public.video_call_sessions set status = 'ended' where id = pg_temp.s()::uuid;
select is(pg_temp.facts('m2') -> 'isOver', 'true', 'a session that has ended is over, whoever ended it');
update public.video_call_sessions set status = 'active' where id = pg_temp.s()::uuid;

-- The sweep -----------------------------------------------------------------------------------------------------------

create function pg_temp.sweep(most integer default 10) returns jsonb language sql volatile as $$
  select tests.rpc('calls_to_sweep', jsonb_build_object('at', '2026-03-02T12:00:00.000Z', 'most', most)) - 'meetings' - 'stranded'
$$;
select tests.keep('m1', 'stopping', '{"startedAt": "2026-03-02T11:00:00.500Z", "since": "2026-03-02T11:50:00.000Z"}'),
  tests.keep('m2', 'running', '{"startedAt": "2026-03-02T11:30:00.000Z", "since": "2026-03-02T11:40:00.000Z"}');
select is(pg_temp.sweep(), '{"recordings": ["m2", "m1"], "running": 2, "oldestMs": 3599500}', 'what runs, the longest as it is first');
select is(pg_temp.sweep(1), '{"recordings": ["m2"], "running": 2, "oldestMs": 3599500}', 'no more than asked for');
select tests.keep('m2', 'joining'), tests.keep('m1', 'joined', '{"isSettled": true}');
select is(pg_temp.sweep(), '{"recordings": ["m2"], "running": 0, "oldestMs": 0}', 'and what is not at an end');
select tests.keep('m1', 'refused', '{"isSettled": false}'), tests.keep('m2', 'missing', '{"isSettled": true}');
select is(pg_temp.sweep(), '{"recordings": ["m1"], "running": 0, "oldestMs": 0}', 'an end is one when everybody is settled');

-- Captions ------------------------------------------------------------------------------------------------------------

select tests.rpc('renew_meeting', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', 'm2', 'at', '2026-03-02T12:20:00.000Z'));
select tests.meet(pg_temp.s(), 'm3', 3), tests.seat(pg_temp.s(), 'm3', 'a', 'at-a3'), tests.seat(pg_temp.s(), 'm3', 'c', 'at-c3');
create function pg_temp.caption(turns_on boolean, more jsonb default '{}') returns jsonb language sql volatile as $$
  select tests.rpc('set_captions', jsonb_build_object('meetingId', 'm3', 'on', turns_on, 'at', '2026-03-02T12:30:00.000Z')
    || case when turns_on then jsonb_build_object('language', 'en-US', 'engine', 'medical', 'textVersion', 'v1', 'by', tests.id('a')) else '{}' end || more)
$$;
create function pg_temp.captions_noted() returns text language sql volatile as $$
  select string_agg(concat_ws(' ', meeting_id, action, right(actor::text, 1), detail - 'captionsOn'), ', ' order by id) from pipeline.audit_outbox where action like 'LIVE%'
$$;
select is(pg_temp.caption(false) ->> 'outcome', 'known', 'captions are off');
select pg_temp.come('a', 'm3', 'at-a3');
select is(pg_temp.caption(true) ->> 'outcome', 'notAgreed', 'she has not agreed in this meeting');
select pg_temp.say('a', 'given', 'm3', 'v0');
select is(pg_temp.caption(true) ->> 'outcome', 'notAgreed', 'or to another text');
select is(pg_temp.caption(true, '{"textVersion": null}') ->> 'outcome', 'notAgreed', 'or to none that is named');
select pg_temp.say('a', 'given', 'm3');
select pg_temp.come('c', 'm3', 'at-c3');
select is(pg_temp.caption(true) ->> 'outcome', 'notAgreed', 'the patient waits, and has not');
select pg_temp.say('c', 'given', 'm3');
update read set touched = pg_temp.facts('m3') -> 'touched';
create temp table told as select pg_temp.caption(true) as t;
select is(t ->> 'outcome', 'kept', 'now all have') from told;
select is(jsonb_path_query_array(t, '$.participants[*].isRecorded'), '[true, true]', 'their words are written down') from told;
select is(t -> 'facts', pg_temp.facts('m3'), 'the answer has the facts') from told;
select is(t -> 'participants', t #> '{facts,participants}', 'and its people') from told;
select is(t #> '{facts,captionsOn}', 'true', 'it is on') from told;
select isnt(t #> '{facts,touched}', touched, 'somebody did something in the call') from told, read;
select is(tests.rpc('call_status', jsonb_build_object('sessionId', pg_temp.s())) -> 'isRecording', 'false', 'which is no recording');
select is(pg_temp.shown() like '% f c2', true, 'neither in the session');
select tests.seat(pg_temp.s(), 'm3', 'd', 'at-d3'), pg_temp.come('d', 'm3', 'at-d3');
select is(pg_temp.caption(true) ->> 'outcome', 'known', 'it stays on when somebody comes who has not agreed, and is not heard');
select is(pg_temp.caption(true, '{"language": "fr-FR", "engine": "standard"}') ->> 'outcome', 'kept', 'another language is another caption');
create function pg_temp.captions() returns jsonb language sql volatile as $$
  select tests.rpc('call_status', jsonb_build_object('sessionId', pg_temp.s())) -> 'captions'
$$;
select is(pg_temp.captions(), '{"on": true, "language": "fr-FR", "engine": "standard"}', 'as the status tells');

-- Chime tells late that they ended: each line after the ones before it. They were asked for at 12:30:00, and again at 12:31:00.
select is(pg_temp.caption(true, '{"language": "fr-FR", "engine": "standard", "at": "2026-03-02T12:31:00.000Z"}') ->> 'outcome', 'known', 'they are asked for again');
select is(pg_temp.caption(false, jsonb_build_object('reason', reason, 'at', at)) ->> 'outcome', 'known', format('%s at %s is about the ones before', reason, at))
from (values ('Failed', '2026-03-02T12:30:59.999Z'), ('Stopped', '2026-03-02T12:30:00.000Z'), ('Stopped', '2026-03-02T12:31:29.999Z')) t (reason, at);
select is(pg_temp.captions() -> 'on', 'true', 'they are on');
select is(pg_temp.caption(false, '{"reason": "Stopped", "at": "2026-03-02T12:31:30.000Z"}') ->> 'outcome', 'kept', 'later it is about these');
select is(pg_temp.captions(), '{"on": false, "language": null, "engine": null}', 'they are off');
update read set touched = pg_temp.facts('m3') -> 'touched';
select is(pg_temp.caption(true, '{"textVersion": "v1"}') ->> 'outcome', 'notAgreed', 'and do not come on again while she has not agreed');
select pg_temp.say('d', 'given', 'm3');
select is(pg_temp.caption(true, '{"region": "eu-west-1"}') ->> 'outcome', 'kept', 'but when she has');
update read set touched = pg_temp.facts('m3') -> 'touched';
select is(pg_temp.caption(false, '{"reason": "Failed"}') ->> 'outcome', 'kept', 'they go off by themselves');
select is(pg_temp.facts('m3') -> 'touched', touched, 'which nobody did') from read;
select is(jsonb_path_query_array(pg_temp.facts('m3'), '$.participants[*].isRecorded'), '[false, false, false]', 'then nothing is written down');
select is(pg_temp.captions_noted(), 'm3 LIVE_TRANSCRIPTION_STARTED a {"engine": "medical", "language": "en-US"}, '
  'm3 LIVE_TRANSCRIPTION_STARTED a {"engine": "standard", "language": "fr-FR"}, m3 LIVE_TRANSCRIPTION_STOPPED {"reason": "Stopped"}, '
  'm3 LIVE_TRANSCRIPTION_STARTED a {"engine": "medical", "region": "eu-west-1", "language": "en-US"}, m3 LIVE_TRANSCRIPTION_STOPPED {"reason": "Failed"}',
  'each change is noted');
select is(pg_temp.caption(true) ->> 'outcome', 'kept', 'they are on once more');
select tests.rpc('set_participant', jsonb_build_object('sessionId', pg_temp.s(), 'userId', tests.id('c'), 'removed', true));
select is(jsonb_array_length(pg_temp.caption(true) -> 'participants'), 2, 'of whoever was removed no attendee is set');
select pg_temp.say('d', 'withdrawn', 'm3');
select is(pg_temp.caption(true) ->> 'outcome', 'spoilt', 'nor after somebody withdrew, though it is on');
select is(pg_temp.facts('m3') -> 'captionsOn', 'true', 'until it is turned off');
select is(tests.rpc('set_captions', p::jsonb) ->> 'state', state, p)
from (values ('{"meetingId": "m3"}', '22023'), ('{"meetingId": "m3", "on": "yes"}', '22023'),
  ('{"meetingId": "m3", "on": true, "by": "x"}', '22023')) t (p, state);
select is(pg_temp.caption(turns_on, '{"meetingId": "m0"}'), '{"outcome": "over", "participants": [], "facts": null}', 'or of a meeting that is none of ours')
from unnest(array[true, false]) turns_on;
select is(pg_temp.caption(true, '{"meetingId": "m1"}') ->> 'outcome', 'over', 'nor in a meeting that is over');
select tests.rpc('meeting_ended', '{"meetingId": "m3", "at": "2026-03-02T12:40:00.000Z"}');
select is(pg_temp.facts('m3') -> 'captionsOn', 'false', 'it ends with its meeting');
select is(pg_temp.captions_noted() like '%, m3 LIVE_TRANSCRIPTION_STOPPED {"reason": "Ended"}', true, 'which is noted');
select tests.rpc('meeting_ended', '{"meetingId": "m3", "at": "2026-03-02T12:39:00.000Z"}');
select is((select count(*) from pipeline.audit_outbox where action = 'LIVE_TRANSCRIPTION_STOPPED'), 3::bigint, 'once');
select is(pg_temp.caption(false) ->> 'outcome', 'known', 'so it need not be turned off');

-- With the session goes all of it.
select ok(count(*) > 0, 'there are joinings') from public.call_concatenations;
delete from public.video_call_sessions where id = pg_temp.s()::uuid;
select is((select count(*) from public.call_captures) + (select count(*) from public.call_concatenations), 0::bigint, 'gone with the session');

select * from finish();
rollback;
