-- The chat of an appointment. Postgres holds the truth and Chime is told: a message is kept and audited in one transaction,
-- and brought to Chime after it, as often as that takes. Members read by list_messages alone. As before, what the EHR has
-- is only completed, and this file may run any number of times.

-- Tables -------------------------------------------------------------------------------------------------------------

create table if not exists public.chime_messaging_channels (id uuid primary key default gen_random_uuid());
alter table public.chime_messaging_channels
  add column if not exists channel_arn text,
  add column if not exists channel_name text default 'consultation',
  add column if not exists provider_id uuid,
  add column if not exists patient_id uuid,
  add column if not exists appointment_id uuid,
  add column if not exists channel_mode text default 'RESTRICTED',
  add column if not exists privacy text default 'PRIVATE',
  add column if not exists status text default 'active',
  add column if not exists created_at timestamptz default now(),
  add column if not exists updated_at timestamptz default now(),
  add column if not exists last_message_at timestamptz,
  add column if not exists closed_at timestamptz;
comment on table public.chime_messaging_channels is 'One conversation for each appointment and its two people.';
comment on column public.chime_messaging_channels.id is 'Chime''s ChannelId as well.';
comment on column public.chime_messaging_channels.channel_arn is 'Null until Chime has the channel.';
comment on column public.chime_messaging_channels.channel_name is 'The same word for all: members'' clients see it.';
comment on column public.chime_messaging_channels.status is 'active, archived (read only) or deleted.';
comment on column public.chime_messaging_channels.closed_at is 'When Chime was told that it is archived.';

create table if not exists public.chime_channel_members (
  channel_id uuid not null references public.chime_messaging_channels (id),
  user_id uuid not null,
  role text not null constraint chime_channel_members_role_listed check (role in ('provider', 'patient', 'member')),
  added_by uuid,
  added_at timestamptz not null,
  removed_at timestamptz,
  user_arn text,
  unsettled_at timestamptz,
  tried_at timestamptz,
  primary key (channel_id, user_id)
);
create index if not exists chime_channel_members_user_id_idx on public.chime_channel_members (user_id);
create index if not exists chime_channel_members_unsettled_idx on public.chime_channel_members (unsettled_at)
  where unsettled_at is not null;
comment on table public.chime_channel_members is 'Who may read and write in a channel, and who once could.';
comment on column public.chime_channel_members.removed_at is 'Null: a member.';
comment on column public.chime_channel_members.user_arn is 'The app instance user that Chime has as a member; null: none.';
comment on column public.chime_channel_members.unsettled_at is 'When it changed here; null: Chime has it as it stands.';
comment on column public.chime_channel_members.tried_at is 'When the sweep last took it up.';

create table if not exists public.chime_messages (message_id text primary key default gen_random_uuid());
alter table public.chime_messages
  add column if not exists chime_message_id text,
  add column if not exists channel_id uuid,
  add column if not exists sender_id uuid,
  add column if not exists client_token text,
  add column if not exists state text,
  add column if not exists message_type text default 'text',
  add column if not exists message text,
  add column if not exists metadata jsonb,
  add column if not exists created_at timestamptz default now(),
  add column if not exists edited_at timestamptz,
  add column if not exists redacted_at timestamptz,
  add column if not exists revision integer not null default 0,
  add column if not exists changed_by uuid,
  add column if not exists changed_at timestamptz,
  add column if not exists tried_at timestamptz;
create index if not exists chime_messages_order_idx on public.chime_messages (channel_id, created_at, message_id);
create index if not exists chime_messages_created_at_idx on public.chime_messages (created_at);
create index if not exists chime_messages_waiting_idx on public.chime_messages (changed_at) where state in ('accepted', 'sent');
comment on table public.chime_messages is 'The messages of all channels, each in its last version.';
comment on column public.chime_messages.message_id is 'Ours, a uuid; Chime''s ClientRequestToken as well.';
comment on column public.chime_messages.client_token is 'The sender''s own: the same one is the same message.';
comment on column public.chime_messages.state is 'accepted: kept here. sent: Chime has an earlier version. confirmed: Chime
has it as it stands. failed: Chime did not take it. Null in older rows, which nothing sends.';
comment on column public.chime_messages.message is 'Empty once redacted: earlier versions are kept elsewhere.';
comment on column public.chime_messages.created_at is 'By the database''s clock, later than every earlier one of the channel.';
comment on column public.chime_messages.revision is 'Counts its changes.';
comment on column public.chime_messages.changed_at is 'When it was written or last changed.';
comment on column public.chime_messages.tried_at is 'When the sweep last took it up.';

create table if not exists public.chime_message_versions (
  message_id text not null,
  revision integer not null,
  message text not null,
  at timestamptz not null,
  primary key (message_id, revision)
);
comment on table public.chime_message_versions is 'What a message said before it was changed. Append only.';

create table if not exists public.chime_reads (
  channel_id uuid not null references public.chime_messaging_channels (id),
  user_id uuid not null,
  message_id text not null,
  at timestamptz not null,
  primary key (channel_id, user_id)
);
comment on table public.chime_reads is 'The last message that each member has read.';

create table if not exists public.chime_reactions (
  message_id text not null references public.chime_messages (message_id),
  user_id uuid not null,
  reaction text not null,
  at timestamptz not null,
  primary key (message_id, user_id)
);
comment on table public.chime_reactions is 'One sign of each member on a message.';

