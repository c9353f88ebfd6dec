-- The recording of a call: one capture for each meeting, which Chime writes in chunks and then joins to one file. One loop
-- moves it on; it writes a capture over the version that it read, so that of two loops one is told that it came too late.

alter table public.video_call_sessions
  add column if not exists recording_state text
    constraint recording_state_listed check (recording_state in
      ('recording', 'joining', 'ready', 'incomplete', 'missing', 'discarded', 'refused')),
  add column if not exists recording_reason text;
comment on column public.video_call_sessions.recording_state is
  'What became of the recordings of its meetings, the worst of them; null: there is none. recording, joining, ready, '
  'incomplete (shorter than what was captured), missing, discarded (somebody withdrew), refused (it never began).';
comment on column public.video_call_sessions.recording_reason is 'Why that one is so, as a name.';
comment on column public.video_call_sessions.recording_url is
  'Where the EHR finds the recording, the newest one where the call has several.';
comment on column public.video_call_sessions.recording_completed_at is
  'When that was there. When the first results were stored, where the call was not held here.';
comment on column public.video_call_sessions.is_recording is
  'Whether the call is captured now: from when that was decided until Chime has stopped.';

alter table public.call_meetings
  add column if not exists captions_on boolean not null default false,
  add column if not exists captions_language text,
  add column if not exists captions_engine text,
  add column if not exists captions_at timestamptz;
comment on column public.call_meetings.captions_on is 'Whether what is said is shown to everybody as text.';
comment on column public.call_meetings.captions_language is 'In which language it is; null: it is not.';
comment on column public.call_meetings.captions_engine is 'By which engine of Amazon Transcribe; null: by none.';
comment on column public.call_meetings.captions_at is 'When it was last asked for.';

create table if not exists public.call_captures (
  meeting_id text primary key references public.call_meetings (meeting_id) on delete cascade,
  session_id uuid not null references public.video_call_sessions (id) on delete cascade,
  capture_id text unique,
  capture_arn text,
  concatenation_id text,
  attempt integer not null,
  started_at timestamptz,
  ended_at timestamptz,
  expected_ms integer,
  gap_ms integer,
  joined_ms integer,
  state text not null constraint call_captures_state_listed check (state in
    ('starting', 'running', 'stopping', 'over', 'joining', 'joined', 'incomplete', 'missing', 'discarded', 'refused')),
  -- The names are the product's: new ones come without a migration.
  reason text constraint call_captures_reason_is_a_name check (reason ~ '^[A-Za-z]{1,40}$'),
  ended_for text,
  since timestamptz not null,
  is_settled boolean not null,
  version integer not null
);
create index if not exists call_captures_session_id_idx on public.call_captures (session_id);
create index if not exists call_captures_going_on_idx on public.call_captures (since)
  where state in ('starting', 'running', 'stopping', 'over', 'joining') or not is_settled;
comment on table public.call_captures is 'The recording of each meeting that was to be recorded.';
comment on column public.call_captures.capture_id is 'Chime MediaPipelineId; null until Chime has said it.';
comment on column public.call_captures.concatenation_id is 'Of the newest joining, or of the one whose file counts.';
comment on column public.call_captures.attempt is 'How often the chunks were given to be joined.';
comment on column public.call_captures.expected_ms is 'The length of what the chunks hold; null: they were not counted.';
comment on column public.call_captures.gap_ms is 'How much between the first chunk and the last is in none of them.';
comment on column public.call_captures.joined_ms is 'The length of the joined file that counts.';
comment on column public.call_captures.reason is 'Why it stopped, never began, or came to nothing.';
comment on column public.call_captures.ended_for is 'Why it stopped, also once reason says that its file is missing.';
comment on column public.call_captures.since is 'When it came into this state.';
comment on column public.call_captures.is_settled is
  'Whether every attendee has been brought to what its row allows since this began, or was over.';
comment on column public.call_captures.version is 'Counts the writings, from 1.';

create table if not exists public.call_concatenations (
  concatenation_id text primary key,
  meeting_id text not null references public.call_captures (meeting_id) on delete cascade,
  attempt integer not null,
  asked_at timestamptz not null,
  joined_ms integer,
  recording_id text,
  verdict text constraint call_concatenations_verdict_listed check (verdict in
    ('fits', 'short', 'truncated', 'other', 'discarded'))
);
create index if not exists call_concatenations_meeting_id_idx on public.call_concatenations (meeting_id, attempt);
comment on table public.call_concatenations is 'Every joining of a capture''s chunks, and what was found of its file.';
comment on column public.call_concatenations.concatenation_id is 'Chime MediaPipelineId, the name of the joined file.';
comment on column public.call_concatenations.asked_at is 'When it was first heard of.';
comment on column public.call_concatenations.recording_id is 'The recording that the file was taken for.';
comment on column public.call_concatenations.verdict is
  'fits; short: too short, and joined again; truncated: too short, and taken; other: another file was; discarded. '
  'Null: the file has not come.';

