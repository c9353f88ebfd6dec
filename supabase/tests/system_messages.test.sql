-- What a channel itself says beside a call: each fact once, in the order in which they came true, and nothing where nobody has a
-- channel.
begin;
select no_plan();
select tests.arrange_appointments();
grant usage on schema tests to public;

create temp table kept (name text primary key, value text);
create function pg_temp.kept(wanted text) returns text language sql as $$ select value from kept where name = wanted $$;
create function pg_temp.open_channel(appointment text default '5', letter text default 'a') returns text language sql volatile as $$
  select tests.rpc('open_channel', jsonb_build_object('appointmentId', tests.id(appointment), 'userId', tests.id(letter))) ->> 'channelId'
$$;
create function pg_temp.at(minute integer) returns text language sql as $$ select format('2026-03-02T10:%s:00.000Z', lpad(minute::text, 2, '0')) $$;
create function pg_temp.close(minute integer, letter text default 'a') returns text language sql volatile as $$
  select tests.rpc('close_session', jsonb_build_object('sessionId', pg_temp.kept('session'), 'endedBy', tests.id(letter), 'at', pg_temp.at(minute))) ->> 'outcome'
$$;
create function pg_temp.on_message(rpc text, letter text, id text, more jsonb default '{}') returns text language sql volatile as $$
  select tests.rpc(rpc, jsonb_build_object('channelId', pg_temp.kept('channel'), 'userId', tests.id(letter), 'messageId', id) || more) ->> 'outcome'
