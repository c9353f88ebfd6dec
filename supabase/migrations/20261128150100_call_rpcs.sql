-- The RPCs of the call. Postgres holds the truth and Chime is told: whoever comes second finds what the first one wrote.
-- All are for the service role, which has checked the caller; each takes one object, answers JSON, may be repeated with the
-- same effect, and locks the session (or its appointment) before it looks. What the rules of the call decide comes back as
-- a fact, not as an error. "at" is the caller's clock; without it the database's counts.

-- What is told of a call ---------------------------------------------------------------------------------------------

-- Times go out with milliseconds, so none is kept that is more exact.
create or replace function pipeline.at_of(p jsonb) returns timestamptz
language sql volatile security invoker set search_path = '' as $$
  select date_trunc('milliseconds', coalesce((p ->> 'at')::timestamptz, clock_timestamp()))
$$;

create or replace function pipeline.to_uuid(id text) returns uuid
language sql immutable security invoker set search_path = '' as $$
  select case when id ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then id::uuid end
$$;
comment on function pipeline.to_uuid(text) is 'The uuid that a text is; null for any other text.';

-- The meeting in which the session's people can be: that of its present attempt, while Chime has it.
create or replace function pipeline.live_meeting(session uuid) returns text
language sql stable security definer set search_path = '' as $$
  select m.meeting_id
  from public.call_meetings m join public.video_call_sessions s on s.id = m.session_id and s.call_attempt = m.attempt
  where m.session_id = session and m.ended_at is null
$$;

create or replace function pipeline.to_session(session uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'id', s.id, 'appointmentId', s.appointment_id::text, 'providerId', s.provider_id, 'patientId', s.patient_id,
    'status', s.status, 'attempt', s.call_attempt, 'endedBy', s.ended_by,
    'recordingEnabled', coalesce(s.recording_enabled, false),
    'transcriptionEnabled', coalesce(s.transcription_enabled, false),
    'transcriptionLanguage', s.transcription_language, 'mediaRegion', s.media_region,
    'meeting', (
      select jsonb_build_object('meetingId', m.meeting_id, 'attempt', m.attempt, 'controlRegion', m.control_region,
        'mediaRegion', m.media_region, 'data', m.data)
      from public.call_meetings m where m.meeting_id = pipeline.live_meeting(s.id)
    ))
  from public.video_call_sessions s where s.id = session
$$;

-- Everybody of a session, once each, even where older rows name somebody twice.
create or replace function pipeline.to_participants(session uuid) returns table (user_id uuid, participant jsonb)
language sql stable security definer set search_path = '' as $$
  select distinct on (p.user_id) p.user_id, jsonb_build_object(
    'userId', p.user_id, 'role', p.role, 'status', coalesce(p.status::text, 'invited'),
    'admitted', p.admitted_at is not null, 'muted', p.muted_at is not null,
    'attendeeId', p.attendee_id, 'attendeeMeetingId', p.attendee_meeting_id)
  from public.video_call_participants p
  where p.video_call_id = session and p.user_id is not null
  order by p.user_id, p.attendee_meeting_id nulls last
$$;

