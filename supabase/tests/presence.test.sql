-- Who was in a call, from events that come late, twice, in any order, or not at all.
begin;
select no_plan();
select tests.arrange_appointments();

-- a, c and d are in meeting m1 of one session; a2 is a again, in m2, where the session was renewed at that second.
create function pg_temp.arrange(renewed integer) returns void language plpgsql as $$
declare
  session constant text := tests.open() ->> 'id';
begin
  perform tests.meet(session, 'm1');
  perform tests.rpc('invite', jsonb_build_object('sessionId', session, 'userIds', jsonb_build_array(tests.id('d'))));
  perform tests.seat(session, 'm1', letter, letter) from unnest(array['a', 'c', 'd']) letter;
  if renewed is not null then
    perform tests.rpc('renew_meeting', jsonb_build_object('sessionId', session, 'meetingId', 'm1', 'at', to_timestamp(renewed)));
    perform tests.meet(session, 'm2', 2), tests.seat(session, 'm2', 'a', 'a2');
  end if;
end $$;

-- An event is "<attendee>:<kind>@<second>", or one of a meeting; its text is its id.
create function pg_temp.tell(event text) returns void language plpgsql as $$
declare
  told constant text[] := regexp_match(event, '^(\w+):(\w+)@(\d+)$');
  is_meeting constant boolean := told[1] like 'm%';
begin
  perform tests.rpc('record_presence', jsonb_build_object('eventId', event, 'kind', told[2], 'at', to_timestamp(told[3]::integer),
    'meetingId', case when is_meeting then told[1] when told[1] = 'a2' then 'm2' else 'm1' end,
    'attendeeId', case when not is_meeting then told[1] end,
    'userId', case when not is_meeting then tests.id(left(told[1], 1)) end));
end $$;

create function pg_temp.second(at timestamptz) returns text language sql as $$ select extract(epoch from at)::integer::text $$;
create function pg_temp.letter(person uuid) returns text language sql as $$ select right(person::text, 1) $$;

-- Plays the events in their order and tells what there is then; nothing of it stays.
create function pg_temp.play(renewed integer, events text[]) returns jsonb language plpgsql as $$
declare
  visit uuid;
begin
  perform pg_temp.arrange(renewed);
  perform pg_temp.tell(event) from unnest(events) event;
  visit := pipeline.session_of('m1');
  raise exception using errcode = 'UNDO0', message = jsonb_build_object(
    'intervals', (select coalesce(string_agg(concat(attendee_id, ' ', pg_temp.second(joined_at), '-', pg_temp.second(left_at)), ', '
      order by joined_at, attendee_id, left_at), '') from public.call_presence where session_id = visit),
    'people', (select string_agg(concat_ws(' ', pg_temp.letter(user_id), status, pg_temp.second(joined_at) || '-' ||
      coalesce(pg_temp.second(left_at), ''), duration_seconds || 's'), ', ' order by user_id)
      from public.video_call_participants where video_call_id = visit),
    'session', (select concat_ws(' ', status, pg_temp.second(started_at), coalesce(total_participants, 0) || '/' ||
      coalesce(max_participants_reached, 0), duration_seconds || 's') from public.video_call_sessions where id = visit),
    'audit', (select coalesce(string_agg(concat_ws(' ', action, pg_temp.letter(actor), pg_temp.second(at)), ', ' order by id), '')
      from pipeline.audit_outbox where action in ('JOINED', 'LEFT', 'ENDED')))::text;
exception
  when sqlstate 'UNDO0' then return sqlerrm::jsonb;
end $$;

create temp table schedules (label text, renewed integer, events text[], intervals text, people text, session text, audit text,
  reversed_audit text);