-- What is told of it --------------------------------------------------------------------------------------------------

-- Whether Chime writes down what is said in a meeting, or is about to.
create or replace function pipeline.is_captured(meeting text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.call_captures c where c.meeting_id = meeting and c.state in ('starting', 'running', 'stopping'))
$$;

-- Everybody of a session, once each, as that person is in one of its meetings: with what she said last in it, and whether
-- what she says there is written down, as a recording or as captions.
create or replace function pipeline.participants_in(session uuid, meeting text)
returns table (user_id uuid, participant jsonb)
language sql stable security definer set search_path = '' as $$
  select distinct on (p.user_id) p.user_id, jsonb_build_object(
    'userId', p.user_id, 'role', p.role, 'status', coalesce(p.status::text, 'invited'),
    'admitted', p.admitted_at is not null, 'muted', p.muted_at is not null,
    'attendeeId', p.attendee_id, 'attendeeMeetingId', p.attendee_meeting_id,
    'consent', said.consent,
    'isRecorded', coalesce(case when m.attempt <> s.call_attempt then pipeline.is_captured(meeting) else s.is_recording end, false)
      or coalesce(m.captions_on, false))
  from public.video_call_participants p
  join public.video_call_sessions s on s.id = p.video_call_id
  left join public.call_meetings m on m.meeting_id = meeting
  left join (
    select distinct on (c.user_id) c.user_id,
      jsonb_build_object('decision', c.decision, 'textVersion', c.text_version) as consent
    from public.recording_consents c where c.meeting_id = meeting
    order by c.user_id, c.id desc
  ) said on said.user_id = p.user_id
  where p.video_call_id = session and p.user_id is not null
  order by p.user_id, p.attendee_meeting_id nulls last
$$;

-- As before, in the live meeting.
create or replace function pipeline.to_participants(session uuid) returns table (user_id uuid, participant jsonb)
language sql stable security definer set search_path = '' as $$
  select t.user_id, t.participant from pipeline.participants_in(session, pipeline.live_meeting(session)) t
$$;

create or replace function pipeline.to_capture(capture public.call_captures) returns jsonb
language sql stable security definer set search_path = '' as $$
  select case when capture.meeting_id is not null then jsonb_build_object(
    'state', capture.state, 'reason', capture.reason, 'since', pipeline.iso(capture.since),
    'captureId', capture.capture_id, 'captureArn', capture.capture_arn,
    'startedAt', pipeline.iso(capture.started_at), 'endedAt', pipeline.iso(capture.ended_at),
    'expectedMs', capture.expected_ms, 'gapMs', capture.gap_ms, 'joinedMs', capture.joined_ms,
    'attempt', capture.attempt, 'concatenationId', capture.concatenation_id,
    'concatenationIds', (
      select coalesce(jsonb_agg(j.concatenation_id order by j.attempt, j.asked_at, j.concatenation_id), '[]')
      from public.call_concatenations j where j.meeting_id = capture.meeting_id),
    'isSettled', capture.is_settled) end
$$;

-- Nobody is to be in a meeting any more: it was closed, it ended, or its session is in another one, or has ended.
create or replace function pipeline.is_over(meeting text) returns boolean
language sql stable security definer set search_path = '' as $$
  select num_nonnulls(m.ended_at, m.closed_at) > 0 or m.attempt <> s.call_attempt or s.status is distinct from 'active'
  from public.call_meetings m join public.video_call_sessions s on s.id = m.session_id
  where m.meeting_id = meeting
$$;