create table if not exists public.chime_message_audit (id uuid primary key default gen_random_uuid());
alter table public.chime_message_audit
  add column if not exists channel_id uuid,
  add column if not exists channel_arn text,
  add column if not exists message_id text,
  add column if not exists user_id uuid,
  add column if not exists user_role text,
  add column if not exists action_type text,
  add column if not exists metadata jsonb,
  add column if not exists ip_address inet,
  add column if not exists user_agent text,
  add column if not exists created_at timestamptz default now();
create index if not exists chime_message_audit_channel_id_idx on public.chime_message_audit (channel_id, created_at);
create index if not exists chime_message_audit_created_at_idx on public.chime_message_audit (created_at);
comment on table public.chime_message_audit is 'Who did what in a channel, without a word of it. Append only.';
comment on column public.chime_message_audit.user_role is 'provider, patient, member or system.';
comment on column public.chime_message_audit.metadata is 'Ids and counts.';
comment on column public.chime_message_audit.ip_address is 'From where it was asked, as the door was told; null: it was not.';
comment on column public.chime_message_audit.user_agent is 'What the caller''s program calls itself; null: nothing.';

-- Where the EHR's rows break a rule, it is left out: the RPCs lock the appointment and the channel, and are right without it.
do $$
declare
  rule record;
  twice boolean;
