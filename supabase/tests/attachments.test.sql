-- The RPCs of the chat's files: what each does, that a repeat does nothing more, what is refused, and who reaches what.
begin;
select no_plan();
select tests.arrange_appointments();
grant usage on schema tests to public;

create temp table kept (name text primary key, value jsonb);
create function pg_temp.channel() returns text language sql as $$ select value ->> 'channelId' from kept where name = 'channel' $$;
create function pg_temp.message(n integer) returns text language sql as $$ select '00000000-0000-4000-8000-' || lpad(n::text, 12, '0') $$;
create function pg_temp.attach(letter text, n integer, more jsonb default '{}') returns jsonb language sql volatile as $$
  select tests.rpc('attach_file', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter), 'messageId', pg_temp.message(n),
    'key', 'attachments/c/' || n || '.pdf', 'name', 'Befund Müller ' || n || '.pdf', 'contentType', 'application/pdf', 'size', 7, 'checksum', 'sum') || more)
$$;
create function pg_temp.inspected(n integer, version text, refused text default null) returns jsonb language sql volatile as $$
  select tests.rpc('attachment_inspected', jsonb_build_object('messageId', pg_temp.message(n), 'versionId', version, 'refusedAs', refused))
$$;
create function pg_temp.file(n integer) returns jsonb language sql volatile as $$ select tests.rpc('attachment', jsonb_build_object('messageId', pg_temp.message(n))) $$;
create function pg_temp.link(letter text, n integer) returns jsonb language sql volatile as $$
  select tests.rpc('open_attachment', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter), 'messageId', pg_temp.message(n)))
$$;
create function pg_temp.listed(letter text) returns jsonb language sql volatile as $$
  select tests.rpc('list_messages', jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter), 'limit', 50, 'nextToken', null)) -> 'messages'
$$;
create function pg_temp.member(rpc text, letter text) returns text language sql volatile as $$
  select tests.rpc(rpc, jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter), 'by', tests.id('a'))) ->> 'outcome'
$$;
create function pg_temp.of_channel(rpc text, letter text, more jsonb default '{}') returns text language sql volatile as $$
  select tests.rpc(rpc, jsonb_build_object('channelId', pg_temp.channel(), 'userId', tests.id(letter)) || more) ->> 'outcome'
$$;
create function pg_temp.swept() returns jsonb language sql volatile as $$ select tests.rpc('attachments_to_inspect', '{"most": 9}') $$;

insert into kept select 'channel', tests.rpc('open_channel', jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('a')));
select is(pg_temp.member('add_member', 'b'), 'kept', 'a third is added');

-- Announcing ------------------------------------------------------------------------------------------------------------

select is(pg_temp.attach('a', 1) ->> 'outcome', outcome, 'a file is announced') from unnest(array['kept', 'known']) outcome;
select is(pg_temp.attach(letter, 9, more) ->> 'outcome', outcome, label)
from (values ('d', '{}'::jsonb, 'notMember', 'a stranger announces nothing'),
  ('a', jsonb_build_object('channelId', tests.id('9')), 'noChannel', 'nor anybody to no channel')) t (letter, more, outcome, label);
select is(pg_temp.attach('a', 9, more) ->> 'state', '23514', more::text) from unnest(array['{"size": 0}', '{"size": 20971521}', '{"contentType": "text/html"}',
  '{"name": ""}', jsonb_build_object('name', repeat('é', 128))]::jsonb[]) more;
select is(pg_temp.attach('a', 9, '{"key": "attachments/c/1.pdf"}') ->> 'state', '23505', 'a key that is taken');
select is(pg_temp.attach('a', n, '{"size": 20971520}') ->> 'outcome', 'kept', 'another') from unnest(array[2, 3]) n;
select is(pg_temp.attach('b', 4) ->> 'outcome', 'kept', 'of the third');
select is(pg_temp.file(1), jsonb_build_object('messageId', pg_temp.message(1), 'channelId', pg_temp.channel(), 'key', 'attachments/c/1.pdf', 'contentType', 'application/pdf',
  'size', 7, 'checksum', 'sum', 'state', 'pending', 'refusedAs', null, 'versionId', null), 'it is pending, and no name is told');
select is(pg_temp.file(9), null, 'there is no other');
select is(pg_temp.listed(letter), '[]', letter || ' sees no message') from unnest(array['a', 'c']) letter;
select is(pg_temp.link(letter, 1) ->> 'outcome', outcome, letter || ' asks for it')
from (values ('a', 'pending'), ('c', 'noMessage'), ('d', 'notMember')) t (letter, outcome);