insert into schedules values
  ('nobody came', null, '{}', '', 'a invited, c invited, d invited', 'active 0/0', '', ''),
  ('one comes', null, '{a:joined@10}', 'a 10-', 'a joined 10-, c invited, d invited', 'active 10 1/1', 'JOINED a 10', 'JOINED a 10'),
  ('and goes', null, '{a:joined@10,a:left@20}', 'a 10-20', 'a left 10-20 10s, c invited, d invited', 'active 10 1/1',
    'JOINED a 10, LEFT a 20', 'LEFT a 20, JOINED a 10'),
  ('one is cut off and comes back', null, '{a:joined@10,a:dropped@20,a:joined@25,a:left@40}', 'a 10-20, a 25-40',
    'a left 10-40 25s, c invited, d invited', 'active 10 1/1', 'JOINED a 10, LEFT a 20, JOINED a 25, LEFT a 40',
    'LEFT a 40, JOINED a 25, LEFT a 20, JOINED a 10'),
  ('and is still there', null, '{a:joined@10,a:dropped@20,a:joined@25}', 'a 10-20, a 25-', 'a joined 10- 10s, c invited, d invited',
    'active 10 1/1', 'JOINED a 10, LEFT a 20, JOINED a 25', 'JOINED a 25, LEFT a 20, JOINED a 10'),
  ('two meet', null, '{a:joined@10,c:joined@15,c:left@30,a:left@40}', 'a 10-40, c 15-30', 'a left 10-40 30s, c left 15-30 15s, d invited',
    'active 10 2/2', 'JOINED a 10, JOINED c 15, LEFT c 30, LEFT a 40', 'LEFT a 40, LEFT c 30, JOINED c 15, JOINED a 10'),
  ('two miss each other', null, '{a:joined@10,a:left@20,c:joined@20,c:left@30}', 'a 10-20, c 20-30',
    'a left 10-20 10s, c left 20-30 10s, d invited', 'active 10 2/1', 'JOINED a 10, LEFT a 20, JOINED c 20, LEFT c 30',
    'LEFT c 30, JOINED c 20, LEFT a 20, JOINED a 10'),
  ('three, of whom two at once', null, '{a:joined@10,c:joined@20,c:left@30,d:joined@35}', 'a 10-, c 20-30, d 35-',
    'a joined 10-, c left 20-30 10s, d joined 35-', 'active 10 3/2', 'JOINED a 10, JOINED c 20, LEFT c 30, JOINED d 35',
    'JOINED d 35, LEFT c 30, JOINED c 20, JOINED a 10'),
  ('a joining is lost', null, '{a:left@20}', 'a 20-20', 'a left 20-20 0s, c invited, d invited', 'active 20 1/1', 'LEFT a 20', 'LEFT a 20'),
  ('a joining is lost in between', null, '{a:joined@10,a:left@20,a:left@30}', 'a 10-20, a 30-30', 'a left 10-30 10s, c invited, d invited',
    'active 10 1/1', 'JOINED a 10, LEFT a 20, LEFT a 30', 'LEFT a 30, LEFT a 20, JOINED a 10'),
  ('a leaving is lost', null, '{a:joined@10,a:joined@30,a:left@40}', 'a 10-40', 'a left 10-40 30s, c invited, d invited', 'active 10 1/1',
    'JOINED a 10, LEFT a 40', 'LEFT a 40, JOINED a 30'),
  ('a leaving is lost, and the meeting ends', null, '{a:joined@10,m1:ended@50}', 'a 10-50', 'a left 10-50 40s, c invited, d invited',
    'ended 10 1/1 40s', 'JOINED a 10, ENDED 50, LEFT a 50', 'ENDED 50, JOINED a 10, LEFT a 50'),
  ('another device takes over', null, '{a:joined@10,a:left@20,a:joined@20}', 'a 10-20, a 20-', 'a joined 10- 10s, c invited, d invited',
    'active 10 1/1', 'JOINED a 10, LEFT a 20, JOINED a 20', 'JOINED a 20, LEFT a 20, JOINED a 10'),
  ('another device takes over, twice', null, '{a:joined@10,a:left@20,a:joined@20,a:left@30,a:joined@30}', 'a 10-20, a 20-30, a 30-',
    'a joined 10- 20s, c invited, d invited', 'active 10 1/1', 'JOINED a 10, LEFT a 20, JOINED a 20, LEFT a 30, JOINED a 30',
    null),
  ('one comes and goes at once', null, '{a:joined@10,a:left@10}', 'a 10-10', 'a left 10-10 0s, c invited, d invited', 'active 10 1/1',
    'JOINED a 10, LEFT a 10', 'LEFT a 10'),
  ('and comes back', null, '{a:joined@10,a:left@10,a:joined@20}', 'a 10-10, a 20-', 'a joined 10- 0s, c invited, d invited',
    'active 10 1/1', 'JOINED a 10, LEFT a 10, JOINED a 20', 'JOINED a 20, LEFT a 10'),
  ('one who has left does', null, '{a:joined@10,a:left@20,a:joined@30,a:dropped@30}', 'a 10-20, a 30-30',
    'a left 10-30 10s, c invited, d invited', 'active 10 1/1', 'JOINED a 10, LEFT a 20, JOINED a 30, LEFT a 30',
    'LEFT a 30, LEFT a 20, JOINED a 10'),
  ('one is sent out', null, '{a:joined@10,a:deleted@20}', 'a 10-20', 'a left 10-20 10s, c invited, d invited', 'active 10 1/1',
    'JOINED a 10, LEFT a 20', 'JOINED a 10, LEFT a 20'),
  ('a meeting is deleted with those who had gone or never came', null, '{a:joined@10,a:left@20,a:deleted@50,c:deleted@50,m1:ended@50}',
    'a 10-20', 'a left 10-20 10s, c invited, d invited', 'ended 10 1/1 10s', 'JOINED a 10, LEFT a 20, ENDED 50',
    'ENDED 50, LEFT a 20, JOINED a 10'),
  ('what comes after the end counts for nothing', null, '{a:joined@10,m1:ended@50,a:left@51,c:joined@52}', 'a 10-50',
    'a left 10-50 40s, c invited, d invited', 'ended 10 1/1 40s', 'JOINED a 10, ENDED 50, LEFT a 50', null),
  ('of several ends the first counts', null, '{a:joined@10,m1:ended@50,m1:ended@40}', 'a 10-40', 'a left 10-40 30s, c invited, d invited',
    'ended 10 1/1 30s', 'JOINED a 10, ENDED 50, LEFT a 50', 'ENDED 40, JOINED a 10, LEFT a 40'),
  ('whoever is no participant is nobody', null, '{b:joined@10,a:joined@20}', 'a 20-', 'a joined 20-, c invited, d invited', 'active 20 1/1',
    'JOINED a 20', 'JOINED a 20'),
  ('two meetings of one session', 50, '{a:joined@10,c:joined@20,a2:joined@60,a2:left@90}', 'a 10-50, c 20-50, a2 60-90',
    'a left 10-90 70s, c left 20-50 30s, d invited', 'active 10 2/2', 'JOINED a 10, LEFT a 50, JOINED c 20, LEFT c 50, JOINED a 60, LEFT a 90',
    'LEFT a 90, JOINED a 60, JOINED c 20, LEFT c 50, JOINED a 10, LEFT a 50'),
  ('that overlap: the time counts once, and one person is one', 50, '{a:joined@10,a2:joined@40,a2:left@60}', 'a 10-50, a2 40-60',
    'a left 10-60 50s, c invited, d invited', 'active 10 1/1', 'JOINED a 10, LEFT a 50, JOINED a 40, LEFT a 60',
    'LEFT a 60, JOINED a 40, JOINED a 10, LEFT a 50'),
  ('one within the other', 80, '{a:joined@10,a2:joined@20,a2:left@30}', 'a 10-80, a2 20-30', 'a left 10-80 70s, c invited, d invited',
    'active 10 1/1', 'JOINED a 10, LEFT a 80, JOINED a 20, LEFT a 30', 'LEFT a 30, JOINED a 20, JOINED a 10, LEFT a 80'),
  ('the end of the first is no end of the session', 50, '{a2:joined@60,m1:ended@45}', 'a2 60-', 'a joined 60-, c invited, d invited',
    'active 60 1/1', 'JOINED a 60', 'JOINED a 60');