begin
  for rule in select * from (values
    ('chime_messaging_channels_arn_once', 'chime_messaging_channels', 'channel_arn'),
    ('chime_messaging_channels_once', 'chime_messaging_channels', 'provider_id, patient_id, appointment_id'),
    ('chime_messages_chime_id_once', 'chime_messages', 'chime_message_id'),
    ('chime_messages_token_once', 'chime_messages', 'channel_id, sender_id, client_token')) r (name, table_name, keys)
  loop
    execute format('select exists (select from public.%I t where num_nulls(%s) = 0 group by %2$s having count(*) > 1)',
      rule.table_name, rule.keys) into twice;
    if twice then
      raise warning '% has rows that are the same in %: nothing keeps it from more', rule.table_name, rule.keys;
    else
      execute format('create unique index if not exists %I on public.%I (%s)', rule.name, rule.table_name, rule.keys);
    end if;
  end loop;
  -- Not valid: older rows stay as they are.
  for rule in select * from (values
    ('chime_messaging_channels_status_listed', 'chime_messaging_channels', $c$status in ('active', 'archived', 'deleted')$c$),
    ('chime_messages_state_listed', 'chime_messages', $c$state in ('accepted', 'sent', 'confirmed', 'failed')$c$),
    ('chime_messages_type_listed', 'chime_messages', $c$message_type in ('text', 'system', 'file')$c$),
    ('chime_messages_text_fits', 'chime_messages', 'octet_length(message) <= 4096'),
    ('chime_message_audit_role_listed', 'chime_message_audit', $c$user_role in ('provider', 'patient', 'member', 'system')$c$),
    ('chime_message_audit_action_listed', 'chime_message_audit', $c$action_type in ('channel_created', 'channel_archived',
      'channel_deleted', 'message_sent', 'message_read', 'message_edited', 'message_redacted', 'message_deleted',
      'member_added', 'member_removed')$c$)) r (name, table_name, keys)
  loop
    execute format('alter table public.%I drop constraint if exists %I', rule.table_name, rule.name);
    execute format('alter table public.%I add constraint %I check (%s) not valid', rule.table_name, rule.name, rule.keys);
  end loop;
  for rule in select unnest(array['chime_message_versions', 'chime_message_audit']) as name loop
    execute format('drop trigger if exists append_only on public.%I', rule.name);
    execute format('create trigger append_only before update or delete on public.%I
      for each row execute function pipeline.refuse_change()', rule.name);
    execute format('drop trigger if exists never_emptied on public.%I', rule.name);
    execute format('create trigger never_emptied before truncate on public.%I for each statement
      execute function pipeline.refuse_change()', rule.name);
  end loop;
end $$;

-- What is told of a chat ---------------------------------------------------------------------------------------------

create or replace function pipeline.to_channel(channel uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('channelId', c.id, 'channelArn', c.channel_arn, 'appointmentId', c.appointment_id,
    'providerId', c.provider_id, 'patientId', c.patient_id, 'status', c.status, 'createdAt', pipeline.iso(c.created_at),
    'lastMessageAt', pipeline.iso(c.last_message_at))
  from public.chime_messaging_channels c where c.id = channel
$$;

-- A member; null for whoever is none, or no more.
create or replace function pipeline.to_chat_member(channel uuid, person uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('userId', m.user_id, 'role', m.role, 'userArn', m.user_arn)
  from public.chime_channel_members m
  where m.channel_id = channel and m.user_id = person and m.removed_at is null
$$;

create or replace function pipeline.to_settling(channel uuid, person uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('channel', pipeline.to_channel(channel), 'isIn', m.removed_at is null,
    'member', jsonb_build_object('userId', m.user_id, 'role', m.role, 'userArn', m.user_arn))
  from public.chime_channel_members m
  where m.channel_id = channel and m.user_id = person and m.unsettled_at is not null
$$;

create or replace function pipeline.to_chat_message(m public.chime_messages) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('messageId', m.message_id, 'channelId', m.channel_id, 'senderId', m.sender_id,
    'state', coalesce(m.state, 'confirmed'), 'messageType', coalesce(m.message_type, 'text'),
    'message', case when m.redacted_at is null then coalesce(m.message, '') else '' end,
    'metadata', case when m.redacted_at is null then m.metadata end,
    'createdAt', pipeline.iso(m.created_at), 'editedAt', pipeline.iso(m.edited_at), 'redactedAt', pipeline.iso(m.redacted_at),
    'reactions', coalesce((
      select jsonb_agg(jsonb_build_object('userId', r.user_id, 'reaction', r.reaction) order by r.at, r.user_id)
      from public.chime_reactions r where r.message_id = m.message_id and m.redacted_at is null), '[]'))
$$;

-- What it takes to bring a message to Chime; null when there is nothing left to bring. The system sends its own, with their code.
create or replace function pipeline.to_delivery(m public.chime_messages) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('messageId', m.message_id, 'channel', pipeline.to_channel(m.channel_id),
    'sender', case when m.message_type = 'system' then '{"userId": "system", "role": "system", "userArn": null}'
      else pipeline.to_chat_member(m.channel_id, m.sender_id) end,
    'code', case when m.message_type = 'system' then m.metadata ->> 'code' end, 'revision', m.revision,
    'firstMessage', coalesce(
      (select v.message from public.chime_message_versions v where v.message_id = m.message_id and v.revision = 0), m.message),
    'message', m.message, 'isRedacted', m.redacted_at is not null, 'chimeMessageId', m.chime_message_id,
    'changedBy', coalesce(pipeline.to_chat_member(m.channel_id, m.changed_by),
      (select pipeline.to_chat_member(c.id, c.provider_id) from public.chime_messaging_channels c where c.id = m.channel_id)))
  where m.state in ('accepted', 'sent')
$$;

-- What the door was told of a caller's address and program comes in headers of its own. Null for what is no address.
create or replace function pipeline.client_address() returns inet
language plpgsql stable security invoker set search_path = '' as $$
begin
  return (current_setting('request.headers', true)::jsonb ->> 'x-client-address')::inet;
exception
  when data_exception then return null;
end $$;
create or replace function pipeline.client_agent() returns text
language plpgsql stable security invoker set search_path = '' as $$
begin
  return left(current_setting('request.headers', true)::jsonb ->> 'x-client-agent', 200);
exception
  when data_exception then return null;
end $$;

-- In the transaction that it is about. What nobody did came from nowhere.
create or replace function pipeline.note_chat(channel uuid, message text, person uuid, action text, detail jsonb default '{}')
returns void language sql volatile security definer set search_path = '' as $$
  insert into public.chime_message_audit (id, channel_id, channel_arn, message_id, user_id, user_role, action_type, metadata,
    ip_address, user_agent, created_at)
  select gen_random_uuid(), c.id, c.channel_arn, message, person, coalesce(m.role, 'system'), action, detail,
    case when person is not null then pipeline.client_address() end,
    case when person is not null then pipeline.client_agent() end, clock_timestamp()
  from public.chime_messaging_channels c
  left join public.chime_channel_members m on m.channel_id = c.id and m.user_id = person
  where c.id = channel
$$;

-- Ids alone.
create or replace function pipeline.tell_members(channel uuid, event text, detail jsonb) returns void
language sql volatile security definer set search_path = '' as $$
  select pipeline.broadcast('channel:' || channel, event, jsonb_build_object('channelId', channel) || detail)
$$;

-- Locks the channel until the transaction ends, and says why this person may not: null when she may. Whoever was removed
-- in the meantime is no member here.
create or replace function pipeline.chat_refusal(channel uuid, person uuid, writes boolean) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  status text;
begin
  select c.status into status from public.chime_messaging_channels c where c.id = channel for no key update;
  return case
    when not found then 'noChannel'
    when pipeline.to_chat_member(channel, person) is null then 'notMember'
    when writes and status is distinct from 'active' then 'closed'
  end;
end $$;

create or replace function pipeline.written(outcome text, m public.chime_messages) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('outcome', outcome, 'message', pipeline.to_chat_message(m), 'delivery', pipeline.to_delivery(m))
$$;

-- Who asks -----------------------------------------------------------------------------------------------------------

-- What the rules need to know, in one look: { tooMany, userId, appointment, channel, member }. Counts the request.
create or replace function public.chat_context(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  nobody constant jsonb := '{"tooMany": false, "userId": null, "appointment": null, "channel": null, "member": null}';
  most constant integer := coalesce(
    substring(pipeline.setting('requests_a_minute') from '^[0-9]{1,6}$')::integer, 30);
  subject constant text := p ->> 'subject';
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person uuid;
begin
  perform pipeline.expect(p, '{"issuer": ["supabase", "firebase"], "subject": "string", "appointmentId": "string?", "channelId": "uuid?"}',
    'chat_context');
  if not pipeline.take(concat_ws(':', p ->> 'issuer', subject), 'chat', most) then
    return nobody || '{"tooMany": true}';
  end if;
  person := pipeline.user_of(p ->> 'issuer', subject);
  if person is null then
    return nobody;
  end if;
  return nobody || jsonb_build_object(
    'userId', person,
    'appointment', (
      select jsonb_build_object('id', a.id, 'providerId', who.provider, 'patientId', who.patient,
        'status', a.status::text, 'videoEnabled', a.video_enabled)
      from pipeline.parties(p ->> 'appointmentId') who
      join public.appointments a on a.id = pipeline.to_uuid(p ->> 'appointmentId')
    ),
    'channel', pipeline.to_channel(channel),
    'member', pipeline.to_chat_member(channel, person));
end $$;
comment on function public.chat_context(jsonb) is 'Who asks, and what the rules of the chat need to know; counts the request.';

-- Channels -----------------------------------------------------------------------------------------------------------

-- Finds the channel of an appointment's two people, or makes it with them as members. Whoever comes second finds it.
create or replace function public.open_channel(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  appointment constant uuid := pipeline.to_uuid(p ->> 'appointmentId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  at constant timestamptz := pipeline.at_of('{}');
  provider uuid;
  patient uuid;
  channel uuid;
begin
  perform pipeline.expect(p, '{"appointmentId": "uuid", "userId": "uuid"}', 'open_channel');
  perform pg_advisory_xact_lock(hashtextextended('chat:' || appointment, 0));
  select who.provider, who.patient into provider, patient from pipeline.parties(appointment::text) who;
  if person is distinct from provider and person is distinct from patient or provider = patient
    or num_nulls(provider, patient) > 0 then
    raise exception 'open_channel: not of two people, or of others' using errcode = '42501';
  end if;
  select c.id into channel from public.chime_messaging_channels c
  where c.appointment_id = appointment and c.provider_id = provider and c.patient_id = patient
  order by c.created_at, c.id limit 1;
  if channel is null then
    insert into public.chime_messaging_channels
      (id, channel_name, provider_id, patient_id, appointment_id, channel_mode, privacy, status, created_at, updated_at)
    values (gen_random_uuid(), 'consultation', provider, patient, appointment, 'RESTRICTED', 'PRIVATE', 'active', at, at)
    returning id into channel;
  end if;
  -- Also those of a channel from before there were members.
  insert into public.chime_channel_members (channel_id, user_id, role, added_by, added_at, unsettled_at)
  values (channel, provider, 'provider', person, at, at), (channel, patient, 'patient', person, at, at)
  on conflict do nothing;
  if found then
    perform pipeline.note_chat(channel, null, person, 'channel_created', jsonb_build_object('appointmentId', appointment));
  end if;
  return pipeline.to_channel(channel);
end $$;
comment on function public.open_channel(jsonb) is 'Finds or makes the channel of an appointment.';

-- Chime has the channel with its two people. The first ARN stays: Chime gives the same one for the same id.
create or replace function public.channel_created(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "channelArn": "string", "providerArn": "string", "patientArn": "string"}',
    'channel_created');
  perform from public.chime_messaging_channels c where c.id = channel for no key update;
  update public.chime_messaging_channels c set channel_arn = p ->> 'channelArn', updated_at = now()
  where c.id = channel and c.channel_arn is null;
  if found then
    update public.chime_channel_members m
    set user_arn = p ->> (m.role || 'Arn'), unsettled_at = case when m.removed_at is not null then m.unsettled_at end
    where m.channel_id = channel and m.role in ('provider', 'patient');
  end if;
  return pipeline.to_channel(channel);
end $$;
comment on function public.channel_created(jsonb) is 'Chime has the channel.';

-- { outcome, settling }: kept, known, or why not. The provider alone asks; both of the appointment stay.
create or replace function pipeline.change_member(p jsonb, comes boolean) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  host constant uuid := pipeline.to_uuid(p ->> 'by');
  at constant timestamptz := pipeline.at_of('{}');
  outcome constant text := coalesce(pipeline.chat_refusal(channel, host, comes), case
    when comes and not exists (select from public.users u where u.id = person) then 'noUser'
    when not comes and exists (
      select from public.chime_messaging_channels c where c.id = channel and person in (c.provider_id, c.patient_id)) then 'isParty'
    when comes = (pipeline.to_chat_member(channel, person) is not null) then 'known'
    else 'kept' end);
begin
  if outcome = 'kept' then
    -- Told first, while whoever goes may still hear of it.
    perform pipeline.tell_members(channel, 'member', jsonb_build_object('userId', person, 'isIn', comes));
    perform pipeline.note_chat(channel, null, host, case when comes then 'member_added' else 'member_removed' end,
      jsonb_build_object('userId', person));
    if comes then
      insert into public.chime_channel_members (channel_id, user_id, role, added_by, added_at, unsettled_at)
      values (channel, person, 'member', host, at, at)
      on conflict (channel_id, user_id) do update
      set removed_at = null, added_by = host, added_at = at, unsettled_at = at, tried_at = null;
    else
      update public.chime_channel_members m set removed_at = at, unsettled_at = at, tried_at = null
      where m.channel_id = channel and m.user_id = person;
    end if;
  end if;
  return jsonb_build_object('outcome', outcome, 'settling', pipeline.to_settling(channel, person));
end $$;

create or replace function public.add_member(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "by": "uuid"}', 'add_member');
  return pipeline.change_member(p, true);
end $$;
comment on function public.add_member(jsonb) is 'Lets somebody into a channel.';

create or replace function public.remove_member(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "by": "uuid"}', 'remove_member');
  return pipeline.change_member(p, false);
end $$;
comment on function public.remove_member(jsonb) is 'Takes somebody out of a channel.';

-- Chime has this person as a member, or no more; it is at rest only if that is how it stands here. Else it was done too late:
-- what is to be done again is answered, and waits for the sweep as well.
create or replace function public.member_settled(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "userArn": "string", "isIn": "boolean"}', 'member_settled');
  update public.chime_channel_members m
  set user_arn = case when (p ->> 'isIn')::boolean then p ->> 'userArn' end,
    unsettled_at = case when (m.removed_at is null) <> (p ->> 'isIn')::boolean then coalesce(m.unsettled_at, clock_timestamp()) end
  where m.channel_id = channel and m.user_id = person;
  return pipeline.to_settling(channel, person);
end $$;
comment on function public.member_settled(jsonb) is 'What Chime has of a member.';

create or replace function public.archive_channel(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  outcome text;
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid"}', 'archive_channel');
  outcome := coalesce(pipeline.chat_refusal(channel, person, false), 'known');
  update public.chime_messaging_channels c set status = 'archived', updated_at = now()
  where outcome = 'known' and c.id = channel and c.status = 'active';
  if found then
    outcome := 'kept';
    perform pipeline.note_chat(channel, null, person, 'channel_archived');
    perform pipeline.tell_members(channel, 'channel', '{"status": "archived"}');
  end if;
  return jsonb_build_object('outcome', outcome, 'channel', pipeline.to_channel(channel));
end $$;
comment on function public.archive_channel(jsonb) is 'Ends a conversation; it can be read on.';

create or replace function public.channel_closed(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"channelId": "uuid"}', 'channel_closed');
  update public.chime_messaging_channels c set closed_at = clock_timestamp()
  where c.id = pipeline.to_uuid(p ->> 'channelId') and c.status <> 'active' and c.closed_at is null;
  return null;
end $$;
comment on function public.channel_closed(jsonb) is 'Chime knows that it is archived.';

-- Messages -----------------------------------------------------------------------------------------------------------

-- Keeps a message as the channel's newest, with its entry of the audit, and tells it. The caller has locked the channel. The
-- time is the database's, later than that of every earlier message, so that the order in which a channel is read never
-- changes. A message without a person is nobody's.
create or replace function pipeline.keep_message(channel uuid, person uuid, given jsonb) returns public.chime_messages
language plpgsql volatile security definer set search_path = '' as $$
declare
  at constant timestamptz := greatest(pipeline.at_of('{}'), (
    select date_trunc('milliseconds', m.created_at) + interval '1 millisecond'
    from public.chime_messages m where m.channel_id = channel order by m.created_at desc limit 1));
  kept public.chime_messages;
begin
  insert into public.chime_messages (message_id, channel_id, sender_id, client_token, state, message_type, message, metadata,
    created_at, changed_at)
  values (given ->> 'messageId', channel, person, given ->> 'clientToken', 'accepted', given ->> 'messageType',
    given ->> 'message', nullif(given -> 'metadata', 'null'), at, at)
  returning * into kept;
  update public.chime_messaging_channels c set last_message_at = at, updated_at = now() where c.id = channel;
  perform pipeline.note_chat(channel, kept.message_id, person, 'message_sent',
    jsonb_build_object('messageType', kept.message_type, 'bytes', octet_length(kept.message)));
  perform pipeline.tell_members(channel, 'message', jsonb_build_object('messageId', kept.message_id, 'change', 'sent'));
  return kept;
end $$;

-- A token that was used is the message that it was used for.
create or replace function public.accept_message(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  refused text;
  kept public.chime_messages;
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "messageId": "uuid", "clientToken": "string",
    "messageType": ["text", "file"], "message": "string", "metadata": "object|null"}', 'accept_message');
  refused := pipeline.chat_refusal(channel, person, true);
  if refused is not null then
    return jsonb_build_object('outcome', refused);
  end if;
  select * into kept from public.chime_messages m
  where m.channel_id = channel and m.sender_id = person and m.client_token = p ->> 'clientToken';
  if found then
    return pipeline.written('known', kept);
  end if;
  kept := pipeline.keep_message(channel, person, p);
  return pipeline.written('kept', kept);
end $$;
comment on function public.accept_message(jsonb) is 'Keeps a message, once for each token of its sender, and audits it.';

-- Chime has it, as it stood at that revision. A word that comes late, of an earlier one, puts it back to be brought again. After
-- a second change the first may still be under way, and come to Chime after it: then it counts only once the sweep has
-- brought it, half a minute later, when no request of before lives.
create or replace function public.message_sent(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"messageId": "uuid", "chimeMessageId": "string", "revision": "integer"}', 'message_sent');
  update public.chime_messages m
  set chime_message_id = coalesce(m.chime_message_id, p ->> 'chimeMessageId'),
    state = case when m.revision = (p ->> 'revision')::integer
      and (m.revision <= 1 or m.tried_at > m.changed_at + interval '30 seconds')
      then 'confirmed' else 'sent' end
  where m.message_id = p ->> 'messageId';
  return null;
end $$;
comment on function public.message_sent(jsonb) is 'Chime has a message.';

create or replace function public.message_failed(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"messageId": "uuid", "revision": "integer"}', 'message_failed');
  update public.chime_messages m set state = 'failed'
  where m.message_id = p ->> 'messageId' and m.revision = (p ->> 'revision')::integer and m.state in ('accepted', 'sent');
  return null;
end $$;
comment on function public.message_failed(jsonb) is 'Chime will not take a message.';

-- Changes a message for good: what it said is kept as a version, and Chime is to be told.
create or replace function pipeline.change_message(m public.chime_messages, person uuid, becomes text, redacts boolean)
returns public.chime_messages language plpgsql volatile security definer set search_path = '' as $$
declare
  at constant timestamptz := pipeline.at_of('{}');
begin
  insert into public.chime_message_versions (message_id, revision, message, at)
  values (m.message_id, m.revision, coalesce(m.message, ''), at);
  update public.chime_messages t
  set message = becomes, revision = t.revision + 1, changed_by = person, changed_at = at,
    edited_at = case when redacts then t.edited_at else at end, redacted_at = case when redacts then at end,
    -- Older rows have none, and what never reached Chime is not changed there.
    state = case when t.chime_message_id is not null then 'sent' else t.state end
  where t.message_id = m.message_id
  returning * into m;
  perform pipeline.note_chat(m.channel_id, m.message_id, person, case when redacts then 'message_redacted' else 'message_edited' end,
    jsonb_build_object('revision', m.revision));
  perform pipeline.tell_members(m.channel_id, 'message', jsonb_build_object('messageId', m.message_id, 'change',
    case when redacts then 'redacted' else 'edited' end));
  return m;
end $$;

-- Nobody changes what the system says, or what somebody else does; but the provider takes back anybody's.
create or replace function pipeline.rewrite_message(p jsonb, redacts boolean) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  becomes constant text := case when redacts then '' else p ->> 'message' end;
  refused text := pipeline.chat_refusal(channel, person, true);
  m public.chime_messages;
begin
  select * into m from public.chime_messages t
  where t.message_id = p ->> 'messageId' and t.channel_id = channel for update;
  refused := coalesce(refused, case
    when m.message_id is null or m.redacted_at is not null and not redacts then 'noMessage'
    when m.message_type = 'system' or m.message_type <> 'text' and not redacts then 'notHers'
    when m.sender_id is distinct from person and not (redacts and pipeline.to_chat_member(channel, person) ->> 'role' = 'provider')
      then 'notHers' end);
  if refused is not null then
    return jsonb_build_object('outcome', refused);
  end if;
  if m.redacted_at is not null or m.message = becomes and not redacts then
    return pipeline.written('known', m);
  end if;
  m := pipeline.change_message(m, person, becomes, redacts);
  return pipeline.written('kept', m);
end $$;

create or replace function public.edit_message(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "messageId": "uuid", "message": "string"}', 'edit_message');
  return pipeline.rewrite_message(p, false);
end $$;
comment on function public.edit_message(jsonb) is 'Writes a message anew; what it said is kept.';

create or replace function public.redact_message(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "messageId": "uuid"}', 'redact_message');
  return pipeline.rewrite_message(p, true);
end $$;
comment on function public.redact_message(jsonb) is 'Takes back what a message said: its own sender, or the provider.';

-- How far somebody has read: forward only.
create or replace function public.mark_read(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  outcome text;
  wanted timestamptz;
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "messageId": "uuid"}', 'mark_read');
  outcome := pipeline.chat_refusal(channel, person, false);
  select m.created_at into wanted from public.chime_messages m where m.message_id = p ->> 'messageId' and m.channel_id = channel;
  outcome := coalesce(outcome, case when wanted is null then 'noMessage' end, 'known');
  if outcome <> 'known' then
    return jsonb_build_object('outcome', outcome);
  end if;
  insert into public.chime_reads as r (channel_id, user_id, message_id, at)
  values (channel, person, p ->> 'messageId', pipeline.at_of('{}'))
  on conflict (channel_id, user_id) do update set message_id = excluded.message_id, at = excluded.at
  -- What she has read before may be so old that it is gone.
  where wanted > coalesce((select m.created_at from public.chime_messages m where m.message_id = r.message_id), '-infinity');
  if found then
    outcome := 'kept';
    perform pipeline.note_chat(channel, p ->> 'messageId', person, 'message_read');
    perform pipeline.tell_members(channel, 'read', jsonb_build_object('userId', person, 'messageId', p ->> 'messageId'));
  end if;
  return jsonb_build_object('outcome', outcome);
end $$;
comment on function public.mark_read(jsonb) is 'Notes the last message that somebody has read.';

create or replace function public.react(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  outcome text;
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "messageId": "uuid", "reaction": "string|null"}', 'react');
  outcome := pipeline.chat_refusal(channel, person, true);
  if outcome is null and not exists (select from public.chime_messages m
    where m.message_id = p ->> 'messageId' and m.channel_id = channel and m.redacted_at is null) then
    outcome := 'noMessage';
  end if;
  if outcome is not null then
    return jsonb_build_object('outcome', outcome);
  end if;
  if p ->> 'reaction' is null then
    delete from public.chime_reactions r where r.message_id = p ->> 'messageId' and r.user_id = person;
  else
    insert into public.chime_reactions as r (message_id, user_id, reaction, at)
    values (p ->> 'messageId', person, p ->> 'reaction', pipeline.at_of('{}'))
    on conflict (message_id, user_id) do update set reaction = excluded.reaction, at = excluded.at
    where r.reaction <> excluded.reaction;
  end if;
  outcome := case when found then 'kept' else 'known' end;
  if found then
    perform pipeline.tell_members(channel, 'reaction', jsonb_build_object('messageId', p ->> 'messageId'));
  end if;
  return jsonb_build_object('outcome', outcome);
end $$;
comment on function public.react(jsonb) is 'Puts somebody''s sign on a message, or takes it away.';

-- Reading ------------------------------------------------------------------------------------------------------------

-- A place in a list, as a token: of a message or a channel, by its time and id.
create or replace function pipeline.to_place(at timestamptz, id text) returns text
language sql immutable security definer set search_path = '' as $$
  select (extract(epoch from at) * 1000000)::bigint || '_' || id
$$;
create or replace function pipeline.place_at(place text) returns timestamptz
language sql immutable security definer set search_path = '' as $$
  select case when place ~ '^[0-9]{1,17}_' then 'epoch'::timestamptz + split_part(place, '_', 1)::bigint * interval '1 microsecond' end
$$;
create or replace function pipeline.place_id(place text) returns text
language sql immutable security definer set search_path = '' as $$
  select substr(place, strpos(place, '_') + 1)
$$;

-- The newest first, each in its last version: { messages, reads, nextToken }. Null for whoever is no member.
create or replace function public.list_messages(p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  most constant integer := least(greatest((p ->> 'limit')::integer, 1), 100);
  after constant text := p ->> 'nextToken';
  found_messages jsonb;
  last text;
  n integer;
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "limit": "integer", "nextToken": "string|null"}', 'list_messages');
  if pipeline.to_chat_member(channel, pipeline.to_uuid(p ->> 'userId')) is null then
    return null;
  end if;
  select coalesce(jsonb_agg(pipeline.to_chat_message(m.message) order by m.n) filter (where m.n <= most), '[]'),
    max(pipeline.to_place((m.message).created_at, (m.message).message_id)) filter (where m.n = most), count(*)
  into found_messages, last, n
  from (
    select t as message, row_number() over (order by t.created_at desc, t.message_id desc) as n
    from public.chime_messages t
    where t.channel_id = channel
      and (after is null or (t.created_at, t.message_id) < (pipeline.place_at(after), pipeline.place_id(after)))
    order by t.created_at desc, t.message_id desc limit most + 1
  ) m;
  return jsonb_build_object('messages', found_messages, 'nextToken', case when n > most then last end,
    'reads', coalesce((select jsonb_agg(jsonb_build_object('userId', r.user_id, 'messageId', r.message_id, 'at', pipeline.iso(r.at))
      order by r.user_id) from public.chime_reads r where r.channel_id = channel), '[]'));
end $$;
comment on function public.list_messages(jsonb) is 'A member''s way to read a channel.';

create or replace function public.list_channels(p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  most constant integer := least(greatest((p ->> 'limit')::integer, 1), 100);
  after constant text := p ->> 'nextToken';
begin
  perform pipeline.expect(p, '{"userId": "uuid", "limit": "integer", "nextToken": "string|null"}', 'list_channels');
  return (
    select jsonb_build_object(
      'channels', coalesce(jsonb_agg(pipeline.to_channel(c.id) || jsonb_build_object('role', c.role, 'unread', (
        select count(*) from public.chime_messages t
        where t.channel_id = c.id and t.sender_id <> person and t.created_at > coalesce((
          select r.created_at from public.chime_reads d join public.chime_messages r on r.message_id = d.message_id
          where d.channel_id = c.id and d.user_id = person), '-infinity')))
        order by c.n) filter (where c.n <= most), '[]'),
      'nextToken', case when count(*) > most then max(pipeline.to_place(c.at, c.id::text)) filter (where c.n = most) end)
    from (
      select h.id, m.role, coalesce(h.last_message_at, h.created_at) as at,
        row_number() over (order by coalesce(h.last_message_at, h.created_at) desc, h.id desc) as n
      from public.chime_channel_members m join public.chime_messaging_channels h on h.id = m.channel_id
      where m.user_id = person and m.removed_at is null and h.status <> 'deleted'
        and (after is null or (coalesce(h.last_message_at, h.created_at), h.id)
          < (pipeline.place_at(after), pipeline.to_uuid(pipeline.place_id(after))))
      order by coalesce(h.last_message_at, h.created_at) desc, h.id desc limit most + 1
    ) c);
end $$;
comment on function public.list_channels(jsonb) is 'The channels of a member, the one with the newest message first.';

-- Bringing to Chime --------------------------------------------------------------------------------------------------

-- Seven calendar years and thirty days after a message was written it goes, with its versions, its signs and what the audit
-- says of it; Chime keeps its copy as long by its own settings. Channels and their members, who are ids alone, stay.
create or replace function pipeline.trim_chat() returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  oldest constant timestamptz := clock_timestamp() - interval '7 years 30 days';
begin
  perform set_config('pipeline.erasing', 'on', true);
  with gone as (
    select m.message_id from public.chime_messages m where m.created_at < oldest
    order by m.created_at limit 10000 for update skip locked
  ), versions as (
    delete from public.chime_message_versions v using gone where v.message_id = gone.message_id
  ), signs as (
    delete from public.chime_reactions r using gone where r.message_id = gone.message_id
  )
  delete from public.chime_messages m using gone where m.message_id = gone.message_id;
  delete from public.chime_message_audit a where a.id in (
    select b.id from public.chime_message_audit b where b.created_at < oldest order by b.created_at limit 10000);
  perform set_config('pipeline.erasing', '', true);
end $$;

-- What has waited for half a minute: { deliveries, members, closing, failed, late }. What is handed out is not handed out
-- again for another half, so that two sweeps never work on one thing, and one that cannot be done holds up no other. After
-- a day it is given up.
create or replace function public.messages_to_deliver(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at constant timestamptz := clock_timestamp();
  most constant integer := (p ->> 'most')::integer;
  failed bigint;
  deliveries jsonb;
  members jsonb;
begin
  perform pipeline.expect(p, '{"most": "integer"}', 'messages_to_deliver');
  perform pipeline.trim_chat();
  update public.chime_messages m set state = 'failed'
  where m.state in ('accepted', 'sent') and m.changed_at < at - interval '24 hours';
  get diagnostics failed = row_count;
  with taken as (
    update public.chime_messages m set tried_at = at
    where m.message_id in (
      select w.message_id from public.chime_messages w
      where w.state in ('accepted', 'sent') and greatest(w.tried_at, w.changed_at) < at - interval '30 seconds'
      order by greatest(w.tried_at, w.changed_at), w.message_id limit most for update skip locked)
    returning m.*
  )
  select coalesce(jsonb_agg(pipeline.to_delivery(t::public.chime_messages) order by t.created_at, t.message_id), '[]')
  into deliveries from taken t;
  with taken as (
    update public.chime_channel_members m set tried_at = at
    where (m.channel_id, m.user_id) in (
      select w.channel_id, w.user_id from public.chime_channel_members w
      join public.chime_messaging_channels c on c.id = w.channel_id and c.channel_arn is not null
      where w.unsettled_at is not null and coalesce(w.tried_at, w.unsettled_at) < at - interval '30 seconds'
      order by coalesce(w.tried_at, w.unsettled_at) limit most for update of w skip locked)
    returning m.channel_id, m.user_id
  )
  select coalesce(jsonb_agg(pipeline.to_settling(t.channel_id, t.user_id)), '[]') into members from taken t;
  return jsonb_build_object('deliveries', deliveries, 'members', members, 'failed', failed,
    'closing', coalesce((select jsonb_agg(pipeline.to_channel(c.id)) from (
      select c.id from public.chime_messaging_channels c
      where c.status = 'archived' and c.closed_at is null and c.channel_arn is not null
        and c.updated_at < at - interval '30 seconds'
      order by c.updated_at limit most) c), '[]'),
    'late', (select count(*) from public.chime_messages m
      where m.state in ('accepted', 'sent') and m.changed_at < at - interval '10 minutes'));
end $$;
comment on function public.messages_to_deliver(jsonb) is 'What Chime does not know yet.';

-- Rights -------------------------------------------------------------------------------------------------------------

create or replace function pipeline.is_chat_member(channel uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select pipeline.to_chat_member(channel, public.current_user_id()) is not null
$$;

create or replace function pipeline.may_listen(topic text) returns boolean
language sql stable security definer set search_path = '' as $$
  select case
    when topic ~ '^session:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then pipeline.is_provider(substr(topic, 9)::uuid)
    when topic ~ '^released:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then pipeline.is_patient(substr(topic, 10)::uuid)
    when topic ~ '^channel:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then pipeline.is_chat_member(substr(topic, 9)::uuid)
    else false
  end
$$;

do $$
declare
  name text;
  routine regprocedure;
begin
  foreach name in array array['chime_messaging_channels', 'chime_channel_members', 'chime_messages', 'chime_message_versions',
    'chime_reads', 'chime_reactions', 'chime_message_audit'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
    execute format('revoke all on public.%I from public, anon, authenticated, service_role', name);
    execute format('grant select on public.%I to service_role', name);
  end loop;
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'pipeline'::regnamespace and p.proname in ('to_channel', 'to_chat_member', 'to_settling',
      'to_chat_message', 'to_delivery', 'client_address', 'client_agent', 'note_chat', 'tell_members', 'chat_refusal', 'written',
      'change_member', 'keep_message', 'change_message', 'rewrite_message', 'to_place', 'place_at', 'place_id', 'is_chat_member', 'trim_chat')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
  end loop;
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname in ('chat_context', 'open_channel', 'channel_created',
      'add_member', 'remove_member', 'member_settled', 'archive_channel', 'channel_closed', 'accept_message', 'message_sent',
      'message_failed', 'edit_message', 'redact_message', 'mark_read', 'react', 'list_messages', 'list_channels',
      'messages_to_deliver')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
    execute format('grant execute on function %s to service_role', routine);
  end loop;
end $$;

-- Members listen, and nobody sends, whatever other policies allow.
do $$
begin
  if to_regclass('realtime.messages') is null or to_regprocedure('realtime.topic()') is null then
    raise notice 'there is no schema realtime: apps are not told of new messages and ask for them';
    return;
  end if;
  execute $policies$
    drop policy if exists "consultations: nobody else listens" on realtime.messages;
    create policy "consultations: nobody else listens" on realtime.messages as restrictive for select
      to anon, authenticated
      using (coalesce((select realtime.topic()), '') !~ '^(session|released|channel):'
        or pipeline.may_listen((select realtime.topic())));
    drop policy if exists "consultations: nobody sends" on realtime.messages;
    create policy "consultations: nobody sends" on realtime.messages as restrictive for insert to anon, authenticated
      with check (coalesce((select realtime.topic()), '') !~ '^(session|released|channel):'
        and topic !~ '^(session|released|channel):');
  $policies$;
end $$;