-- Looking at it ---------------------------------------------------------------------------------------------------------

select is(pg_temp.inspected(1, version, refused) ->> 'state', '22023', label)
from (values (null, null, 'no version is nothing to let in'), ('v1', 'neverCame', 'what has come has come'), ('v1', 'closed', 'a reason that is not for it to say')) t (version, refused, label);
select is(pg_temp.inspected(9, 'v1') ->> 'state', 'P0002', 'of no file');
insert into kept select 'let in', pg_temp.inspected(1, 'v1');
select is(value ->> 'outcome', 'kept', 'it is let in') from kept where name = 'let in';
select is(value -> 'file' ->> 'state', 'ready', 'ready') from kept where name = 'let in';
select is(pg_temp.listed('c') #> '{0,metadata}', '{"name": "Befund Müller 1.pdf", "contentType": "application/pdf", "size": 7}', 'its message has its name');
update public.chime_messages set changed_at = changed_at - interval '1 minute';
create temp table waiting as select tests.rpc('messages_to_deliver', '{"most": 9}') -> 'deliveries' as value;
select is(value #>> '{0,firstMessage}', 'file', 'which Chime is not sent') from waiting;
select ok(value::text !~ 'Befund', 'nor anything else that has it') from waiting;
select is(pg_temp.inspected(1, version, refused) ->> 'outcome', 'known', 'whatever is found later')
from (values ('v2', null), ('v2', 'otherType'), (null, 'neverCame')) t (version, refused);
select is(pg_temp.file(1) ->> 'versionId', 'v1', 'the version that was looked at stays');
select is((pg_temp.listed(letter) -> 0) - 'createdAt' - 'metadata', jsonb_build_object('messageId', pg_temp.message(1), 'channelId', pg_temp.channel(), 'senderId', tests.id('a'),
  'state', 'accepted', 'messageType', 'file', 'message', 'file', 'editedAt', null, 'redactedAt', null, 'reactions', '[]'::jsonb), letter || ' sees the message')
from unnest(array['a', 'c']) letter;
select is(pg_temp.link('c', 1) #>> path::text[], value, 'the patient is given it')
from (values ('{outcome}', 'kept'), ('{name}', 'Befund Müller 1.pdf'), ('{file,versionId}', 'v1')) t (path, value);
select is(pg_temp.of_channel('edit_message', 'a', jsonb_build_object('messageId', pg_temp.message(1), 'message', 'x')), 'notHers', 'nobody edits a file');

select is(pg_temp.inspected(2, 'v1', 'otherType') #>> '{file,refusedAs}', 'otherType', 'another type is refused');
select is(pg_temp.inspected(2, 'v1') #>> '{file,state}', 'refused', 'for good');
select is(pg_temp.link('a', 2), '{"outcome": "refused", "refusedAs": "otherType"}', 'its sender hears why');
select is(pg_temp.link('c', 2) ->> 'outcome', 'noMessage', 'nobody else hears of it');
select is(pg_temp.member('remove_member', 'b'), 'kept', 'the third is removed');
select is(pg_temp.inspected(4, 'v1') #>> '{file,refusedAs}', 'notMember', 'so her file is no message');
select is(jsonb_array_length(pg_temp.listed('a')), 1, 'there is one message');

-- What no event has told of -----------------------------------------------------------------------------------------------

select is(pg_temp.swept(), '[]', 'what is new is the event''s');
update public.chime_attachments set created_at = created_at - interval '3 minutes';
select is((select jsonb_agg(f ->> 'key' order by f ->> 'key') from jsonb_array_elements(pg_temp.swept()) f), '["attachments/c/2.pdf", "attachments/c/3.pdf", "attachments/c/4.pdf"]',
  'what is pending, and what is to be discarded');
select is(pg_temp.swept(), '[]', 'once');
select is(tests.rpc('attachment_discarded', jsonb_build_object('messageId', pg_temp.message(n))), null, 'the bytes are gone') from unnest(array[1, 2, 4]) n;
update public.chime_attachments set tried_at = tried_at - interval '6 minutes';
select is(jsonb_path_query_array(value, '$[*].isOver'), '[false]', 'one is left, for which it is not too late') from (select pg_temp.swept() as value) t;
update public.chime_attachments set tried_at = tried_at - interval '6 minutes', created_at = created_at - interval '2 hours';
select is(jsonb_path_query_array(value, '$[*].isOver'), '[true]', 'then it is') from (select pg_temp.swept() as value) t;
select is(pg_temp.inspected(3, null, 'neverCame') #>> '{file,state}', 'expired', 'it never came');
select is(pg_temp.link('a', 3) ->> 'refusedAs', 'neverCame', 'its sender hears so'), is(pg_temp.swept(), '[]', 'nothing is left');
select is((select count(*) from public.chime_attachments where discarded_at is not null), 2::bigint, 'what is ready is not discarded');

-- The end -----------------------------------------------------------------------------------------------------------------

select is(pg_temp.attach('a', n) ->> 'outcome', 'kept', 'more') from unnest(array[5, 6]) n;
select is(pg_temp.of_channel('accept_message', 'a', jsonb_build_object('messageId', pg_temp.message(8), 'clientToken', pg_temp.message(5), 'messageType', 'text',
  'message', 'word', 'metadata', null)), 'kept', 'its sender writes under its id as a token');
select is(pg_temp.inspected(5, 'v1') #>> '{file,state}', 'ready', 'one more message');
select is(pg_temp.listed('c') -> 0 ->> 'messageId', pg_temp.message(5), 'it is one of its own all the same');
select is(pg_temp.of_channel('redact_message', 'a', jsonb_build_object('messageId', pg_temp.message(5))), 'kept', 'taken back');
select is(pg_temp.link(letter, 5) ->> 'outcome', 'noMessage', 'for ' || letter || ' there is no file any more') from unnest(array['a', 'c']) letter;
select is(pg_temp.listed('c') -> 0 ->> 'metadata', null, 'nor its name'), is(pg_temp.file(5) ->> 'state', 'ready', 'the object stays');
select is(pg_temp.of_channel('archive_channel', 'a'), 'kept', 'the channel is archived');
select is(pg_temp.attach('a', 7) ->> 'outcome', 'closed', 'nobody announces a file'), is(pg_temp.inspected(6, 'v1') #>> '{file,refusedAs}', 'closed', 'what comes now is too late');
select is(pg_temp.link('c', 1) ->> 'outcome', 'kept', 'what is there is given on');

select is((select string_agg(concat_ws(' ', a.action_type, a.user_role, right(a.message_id, 1), a.metadata ->> 'refusedAs', a.metadata ->> 'attachment'), ', ' order by a.created_at, a.ctid)
  from public.chime_message_audit a where a.message_id is not null), 'message_sent provider 1, message_read patient 1 true, message_read patient 1 true, message_read patient 1 true, '
  || 'message_deleted system 2 otherType, message_deleted system 4 notMember, message_sent provider 8, message_sent provider 5, message_redacted provider 5, message_deleted system 6 closed, message_read patient 1 true',
  'each is audited');
select ok(bool_and(a::text !~ 'Befund'), 'no entry has a name') from public.chime_message_audit a;

-- When it goes -----------------------------------------------------------------------------------------------------------

update public.chime_attachments set created_at = now() - case message_id when pg_temp.message(1) then interval '7 years 31 days' else interval '7 years 29 days' end
where message_id in (pg_temp.message(1), pg_temp.message(5));
create temp table before as select count(*) as n from public.chime_attachments;
select isnt(pg_temp.swept(), null, 'the sweep looks');
select is((select count(*) from public.chime_attachments), (select n - 1 from before), 'one is gone'), is(pg_temp.file(1) ->> 'state', null, 'the oldest');

-- What may not be ---------------------------------------------------------------------------------------------------------

select is(tests.attempt(c.caller, statement), case when c.caller = 'service_role' and statement like 'select%' then '1' else '42501' end, format('%s: %s', c.caller, statement))
from unnest(array[tests.id('a')::text, tests.id('c')::text, 'firebase-b', 'anon', 'service_role']) c (caller),
  unnest(array['select count(*) from public.chime_attachments', 'update public.chime_attachments set state = state', 'delete from public.chime_attachments',
    'insert into public.chime_attachments default values']) statement;
select is(tests.attempt(c.caller, format('select public.%I(''{}'')', r.name)), case c.caller when 'service_role' then '22023' else '42501' end, format('%s calls %s', c.caller, r.name))
from unnest(array[tests.id('a')::text, tests.id('c')::text, 'firebase-b', 'anon', 'service_role']) c (caller),
  unnest(array['attach_file', 'attachment', 'attachment_inspected', 'attachment_discarded', 'open_attachment', 'attachments_to_inspect']) r (name);

select * from finish();
rollback;
