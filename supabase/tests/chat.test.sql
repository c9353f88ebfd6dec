-- The RPCs of the chat: what each does, that a repeat does nothing more, what is refused, and who reaches what.
begin;
select no_plan();
select tests.arrange_appointments();
grant usage on schema tests to public;

create temp table kept (name text primary key, value jsonb);
create function pg_temp.keep(name text, value jsonb) returns jsonb language sql as $$ insert into kept values ($1, $2) returning value $$;
create function pg_temp.channel() returns text language sql as $$ select value ->> 'channelId' from kept where name = 'channel' $$;
create function pg_temp.open(letter text default 'a', appointment text default '5') returns jsonb language sql volatile as $$
  select tests.rpc('open_channel', jsonb_build_object('appointmentId', tests.id(appointment), 'userId', tests.id(letter)))
$$;
create function pg_temp.message(n integer) returns text language sql as $$ select '00000000-0000-4000-8000-' || lpad(n::text, 12, '0') $$;
create function pg_temp.send(letter text, n integer, more jsonb default '{}') returns jsonb language sql volatile as $$
  select tests.rpc('accept_message', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter),
    'messageId', pg_temp.message(n), 'clientToken', 'token-' || n, 'messageType', 'text', 'message', 'word ' || n, 'metadata', null) || more)
$$;
create function pg_temp.on_message(rpc text, letter text, n integer, more jsonb default '{}') returns jsonb language sql volatile as $$
  select tests.rpc(rpc, jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter), 'messageId', pg_temp.message(n)) || more)
$$;
create function pg_temp.list(letter text, size integer default 50, place text default null) returns jsonb language sql volatile as $$
  select tests.rpc('list_messages', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter), 'limit', size, 'nextToken', place))
$$;
create function pg_temp.member(rpc text, letter text, host text default 'a') returns jsonb language sql volatile as $$
  select tests.rpc(rpc, jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter), 'by', tests.id(host)))
$$;
create function pg_temp.audited() returns text language sql as $$
  select string_agg(concat_ws(' ', a.action_type, a.user_role, right(a.message_id, 1), a.metadata ->> 'bytes'), ', ' order by a.created_at, a.ctid)
  from public.chime_message_audit a
$$;
create function pg_temp.sent(n integer, revision integer default 0) returns jsonb language sql volatile as $$
  select tests.rpc('message_sent', jsonb_build_object('messageId', pg_temp.message(n), 'chimeMessageId', 'chime-' || n, 'revision', revision))
$$;
create function pg_temp.state(n integer) returns text language sql as $$
  select m.state || ' ' || m.revision from public.chime_messages m where m.message_id = pg_temp.message(n)
$$;

-- Opening -------------------------------------------------------------------------------------------------------------

select is(pg_temp.open('b'), '{"state": "42501"}', 'a stranger opens nothing');
select is(pg_temp.open('a', '9'), '{"state": "42501"}', 'nor is there a channel of no appointment');
select is(pg_temp.keep('channel', pg_temp.open('c')) - 'channelId' - 'createdAt', jsonb_build_object('channelArn', null, 'appointmentId',
  tests.id('5'), 'providerId', tests.id('a'), 'patientId', tests.id('c'), 'status', 'active', 'lastMessageAt', null), 'the patient opens a channel');
select is(pg_temp.open('a'), value, 'the provider finds it') from kept where name = 'channel';
select is((select array_agg(role order by role) from public.chime_channel_members), array['patient', 'provider'], 'both are members');
select is(pg_temp.audited(), 'channel_created patient', 'and it is audited once');
select is(tests.rpc('channel_created', jsonb_build_object('channelId', pg_temp.channel(), 'channelArn', arn, 'providerArn', 'arn:a', 'patientArn', 'arn:c'))
  ->> 'channelArn', 'arn:1', 'Chime''s first ARN stays') from unnest(array['arn:1', 'arn:2']) arn;
select is((select array_agg(user_arn order by role) from public.chime_channel_members where unsettled_at is null), array['arn:c', 'arn:a'], 'Chime has both');

create function pg_temp.context(letter text, more jsonb) returns jsonb language sql volatile as $$
  select tests.rpc('chat_context', jsonb_build_object('issuer', 'supabase', 'subject', tests.id(letter)) || more)