create or replace function pipeline.to_participant(session uuid, person uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select t.participant from pipeline.to_participants(session) t where t.user_id = person
$$;

-- Something happened in the call. The mark always moves, so that it tells what happened between two looks, even where what
-- is told happened long ago.
create or replace function pipeline.touch_call(session uuid, at timestamptz) returns void
language sql volatile security definer set search_path = '' as $$
  update public.video_call_sessions s
  set call_touched_at = greatest(touch_call.at, s.call_touched_at + interval '1 millisecond'), updated_at = now()
  where s.id = session
$$;

-- Writes an entry of a meeting's audit trail, which is carried there later.
create or replace function pipeline.note_call(meeting text, action text, actor uuid, detail jsonb, at timestamptz)
returns void language sql volatile security definer set search_path = '' as $$
  insert into pipeline.audit_outbox (meeting_id, appointment_id, action, actor, detail, at)
  select m.meeting_id, s.appointment_id::text, note_call.action, note_call.actor, note_call.detail, note_call.at
  from public.call_meetings m join public.video_call_sessions s on s.id = m.session_id
  where m.meeting_id = meeting
$$;

-- How often somebody asks --------------------------------------------------------------------------------------------

-- Counts one more request of this caller; false once there were more than n in this minute.
create or replace function pipeline.take(caller text, what text, n integer) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  this_minute constant timestamptz := date_trunc('minute', clock_timestamp());
  taken integer;
begin
  insert into pipeline.takes as t (caller, what, minute, n) values (take.caller, take.what, this_minute, 1)
  on conflict on constraint takes_pkey do update set n = t.n + 1
  returning t.n into taken;
  delete from pipeline.takes t where t.caller = take.caller and t.what = take.what and t.minute < this_minute;
  return taken <= take.n;
end $$;
comment on function pipeline.take(text, text, integer) is
  'Whether a caller may ask once more in this minute, n times at most.';

-- Finding ------------------------------------------------------------------------------------------------------------

-- The session that a meeting belongs or belonged to. Sessions from before there was a list of meetings name it themselves.
create or replace function pipeline.session_of(meeting text) returns uuid
language sql stable security definer set search_path = '' as $$
  select coalesce(
    (select m.session_id from public.call_meetings m where m.meeting_id = meeting),
    (select s.id from public.video_call_sessions s where s.meeting_id = meeting order by s.created_at desc, s.id limit 1))
$$;

-- The session that a visit goes on in: the active one, else the newest that is scheduled, else the newest that failed or
-- ended by itself. Null: it begins with a new one, also after somebody ended the last.
create or replace function pipeline.session_for(appointment text) returns uuid
language sql stable security definer set search_path = '' as $$
  select s.id from public.video_call_sessions s
  where s.appointment_id::text = pipeline.to_uuid(appointment)::text
    and (s.status in ('active', 'scheduled', 'failed') or s.status = 'ended' and s.ended_by is null)
  order by case s.status when 'active' then 0 when 'scheduled' then 1 else 2 end, s.created_at desc, s.id
  limit 1
$$;

-- The user of the health record whom a token names; null without one.
create or replace function pipeline.user_of(issuer text, subject text) returns uuid
language sql stable security definer set search_path = '' as $$
  select u.id from public.users u
  where case user_of.issuer when 'supabase' then u.id = pipeline.to_uuid(subject) when 'firebase' then u.firebase_uid = subject end
$$;

-- What the rules need to know of a request, in one look: { tooMany, userId, appointment, session, participant }. Counts
-- the request, also that of a user who has no row.
create or replace function public.call_context(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  nobody constant jsonb := '{"tooMany": false, "userId": null, "appointment": null, "session": null, "participant": null}';
  most constant integer := coalesce(
    substring(pipeline.setting('requests_a_minute') from '^[0-9]{1,6}$')::integer, 30);
  subject constant text := p ->> 'subject';
  person uuid;
  visit uuid;
  appointment text;
begin
  perform pipeline.expect(p, '{"issuer": ["supabase", "firebase"], "subject": "string", "action": "string",
    "appointmentId": "string?", "meetingId": "string?"}', 'call_context');
  if not pipeline.take(concat_ws(':', p ->> 'issuer', subject), 'call', most) then
    return nobody || '{"tooMany": true}';
  end if;
  person := pipeline.user_of(p ->> 'issuer', subject);
  if person is null then
    return nobody;
  end if;
  if p ->> 'meetingId' is not null then
    visit := pipeline.session_of(p ->> 'meetingId');
    select s.appointment_id::text into appointment from public.video_call_sessions s where s.id = visit;
  else
    appointment := p ->> 'appointmentId';
    visit := pipeline.session_for(appointment);
  end if;
  return nobody || jsonb_build_object(
    'userId', person,
    'appointment', (
      select jsonb_build_object('id', a.id, 'providerId', who.provider, 'patientId', who.patient,
        'status', a.status::text, 'videoEnabled', a.video_enabled)
      from pipeline.parties(appointment) who
      join public.appointments a on a.id = pipeline.to_uuid(appointment)
    ),
    'session', pipeline.to_session(visit),
    'participant', pipeline.to_participant(visit, person));
end $$;
comment on function public.call_context(jsonb) is
  'Who asks, and what the rules of the call need to know; counts the request.';

-- The session of a recording's meeting, for the workflow.
create or replace function public.session_of_meeting(meeting text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('id', s.id, 'appointment_id', s.appointment_id::text,
    'transcription_enabled', s.transcription_enabled, 'transcription_language', s.transcription_language,
    'media_region', coalesce(
      (select m.media_region from public.call_meetings m where m.meeting_id = meeting), s.media_region))
  from public.video_call_sessions s where s.id = pipeline.session_of(meeting)
$$;
comment on function public.session_of_meeting(text) is
  'The session of any meeting that it ever had, as far as the workflow needs it; null without one.';

-- Whose attendees were in a meeting, for the workflow: also those of a meeting that is no longer the session's. Rows from
-- before attendees had a meeting count for every one.
create or replace function public.participants_of_meeting(meeting text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('attendee_id', a.attendee_id, 'role', a.role) order by a.attendee_id), '[]')
  from (
    select q.attendee_id, q.role::text from public.video_call_participants q
    where q.video_call_id = pipeline.session_of(meeting) and q.attendee_id is not null
      and coalesce(q.attendee_meeting_id, meeting) = meeting
    union
    select c.attendee_id, q.role::text
    from public.call_presence c
    join public.video_call_participants q on q.video_call_id = c.session_id and q.user_id = c.user_id
    where c.meeting_id = meeting
  ) a
$$;
comment on function public.participants_of_meeting(text) is
  'The attendees of a meeting with their roles, as far as the workflow needs them.';

-- Opening ------------------------------------------------------------------------------------------------------------

-- Column by column through the row's own type: some databases have appointment ids as uuids, and keys without a default.
create or replace function pipeline.new_session(appointment text, at timestamptz) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into public.video_call_sessions (id, appointment_id, status, created_at)
  select gen_random_uuid(), r.appointment_id, 'scheduled', new_session.at
  from jsonb_populate_record(null::public.video_call_sessions, jsonb_build_object('appointment_id', appointment)) r
  returning id
$$;

-- Provider and patient have their rows. The provider waits for nobody, and cannot have been sent out: a colleague who was, and
-- now has the appointment, comes in.
create or replace function pipeline.seat_parties(session uuid, waiting_room boolean, at timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  provider uuid;
  patient uuid;
  person uuid;
  party text;
begin
  select s.provider_id, s.patient_id into provider, patient from public.video_call_sessions s where s.id = session;
  for person, party in values (provider, 'provider'), (nullif(patient, provider), 'patient') loop
    continue when person is null;
    insert into public.video_call_participants (video_call_id, user_id, role, status)
    select session, person, party, 'invited'
    where not exists (
      select from public.video_call_participants p where p.video_call_id = session and p.user_id = person);
    update public.video_call_participants p
    set role = party,
      status = case when p.status is null or p.status = 'removed' and party = 'provider' then 'invited' else p.status end,
      admitted_at = coalesce(p.admitted_at, case when party = 'provider' or not waiting_room then seat_parties.at end)
    where p.video_call_id = session and p.user_id = person
      and (p.role is distinct from party or p.status is null or p.status = 'removed' and party = 'provider'
        or p.admitted_at is null and (party = 'provider' or not waiting_room));
  end loop;
end $$;

-- What was ended by somebody, or goes on in another session, is not opened again.
create or replace function pipeline.session_to_open(session uuid, appointment text) returns uuid
language sql stable security definer set search_path = '' as $$
  select coalesce(
    (select s.id from public.video_call_sessions s
      where s.id = session and (s.status = 'active' or s.status = 'ended' and s.ended_by is not null)),
    (select s.id from public.video_call_sessions s
      where s.id = pipeline.session_for(appointment) and (session is null or s.status = 'active')),
    session)
$$;

-- A session from before there was a list of meetings names its meeting itself. Before another one takes that place, the list
-- takes it in, with who was there: its recording and its app still ask by it.
create or replace function pipeline.list_older_meeting(session uuid, at timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into public.call_meetings
    (meeting_id, session_id, attempt, control_region, media_region, data, created_at, seen_at, ended_at, settled_at)
  select s.meeting_id, s.id, 0, 'unknown', s.media_region, '{}', coalesce(s.created_at, list_older_meeting.at),
    coalesce(s.ended_at, list_older_meeting.at), coalesce(s.ended_at, list_older_meeting.at), list_older_meeting.at
  from public.video_call_sessions s where s.id = session and s.meeting_id <> ''
  on conflict do nothing;
  if found then
    insert into public.call_presence (session_id, meeting_id, user_id, attendee_id, joined_at, left_at)
    select s.id, s.meeting_id, q.user_id, q.attendee_id, q.joined_at,
      greatest(q.joined_at, coalesce(q.left_at, s.ended_at, q.joined_at))
    from public.video_call_sessions s join public.video_call_participants q on q.video_call_id = s.id
    where s.id = session and q.attendee_meeting_id is null
      and num_nulls(q.user_id, q.attendee_id, q.joined_at) = 0;
  end if;
end $$;

-- Makes the session active. A visit that goes on after its meeting ended, or began to end, or could not be made, needs the
-- next one.
create or replace function pipeline.activate(session uuid, p jsonb) returns void
language sql volatile security definer set search_path = '' as $$
  update public.video_call_sessions s
  set status = 'active', ended_at = null, ended_by = null,
    call_attempt = s.call_attempt + (s.status = 'failed' or exists (
      select from public.call_meetings m
      where m.session_id = s.id and m.attempt = s.call_attempt and num_nonnulls(m.ended_at, m.closed_at) > 0))::integer,
    error_message = case when s.status = 'active' then s.error_message end,
    error_occurred_at = case when s.status = 'active' then s.error_occurred_at end,
    -- The same token must come with the same region, so the first one counts until the next attempt.
    media_region = case when s.status = 'active' then coalesce(s.media_region, p ->> 'mediaRegion')
      else coalesce(p ->> 'mediaRegion', s.media_region) end,
    provider_id = coalesce((select who.provider from pipeline.parties(s.appointment_id::text) who), s.provider_id),
    patient_id = coalesce((select who.patient from pipeline.parties(s.appointment_id::text) who), s.patient_id),
    created_by = coalesce(s.created_by, (p ->> 'userId')::uuid),
    recording_enabled = coalesce((p #>> '{wishes,recording}')::boolean, s.recording_enabled),
    transcription_enabled = coalesce((p #>> '{wishes,transcription}')::boolean, s.transcription_enabled),
    transcription_language = coalesce(p #>> '{wishes,language}', s.transcription_language)
  where s.id = session
$$;

-- Finds the visit of an appointment, or of a session of it, or begins it. A session that somebody ended stays ended: the
-- answer shows it.
create or replace function public.open_session(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  session uuid := pipeline.to_uuid(p ->> 'sessionId');
  at constant timestamptz := pipeline.at_of(p);
  appointment text := pipeline.to_uuid(p ->> 'appointmentId')::text;
begin
  perform pipeline.expect(p, '{"appointmentId": "uuid?", "sessionId": "uuid?", "userId": "uuid", "wishes": "object?",
    "mediaRegion": "string?", "waitingRoom": "boolean?", "at": "string?"}', 'open_session');
  perform pipeline.expect(coalesce(nullif(p -> 'wishes', 'null'), '{}'),
    '{"recording": "boolean?", "transcription": "boolean?", "language": "string?"}', 'open_session: wishes');
  if session is not null then
    select s.appointment_id::text into appointment from public.video_call_sessions s where s.id = session;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('appointment ' || coalesce(appointment, session::text), 0));
  session := pipeline.session_to_open(session, appointment);
  if session is null and not exists (select from pipeline.parties(appointment)) then
    raise exception 'no appointment %', appointment using errcode = 'foreign_key_violation';
  end if;
  session := coalesce(session, pipeline.new_session(appointment, at));
  perform pipeline.lock_session(session);
  if not exists (
    select from public.video_call_sessions s where s.id = session and s.status = 'ended' and s.ended_by is not null
  ) then
    perform pipeline.list_older_meeting(session, at);
    perform pipeline.activate(session, p);
    perform pipeline.seat_parties(session, coalesce((p ->> 'waitingRoom')::boolean, true), at);
    perform pipeline.touch_call(session, at);
  end if;
  return pipeline.to_session(session);
end $$;
comment on function public.open_session(jsonb) is
  'The session in which an appointment is held now; active, unless somebody ended it.';

-- Of several meetings that were made for one attempt, the first that is written here is the session's.
--   kept   it is the session's, also of one that failed meanwhile: of two who try at once, one may fail
--   known  it was already: whoever made it at the same time came first
--   other  another one is
--   over   the session has ended, or its attempt has moved on
create or replace function public.record_meeting(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  made constant text := p #>> '{meeting,MeetingId}';
  -- What opens a meeting is never kept.
  data constant jsonb := (p -> 'meeting') - 'Attendees' - 'JoinToken';
  at constant timestamptz := pipeline.at_of(p);
  outcome text := 'kept';
  kept text;
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "attempt": "integer", "meeting": "object", "controlRegion": "string",
    "userId": "uuid?", "at": "string?"}', 'record_meeting');
  perform pipeline.lock_session(visit);
  select m.meeting_id into kept from public.call_meetings m
  where m.session_id = visit and m.attempt = (p ->> 'attempt')::integer;
  if not exists (
    select from public.video_call_sessions s
    where s.id = visit and s.status in ('active', 'failed') and s.call_attempt = (p ->> 'attempt')::integer
  ) then
    outcome := 'over';
  elsif kept <> made then
    outcome := 'other';
  elsif kept is null then
    insert into public.call_meetings
      (meeting_id, session_id, attempt, control_region, media_region, data, created_at, seen_at)
    values (made, visit, (p ->> 'attempt')::integer, p ->> 'controlRegion', data ->> 'MediaRegion', data, at, at);
    update public.video_call_sessions s
    set status = 'active', error_message = case when s.status = 'active' then s.error_message end,
      error_occurred_at = case when s.status = 'active' then s.error_occurred_at end,
      meeting_id = made, meeting_data = data, external_meeting_id = s.id::text,
      media_region = coalesce(data ->> 'MediaRegion', s.media_region), media_placement = data -> 'MediaPlacement'
    where s.id = visit;
    perform pipeline.note_call(made, 'CREATED', (p ->> 'userId')::uuid,
      jsonb_build_object('attempt', (p ->> 'attempt')::integer), at);
    perform pipeline.touch_call(visit, at);
  else
    outcome := 'known';
  end if;
  return jsonb_build_object('outcome', outcome, 'session', pipeline.to_session(visit));
end $$;
comment on function public.record_meeting(jsonb) is
  'Keeps the meeting that was made for an attempt, if it is the first.';

-- Older tables of the EHR have columns of their own for this.
create or replace function pipeline.fill_older_columns(session uuid, person uuid, attendee text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  older text;
  its_type text;
begin
  for older, its_type in
    select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) from pg_catalog.pg_attribute a
    where a.attrelid = 'public.video_call_participants'::regclass and not a.attisdropped
      and a.attname in ('chime_attendee_id', 'chime_external_user_id')
  loop
    execute format('update public.video_call_participants set %I = $1::%s where video_call_id = $2 and user_id = $3',
      older, its_type)
    using case older when 'chime_attendee_id' then attendee else person::text end, session, person;
  end loop;
end $$;

-- Of several attendees that were made for one person and meeting, the first that is written here is hers, unless Chime no
-- longer knows it and "replaces" names it.
--   kept   it is hers
--   other  another one is
--   over   the meeting is not the live one, the session is not active, or she is no participant, or was removed
create or replace function public.record_attendee(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  attendee constant text := p ->> 'attendeeId';
  meeting constant text := p ->> 'meetingId';
  at constant timestamptz := pipeline.at_of(p);
  outcome text := 'kept';
  seat jsonb;
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "meetingId": "string", "userId": "uuid", "attendeeId": "string",
    "replaces": "string?", "by": "uuid?", "at": "string?"}', 'record_attendee');
  perform pipeline.lock_session(visit);
  seat := pipeline.to_participant(visit, person);
  if pipeline.live_meeting(visit) is distinct from meeting or coalesce(seat ->> 'status', 'removed') = 'removed'
    or not exists (select from public.video_call_sessions s where s.id = visit and s.status = 'active') then
    outcome := 'over';
  elsif seat ->> 'attendeeMeetingId' = meeting
    and seat ->> 'attendeeId' not in (attendee, coalesce(p ->> 'replaces', '')) then
    outcome := 'other';
  elsif seat ->> 'attendeeMeetingId' is distinct from meeting or seat ->> 'attendeeId' is distinct from attendee then
    update public.video_call_participants q set attendee_id = attendee, attendee_meeting_id = meeting
    where q.video_call_id = visit and q.user_id = person;
    perform pipeline.fill_older_columns(visit, person, attendee);
    perform pipeline.note_call(meeting, 'ATTENDEE_ADDED', coalesce((p ->> 'by')::uuid, person),
      jsonb_build_object('userId', person), at);
    perform pipeline.touch_call(visit, at);
  end if;
  return jsonb_build_object('outcome', outcome, 'participant', pipeline.to_participant(visit, person));
end $$;
comment on function public.record_attendee(jsonb) is
  'Keeps the attendee that was made for a person in a meeting, if it is the first.';

create or replace function public.fail_session(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  at constant timestamptz := pipeline.at_of(p);
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "attempt": "integer", "error": "string", "at": "string?"}',
    'fail_session');
  perform pipeline.lock_session(visit);
  update public.video_call_sessions s
  set status = 'failed', error_message = p ->> 'error', error_occurred_at = at
  where s.id = visit and s.status = 'active' and s.call_attempt = (p ->> 'attempt')::integer
    and pipeline.live_meeting(visit) is null;
  if found then
    perform pipeline.touch_call(visit, at);
  end if;
  return '{}';
end $$;
comment on function public.fail_session(jsonb) is
  'No meeting could be made for this attempt. Whoever opens the session again begins the next.';

-- People -------------------------------------------------------------------------------------------------------------

-- Names people who may join: { invited, participants, unknown }. Whoever was removed may come again, through the waiting
-- room and with another attendee.
create or replace function public.invite(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  waits constant boolean := coalesce((p ->> 'waitingRoom')::boolean, true);
  at constant timestamptz := pipeline.at_of(p);
  known uuid[];
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "userIds": "array", "waitingRoom": "boolean?",
    "at": "string?"}', 'invite');
  perform pipeline.lock_session(visit);
  select coalesce(array_agg(u.id order by asked.n), '{}') into known
  from (
    select pipeline.to_uuid(id) as id, min(n) as n
    from jsonb_array_elements_text(p -> 'userIds') with ordinality x (id, n) group by 1
  ) asked
  join public.users u on u.id = asked.id;

  -- Whoever had the appointment before comes as anybody else does.
  update public.video_call_participants q set role = 'other'
  where q.video_call_id = visit and q.user_id = any (known) and q.role in ('provider', 'patient') and not exists (
    select from public.video_call_sessions s left join pipeline.parties(s.appointment_id::text) who on true
    where s.id = visit
      and q.user_id in (coalesce(who.provider, s.provider_id), coalesce(who.patient, s.patient_id)));
  update public.video_call_participants q
  set status = 'invited',
    attendee_id = case when q.status = 'removed' then null else q.attendee_id end,
    attendee_meeting_id = case when q.status = 'removed' then null else q.attendee_meeting_id end,
    admitted_at = case when q.status = 'removed' then null else q.admitted_at end,
    muted_at = case when q.status = 'removed' then null else q.muted_at end
  where q.video_call_id = visit and q.user_id = any (known)
    and (q.status is null or q.status not in ('joined', 'invited'));
  insert into public.video_call_participants (video_call_id, user_id, role, status)
  select visit, person, 'other', 'invited' from unnest(known) person
  where not exists (
    select from public.video_call_participants q where q.video_call_id = visit and q.user_id = person);
  update public.video_call_participants q set admitted_at = at
  where q.video_call_id = visit and q.user_id = any (known) and q.admitted_at is null
    and (not waits or q.role = 'provider');
  perform pipeline.touch_call(visit, at);

  return jsonb_build_object(
    'invited', to_jsonb(known),
    'participants', (
      select coalesce(jsonb_agg(pipeline.to_participant(visit, person) order by n), '[]')
      from unnest(known) with ordinality k (person, n)),
    'unknown', (
      select coalesce(jsonb_agg(id order by n), '[]')
      from (select id, min(n) as n from jsonb_array_elements_text(p -> 'userIds') with ordinality x (id, n)
        where pipeline.to_uuid(id) = any (known) is not true group by id) asked));
end $$;
comment on function public.invite(jsonb) is 'Names people who may join a session; says who of them is no user.';

create or replace function public.set_participant(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  at constant timestamptz := pipeline.at_of(p);
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "userId": "uuid", "admitted": "boolean?", "muted": "boolean?",
    "removed": "boolean?", "at": "string?"}', 'set_participant');
  perform pipeline.lock_session(visit);
  update public.video_call_participants q
  set admitted_at = case (p -> 'admitted')::boolean when true then coalesce(q.admitted_at, at) when false then null
      else q.admitted_at end,
    muted_at = case (p -> 'muted')::boolean when true then coalesce(q.muted_at, at) when false then null
      else q.muted_at end,
    status = case when (p -> 'removed')::boolean then 'removed' else q.status end
  where q.video_call_id = visit and q.user_id = person;
  if found then
    perform pipeline.touch_call(visit, at);
  end if;
  return pipeline.to_participant(visit, person);
end $$;
comment on function public.set_participant(jsonb) is
  'Admits, mutes or removes a participant; answers her as she is then, null where there is none.';

create or replace function public.call_participant(p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "userId": "uuid"}', 'call_participant');
  return pipeline.to_participant((p ->> 'sessionId')::uuid, (p ->> 'userId')::uuid);
end $$;
comment on function public.call_participant(jsonb) is 'A participant of a session; null where there is none.';

-- Presence -----------------------------------------------------------------------------------------------------------

-- From when to when each attendee was in the meeting, from all its events in the order in which they happened. Of two at
-- the same time, the closing one is first: whoever changes devices leaves and joins. Somebody joins who is not there, and
-- leaves who is; that a person leaves who was not there tells that a message was lost, and that she was there. An attendee
-- is deleted with the meeting, also one that nobody ever was: this tells nothing. Nothing counts after the meeting's end.
create or replace function pipeline.presence_in(meeting text)
returns table (user_id uuid, attendee_id text, joined_at timestamptz, left_at timestamptz, was_seen boolean)
language sql stable security definer set search_path = '' as $$
  with told as (
    select e.attendee_id, e.kind, e.at, ending.at as ending,
      (max(e.user_id::text) over (partition by e.attendee_id))::uuid as user_id,
      e.kind = 'joined' as opens,
      coalesce(lag(e.kind = 'joined') over in_order, false) as was_there
    from public.call_events e
    join (select m.meeting_id, least(m.closed_at, m.ended_at) as at from public.call_meetings m) ending
      on ending.meeting_id = e.meeting_id
    where e.meeting_id = meeting and e.attendee_id is not null and (ending.at is null or e.at <= ending.at)
    window in_order as (partition by e.attendee_id order by e.at, e.kind = 'joined', e.event_id)
  ), changes as (
    select t.*, lead(t.at) over (partition by t.attendee_id order by t.at, t.opens) as next_change
    from told t where t.opens <> t.was_there
  )
  select c.user_id, c.attendee_id, c.at, coalesce(c.next_change, c.ending), true
  from changes c where c.opens and c.user_id is not null
  union all
  select t.user_id, t.attendee_id, t.at, t.at, false
  from told t where t.kind in ('left', 'dropped') and not t.was_there and t.user_id is not null
$$;

create or replace function pipeline.seconds_of(times tstzmultirange) returns integer
language sql immutable security invoker set search_path = '' as $$
  select case when times is not null then (
    select coalesce(round(sum(extract(epoch from upper(t) - lower(t)))), 0)::integer from unnest(times) t) end
$$;

-- How long each person was in the call, in all its meetings: where two intervals overlap, the time counts once.
create or replace function pipeline.time_in(session uuid)
returns table (user_id uuid, joined_at timestamptz, left_at timestamptz, seconds integer)
language sql stable security definer set search_path = '' as $$
  select q.user_id, min(q.joined_at), case when bool_and(q.left_at is not null) then max(q.left_at) end,
    pipeline.seconds_of(range_agg(tstzrange(q.joined_at, q.left_at)) filter (where q.left_at is not null))
  from public.call_presence q where q.session_id = session
  group by q.user_id
$$;

-- How many people were in the call at once, at most. Whoever comes when another leaves does not meet her, and whoever is
-- only known to have left was there.
create or replace function pipeline.most_at_once(session uuid) returns integer
language sql stable security definer set search_path = '' as $$
  with stays as (
    select unnest(range_agg(tstzrange(q.joined_at, q.left_at))) as stay
    from public.call_presence q where q.session_id = session group by q.user_id
  ), steps as (
    select lower(stay) as at, 1 as step from stays
    union all
    select upper(stay), -1 from stays where not upper_inf(stay)
  )
  select case when exists (select from public.call_presence q where q.session_id = session) then
    greatest(1, (select max(there.n) from (select sum(step) over (order by at, step) as n from steps) there))::integer end
$$;

-- Makes the intervals of a meeting anew. An interval that was not there is noted as JOINED, one that was open as LEFT: a
-- message that comes late corrects the times, and notes nothing twice. An interval without a joining is noted by its end.
create or replace function pipeline.retell_presence(meeting text) returns void
language sql volatile security definer set search_path = '' as $$
  with old as (
    delete from public.call_presence q where q.meeting_id = meeting returning *
  ), new as (
    insert into public.call_presence (session_id, meeting_id, user_id, attendee_id, joined_at, left_at)
    select m.session_id, m.meeting_id, i.user_id, i.attendee_id, i.joined_at, i.left_at
    from public.call_meetings m, pipeline.presence_in(meeting) i
    where m.meeting_id = meeting
    order by i.joined_at, i.user_id
    returning *
  ), noted as (
    select 'JOINED' as action, i.user_id, i.joined_at as at
    from pipeline.presence_in(meeting) i
    where i.was_seen and not exists (
      select from old where old.attendee_id = i.attendee_id and (old.joined_at = i.joined_at
        or old.left_at = i.left_at and old.joined_at < old.left_at))
    union all
    select 'LEFT', new.user_id, new.left_at
    from new
    where new.left_at is not null and not exists (
      select from old where old.attendee_id = new.attendee_id and old.left_at is not null
        and (old.joined_at = new.joined_at or old.left_at = new.left_at))
  )
  insert into pipeline.audit_outbox (meeting_id, appointment_id, action, actor, detail, at)
  select m.meeting_id, s.appointment_id::text, n.action, n.user_id, jsonb_build_object('userId', n.user_id), n.at
  from noted n, public.call_meetings m join public.video_call_sessions s on s.id = m.session_id
  where m.meeting_id = meeting
  order by n.at, n.action desc, n.user_id
$$;

-- What participants and session show of the intervals. Rows of the EHR for people without an attendee of ours stay.
create or replace function pipeline.show_presence(session uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update public.video_call_participants q
  set joined_at = t.joined_at, left_at = t.left_at, duration_seconds = t.seconds,
    status = case
      when q.status = 'removed' then q.status
      when t.joined_at is null then 'invited'
      when t.left_at is null then 'joined'
      else 'left' end
  from (
    select o.user_id, i.joined_at, i.left_at, i.seconds
    from (select distinct p.user_id from public.video_call_participants p
      where p.video_call_id = session and p.attendee_meeting_id is not null
      union select c.user_id from public.call_presence c where c.session_id = session) o
    left join pipeline.time_in(session) i on i.user_id = o.user_id
  ) t
  where q.video_call_id = session and q.user_id = t.user_id
    and (q.joined_at, q.left_at, q.duration_seconds) is distinct from (t.joined_at, t.left_at, t.seconds);

  update public.video_call_sessions s
  set started_at = t.started_at, total_participants = t.people,
    max_participants_reached = coalesce(pipeline.most_at_once(session), 0),
    duration_seconds = case when s.status = 'ended' then coalesce(t.seconds, s.duration_seconds) else s.duration_seconds end
  from (
    select min(c.joined_at) as started_at, count(distinct c.user_id)::integer as people,
      pipeline.seconds_of(range_agg(tstzrange(c.joined_at, c.left_at)) filter (where c.left_at is not null)) as seconds
    from public.call_presence c where c.session_id = session
  ) t
  where s.id = session;
end $$;

-- A meeting ended at Chime, or was found to have: nobody is in it any more. Of several times the earliest counts. The
-- session ends by itself where it was the live one: then this is true.
create or replace function pipeline.end_meeting(meeting text, at timestamptz) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  ended public.call_meetings;
  was_live boolean;
  closed boolean;
begin
  select * into ended from public.call_meetings m where m.meeting_id = meeting;
  if not found or ended.ended_at <= at or ended.settled_at is not null then
    return false;
  end if;
  was_live := pipeline.live_meeting(ended.session_id) is not distinct from meeting;
  update public.call_meetings m set ended_at = end_meeting.at where m.meeting_id = meeting;
  update public.video_call_sessions s set status = 'ended', ended_at = end_meeting.at
  where s.id = ended.session_id and s.status = 'active' and was_live;
  closed := found;
  if closed then
    perform pipeline.note_call(meeting, 'ENDED', null, '{}', at);
  end if;
  update public.video_call_sessions s set ended_at = end_meeting.at
  where s.id = ended.session_id and s.status = 'ended' and s.ended_by is null and s.call_attempt = ended.attempt
    and s.ended_at > end_meeting.at;
  perform pipeline.retell_presence(meeting);
  perform pipeline.show_presence(ended.session_id);
  return closed;
end $$;

-- Whether a call ended by itself with this, and how long it was then.
create or replace function pipeline.to_closing(session uuid, closed boolean) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('closed', closed, 'seconds', coalesce(
    (select s.duration_seconds from public.video_call_sessions s where closed and s.id = session), 0))
$$;

-- What Chime told: { known, isOurs, closed, seconds }. Its messages come late, twice, in any order, or not at all.
create or replace function public.record_presence(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  meeting constant text := p ->> 'meetingId';
  at constant timestamptz := pipeline.at_of(p);
  visit uuid;
  person uuid;
  closed boolean := false;
  -- What is not new changes nothing.
  known constant jsonb := '{"known": true, "isOurs": true, "closed": false, "seconds": 0}';
begin
  perform pipeline.expect(p, '{"eventId": "string", "kind": ["joined", "left", "dropped", "deleted", "ended"], "at": "string",
    "meetingId": "string", "attendeeId": "string|null", "userId": "string|null"}', 'record_presence');
  select m.session_id into visit from public.call_meetings m where m.meeting_id = meeting;
  if visit is null then
    return known || '{"known": false, "isOurs": false}';
  end if;
  perform pipeline.lock_session(visit);
  select q.user_id into person from public.video_call_participants q
  where q.video_call_id = visit and q.user_id = pipeline.to_uuid(p ->> 'userId');
  if exists (select from public.call_meetings m where m.meeting_id = meeting and m.settled_at is not null) then
    return known;
  end if;
  insert into public.call_events (event_id, meeting_id, attendee_id, user_id, kind, at, received_at)
  values (p ->> 'eventId', meeting, p ->> 'attendeeId', person, p ->> 'kind', at, clock_timestamp())
  on conflict (event_id) do nothing;
  if not found then
    return known;
  end if;
  perform pipeline.touch_call(visit, at);
  if p ->> 'kind' = 'ended' then
    closed := pipeline.end_meeting(meeting, at);
  else
    perform pipeline.retell_presence(meeting);
    perform pipeline.show_presence(visit);
  end if;
  return known || '{"known": false}' || pipeline.to_closing(visit, closed);
end $$;
comment on function public.record_presence(jsonb) is
  'Keeps an event of Chime, once, and what it says of who was there.';

-- Ending -------------------------------------------------------------------------------------------------------------

create or replace function public.renew_meeting(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  meeting constant text := p ->> 'meetingId';
  at constant timestamptz := pipeline.at_of(p);
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "meetingId": "string", "at": "string"}', 'renew_meeting');
  perform pipeline.lock_session(visit);
  -- Not the session's end: its attempt moves on before the meeting ends.
  update public.video_call_sessions s set call_attempt = s.call_attempt + 1
  where s.id = visit and s.status = 'active' and pipeline.live_meeting(visit) = meeting;
  if exists (
    select from public.call_meetings m
    where m.meeting_id = meeting and m.session_id = visit and m.ended_at is null
  ) then
    perform pipeline.end_meeting(meeting, at);
    perform pipeline.touch_call(visit, at);
  end if;
  return pipeline.to_session(visit);
end $$;
comment on function public.renew_meeting(jsonb) is
  'Chime no longer has this meeting: its session goes on in the next one.';

-- Ends the call: { outcome, seconds, session, meetings }. The meetings are those that Chime may still have.
--   closed  it was active
--   known   it was not; when somebody ends it, nobody goes on with it either
--   busy    "quietSince" is given, and something happened since, or somebody is there
create or replace function public.close_session(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  person constant uuid := pipeline.to_uuid(p ->> 'endedBy');
  at constant timestamptz := pipeline.at_of(p);
  outcome text := 'known';
  before public.video_call_sessions;
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "endedBy": "uuid|null", "at": "string", "quietSince": "string?"}',
    'close_session');
  perform pipeline.lock_session(visit);
  select * into before from public.video_call_sessions s where s.id = visit;
  if p ->> 'quietSince' is not null and (before.call_touched_at > (p ->> 'quietSince')::timestamptz
    or exists (select from public.call_presence c where c.session_id = visit and c.left_at is null)) then
    outcome := 'busy';
  elsif before.status = 'active' then
    outcome := 'closed';
    perform pipeline.close_meetings(visit, person, at);
  elsif before.status in ('failed', 'scheduled') and person is not null then
    perform pipeline.close_meetings(visit, person, at);
  elsif before.status = 'ended' and before.ended_by is null and person is not null then
    -- It had ended by itself, and would go on if somebody came: now it is over.
    update public.video_call_sessions s set ended_by = person where s.id = visit;
  end if;
  return jsonb_build_object(
    'outcome', outcome,
    'seconds', (select coalesce(s.duration_seconds, 0) from public.video_call_sessions s where s.id = visit),
    'session', pipeline.to_session(visit),
    'meetings', (select coalesce(jsonb_agg(m.meeting_id order by m.attempt), '[]')
      from public.call_meetings m where m.session_id = visit and m.ended_at is null));
end $$;
comment on function public.close_session(jsonb) is 'Ends a call for everybody.';

-- Closes the session and the intervals of its meetings, which end at Chime afterwards.
create or replace function pipeline.close_meetings(session uuid, person uuid, at timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  meeting text;
begin
  update public.video_call_sessions s
  set status = 'ended', ended_at = close_meetings.at, ended_by = person, updated_at = now()
  where s.id = session;
  for meeting in
    select m.meeting_id from public.call_meetings m
    where m.session_id = session and m.ended_at is null order by m.attempt
  loop
    update public.call_meetings m set closed_at = coalesce(m.closed_at, close_meetings.at) where m.meeting_id = meeting;
    perform pipeline.retell_presence(meeting);
  end loop;
  perform pipeline.show_presence(session);
  select m.meeting_id into meeting from public.call_meetings m
  where m.session_id = session order by m.attempt desc limit 1;
  perform pipeline.note_call(meeting, 'ENDED', person, '{}', at);
end $$;

create or replace function public.meeting_ended(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at constant timestamptz := pipeline.at_of(p);
  visit uuid;
  closed boolean := false;
begin
  perform pipeline.expect(p, '{"meetingId": "string", "at": "string"}', 'meeting_ended');
  select m.session_id into visit from public.call_meetings m where m.meeting_id = p ->> 'meetingId';
  if found then
    perform pipeline.lock_session(visit);
    closed := pipeline.end_meeting(p ->> 'meetingId', at);
  end if;
  return pipeline.to_closing(visit, closed);
end $$;
comment on function public.meeting_ended(jsonb) is
  'A meeting ended at Chime; says whether its call ended with it: { closed, seconds }.';

-- What else is told --------------------------------------------------------------------------------------------------

create or replace function public.record_report(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "userId": "uuid", "kind": ["quality", "failure", "survey"],
    "values": "object", "at": "string?"}', 'record_report');
  insert into public.call_quality (session_id, user_id, kind, values, at)
  values ((p ->> 'sessionId')::uuid, (p ->> 'userId')::uuid, p ->> 'kind', p -> 'values', pipeline.at_of(p));
  return '{}';
end $$;
comment on function public.record_report(jsonb) is 'Keeps what a participant''s app reports.';

create or replace function public.call_status(p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
begin
  perform pipeline.expect(p, '{"sessionId": "uuid"}', 'call_status');
  return (
    select jsonb_build_object('status', s.status,
      'startedAt', pipeline.iso(s.started_at), 'endedAt', pipeline.iso(s.ended_at),
      'present', (
        select coalesce(jsonb_agg(jsonb_build_object('userId', there.user_id, 'role', everybody.participant -> 'role',
          'since', pipeline.iso(there.since)) order by there.since, there.user_id), '[]')
        from (select c.user_id, min(c.joined_at) as since from public.call_presence c
          where c.session_id = visit and c.left_at is null group by c.user_id) there
        join pipeline.to_participants(visit) everybody on everybody.user_id = there.user_id),
      'waiting', (
        select coalesce(jsonb_agg(t.user_id order by t.user_id), '[]') from pipeline.to_participants(visit) t
        where not (t.participant -> 'admitted')::boolean and t.participant ->> 'status' <> 'removed'
          and t.participant ->> 'attendeeId' is not null
          and t.participant ->> 'attendeeMeetingId' = pipeline.live_meeting(visit)),
      'isRecording', coalesce(s.is_recording, false),
      'participants', (
        select coalesce(jsonb_agg(t.participant order by t.user_id), '[]') from pipeline.to_participants(visit) t))
    from public.video_call_sessions s where s.id = visit);
end $$;
comment on function public.call_status(jsonb) is 'Who is in a call, who waits, and since when it goes on.';

-- One entry for each caller, action, meeting and hour: a client that tries again and again fills no trail.
create or replace function public.refuse_access(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  meeting constant text := p ->> 'meetingId';
  moment constant timestamptz := pipeline.at_of(p);
begin
  perform pipeline.expect(p, '{"userId": "uuid", "meetingId": "string", "action": "string", "code": "string",
    "at": "string?"}', 'refuse_access');
  perform pg_advisory_xact_lock(hashtextextended('refused ' || meeting || ' ' || person, 0));
  if not exists (
    select from pipeline.audit_outbox o
    where o.meeting_id = meeting and o.action = 'ACCESS_REFUSED' and o.actor = person
      and o.detail ->> 'action' = p ->> 'action' and date_trunc('hour', o.at) = date_trunc('hour', moment)
  ) then
    perform pipeline.note_call(meeting, 'ACCESS_REFUSED', person,
      jsonb_build_object('action', p ->> 'action', 'code', p ->> 'code'), moment);
  end if;
  return '{}';
end $$;
comment on function public.refuse_access(jsonb) is 'Notes that a user was turned away from a meeting.';

-- The sweep ----------------------------------------------------------------------------------------------------------

-- The meetings that may still live, those first that were not looked at for longest, and how many sessions were left without
-- one: { meetings, stranded }. Such a session fails here. What is too old to be kept is removed in passing.
create or replace function public.calls_to_sweep(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  at constant timestamptz := pipeline.at_of(p);
  stranded integer;
begin
  perform pipeline.expect(p, '{"at": "string", "most": "integer"}', 'calls_to_sweep');
  update public.video_call_sessions s
  set status = 'failed', error_message = 'MeetingNotCreated', error_occurred_at = at, updated_at = now()
  where s.id in (
    select t.id from public.video_call_sessions t
    where t.status = 'active' and t.call_touched_at < at - interval '10 minutes'
      and pipeline.live_meeting(t.id) is null
    for no key update skip locked);
  get diagnostics stranded = row_count;
  perform pipeline.trim_calls();
  return jsonb_build_object('stranded', stranded, 'meetings', (
    select coalesce(jsonb_agg(pipeline.to_sweep(m) order by m.seen_at, m.meeting_id), '[]')
    from (select * from public.call_meetings o where o.ended_at is null order by o.seen_at, o.meeting_id
      limit greatest((p ->> 'most')::integer, 0)) m));
end $$;
comment on function public.calls_to_sweep(jsonb) is
  'The meetings that may still live at Chime; fails sessions that never got one.';

create or replace function pipeline.to_sweep(meeting public.call_meetings) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('sessionId', s.id, 'meetingId', meeting.meeting_id, 'controlRegion', meeting.control_region,
    'isLive', meeting.attempt = s.call_attempt, 'sessionStatus', s.status,
    'quietSince', pipeline.iso(greatest(s.call_touched_at, meeting.created_at)),
    'seenAt', pipeline.iso(greatest(meeting.seen_at, s.call_touched_at)),
    'present', (select count(distinct c.user_id) from public.call_presence c
      where c.meeting_id = meeting.meeting_id and c.left_at is null),
    'unaccounted', (select count(distinct q.user_id) from public.video_call_participants q
      where q.video_call_id = s.id and q.attendee_meeting_id = meeting.meeting_id and q.status is distinct from 'removed'
        and not exists (select from public.call_presence c where c.attendee_id = q.attendee_id)),
    'lastLeftAt', (select pipeline.iso(max(c.left_at)) from public.call_presence c
      where c.meeting_id = meeting.meeting_id),
    'endedAt', pipeline.iso(s.ended_at))
  from public.video_call_sessions s where s.id = meeting.session_id
$$;

-- Events are kept for eight days: longer than any of a meeting may come late, and as long as it may live. Counts of
-- requests, for an hour.
create or replace function pipeline.trim_calls() returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform set_config('pipeline.erasing', 'on', true);
  with removed as (
    delete from public.call_events e where e.event_id in (
      select o.event_id from public.call_events o where o.received_at < now() - interval '8 days'
        and not exists (select from public.call_meetings m where m.meeting_id = o.meeting_id and m.ended_at is null)
      order by o.received_at limit 10000)
    returning e.meeting_id
  )
  update public.call_meetings m set settled_at = now()
  where m.settled_at is null and m.meeting_id in (select r.meeting_id from removed r);
  perform set_config('pipeline.erasing', '', true);
  delete from pipeline.takes t where (t.caller, t.what, t.minute) in (
    select o.caller, o.what, o.minute from pipeline.takes o where o.minute < now() - interval '1 hour'
    for update skip locked limit 10000);
end $$;

create or replace function public.meeting_seen(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"meetingId": "string", "at": "string"}', 'meeting_seen');
  update public.call_meetings m set seen_at = greatest(m.seen_at, pipeline.at_of(p))
  where m.meeting_id = p ->> 'meetingId';
  return '{}';
end $$;
comment on function public.meeting_seen(jsonb) is 'Chime has this meeting.';

-- Audit --------------------------------------------------------------------------------------------------------------

-- As before, but what nobody did (a meeting ended, somebody dropped out) is done by the system.
create or replace function public.audit_waiting(most integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'event', jsonb_build_object('action', o.action, 'meetingId', o.meeting_id, 'appointmentId', o.appointment_id,
        'recordingId', o.recording_id, 'executionArn', null, 'actor', coalesce(o.actor::text, 'system'),
        'decision', o.id::text, 'detail', o.detail),
      'at', pipeline.iso(o.at)) order by o.id), '[]')
  from (
    select * from pipeline.audit_outbox o where o.carried_at is null order by o.id limit greatest(most, 0)
  ) o
$$;
comment on function public.audit_waiting(integer) is 'What the audit trail has not got yet, the oldest first.';

-- What was noted about a meeting, or about all meetings of a session: both ids are uuids.
create or replace function public.audit_noted(meeting text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('decision', o.id::text, 'action', o.action, 'meetingId', o.meeting_id,
    'recordingId', o.recording_id, 'at', pipeline.iso(o.at), 'carried', o.carried_at is not null) order by o.id), '[]')
  from pipeline.audit_outbox o
  where o.meeting_id = meeting
    or o.meeting_id in (select m.meeting_id from public.call_meetings m where m.session_id = pipeline.to_uuid(meeting))
$$;
comment on function public.audit_noted(text) is
  'What was noted about a meeting, or about the meetings of a session, and whether the audit trail has it.';

-- Rights -------------------------------------------------------------------------------------------------------------

do $$
declare
  routine regprocedure;
begin
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'pipeline'::regnamespace and p.proname in ('at_of', 'to_uuid', 'live_meeting', 'to_session',
      'to_participants', 'to_participant', 'touch_call', 'note_call', 'take', 'session_of', 'session_for', 'new_session',
      'seat_parties', 'session_to_open', 'activate', 'fill_older_columns', 'presence_in', 'seconds_of', 'time_in',
      'most_at_once', 'retell_presence', 'show_presence', 'end_meeting', 'to_closing', 'close_meetings', 'to_sweep',
      'trim_calls', 'list_older_meeting', 'user_of')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
  end loop;
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname in ('call_context', 'session_of_meeting',
      'participants_of_meeting', 'open_session', 'record_meeting', 'record_attendee', 'fail_session', 'invite',
      'set_participant', 'call_participant', 'record_presence', 'renew_meeting', 'close_session', 'meeting_ended', 'record_report', 'call_status',
      'refuse_access', 'calls_to_sweep', 'meeting_seen')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
    execute format('grant execute on function %s to service_role', routine);
  end loop;
end $$;
