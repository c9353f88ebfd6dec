-- Files of the chat. A file that is announced is pending, and known to its sender alone. Once its bytes have come and were
-- looked at, it is a message as every other, whose metadata have its name, type and size. Rows and bytes are kept as long as
-- messages: seven years and thirty days. This file may run any number of times.

create table if not exists public.chime_attachments (
  message_id text primary key,
  channel_id uuid not null references public.chime_messaging_channels (id),
  sender_id uuid not null,
  key text not null unique,
  name text not null constraint chime_attachments_name_fits check (octet_length(name) between 1 and 255),
  content_type text not null constraint chime_attachments_type_listed
    check (content_type in ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
  size integer not null constraint chime_attachments_size_fits check (size between 1 and 20971520),
  checksum text not null,
  state text not null constraint chime_attachments_state_listed check (state in ('pending', 'ready', 'refused', 'expired')),
  refused_as text constraint chime_attachments_reason_listed
    check (refused_as in ('otherType', 'otherBytes', 'neverCame', 'closed', 'notMember')),
  version_id text,
  created_at timestamptz not null,
  settled_at timestamptz,
  discarded_at timestamptz,
  tried_at timestamptz,
  constraint chime_attachments_reason_given check ((state in ('refused', 'expired')) = (refused_as is not null)),
  constraint chime_attachments_version_given check ((state in ('ready', 'refused')) = (version_id is not null))
);
create index if not exists chime_attachments_waiting_idx on public.chime_attachments (created_at)
  where state = 'pending' or (state = 'refused' and discarded_at is null);
create index if not exists chime_attachments_created_at_idx on public.chime_attachments (created_at);
comment on table public.chime_attachments is 'Files that people send to each other; the bytes are in the bucket.';
comment on column public.chime_attachments.message_id is 'Of the message that the file becomes.';
comment on column public.chime_attachments.key is 'Of the object: it has nothing of the file''s own name.';
comment on column public.chime_attachments.size is 'Bytes, as announced.';
comment on column public.chime_attachments.checksum is 'SHA-256 in base64, as announced.';
comment on column public.chime_attachments.state is 'pending: not looked at. ready: a message. refused: looked at, and none.
expired: nothing came.';
comment on column public.chime_attachments.version_id is 'The version that was looked at, and that alone is ever handed out.';
comment on column public.chime_attachments.discarded_at is 'When the bytes of a refused file were gone.';
comment on column public.chime_attachments.tried_at is 'When the sweep last took it up.';

-- Without its name, which nobody needs who does not give it to a member.
create or replace function pipeline.to_attachment(f public.chime_attachments) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('messageId', f.message_id, 'channelId', f.channel_id, 'key', f.key, 'contentType', f.content_type,
    'size', f.size, 'checksum', f.checksum, 'state', f.state, 'refusedAs', f.refused_as, 'versionId', f.version_id)
$$;

-- { outcome }: kept, known, or why not.
create or replace function public.attach_file(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  outcome text;
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "messageId": "uuid", "key": "string", "name": "string",
    "contentType": "string", "size": "integer", "checksum": "string"}', 'attach_file');
  outcome := pipeline.chat_refusal(channel, person, true);
  if outcome is null then
    insert into public.chime_attachments
      (message_id, channel_id, sender_id, key, name, content_type, size, checksum, state, created_at)
    values (p ->> 'messageId', channel, person, p ->> 'key', p ->> 'name', p ->> 'contentType', (p ->> 'size')::integer,
      p ->> 'checksum', 'pending', clock_timestamp())
    on conflict (message_id) do nothing;
    outcome := case when found then 'kept' else 'known' end;
  end if;
  return jsonb_build_object('outcome', outcome);
end $$;
comment on function public.attach_file(jsonb) is 'Keeps that a file is to come.';

create or replace function public.attachment(p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"messageId": "uuid"}', 'attachment');
  return (select pipeline.to_attachment(f) from public.chime_attachments f where f.message_id = p ->> 'messageId');
end $$;
comment on function public.attachment(jsonb) is 'A file that was announced; null for any other.';

-- What was found of a pending file: { outcome, file }. It is a message if its sender may still send one. What is
-- pending no more stays as it is, whatever else was found.
create or replace function public.attachment_inspected(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  f public.chime_attachments;
  refused text := p ->> 'refusedAs';
  sent text;
begin
  perform pipeline.expect(p, '{"messageId": "uuid", "versionId": "string|null", "refusedAs": ["otherType", "otherBytes", "neverCame", null]}',
    'attachment_inspected');
  if (p ->> 'versionId' is null) <> (refused is not distinct from 'neverCame') then
    raise exception 'attachment_inspected: a version, or none that came' using errcode = '22023';
  end if;
  select * into f from public.chime_attachments a where a.message_id = p ->> 'messageId' for update;
  if not found then
    raise exception 'attachment_inspected: there is no such file' using errcode = 'P0002';
  elsif f.state <> 'pending' then
    return jsonb_build_object('outcome', 'known', 'file', pipeline.to_attachment(f));
  end if;
  if refused is null then
    -- A sender knows the id of her file: a token with a blank in it is none that she could have sent another message under.
    sent := public.accept_message(jsonb_build_object('channelId', f.channel_id, 'userId', f.sender_id, 'messageId', f.message_id,
      'clientToken', 'file ' || f.message_id, 'messageType', 'file', 'message', 'file',
      'metadata', jsonb_build_object('name', f.name, 'contentType', f.content_type, 'size', f.size))) ->> 'outcome';
    refused := case when sent not in ('kept', 'known') then sent end;
  end if;
  update public.chime_attachments a
  set state = case when refused is null then 'ready' when refused = 'neverCame' then 'expired' else 'refused' end,
    refused_as = refused, version_id = p ->> 'versionId', settled_at = clock_timestamp()
  where a.message_id = f.message_id
  returning * into f;
  if f.state = 'refused' then
    perform pipeline.note_chat(f.channel_id, f.message_id, null, 'message_deleted', jsonb_build_object('refusedAs', refused));
  end if;
  if refused is not null then
    perform pipeline.tell_members(f.channel_id, 'file', jsonb_build_object('messageId', f.message_id, 'state', f.state));
  end if;
  return jsonb_build_object('outcome', 'kept', 'file', pipeline.to_attachment(f));
end $$;
comment on function public.attachment_inspected(jsonb) is 'Makes a file a message, or keeps why it is none.';

create or replace function public.attachment_discarded(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"messageId": "uuid"}', 'attachment_discarded');
  update public.chime_attachments f set discarded_at = clock_timestamp()
  where f.message_id = p ->> 'messageId' and f.state = 'refused' and f.discarded_at is null;
  return null;
end $$;
comment on function public.attachment_discarded(jsonb) is 'The bytes of a refused file are gone.';

-- What a member needs for a link: { outcome, file, name }; audited each time. What is no message, or no more, is no message;
-- but the sender of a file that is none hears how far it is: { outcome: pending } or { outcome: refused, refusedAs }.
create or replace function public.open_attachment(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  channel constant uuid := pipeline.to_uuid(p ->> 'channelId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  f public.chime_attachments;
  refused text;
begin
  perform pipeline.expect(p, '{"channelId": "uuid", "userId": "uuid", "messageId": "uuid"}', 'open_attachment');
  refused := pipeline.chat_refusal(channel, person, false);
  select * into f from public.chime_attachments a where a.message_id = p ->> 'messageId' and a.channel_id = channel;
  refused := coalesce(refused, case when f.message_id is null or f.state <> 'ready' and f.sender_id <> person
    or exists (select from public.chime_messages m where m.message_id = f.message_id and m.redacted_at is not null) then 'noMessage' end);
  if refused is not null then
    return jsonb_build_object('outcome', refused);
  elsif f.state = 'pending' then
    return jsonb_build_object('outcome', 'pending');
  elsif f.state <> 'ready' then
    return jsonb_build_object('outcome', 'refused', 'refusedAs', f.refused_as);
  end if;
  perform pipeline.note_chat(channel, f.message_id, person, 'message_read', '{"attachment": true}');
  return jsonb_build_object('outcome', 'kept', 'file', pipeline.to_attachment(f), 'name', f.name);
end $$;
comment on function public.open_attachment(jsonb) is 'Gives a member a message''s file, and audits it.';

-- Files of which no event has told for two minutes, then every five, and those whose bytes are still to be discarded. What is
-- handed out is not handed out again meanwhile. Nothing comes after two hours: an upload must begin within five minutes.
create or replace function public.attachments_to_inspect(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at constant timestamptz := clock_timestamp();
  files jsonb;
begin
  perform pipeline.expect(p, '{"most": "integer"}', 'attachments_to_inspect');
  -- As long as their messages, whose bytes go by the bucket's rule.
  delete from public.chime_attachments f where f.message_id in (
    select o.message_id from public.chime_attachments o where o.created_at < at - interval '7 years 30 days'
    order by o.created_at limit 10000);
  with taken as (
    update public.chime_attachments f set tried_at = at
    where f.message_id in (
      select w.message_id from public.chime_attachments w
      where (w.state = 'pending' or w.state = 'refused' and w.discarded_at is null)
        and coalesce(w.tried_at + interval '5 minutes', w.created_at + interval '2 minutes') < at
      order by coalesce(w.tried_at, w.created_at), w.message_id limit (p ->> 'most')::integer for update skip locked)
    returning f.*
  )
  select coalesce(jsonb_agg(pipeline.to_attachment(t::public.chime_attachments)
    || jsonb_build_object('isOver', t.created_at < at - interval '2 hours') order by t.created_at, t.message_id), '[]')
  into files from taken t;
  return files;
end $$;
comment on function public.attachments_to_inspect(jsonb) is 'Files that no event has brought on.';

alter table public.chime_attachments enable row level security;
alter table public.chime_attachments force row level security;
revoke all on public.chime_attachments from public, anon, authenticated, service_role;
grant select on public.chime_attachments to service_role;
revoke all on function pipeline.to_attachment(public.chime_attachments) from public, anon, authenticated, service_role;
do $$
declare
  name text;
begin
  foreach name in array array['attach_file', 'attachment', 'attachment_inspected', 'attachment_discarded', 'open_attachment',
    'attachments_to_inspect'] loop
    execute format('revoke all on function public.%I(jsonb) from public, anon, authenticated, service_role', name);
    execute format('grant execute on function public.%I(jsonb) to service_role', name);
  end loop;
end $$;
