-- A meeting whose region does not answer: its visit leaves it, and its own region ends it later.
begin;
select no_plan();
select tests.arrange_appointments();

create temp table kept as select tests.open() ->> 'id' as session;
create function pg_temp.s() returns text language sql as $$ select session from kept $$;
create function pg_temp.meet(meeting text, attempt integer, region text) returns text language sql volatile as $$
  select tests.rpc('record_meeting', jsonb_build_object('sessionId', pg_temp.s(), 'attempt', attempt, 'controlRegion', region,
    'meeting', jsonb_build_object('MeetingId', meeting, 'MediaRegion', 'eu-west-1'))) ->> 'outcome'
$$;
create function pg_temp.leave(meeting text, at text, more jsonb default '{"isLeft": true}') returns jsonb language sql volatile as $$
  select tests.rpc('renew_meeting', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', meeting, 'at', at) || more)
$$;
create function pg_temp.told(event text, kind text, at text) returns jsonb language sql volatile as $$
  select tests.rpc('record_presence', jsonb_build_object('eventId', event, 'kind', kind, 'at', at, 'meetingId', 'm1', 'attendeeId', 'at-a',
    'userId', tests.id('a')))
$$;
create function pg_temp.swept() returns text language sql volatile as $$
  select string_agg(concat_ws(' ', m ->> 'meetingId', m ->> 'controlRegion', m ->> 'isLive'), ', ' order by m ->> 'meetingId')
  from jsonb_array_elements(tests.rpc('calls_to_sweep', '{"at": "2026-03-02T10:30:00.000Z", "most": 10}') -> 'meetings') m
$$;
create function pg_temp.close(more jsonb) returns jsonb language sql volatile as $$
  select tests.rpc('close_session', jsonb_build_object('sessionId', pg_temp.s(), 'endedBy', tests.id('a'), 'at', '2026-03-02T10:40:00.000Z') || more)
    -> 'meetings'
$$;

select pg_temp.meet('m1', 1, 'eu-central-1'), tests.seat(pg_temp.s(), 'm1', 'a', 'at-a'), pg_temp.told('e1', 'joined', '2026-03-02T10:00:00.000Z');
select tests.keep('m1', 'running');
select is(pg_temp.leave('m1', '2026-03-02T10:05:00.000Z', '{"isLeft": "yes"}') ->> 'state', '22023', 'a word is refused');
select is(s ->> 'attempt' || (s ->> 'status') || coalesce(s ->> 'meeting', ' and no meeting'), '2active and no meeting', 'the visit goes on: ' || n)
from generate_series(1, 2) n, pg_temp.leave('m1', '2026-03-02T10:05:00.000Z') s;
select is((select concat_ws(' ', pipeline.iso(closed_at), coalesce(pipeline.iso(ended_at), 'may live')) from public.call_meetings where meeting_id = 'm1'),
  '2026-03-02T10:05:00.000Z may live', 'its meeting is not taken for ended');
select is((select pipeline.iso(left_at) from public.call_presence where meeting_id = 'm1'), '2026-03-02T10:05:00.000Z', 'though nobody counts as present in it');
select pg_temp.told('e2', 'left', '2026-03-02T10:10:00.000Z');
select is((select pipeline.iso(left_at) from public.call_presence where meeting_id = 'm1'), '2026-03-02T10:05:00.000Z', 'whatever is told of it later');
select is(tests.rpc('recording_facts', '{"meetingId": "m1"}') -> 'isOver', 'true', 'and its recording is to stop');
select is((select is_recording from public.video_call_sessions where id = pg_temp.s()::uuid), false, 'that of the next has not begun');

select is(pg_temp.meet('m2', 2, 'us-east-1'), 'kept', 'the next one is controlled elsewhere');
select is(pg_temp.leave('m1', '2026-03-02T10:06:00.000Z') #>> '{meeting,meetingId}', 'm2', 'whoever leaves the old one now is in it');
select is(pg_temp.swept(), 'm1 eu-central-1 false, m2 us-east-1 true', 'the sweep of each region finds its own');
select is(tests.rpc('meeting_ended', '{"meetingId": "m1", "at": "2026-03-02T10:30:00.000Z"}'), '{"closed": false, "seconds": 0}',
  'and that it ends the old one ends no visit');
select is(pg_temp.swept(), 'm2 us-east-1 true', 'once');
select is(pg_temp.leave('m1', '2026-03-02T10:31:00.000Z') ->> 'attempt', '2', 'one that has ended is left by nobody');

select pg_temp.leave('m2', '2026-03-02T10:32:00.000Z'), pg_temp.meet('m3', 3, 'eu-central-1');
select is(pg_temp.close(more::jsonb), meetings::jsonb, 'whoever ends the visit is told of the meetings of ' || more)
from (values ('{"controlRegion": "eu-central-1"}', '["m3"]'), ('{"controlRegion": "us-east-1"}', '["m2"]'),
  ('{"controlRegion": "eu-west-2"}', '[]'), ('{}', '["m2", "m3"]')) t (more, meetings);

select * from finish();
rollback;