create function pg_temp.without_audit(outcome jsonb) returns jsonb language sql as $$ select outcome - 'audit' $$;
create function pg_temp.reversed(events text[]) returns text[] language sql as $$
  select coalesce(array_agg(e order by n desc), '{}') from unnest(events) with ordinality x (e, n)
$$;

create temp table played as
select s.*, pg_temp.play(renewed, events) as given, pg_temp.play(renewed, pg_temp.reversed(events)) as back,
  pg_temp.play(renewed, events || events) as twice
from schedules s;
select is(given ->> 'intervals', intervals, label || ': intervals') from played;
select is(given ->> 'people', people, label || ': people') from played;
select is(given ->> 'session', session, label || ': session') from played;
select is(given ->> 'audit', audit, label || ': audit') from played;
select is(twice, given, label || ': twice is once') from played;
select is(back - 'audit', given - 'audit', label || ': backwards, the same') from played;
select is(back ->> 'audit', reversed_audit, label || ': backwards, audit') from played where reversed_audit is not null;

-- Every order of one schedule comes to the same.
with recursive orders (chosen, rest) as (
  select '{}'::text[], array['a:joined@10', 'a:dropped@20', 'a:joined@30', 'm1:ended@60']
  union all
  select chosen || rest[i], rest[:i - 1] || rest[i + 1:] from orders, generate_subscripts(rest, 1) i
)
select is(string_agg(distinct (pg_temp.play(null, chosen) - 'audit')::text, '; '), jsonb_build_object(
    'intervals', 'a 10-20, a 30-60', 'people', 'a left 10-60 40s, c invited, d invited', 'session', 'ended 10 1/1 40s')::text, format('%s orders', count(*)))