$$;
select is(pg_temp.context(letter, jsonb_build_object('channelId', upper(pg_temp.channel()))) -> 'member', member::jsonb, letter || ' asks')
from (values ('a', format('{"userId": "%s", "role": "provider", "userArn": "arn:a"}', tests.id('a'))), ('b', 'null'), ('9', 'null')) t (letter, member);
select is(pg_temp.context('c', jsonb_build_object('appointmentId', tests.id('5'))) #>> '{appointment,patientId}', tests.id('c')::text, 'an appointment');
insert into pipeline.settings values ('requests_a_minute', '2');
select is(pg_temp.context('d', '{}') ->> 'tooMany', (n > 2)::text, 'request ' || n) from generate_series(1, 3) n;
select is(tests.rpc('call_context', jsonb_build_object('issuer', 'supabase', 'subject', tests.id('d'), 'action', 'x')) ->> 'tooMany', 'false', 'calls are counted by themselves');

-- Sending -------------------------------------------------------------------------------------------------------------

select is(pg_temp.keep('first', pg_temp.send('c', 1)) #- '{message,createdAt}' #- '{delivery,channel}', jsonb_build_object('outcome', 'kept',
  'message', jsonb_build_object('messageId', pg_temp.message(1), 'channelId', pg_temp.channel(), 'senderId', tests.id('c'), 'state', 'accepted',
    'messageType', 'text', 'message', 'word 1', 'metadata', null, 'editedAt', null, 'redactedAt', null, 'reactions', '[]'::jsonb),
  'delivery', jsonb_build_object('messageId', pg_temp.message(1), 'code', null, 'revision', 0, 'firstMessage', 'word 1', 'message', 'word 1', 'isRedacted', false,
    'chimeMessageId', null, 'sender', '{"role": "patient", "userArn": "arn:c"}' || jsonb_build_object('userId', tests.id('c')),
    'changedBy', '{"role": "provider", "userArn": "arn:a"}' || jsonb_build_object('userId', tests.id('a')))), 'a message is accepted');
select is(pg_temp.send('c', 2, '{"clientToken": "token-1", "message": "other"}') - 'outcome', value - 'outcome', 'its token again is the same message')
from kept where name = 'first';
select is(pg_temp.send('a', 3, '{"clientToken": "token-1"}') ->> 'outcome', 'kept', 'somebody else''s token is her own');
select is(pg_temp.send(letter, 4, more) ->> 'outcome', outcome, label)
from (values ('d', '{}'::jsonb, 'notMember', 'a stranger sends nothing'),
  ('c', jsonb_build_object('channelId', tests.id('9')), 'noChannel', 'nor anybody to no channel')) t (letter, more, outcome, label);
select is(pg_temp.send('c', 5, more) ->> 'state', state, label) from (values
  (jsonb_build_object('message', repeat('é', 2049)), '23514', '4,098 bytes are too many'), ('{"messageType": "system"}'::jsonb, '22023', 'nobody sends as the system'),
  (jsonb_build_object('messageId', pg_temp.message(1)), '23505', 'an id that is taken')) t (more, state, label);
select is(pg_temp.send('c', 5, jsonb_build_object('message', repeat('é', 2048))) ->> 'outcome', 'kept', '4,096 bytes fit');
select is(pg_temp.audited(), 'channel_created patient, message_sent patient 1 6, message_sent provider 3 6, message_sent patient 5 4096', 'each once, and not a word of it');
select ok(bool_and(rises), 'the time rises within a channel') from (
  select created_at > lag(created_at) over (order by ctid) as rises from public.chime_messages) t;

select is(pg_temp.sent(n, r), null, format('Chime has %s at %s', n, r)) from (values (1, 0), (3, 0), (1, 0)) t (n, r);
select is(pg_temp.state(1), 'confirmed 0', 'confirmed');
select is(pg_temp.send('c', 2, '{"clientToken": "token-1"}') -> 'delivery', 'null', 'nothing is left to bring');

-- Changing ------------------------------------------------------------------------------------------------------------