-- All that decides what is done next about the recording of a meeting; null where the meeting is not listed.
create or replace function pipeline.to_facts(meeting text) returns jsonb
language sql stable security definer set search_path = '' as $$
  with everybody as materialized (
    select t.user_id, t.participant
    from public.call_meetings m, pipeline.participants_in(m.session_id, m.meeting_id) t where m.meeting_id = meeting
  )
  select jsonb_build_object(
    'sessionId', s.id, 'meetingId', m.meeting_id, 'meetingArn', m.data ->> 'MeetingArn',
    'controlRegion', m.control_region, 'mediaRegion', m.media_region,
    'isOver', pipeline.is_over(meeting),
    'recordingEnabled', coalesce(s.recording_enabled, false),
    'providerCame', exists (
      select from public.video_call_participants p
      where p.video_call_id = s.id and p.user_id = s.provider_id and p.attendee_id is not null),
    'isSpoilt', pipeline.is_spoilt(meeting),
    'isWithdrawn', exists (
      select from public.recording_consents c where c.meeting_id = meeting and c.decision = 'withdrawn'),
    'withdrawn', s.consent_withdrawn,
    'present', (
      select coalesce(jsonb_agg(jsonb_build_object('userId', there.user_id,
        'role', coalesce(e.participant ->> 'role', 'other'), 'consent', e.participant -> 'consent') order by there.user_id), '[]')
      from (select distinct q.user_id from public.call_presence q where q.meeting_id = meeting and q.left_at is null) there
      left join everybody e on e.user_id = there.user_id),
    'participants', (
      select coalesce(jsonb_agg(e.participant order by e.user_id), '[]') from everybody e
      where e.participant ->> 'attendeeMeetingId' = meeting and e.participant ->> 'attendeeId' is not null),
    'captionsOn', m.captions_on, 'captionsAt', pipeline.iso(m.captions_at),
    'touched', pipeline.iso(s.call_touched_at),
    'capture', pipeline.to_capture(c), 'version', coalesce(c.version, 0))
  from public.call_meetings m
  join public.video_call_sessions s on s.id = m.session_id
  left join public.call_captures c on c.meeting_id = m.meeting_id
  where m.meeting_id = meeting
$$;

create or replace function public.recording_facts(p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  pipe constant text := p ->> 'pipelineId';
begin
  perform pipeline.expect(p, '{"meetingId": "string?", "pipelineId": "string?"}', 'recording_facts');
  if num_nonnulls(p ->> 'meetingId', pipe) <> 1 then
    raise exception 'recording_facts: expected a meetingId or a pipelineId' using errcode = '22023';
  end if;
  return pipeline.to_facts(coalesce(p ->> 'meetingId',
    (select c.meeting_id from public.call_captures c where c.capture_id = pipe),
    (select j.meeting_id from public.call_concatenations j where j.concatenation_id = pipe)));
end $$;
comment on function public.recording_facts(jsonb) is
  'What decides about the recording of a meeting, by the meeting or by a pipeline of it; null where it is none of ours.';

create or replace function public.known_pipelines(p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform pipeline.expect(p, '{"ids": "array"}', 'known_pipelines');
  return (
    select coalesce(jsonb_agg(asked.id order by asked.n), '[]')
    from (select x.id, min(x.n) as n from jsonb_array_elements_text(p -> 'ids') with ordinality x (id, n) group by x.id) asked
    where exists (select from public.call_captures c where c.capture_id = asked.id)
      or exists (select from public.call_concatenations j where j.concatenation_id = asked.id));
end $$;
comment on function public.known_pipelines(jsonb) is 'Those of the ids that are a capture or a joining of ours.';

-- What the session shows ----------------------------------------------------------------------------------------------

create or replace function pipeline.shown_as(state text) returns text
language sql immutable security invoker set search_path = '' as $$
  select case
    when state in ('starting', 'running', 'stopping') then 'recording'
    when state in ('over', 'joining') then 'joining'
    when state = 'joined' then 'ready'
    else state end
$$;
comment on function pipeline.shown_as(text) is 'The state of a capture in the words of the session.';

-- Of several recordings the session shows the worst, of two that are as bad the newer.
create or replace function pipeline.show_recordings(session uuid) returns void
language sql volatile security definer set search_path = '' as $$
  update public.video_call_sessions s
  set is_recording = shown.is_recording, recording_pipeline_id = coalesce(shown.pipeline, s.recording_pipeline_id),
    recording_state = shown.state, recording_reason = shown.reason, updated_at = now()
  from (
    select pipeline.shown_as(c.state) as state, c.reason,
      coalesce(bool_or(m.attempt = v.call_attempt and pipeline.is_captured(m.meeting_id)) over (), false) as is_recording,
      first_value(c.capture_id) over (order by c.capture_id is null, m.attempt desc) as pipeline
    from public.call_captures c
    join public.call_meetings m on m.meeting_id = c.meeting_id
    join public.video_call_sessions v on v.id = c.session_id
    where c.session_id = session
    order by array_position(array['missing', 'incomplete', 'recording', 'joining', 'discarded', 'refused', 'ready'],
      pipeline.shown_as(c.state)), m.attempt desc
    limit 1
  ) shown
  where s.id = session and (s.is_recording, s.recording_pipeline_id, s.recording_state, s.recording_reason)
    is distinct from (shown.is_recording, coalesce(shown.pipeline, s.recording_pipeline_id), shown.state, shown.reason)
$$;

-- Nothing of the next meeting is recorded yet, though the capture of the last one may not have stopped, and whatever an older row
-- says.
create or replace function pipeline.begin_unrecorded() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.is_recording := false;
  return new;
end $$;
drop trigger if exists sessions_begin_unrecorded on public.video_call_sessions;
create trigger sessions_begin_unrecorded before update on public.video_call_sessions for each row
  when ((new.call_attempt, new.meeting_id) is distinct from (old.call_attempt, old.meeting_id))
  execute function pipeline.begin_unrecorded();

-- As before, and what became of the recordings.
create or replace function pipeline.broadcast_call() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.broadcast('session:' || new.id, 'call', jsonb_build_object('sessionId', new.id, 'status', new.status,
    'meetingId', new.meeting_id, 'recordingState', new.recording_state));
  return null;
end $$;
drop trigger if exists sessions_broadcast on public.video_call_sessions;
create trigger sessions_broadcast after update on public.video_call_sessions for each row
  when ((new.status, new.meeting_id, new.recording_state) is distinct from (old.status, old.meeting_id, old.recording_state))
  execute function pipeline.broadcast_call();

create or replace function pipeline.to_captions(meeting public.call_meetings) returns jsonb
language sql immutable security invoker set search_path = '' as $$
  select jsonb_build_object('on', meeting.captions_on, 'language', meeting.captions_language, 'engine', meeting.captions_engine)
$$;

-- As before, with the captions of the live meeting and the recordings of all.
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
      'captions', coalesce(
        (select pipeline.to_captions(m) from public.call_meetings m where m.meeting_id = pipeline.live_meeting(visit)),
        '{"on": false, "language": null, "engine": null}'),
      'recordings', (
        select coalesce(jsonb_agg(jsonb_build_object('meetingId', c.meeting_id, 'state', pipeline.shown_as(c.state),
          'reason', c.reason) order by m.attempt), '[]')
        from public.call_captures c join public.call_meetings m on m.meeting_id = c.meeting_id where c.session_id = visit),
      'participants', (
        select coalesce(jsonb_agg(t.participant order by t.user_id), '[]') from pipeline.to_participants(visit) t))
    from public.video_call_sessions s where s.id = visit);
