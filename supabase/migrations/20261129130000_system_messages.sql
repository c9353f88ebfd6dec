-- What a channel itself says beside a call: that it began and ended, that it is recorded and no longer, and that its results
-- were released. Each is a fact that is noted for the audit trail in the transaction that makes it true, and it is said with
-- that note. A code decides what it means; people read the text, which is the same for all. No channel is made for it.

alter table public.chime_messages alter column sender_id drop not null;
comment on column public.chime_messages.sender_id is 'Null: nobody''s, a message of the system.';

-- The lock of the channel keeps it as well.
create unique index if not exists chime_messages_fact_once on public.chime_messages (channel_id, client_token)
  where sender_id is null and message_type = 'system';

alter table pipeline.settings drop constraint if exists settings_name_known;
-- Not valid: a later migration knows more names, and this one must apply again over a database that uses them.
alter table pipeline.settings add constraint settings_name_known check (name in ('supabase_issuer', 'firebase_project',
  'session_transcript', 'requests_a_minute', 'system_messages')) not valid;

-- The notes of which a channel tells.
create or replace function pipeline.system_messages() returns table (action text, code text, message text)
language sql immutable security invoker set search_path = '' as $$
  values ('CREATED', 'call-started', 'The call has started.'),
    ('RECORDING_STARTED', 'recording-on', 'The call is being recorded.'),
    ('RECORDING_STOPPED', 'recording-off', 'The call is no longer being recorded.'),
    ('ENDED', 'call-ended', 'The call has ended.'),
    ('RELEASED', 'results-released', 'Results of the visit have been released.')
$$;

-- The channel in which a visit's two people write: that of its appointment, else one of theirs that belongs to none. Null
-- where they have none, where it is archived, and where the setting system_messages is off.
create or replace function pipeline.channel_of(session uuid) returns uuid
language sql stable security definer set search_path = '' as $$
  select c.id
  from public.video_call_sessions s
  join public.chime_messaging_channels c on c.provider_id = s.provider_id and c.patient_id = s.patient_id
    and coalesce(c.appointment_id::text, s.appointment_id::text) = s.appointment_id::text
  where s.id = session and c.status = 'active' and coalesce(pipeline.setting('system_messages') <> 'off', true)
    -- One from before there were members has nobody who could read it.
    and pipeline.to_chat_member(c.id, c.provider_id) is not null
  order by c.appointment_id is null, c.created_at, c.id limit 1
$$;

-- What a note is about: what is said of it once in a channel. A visit begins with its first meeting and goes on in the next; each
-- meeting has one recording and, if nobody goes on, one end; each version of results is released by itself. Null: nothing.
create or replace function pipeline.fact_of(note pipeline.audit_outbox, session uuid) returns text
language sql stable security definer set search_path = '' as $$
  select case note.action
    when 'CREATED' then (
      select m.session_id::text from public.call_meetings m
      where m.meeting_id = note.meeting_id and not exists (
        select from public.call_meetings earlier where earlier.session_id = session and earlier.attempt < m.attempt))
    when 'RELEASED' then (
      select note.recording_id || ' ' || max(v.version)
      from public.released_consultations v where v.recording_id = note.recording_id)
    else note.meeting_id end
$$;

create or replace function pipeline.say_in_channel() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  session constant uuid := coalesce(
    (select r.session_id from public.recordings r where r.recording_id = new.recording_id),
    (select m.session_id from public.call_meetings m where m.meeting_id = new.meeting_id));
  channel constant uuid := pipeline.channel_of(session);
  given jsonb;
begin
  -- It may be archived while its lock is waited for.
  perform from public.chime_messaging_channels c where c.id = channel and c.status = 'active' for no key update;
  if not found then
    return null;
  end if;
  select jsonb_build_object('messageId', gen_random_uuid(), 'clientToken', t.code || ' ' || pipeline.fact_of(new, session),
    'messageType', 'system', 'message', t.message, 'metadata', jsonb_build_object('code', t.code))
  into given from pipeline.system_messages() t where t.action = new.action;
  if given ->> 'clientToken' is not null and not exists (
    select from public.chime_messages m
    where m.channel_id = channel and m.sender_id is null and m.client_token = given ->> 'clientToken') then
    perform pipeline.keep_message(channel, null, given);
  end if;
  return null;
end $$;
drop trigger if exists channels_say on pipeline.audit_outbox;
create trigger channels_say after insert on pipeline.audit_outbox for each row
  when (new.action in ('CREATED', 'RECORDING_STARTED', 'RECORDING_STOPPED', 'ENDED', 'RELEASED'))
  execute function pipeline.say_in_channel();

do $$
declare
  routine regprocedure;
begin
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'pipeline'::regnamespace
      and p.proname in ('system_messages', 'channel_of', 'fact_of', 'say_in_channel')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
  end loop;
end $$;