$$;
-- The codes that the channel has, in their order, as one of its members reads them.
create function pg_temp.said(letter text default 'a') returns text language sql volatile as $$
  select coalesce(string_agg(m #>> '{metadata,code}', ' ' order by n desc), '')
  from jsonb_array_elements(tests.rpc('list_messages', jsonb_build_object('channelId', pg_temp.kept('channel'), 'userId', tests.id(letter),
    'limit', 100, 'nextToken', null)) -> 'messages') with ordinality x (m, n)
$$;

-- Without a channel ---------------------------------------------------------------------------------------------------

insert into kept values ('session', tests.open() ->> 'id');
select is(tests.meet(pg_temp.kept('session'), 'm0') ->> 'outcome', 'kept', 'a call of two people without a channel'), is(pg_temp.close(1), 'closed', 'ends');
select is((select count(*) from public.chime_messages) + (select count(*) from public.chime_messaging_channels), 0::bigint, 'and nobody gets one by it');

-- A visit -------------------------------------------------------------------------------------------------------------

insert into kept values ('channel', pg_temp.open_channel());
update kept set value = tests.open() ->> 'id' where name = 'session';
select is(pg_temp.said(), '', 'a session without a meeting is no call yet');
select is(tests.meet(pg_temp.kept('session'), 'm1') ->> 'outcome', outcome, 'the meeting is ' || outcome) from unnest(array['kept', 'known']) outcome;
select is(pg_temp.said(letter), 'call-started', letter || ' reads that it has started, once') from unnest(array['a', 'c']) letter;
select is(tests.keep('m1', state, more) ->> 'outcome', 'kept', state || ': ' || said), is(pg_temp.said(), said, 'it says so') from (values
  ('starting', '{}'::jsonb, 'call-started'), ('running', '{"captureId": "c1"}', 'call-started recording-on'), ('running', '{}', 'call-started recording-on'),
  ('stopping', '{"reason": "Withdrawn"}', 'call-started recording-on'), ('over', '{}', 'call-started recording-on recording-off'),
  ('joining', '{"concatenationId": "j1", "attempt": 1}', 'call-started recording-on recording-off')) t (state, more, said);

select is(tests.rpc('renew_meeting', jsonb_build_object('sessionId', pg_temp.kept('session'), 'meetingId', 'm1', 'at', pg_temp.at(9))) #>> '{status}', 'active', 'it goes on');
select is(tests.meet(pg_temp.kept('session'), 'm2', 2) ->> 'outcome', 'kept', 'in a second meeting'), is(pg_temp.said(), 'call-started recording-on recording-off', 'and has not started anew');
select is(tests.keep('m2', 'running', '{"captureId": "c2"}') ->> 'outcome', 'kept', 'which is recorded by itself');
select is(pg_temp.close(10), 'closed', 'ended'), is(pg_temp.close(11), 'known', 'once');
select is(tests.keep('m2', 'over', '{"reason": "Ended"}') ->> 'outcome', 'kept', 'its recording stops after it');
select is(pg_temp.said(letter), 'call-started recording-on recording-off recording-on call-ended recording-off', letter || ' reads it in one order') from unnest(array['a', 'c']) letter;

select public.record_results(tests.consultation('8', jsonb_build_object('session_id', pg_temp.kept('session'))));
select tests.run(tests.id('a')::text, tests.change('review_findings', '8', '[{"finding": "e3", "verdict": "right"}]'));
select tests.run(tests.id('a')::text, tests.change('sign_consultation', '8'));
create function pg_temp.released() returns bigint language sql volatile as $$
  select count(*) from public.chime_messages where message = 'Results of the visit have been released.'
$$;
select is(pg_temp.released(), 0::bigint, 'what was signed is not released');
select tests.run(tests.id('a')::text, tests.change(rpc, '8', token => token)), is(pg_temp.released(), n::bigint, rpc || ' ' || token)
from (values ('release_results', '1', 1), ('release_results', '1', 1), ('release_results', '2', 1), ('withdraw_release', '3', 1), ('release_results', '4', 2)) t (rpc, token, n);
select is(right(pg_temp.said('c'), 33), 'results-released results-released', 'each version that was released, for the patient too');

-- What kind of messages they are --------------------------------------------------------------------------------------

select ok(bool_and(m.message_type = 'system' and m.sender_id is null and m.state = 'accepted' and m.metadata = jsonb_build_object('code', t.code)),
  'nobody''s, with the code that decides and the text of that code') from public.chime_messages m left join pipeline.system_messages() t on t.message = m.message;
select is(count(distinct m.created_at), count(*), 'no two have one time') from public.chime_messages m;
select is((select string_agg(distinct concat_ws(' ', user_role, coalesce(user_id::text, '-'), metadata ->> 'messageType'), ', ') from public.chime_message_audit
  where action_type = 'message_sent'), 'system - system', 'each is audited as the system''s');
select is((select count(*) from public.chime_message_audit where action_type = 'message_sent'), (select count(*) from public.chime_messages), 'once');
select is(tests.rpc('list_channels', jsonb_build_object('userId', tests.id('c'), 'limit', 9, 'nextToken', null)) #>> '{channels,0,unread}', '0', 'nobody has to read them');
select is(pg_temp.on_message(rpc, letter, message_id, more), outcome, format('%s by %s', rpc, letter)) from (select min(message_id) as message_id from public.chime_messages) m,
  (values ('edit_message', 'a', '{"message": "x"}'::jsonb, 'notHers'), ('redact_message', 'a', '{}', 'notHers'), ('redact_message', 'c', '{}', 'notHers'),
    ('mark_read', 'c', '{}', 'kept'), ('react', 'c', '{"reaction": "👍"}', 'kept')) t (rpc, letter, more, outcome);
select throws_ok(format('insert into public.chime_messages (channel_id, client_token, state, message_type, message) select channel_id, client_token, state, message_type, message
  from public.chime_messages limit 1'), '23505', null, 'a fact is said once, whoever writes');

-- Bringing them to Chime ----------------------------------------------------------------------------------------------

update public.chime_messages set changed_at = changed_at - interval '1 minute';
select is(value #> '{deliveries,0}' -> 'sender', '{"userId": "system", "role": "system", "userArn": null}', 'the system sends them'),
  is(jsonb_path_query_array(value, '$.deliveries[*].code'), '["call-started", "recording-on", "recording-off", "recording-on", "call-ended", "recording-off", "results-released", "results-released"]',
    'with their codes') from tests.rpc('messages_to_deliver', '{"most": 20}') value;

-- Whose channel -------------------------------------------------------------------------------------------------------

-- The appointment is another colleague's now; the first one hears nothing of her visit.
update public.appointments set provider_id = tests.id('b') where id = tests.id('5');
update kept set value = tests.rpc('open_session', jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('b'), 'mediaRegion', 'eu-central-1')) ->> 'id' where name = 'session';
create temp table before as select count(*) as n from public.chime_messages;
select is(tests.meet(pg_temp.kept('session'), 'm3') ->> 'outcome', 'kept', 'a colleague''s call'), is((select count(*) from public.chime_messages), n, 'is not told to who had the appointment before')
from before;
select is(pg_temp.close(30, 'b'), 'closed', 'it ends');

-- It ended by itself, and somebody came back: an end of each meeting, and one start.
update kept set value = pg_temp.open_channel('5', 'b') where name = 'channel';
update kept set value = tests.rpc('open_session', jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('b'), 'mediaRegion', 'eu-central-1')) ->> 'id' where name = 'session';
select tests.meet(pg_temp.kept('session'), 'm4');
select is(tests.rpc('meeting_ended', jsonb_build_object('meetingId', 'm4', 'at', pg_temp.at(40))) ->> 'closed', closed, 'its end is told ' || closed) from unnest(array['true', 'false']) closed;
select is(tests.rpc('open_session', jsonb_build_object('sessionId', pg_temp.kept('session'), 'userId', tests.id('c'), 'mediaRegion', 'eu-central-1')) ->> 'attempt', '2', 'it goes on');
select is(tests.meet(pg_temp.kept('session'), 'm5', 2) ->> 'outcome', 'kept', 'in the next meeting'), is(pg_temp.close(50, 'b'), 'closed', 'and ends');
select is(pg_temp.said('c'), 'call-started call-ended call-ended', 'as often as it did');
-- A channel that came in the middle of a visit does not begin with the second meeting of it.
update public.chime_messaging_channels set status = 'archived' where id = pg_temp.kept('channel')::uuid;
update kept set value = tests.rpc('open_session', jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('b'), 'mediaRegion', 'eu-central-1')) ->> 'id' where name = 'session';
select tests.meet(pg_temp.kept('session'), 'm6');
select is(pg_temp.said('c'), 'call-started call-ended call-ended', 'nothing is said in a channel that is archived');
update public.chime_messaging_channels set status = 'active' where id = pg_temp.kept('channel')::uuid;
select tests.rpc('renew_meeting', jsonb_build_object('sessionId', pg_temp.kept('session'), 'meetingId', 'm6', 'at', pg_temp.at(55)));
select is(tests.meet(pg_temp.kept('session'), 'm7', 2) ->> 'outcome', 'kept', 'renewed'), is(pg_temp.said('c'), 'call-started call-ended call-ended', 'and it does not start there');
insert into pipeline.settings values ('system_messages', 'off');
select is(pg_temp.close(56, 'b'), 'closed', 'switched off'), is(pg_temp.said('c'), 'call-started call-ended call-ended', 'a channel says nothing');
delete from pipeline.settings where name = 'system_messages';
-- A channel of the two that belongs to no appointment.
update public.chime_messaging_channels set appointment_id = null where id = pg_temp.kept('channel')::uuid;
update kept set value = tests.rpc('open_session', jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('b'), 'mediaRegion', 'eu-central-1')) ->> 'id' where name = 'session';
select tests.meet(pg_temp.kept('session'), 'm8');
select is(pg_temp.said('c'), 'call-started call-ended call-ended call-started', 'it is told of their calls');
update public.chime_channel_members set removed_at = now() where role = 'provider';
select is(pg_temp.close(58, 'b'), 'closed', 'without members'), is((select count(*) from public.chime_messages m where m.channel_id = pg_temp.kept('channel')::uuid), 4::bigint, 'nobody could read it');

select is(tests.attempt(caller, 'select * from pipeline.system_messages()'), '42501', caller || ' has no way round') from unnest(array[tests.id('a')::text, 'service_role']) caller;

select * from finish();
rollback;