end $$;

-- Presence ------------------------------------------------------------------------------------------------------------

-- As before, but of two events at the same time: the closing one is first where somebody was there before, who changes devices;
-- where nobody was, the joining one is. So both together change nothing, and whoever comes and goes within a millisecond is not
-- there for ever.
create or replace function pipeline.presence_in(meeting text)
returns table (user_id uuid, attendee_id text, joined_at timestamptz, left_at timestamptz, was_seen boolean)
language sql stable security definer set search_path = '' as $$
  with heard as (
    select e.attendee_id, e.event_id, e.kind, e.at, ending.at as ending,
      (max(e.user_id::text) over (partition by e.attendee_id))::uuid as user_id,
      e.kind = 'joined' as opens,
      bool_or(e.kind = 'joined') over at_once and bool_or(e.kind <> 'joined') over at_once as is_both
    from public.call_events e
    join (select m.meeting_id, least(m.closed_at, m.ended_at) as at from public.call_meetings m) ending
      on ending.meeting_id = e.meeting_id
    where e.meeting_id = meeting and e.attendee_id is not null and (ending.at is null or e.at <= ending.at)
    window at_once as (partition by e.attendee_id, e.at)
  ), placed as (
    select h.*, coalesce(max(h.at) filter (where h.opens and not h.is_both) over before
      > coalesce(max(h.at) filter (where not h.opens and not h.is_both) over before, '-infinity'), false) as is_there
    from heard h
    window before as (partition by h.attendee_id order by h.at groups between unbounded preceding and 1 preceding)
  ), told as (
    select p.*, row_number() over in_order as nth, coalesce(lag(p.opens) over in_order, false) as was_there
    from placed p
    window in_order as (partition by p.attendee_id order by p.at, p.opens = p.is_there, p.event_id)
  ), changes as (
    select t.*, lead(t.at) over (partition by t.attendee_id order by t.nth) as next_change
    from told t where t.opens <> t.was_there
  )
  select c.user_id, c.attendee_id, c.at, coalesce(c.next_change, c.ending), true
  from changes c where c.opens and c.user_id is not null
  union all
  select t.user_id, t.attendee_id, t.at, t.at, false
  from told t where t.kind in ('left', 'dropped') and not t.was_there and t.user_id is not null
$$;

-- Keeping it ----------------------------------------------------------------------------------------------------------