select is(pg_temp.on_message('edit_message', letter, n, '{"message": "better"}') ->> 'outcome', outcome, label)
from (values ('a', 1, 'notHers', 'the provider edits no one else''s'), ('d', 1, 'notMember', 'a stranger nothing'), ('c', 9, 'noMessage', 'nor what there is not')) t (letter, n, outcome, label);
select is(pg_temp.on_message('edit_message', 'c', 1, '{"message": "better"}') #>> array[a, b], value, a || ' ' || b)
from (values ('message', 'message', 'better'), ('delivery', 'revision', '1')) t (a, b, value);
select is(pg_temp.state(1), 'sent 1', 'edited once: Chime has the earlier version');
select is(pg_temp.sent(1, 0), null, 'an earlier word comes late'), is(pg_temp.state(1), 'sent 1', 'and confirms nothing');
select is(pg_temp.sent(1, 1), null, 'the edit is there'), is(pg_temp.state(1), 'confirmed 1', 'confirmed again');
select is(pg_temp.sent(1, 0), null, 'an earlier word comes later still'), is(pg_temp.state(1), 'sent 1', 'it is brought again, to be sure');
select is((select array_agg(message) from public.chime_message_versions), array['word 1'], 'what it said is kept');
select is(pg_temp.on_message('edit_message', 'a', 3, jsonb_build_object('message', text)) #>> '{message,message}', text, 'edited again') from unnest(array['two', 'three']) text;
select is(pg_temp.sent(3, 2), null, 'the second change overtakes the first'), is(pg_temp.state(3), 'sent 2', 'which may come to Chime yet');
update public.chime_messages set changed_at = changed_at - interval '1 minute' where message_id = pg_temp.message(3);
select is(tests.rpc('messages_to_deliver', '{"most": 9}') #>> '{deliveries,0,message}', 'three', 'it is taken up later'), is(pg_temp.sent(3, 2), null, 'again');
select is(pg_temp.state(3), 'confirmed 2', 'and then it stands');
select is(pg_temp.on_message('edit_message', 'c', 5, '{"message": "short"}') -> 'delivery' ->> 'firstMessage', repeat('é', 2048), 'one that Chime may have is sent as it was');
select is(pg_temp.state(5), 'accepted 1', 'and waits on');

select is(pg_temp.on_message('redact_message', letter, n) ->> 'outcome', outcome, label) from (values ('c', 3, 'notHers', 'a patient takes back nobody else''s'),
  ('a', 1, 'kept', 'the provider takes back the patient''s'), ('a', 1, 'known', 'once')) t (letter, n, outcome, label);
select is(pg_temp.list('c') #>> '{messages,2,message}', '', 'it is read as empty');
select ok(pg_temp.list('c') #>> '{messages,2,redactedAt}' is not null and pg_temp.list('c') #>> '{messages,2,editedAt}' is not null, 'with its times');
select is(pg_temp.on_message('edit_message', 'c', 1, '{"message": "again"}') ->> 'outcome', 'noMessage', 'and edited no more');
select is((select array_agg(message order by revision) from public.chime_message_versions where message_id = pg_temp.message(1)), array['word 1', 'better'], 'both versions are kept');

-- Reading -------------------------------------------------------------------------------------------------------------

select is(pg_temp.list('b'), null, 'a stranger reads nothing');
select is(jsonb_path_query_array(pg_temp.list('a'), '$.messages[*].messageId'), to_jsonb(array[pg_temp.message(5), pg_temp.message(3), pg_temp.message(1)]), 'the newest first');
select pg_temp.keep('page', pg_temp.list('a', 2));
select is(jsonb_array_length(value -> 'messages'), 2, 'a page') from kept where name = 'page';
select is(pg_temp.send('a', 6) ->> 'outcome', 'kept', 'one comes while it is read');
select is(jsonb_path_query_array(pg_temp.list('a', 2, value ->> 'nextToken'), '$.messages[*].messageId'), to_jsonb(array[pg_temp.message(1)]), 'the next page goes on where it ended')
from kept where name = 'page';
select is(pg_temp.list('a', 2, value ->> 'nextToken') -> 'nextToken', 'null', 'and is the last') from kept where name = 'page';

select is(tests.rpc('list_channels', jsonb_build_object('userId', tests.id(letter), 'limit', 50, 'nextToken', null)) #>> array['channels', '0', 'unread'], unread, format('unread of %s', letter))
from (values ('a', '2'), ('c', '2'), ('b', null)) t (letter, unread);
select is(pg_temp.on_message('mark_read', letter, n) ->> 'outcome', outcome, format('%s reads %s', letter, n))
from (values ('c', 3, 'kept'), ('c', 3, 'known'), ('c', 1, 'known'), ('c', 9, 'noMessage'), ('d', 3, 'notMember'), ('c', 6, 'kept')) t (letter, n, outcome);
select is(pg_temp.list('a') -> 'reads' -> 0 ->> 'messageId', pg_temp.message(6), 'the others see it');
select is(tests.rpc('list_channels', jsonb_build_object('userId', tests.id('c'), 'limit', 50, 'nextToken', null)) #>> '{channels,0,unread}', '0', 'nothing is unread');
select is((select count(*) from public.chime_message_audit where action_type = 'message_read'), 2::bigint, 'each step of reading is audited once');

select is(pg_temp.on_message('react', 'c', n, jsonb_build_object('reaction', sign)) ->> 'outcome', outcome, format('%s on %s', sign, n))
from (values (3, '👍', 'kept'), (3, '👍', 'known'), (3, '❤️', 'kept'), (1, '👍', 'noMessage'), (6, null, 'known')) t (n, sign, outcome);
select is(pg_temp.list('a') #> '{messages,2,reactions}', jsonb_build_array(jsonb_build_object('userId', tests.id('c'), 'reaction', '❤️')), 'one sign of each');

-- Members -------------------------------------------------------------------------------------------------------------

select is(pg_temp.member('add_member', letter, host) ->> 'outcome', outcome, format('%s adds %s', host, letter))
from (values ('b', 'd', 'notMember'), ('9', 'a', 'noUser'), ('b', 'a', 'kept'), ('b', 'a', 'known'), ('c', 'a', 'known')) t (letter, host, outcome);
select is(pg_temp.list('b') ->> 'nextToken', null, 'who was added reads'), ok(pg_temp.list('b') -> 'messages' <> '[]', 'all of it');
select is(pg_temp.member('add_member', 'b') #>> '{settling,isIn}', 'true', 'and Chime is to be told');
select is(tests.rpc('member_settled', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id('b'), 'userArn', 'arn:b', 'isIn', true)), null, 'it was');
select is(pg_temp.member('add_member', 'b') -> 'settling', 'null', 'nothing is left');
select is(pg_temp.send('b', 7) ->> 'outcome', 'kept', 'she sends');
select is(pg_temp.member('remove_member', letter) ->> 'outcome', outcome, format('%s is removed', letter))
from (values ('c', 'isParty'), ('a', 'isParty'), ('d', 'known'), ('b', 'kept'), ('b', 'known')) t (letter, outcome);
select is(pg_temp.send('b', 7) ->> 'outcome', 'notMember', 'then nothing of hers is taken, not even again'), is(pg_temp.list('b'), null, 'nor does she read');
select is(tests.rpc('member_settled', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id('b'), 'userArn', 'arn:b', 'isIn', n > 1)) ->> 'isIn', still, label)
from (values (1, null, 'Chime lets her go'), (2, 'false', 'a late word of her coming: she is to go again')) t (n, still, label);
select is(pg_temp.member('remove_member', 'b') #>> '{settling,isIn}', 'false', 'which is not forgotten');
select is((select string_agg(action_type, ' ' order by created_at, ctid) from public.chime_message_audit where action_type like 'member%'), 'member_added member_removed', 'both are audited');

-- Bringing to Chime ---------------------------------------------------------------------------------------------------

create function pg_temp.waiting() returns jsonb language sql volatile as $$ select tests.rpc('messages_to_deliver', '{"most": 3}') $$;
select is(jsonb_array_length(pg_temp.waiting() -> 'deliveries'), 0, 'what is new is its own request''s');
update public.chime_messages set changed_at = changed_at - interval '1 minute';
update public.chime_channel_members set unsettled_at = unsettled_at - interval '1 minute';
select pg_temp.keep('waiting', pg_temp.waiting());
select is(jsonb_path_query_array(value, '$.deliveries[*].messageId'), to_jsonb(array[pg_temp.message(1), pg_temp.message(5), pg_temp.message(6)]), 'the oldest, in order')
from kept where name = 'waiting';
select is(value #>> '{deliveries,0,chimeMessageId}', 'chime-1', 'with what Chime has') from kept where name = 'waiting';
select is(value #>> '{deliveries,0,isRedacted}', 'true', 'to be taken back') from kept where name = 'waiting';
select is(jsonb_path_query_array(value, '$.members[*].isIn'), '[false]', 'and who is to go') from kept where name = 'waiting';
select is(jsonb_path_query_array(pg_temp.waiting(), '$.deliveries[*].messageId'), to_jsonb(array[pg_temp.message(7)]), 'then the rest, and nothing twice');
select is(pg_temp.waiting() - 'failed' - 'late', '{"deliveries": [], "members": [], "closing": []}', 'then nothing');
select is((select pg_temp.state(7)), 'accepted 0', 'a sender who was removed');
select is(tests.rpc('message_failed', jsonb_build_object('messageId', pg_temp.message(7), 'revision', 1)), null, 'of another revision'), is(pg_temp.state(7), 'accepted 0', 'tells nothing');
select is(tests.rpc('message_failed', jsonb_build_object('messageId', pg_temp.message(7), 'revision', 0)), null, 'is not taken by Chime'), is(pg_temp.state(7), 'failed 0', 'and it is given up');
update public.chime_messages set changed_at = changed_at - interval '1 day' where message_id = pg_temp.message(5);
select is((pg_temp.waiting() ->> 'failed')::integer, 1, 'what waits for a day, too'), is(pg_temp.state(5), 'failed 1', 'it says so');
select is(jsonb_array_length(pg_temp.list('c') -> 'messages'), 5, 'and members read it all the same');

-- The end -------------------------------------------------------------------------------------------------------------

create function pg_temp.archive(letter text) returns text language sql volatile as $$
  select tests.rpc('archive_channel', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter))) ->> 'outcome'
$$;
select is(pg_temp.archive('d'), 'notMember', 'a stranger'), is(pg_temp.archive('a'), 'kept', 'archived'), is(pg_temp.archive('a'), 'known', 'once');
select is(pg_temp.send('c', 8) ->> 'outcome', 'closed', 'nobody writes'), is(jsonb_array_length(pg_temp.list('c') -> 'messages'), 5, 'all read');
select is(pg_temp.on_message(rpc, 'c', 6, more) ->> 'outcome', 'closed', rpc || ' is over')
from (values ('edit_message', '{"message": "x"}'::jsonb), ('redact_message', '{}'), ('react', '{"reaction": "👍"}')) t (rpc, more);
select is(pg_temp.member('add_member', 'd') ->> 'outcome', 'closed', 'nobody comes in');
update public.chime_messaging_channels set updated_at = updated_at - interval '1 minute';
select is(jsonb_array_length(pg_temp.waiting() -> 'closing'), 1, 'Chime is to be told');
select is(tests.rpc('channel_closed', jsonb_build_object('channelId', pg_temp.channel())), null, 'it was'), is(pg_temp.waiting() -> 'closing', '[]', 'nothing is left');
select is(pg_temp.open('a') ->> 'status', 'archived', 'it is found again as it is');

-- From where ----------------------------------------------------------------------------------------------------------

create temp table other as select pg_temp.open('b', '6') ->> 'channelId' as channel;
create function pg_temp.ask_from(n integer, headers text) returns text language plpgsql as $$
begin
  perform set_config('request.headers', headers, true);
  perform pg_temp.send('d', n, (select jsonb_build_object('channelId', o.channel) from other o));
  perform set_config('request.headers', '', true);
  return (select concat_ws(' ', coalesce(host(a.ip_address), '-'), coalesce(a.user_agent, '-')) from public.chime_message_audit a
    where a.message_id = pg_temp.message(n));
end $$;
select is(pg_temp.ask_from(n, headers), kept, coalesce(left(headers, 60), 'without headers')) from (values
  (20, '{"x-client-address": "192.0.2.1", "x-client-agent": "app/1.0", "user-agent": "the door''s own"}', '192.0.2.1 app/1.0'),
  (21, '{"x-client-address": "2001:db8::1"}', '2001:db8::1 -'), (22, '{"x-client-address": "nowhere", "x-forwarded-for": "192.0.2.1"}', '- -'),
  (23, jsonb_build_object('x-client-agent', repeat('a', 300))::text, '- ' || repeat('a', 200)), (24, 'no JSON', '- -'), (25, '', '- -'), (26, null, '- -')) t (n, headers, kept);

-- When it goes --------------------------------------------------------------------------------------------------------

-- One a day too old, one a day younger.
insert into public.chime_messages (message_id, channel_id, sender_id, client_token, state, message_type, message, created_at, changed_at)
select 'old ' || n, o.channel::uuid, tests.id('d'), 'old ' || n, 'confirmed', 'text', 'years ago', at, at from other o,
  (values (1, now() - interval '7 years 31 days'), (2, now() - interval '7 years 29 days')) t (n, at);
insert into public.chime_message_versions (message_id, revision, message, at) select 'old ' || n, 0, 'before', now() from generate_series(1, 2) n;
insert into public.chime_reactions (message_id, user_id, reaction, at) select 'old ' || n, tests.id('d'), '+', now() from generate_series(1, 2) n;
insert into public.chime_message_audit (channel_id, message_id, user_id, user_role, action_type, metadata, created_at)
select m.channel_id, m.message_id, m.sender_id, 'patient', 'message_sent', '{}', m.created_at from public.chime_messages m where m.message_id like 'old %';
insert into public.chime_reads (channel_id, user_id, message_id, at)
select m.channel_id, m.sender_id, m.message_id, m.created_at from public.chime_messages m where m.message_id = 'old 1';
select isnt(tests.rpc('messages_to_deliver', '{"most": 9}'), null, 'the sweep looks');
select is((select array_agg(message_id order by message_id) from public.chime_messages where message_id like 'old %'), array['old 2'], 'what is older than seven years and thirty days is gone'),
  is((select array_agg(message_id) from public.chime_message_versions where message_id like 'old %'), array['old 2'], 'so are its versions'),
  is((select array_agg(message_id) from public.chime_reactions where message_id like 'old %'), array['old 2'], 'its signs'),
  is((select array_agg(message_id) from public.chime_message_audit where message_id like 'old %'), array['old 2'], 'and its entries');
select is(tests.rpc('mark_read', jsonb_build_object('channelId', channel, 'userId', tests.id('d'), 'messageId', (select m.message_id
  from public.chime_messages m where m.channel_id::text = channel order by m.created_at desc limit 1))) ->> 'outcome', 'kept', 'who had read what is gone reads on')
from other;
select throws_ok('delete from public.chime_message_audit', '42501', null, 'nobody else erases');

-- What may not be -----------------------------------------------------------------------------------------------------

select throws_ok(statement, '42501', null, statement) from unnest(array['update public.chime_message_audit set metadata = null',
  'delete from public.chime_message_audit', 'truncate public.chime_message_audit', 'delete from public.chime_message_versions']) statement;
select is((select count(*) from public.chime_message_audit where action_type = 'message_sent'), (select count(*) from public.chime_messages), 'a message is an entry, and an entry a message');
select ok(bool_and(a::text !~ 'word|better|short|two|three|é'), 'no entry has a word of a message') from public.chime_message_audit a;

select is(tests.attempt(c.caller, format('select count(*) from public.%I', t.name)), case c.caller when 'service_role' then '1' else '42501' end, format('%s reads %s', c.caller, t.name))
from unnest(array[tests.id('a')::text, tests.id('c')::text, 'anon', 'service_role']) c (caller),
  unnest(array['chime_messaging_channels', 'chime_channel_members', 'chime_messages', 'chime_message_versions', 'chime_reads', 'chime_reactions', 'chime_message_audit']) t (name);
select is(tests.attempt(c.caller, format('delete from public.%I', t.name)), '42501', format('%s deletes %s', c.caller, t.name))
from unnest(array[tests.id('a')::text, 'service_role']) c (caller),
  unnest(array['chime_messaging_channels', 'chime_channel_members', 'chime_messages', 'chime_reads', 'chime_reactions']) t (name);
select is(tests.attempt(c.caller, format('select public.%I(''{}'')', r.name)), case c.caller when 'service_role' then '22023' else '42501' end, format('%s calls %s', c.caller, r.name))
from unnest(array[tests.id('a')::text, tests.id('c')::text, 'firebase-b', 'anon', 'service_role']) c (caller),
  unnest(array['chat_context', 'open_channel', 'channel_created', 'add_member', 'remove_member', 'member_settled', 'archive_channel', 'channel_closed', 'accept_message',
    'message_sent', 'message_failed', 'edit_message', 'redact_message', 'mark_read', 'react', 'list_messages', 'list_channels', 'messages_to_deliver']) r (name);
select is(tests.attempt(letter, format('select 1 where pipeline.may_listen(%L)', 'channel:' || pg_temp.channel())), n, format('%s listens', letter))
from (values (tests.id('a')::text, '1'), (tests.id('c')::text, '1'), (tests.id('b')::text, '0'), ('firebase-d', '0')) t (letter, n);

select * from finish();
rollback;