from orders where rest = '{}';

-- A meeting of somebody else, and one whose events are gone.
select is(tests.rpc('record_presence', jsonb_build_object('eventId', 'x', 'kind', 'joined', 'at', to_timestamp(1), 'meetingId', 'm9',
  'attendeeId', 'a', 'userId', null)), '{"known": false, "isOurs": false, "closed": false, "seconds": 0}', 'a meeting of somebody else');
select pg_temp.arrange(null);
select is(tests.rpc('record_presence', p), coalesce('{"isOurs": true, "closed": false, "seconds": 0}' || outcome, '{"state": "22023"}'),
  format('%s: %s', label, outcome))
from (values
  ('an event', '{"eventId": "x"}'::jsonb, '{"known": false}'::jsonb),
  ('the same again', '{"eventId": "x"}', '{"known": true}'),
  ('a user who is none', '{"eventId": "y", "userId": "aws:MediaPipeline"}', '{"known": false}'),
  ('another word', '{"eventId": "z", "kind": "went"}', null),
  ('another key', '{"eventId": "z", "name": "x"}', null)) t (label, more, outcome),
lateral (select jsonb_build_object('kind', 'joined', 'at', to_timestamp(1), 'meetingId', 'm1', 'attendeeId', 'a',
  'userId', tests.id('a')) || more as p) x;
set local session_replication_role = replica;
update public.call_events set received_at = now() - interval '9 days';
set local session_replication_role = origin;
select tests.rpc('calls_to_sweep', jsonb_build_object('at', to_timestamp(100), 'most', 1));
select is((select count(*) from public.call_events), 2::bigint, 'events stay while the meeting may live');
select tests.rpc('meeting_ended', jsonb_build_object('meetingId', 'm1', 'at', to_timestamp(100)));
select tests.rpc('calls_to_sweep', jsonb_build_object('at', to_timestamp(100), 'most', 1));
select is((select count(*) from public.call_events), 0::bigint, 'events go after eight days');
select is(tests.rpc('record_presence', jsonb_build_object('eventId', 'late', 'kind', 'left', 'at', to_timestamp(5), 'meetingId', 'm1',
  'attendeeId', 'a', 'userId', tests.id('a'))), '{"known": true, "isOurs": true, "closed": false, "seconds": 0}', 'what comes after that');
select is((select count(*) from public.call_events where event_id = 'late'), 0::bigint, 'is not kept');

select tests.rpc('meeting_ended', jsonb_build_object('meetingId', 'm1', 'at', to_timestamp(50)));
select is((select string_agg(pg_temp.second(joined_at) || '-' || pg_temp.second(left_at), ', ') from public.call_presence), '1-100',
  'and the intervals are final');

-- A call that ends with its meeting tells how long it was, once.
create function pg_temp.meet_again(meeting text) returns void language sql as $$
  select tests.meet(s ->> 'id', meeting, (s ->> 'attempt')::integer)
  from tests.open(jsonb_build_object('appointmentId', tests.id('6'), 'userId', tests.id('b'))) s
$$;
select pg_temp.meet_again('z1');
select tests.seat((select session_id::text from public.call_meetings where meeting_id = 'z1'), 'z1', 'b', 'b');
select is(tests.rpc('record_presence', jsonb_build_object('eventId', n::text, 'kind', kind, 'at', to_timestamp(at), 'meetingId', 'z1', 'attendeeId',
    attendee, 'userId', case when attendee is not null then tests.id('b') end)) - 'known' - 'isOurs', closing::jsonb, format('%s at %s: %s', kind, at, closing))
from (values (1, 'joined', 10, 'b', '{"closed": false, "seconds": 0}'), (2, 'ended', 70, null, '{"closed": true, "seconds": 60}'),
  (3, 'ended', 70, null, '{"closed": false, "seconds": 0}'), (4, 'ended', 60, null, '{"closed": false, "seconds": 0}'))
  t (n, kind, at, attendee, closing);
-- It goes on in the next meeting, which the sweep finds dead.
select pg_temp.meet_again('z2');
select tests.rpc('record_presence', jsonb_build_object('eventId', 'in', 'kind', 'joined', 'at', to_timestamp(110), 'meetingId', 'z2',
  'attendeeId', 'b2', 'userId', tests.id('b')));
select is(tests.rpc('meeting_ended', jsonb_build_object('meetingId', 'z2', 'at', to_timestamp(140))), closing::jsonb, 'found dead: ' || closing)
from (values ('{"closed": true, "seconds": 80}'), ('{"closed": false, "seconds": 0}')) t (closing);

select * from finish();
rollback;