-- Notes for the audit trail that a capture began to run, and that it no longer does.
create or replace function pipeline.note_capture(before text, capture public.call_captures, at timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  runs constant text[] := array['running', 'stopping'];
  -- One whose beginning nobody had heard of may be found when it is over already.
  begins constant boolean := coalesce(before, 'starting') = 'starting' and capture.capture_id is not null
    and capture.state not in ('starting', 'refused');
begin
  if begins then
    perform pipeline.note_call(capture.meeting_id, 'RECORDING_STARTED', null,
      jsonb_build_object('captureId', capture.capture_id), coalesce(capture.started_at, at));
  end if;
  if (begins or before = any (runs)) and capture.state <> all (runs || 'starting'::text) then
    perform pipeline.note_call(capture.meeting_id, 'RECORDING_STOPPED', null,
      jsonb_build_object('captureId', capture.capture_id, 'reason', capture.reason), coalesce(capture.ended_at, at));
  end if;
end $$;

-- Writes a capture over the version that was read: { outcome, facts }. It marks nothing as having happened in the call.
--   kept   it is written
--   stale  somebody else was first; or the file of the joining that it would wait for has come already; or, where "touched" is
--          given, something has happened in the call since, or it is over
create or replace function public.keep_capture(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  meeting constant text := p ->> 'meetingId';
  given constant jsonb := p -> 'capture';
  at constant timestamptz := pipeline.at_of(p);
  visit uuid;
  before public.call_captures;
  kept public.call_captures;
begin
  perform pipeline.expect(p, '{"meetingId": "string", "version": "integer", "touched": "string?", "capture": "object",
    "at": "string"}', 'keep_capture');
  perform pipeline.expect(given, '{"state": "string", "reason": "string|null", "since": "string", "captureId": "string|null",
    "captureArn": "string|null", "startedAt": "string|null", "endedAt": "string|null", "expectedMs": "number|null",
    "gapMs": "number|null", "joinedMs": "number|null", "attempt": "integer", "concatenationId": "string|null",
    "concatenationIds": "array", "isSettled": "boolean"}', 'keep_capture: capture');
  select m.session_id into visit from public.call_meetings m where m.meeting_id = meeting;
  if visit is null then
    raise exception 'no meeting %', meeting using errcode = 'foreign_key_violation';
  end if;
  perform pipeline.lock_session(visit);
  select * into before from public.call_captures c where c.meeting_id = meeting;
  if coalesce(before.version, 0) <> (p ->> 'version')::integer or p ? 'touched' and (pipeline.is_over(meeting) or (
    select pipeline.iso(s.call_touched_at) from public.video_call_sessions s where s.id = visit)
    is distinct from p ->> 'touched')
    or given ->> 'state' = 'joining' and before.state = 'over' and exists (
      select from public.call_concatenations j
      where j.concatenation_id = given ->> 'concatenationId' and j.meeting_id = meeting and j.verdict is not null) then
    return jsonb_build_object('outcome', 'stale', 'facts', pipeline.to_facts(meeting));
  end if;
  insert into public.call_captures as c (meeting_id, session_id, capture_id, capture_arn, concatenation_id, attempt,
    started_at, ended_at, expected_ms, gap_ms, joined_ms, state, reason, ended_for, since, is_settled, version)
  values (meeting, visit, given ->> 'captureId', given ->> 'captureArn', given ->> 'concatenationId',
    (given ->> 'attempt')::integer, (given ->> 'startedAt')::timestamptz, (given ->> 'endedAt')::timestamptz,
    round((given ->> 'expectedMs')::numeric), round((given ->> 'gapMs')::numeric), round((given ->> 'joinedMs')::numeric),
    given ->> 'state', given ->> 'reason',
    case when given ->> 'state' in ('over', 'joining') then given ->> 'reason' else before.ended_for end,
    (given ->> 'since')::timestamptz, (given ->> 'isSettled')::boolean, coalesce(before.version, 0) + 1)
  on conflict (meeting_id) do update set
    (capture_id, capture_arn, concatenation_id, attempt, started_at, ended_at, expected_ms, gap_ms, joined_ms, state, reason,
      ended_for, since, is_settled, version)
    = (excluded.capture_id, excluded.capture_arn, excluded.concatenation_id, excluded.attempt, excluded.started_at,
      excluded.ended_at, excluded.expected_ms, excluded.gap_ms, excluded.joined_ms, excluded.state, excluded.reason,
      excluded.ended_for, excluded.since, excluded.is_settled, excluded.version)
  returning * into kept;
  -- The joining of another meeting's chunks is refused by the key.
  insert into public.call_concatenations (concatenation_id, meeting_id, attempt, asked_at)
  select kept.concatenation_id, meeting, kept.attempt, at
  where kept.concatenation_id is not null and not exists (
    select from public.call_concatenations j
    where j.concatenation_id = kept.concatenation_id and j.meeting_id = meeting);
  perform pipeline.show_recordings(visit);
  perform pipeline.note_capture(before.state, kept, at);
  return jsonb_build_object('outcome', 'kept', 'facts', pipeline.to_facts(meeting));
end $$;
comment on function public.keep_capture(jsonb) is 'Keeps how far the recording of a meeting has come.';

-- As before, and whether the meeting was captured: then its files are compared.
create or replace function public.session_of_meeting(meeting text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('id', s.id, 'appointment_id', s.appointment_id::text,
    'transcription_enabled', s.transcription_enabled, 'transcription_language', s.transcription_language,
    'media_region', coalesce(
      (select m.media_region from public.call_meetings m where m.meeting_id = meeting), s.media_region),
    'is_captured', exists (select from public.call_captures c where c.meeting_id = meeting))
  from public.video_call_sessions s where s.id = pipeline.session_of(meeting)
$$;

-- The joined file -----------------------------------------------------------------------------------------------------

create or replace function pipeline.to_joined(judged text, capture public.call_captures) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('verdict', judged,
    'truncated', judged = 'truncated' or judged = 'fits'
      and (coalesce(capture.ended_for, capture.reason, '') = 'Failed' or coalesce(capture.gap_ms, 0) > 2000),
    'captureStartedAt', pipeline.iso(capture.started_at), 'captureEndedAt', pipeline.iso(capture.ended_at))
$$;

-- What a file is, so long, of the nth joining. "known" is what it was judged to be before: that stays, but a file that was too
-- short is taken once no other will come.
create or replace function pipeline.judge_file(ms numeric, capture public.call_captures, nth integer, known text) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when capture.state in ('discarded', 'refused') or capture.state not in ('joined', 'incomplete') and v.consent_withdrawn = 'discard'
      and exists (select from public.recording_consents c where c.meeting_id = capture.meeting_id and c.decision = 'withdrawn')
      then 'discarded'
    when known <> 'short' or known = 'short' and capture.state <> 'missing' then known
    when capture.state in ('joined', 'incomplete') then 'other'
    when capture.state in ('starting', 'running', 'stopping') then 'short'
    -- Shorter by more than two seconds. What cannot be read has no length.
    when ms > 0 and ms >= coalesce(capture.expected_ms, 0) - 2000 then 'fits'
    when capture.state = 'missing' or nth >= 3 then 'truncated'
    else 'short' end
  from public.video_call_sessions v where v.id = capture.session_id
$$;

-- A joined file has come: { verdict, truncated, captureStartedAt, captureEndedAt }. "truncated" is also a file that fits, of a
-- capture that failed or has gaps. The same recording is judged once; another one of the same joining, which is another
-- version of the file, anew.
--   fits       it is as long as what was captured, and is the recording
--   short      it is not, and the chunks are joined again; also a file that came before the capture was over
--   truncated  it is not, but no better one will come, and is the recording
--   other      another file is
--   discarded  nothing of this meeting is kept, or nothing was to be recorded
--   none       the meeting has no capture
create or replace function public.record_joined(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  meeting constant text := p ->> 'meetingId';
  joining constant text := p ->> 'concatenationId';
  at constant timestamptz := pipeline.at_of(p);
  capture public.call_captures;
  told public.call_concatenations;
  -- One that is not listed was asked for by somebody who could not write it down: it is the next one.
  nth integer;
  is_known boolean;
  judged text;
begin
  perform pipeline.expect(p, '{"meetingId": "string", "concatenationId": "string", "recordingId": "string",
    "joinedMs": "number", "url": "string|null", "at": "string"}', 'record_joined');
  select * into capture from public.call_captures c where c.meeting_id = meeting;
  if not found then
    return pipeline.to_joined('none', capture);
  end if;
  perform pipeline.lock_session(capture.session_id);
  select * into capture from public.call_captures c where c.meeting_id = meeting;
  select * into told from public.call_concatenations j where j.concatenation_id = joining;
  if told.meeting_id <> meeting then
    raise exception 'the joining % is of another meeting', joining using errcode = '22023';
  end if;
  nth := coalesce(told.attempt, capture.attempt + 1);
  is_known := coalesce(told.recording_id = p ->> 'recordingId', false);
  judged := pipeline.judge_file((p ->> 'joinedMs')::numeric, capture, nth, case when is_known then told.verdict end);
  -- What goes on is looked at when it is over, and what counts stays listed as it is.
  if is_known and judged = told.verdict or capture.state in ('starting', 'running', 'stopping') and judged = 'short'
    or told.verdict is not null and judged = 'other' then
    return pipeline.to_joined(judged, capture);
  end if;
  insert into public.call_concatenations as j (concatenation_id, meeting_id, attempt, asked_at, joined_ms, recording_id, verdict)
  values (joining, meeting, nth, at, round((p ->> 'joinedMs')::numeric), p ->> 'recordingId', judged)
  on conflict (concatenation_id) do update
    set joined_ms = excluded.joined_ms, recording_id = excluded.recording_id, verdict = excluded.verdict;
  if judged in ('fits', 'truncated') then
    perform pipeline.take_file(p, capture, nth, case judged when 'fits' then 'joined' else 'incomplete' end);
  elsif judged = 'short' and nth >= capture.attempt then
    update public.call_captures c
    set state = 'over', since = at, attempt = nth, concatenation_id = joining, version = c.version + 1
    where c.meeting_id = meeting;
  elsif judged = 'discarded' and capture.state <> 'refused' and not is_known then
    -- What was discarded before this file came is discarded once more, with it.
    update public.call_captures c
    set state = case when c.state in ('discarded', 'missing') then 'over' else c.state end, version = c.version + 1,
      since = case when c.state in ('discarded', 'missing') then at else c.since end
    where c.meeting_id = meeting;
  end if;
  perform pipeline.show_recordings(capture.session_id);
  return pipeline.to_joined(judged, capture);
end $$;
comment on function public.record_joined(jsonb) is 'Says whether a joined file is the recording of its meeting; keeps it if so.';

-- The file is the recording of the meeting. One that came after all makes good what was said to be missing.
create or replace function pipeline.take_file(p jsonb, capture public.call_captures, nth integer, becomes text) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  at constant timestamptz := pipeline.at_of(p);
begin
  update public.call_captures c
  set state = becomes, since = at, attempt = greatest(c.attempt, nth), concatenation_id = p ->> 'concatenationId',
    joined_ms = round((p ->> 'joinedMs')::numeric), version = c.version + 1,
    reason = case c.state when 'missing' then c.ended_for else c.reason end
  where c.meeting_id = capture.meeting_id;
  update public.video_call_sessions s set recording_url = p ->> 'url', recording_completed_at = at
  where s.id = capture.session_id;
  perform pipeline.show_recordings(capture.session_id);
  insert into pipeline.audit_outbox (meeting_id, appointment_id, recording_id, action, detail, at)
  select capture.meeting_id, s.appointment_id::text, p ->> 'recordingId', 'RECORDING_JOINED',
    jsonb_build_object('concatenationId', p -> 'concatenationId', 'joinedMs', round((p ->> 'joinedMs')::numeric),
      'expectedMs', capture.expected_ms), at
  from public.video_call_sessions s where s.id = capture.session_id;
end $$;

-- Captions ------------------------------------------------------------------------------------------------------------

-- Notes that a meeting's captions went on or off, and tells it to whoever listens.
create or replace function pipeline.note_captions(meeting public.call_meetings, person uuid, detail jsonb, at timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform pipeline.note_call(meeting.meeting_id,
    'LIVE_TRANSCRIPTION_' || case when meeting.captions_on then 'STARTED' else 'STOPPED' end, person, detail, at);
  perform pipeline.broadcast('session:' || meeting.session_id, 'captions', jsonb_build_object('sessionId', meeting.session_id,
    'meetingId', meeting.meeting_id, 'reason', detail -> 'reason') || pipeline.to_captions(meeting));
end $$;

-- Turns a meeting's captions on or off: { outcome, participants, facts }, with everybody who has an attendee in it. They may
-- always be turned off.
--   kept       it is written, and noted for the audit trail
--   known      it stands already; or what is told of their end happened before they were asked for again: Chime says late that
--              captions failed, and says that they stopped whenever they begin anew
--   over       nobody is to be in the meeting any more, or there is no such meeting
--   spoilt     somebody has said no in it
--   notAgreed  somebody who is there, waiting or not, has not agreed to the text that counts
create or replace function public.set_captions(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  meeting constant text := p ->> 'meetingId';
  turns_on constant boolean := (p -> 'on')::boolean;
  at constant timestamptz := pipeline.at_of(p);
  before public.call_meetings;
  kept public.call_meetings;
  facts jsonb;
  outcome text := 'kept';
begin
  perform pipeline.expect(p, '{"meetingId": "string", "on": "boolean", "language": "string?", "engine": "string?",
    "region": "string?", "textVersion": "string?", "by": "uuid?", "reason": "string?", "at": "string?"}', 'set_captions');
  select * into before from public.call_meetings m where m.meeting_id = meeting;
  if not found then
    return '{"outcome": "over", "participants": [], "facts": null}';
  end if;
  perform pipeline.lock_session(before.session_id);
  select * into before from public.call_meetings m where m.meeting_id = meeting;
  facts := pipeline.to_facts(meeting);
  if turns_on and (facts -> 'isOver')::boolean then
    outcome := 'over';
  elsif turns_on and (facts -> 'isSpoilt')::boolean then
    outcome := 'spoilt';
  elsif before.captions_on = turns_on and (not turns_on
    or (before.captions_language, before.captions_engine) is not distinct from (p ->> 'language', p ->> 'engine')) then
    outcome := 'known';
  elsif not turns_on and (p ->> 'reason' = 'Failed' and at < before.captions_at
    or p ->> 'reason' = 'Stopped' and at < before.captions_at + interval '30 seconds') then
    outcome := 'known';
  elsif turns_on and not before.captions_on and exists (
    select from jsonb_array_elements(facts -> 'present') one
    where one -> 'consent' is distinct from jsonb_build_object('decision', 'given', 'textVersion', p ->> 'textVersion')
  ) then
    outcome := 'notAgreed';
  end if;
  if outcome in ('kept', 'known') and turns_on then
    update public.call_meetings m
    set captions_on = true, captions_language = p ->> 'language', captions_engine = p ->> 'engine', captions_at = at
    where m.meeting_id = meeting returning * into kept;
  elsif outcome = 'kept' then
    update public.call_meetings m set captions_on = false, captions_language = null, captions_engine = null
    where m.meeting_id = meeting returning * into kept;
  end if;
  if outcome = 'kept' then
    perform pipeline.note_captions(kept, pipeline.to_uuid(p ->> 'by'),
      jsonb_strip_nulls(jsonb_build_object('language', p ->> 'language', 'engine', p ->> 'engine', 'region', p ->> 'region',
        'reason', p ->> 'reason')), at);
    if p ->> 'by' is not null then
      perform pipeline.touch_call(before.session_id, at);
    end if;
    facts := pipeline.to_facts(meeting);
  end if;
  return jsonb_build_object('outcome', outcome, 'facts', facts, 'participants',
    jsonb_path_query_array(facts, '$.participants[*] ? (@.status != "removed")'));
end $$;
comment on function public.set_captions(jsonb) is 'Turns the captions of a meeting on or off.';

-- Captions end with their meeting.
create or replace function pipeline.end_captions() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.captions_on := false;
  new.captions_language := null;
  new.captions_engine := null;
  perform pipeline.note_captions(new, null, '{"reason": "Ended"}', new.ended_at);
  return new;
end $$;
drop trigger if exists meetings_end_captions on public.call_meetings;
create trigger meetings_end_captions before update on public.call_meetings for each row
  when (old.captions_on and new.captions_on and old.ended_at is null and new.ended_at is not null)
  execute function pipeline.end_captions();

-- The sweep -----------------------------------------------------------------------------------------------------------

-- As before, with the recordings that are not at an end, those first that have been as they are for longest, and how many
-- captures run and for how long the oldest has: { meetings, stranded, recordings, running, oldestMs }.
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
  return jsonb_build_object('stranded', stranded,
    'meetings', (
      select coalesce(jsonb_agg(pipeline.to_sweep(m) order by m.seen_at, m.meeting_id), '[]')
      from (select * from public.call_meetings o where o.ended_at is null order by o.seen_at, o.meeting_id
        limit greatest((p ->> 'most')::integer, 0)) m),
    'recordings', (
      select coalesce(jsonb_agg(c.meeting_id order by c.since, c.meeting_id), '[]')
      from (select o.meeting_id, o.since from public.call_captures o
        where o.state in ('starting', 'running', 'stopping', 'over', 'joining') or not o.is_settled
        order by o.since, o.meeting_id limit greatest((p ->> 'most')::integer, 0)) c))
    || (select jsonb_build_object('running', count(*),
        'oldestMs', greatest(coalesce(round(extract(epoch from at - min(c.started_at)) * 1000), 0), 0))
      from public.call_captures c where c.state in ('running', 'stopping'));
end $$;

-- Rights --------------------------------------------------------------------------------------------------------------

revoke all on public.call_captures, public.call_concatenations from public, anon, authenticated, service_role;
grant select on public.call_captures, public.call_concatenations to service_role;

do $$
declare
  name text;
  routine regprocedure;
begin
  foreach name in array array['public.call_captures', 'public.call_concatenations'] loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
  end loop;
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'pipeline'::regnamespace and p.proname in ('is_captured', 'participants_in', 'to_capture',
      'is_over', 'to_facts', 'shown_as', 'show_recordings', 'begin_unrecorded', 'note_capture', 'to_joined', 'judge_file',
      'take_file', 'to_captions', 'note_captions', 'end_captions')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
  end loop;
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname in ('recording_facts', 'keep_capture', 'record_joined',
      'set_captions', 'known_pipelines')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
    execute format('grant execute on function %s to service_role', routine);
  end loop;
end $$;
