-- A visit goes on without its meeting while the region that controls it does not answer. The meeting is left then, not ended:
-- nobody counts as present in it any more, and the sweep of its own region ends it at Chime, with its recording.

-- As before. With "isLeft", nobody knows whether the meeting is gone: it is closed, and may still live.
create or replace function public.renew_meeting(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  meeting constant text := p ->> 'meetingId';
  at constant timestamptz := pipeline.at_of(p);
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "meetingId": "string", "at": "string", "isLeft": "boolean?"}',
    'renew_meeting');
  perform pipeline.lock_session(visit);
  -- Not the session's end: its attempt moves on before the meeting ends.
  update public.video_call_sessions s set call_attempt = s.call_attempt + 1
  where s.id = visit and s.status = 'active' and pipeline.live_meeting(visit) = meeting;
  if exists (
    select from public.call_meetings m
    where m.meeting_id = meeting and m.session_id = visit and m.ended_at is null
  ) then
    if coalesce((p -> 'isLeft')::boolean, false) then
      update public.call_meetings m set closed_at = coalesce(m.closed_at, at) where m.meeting_id = meeting;
      perform pipeline.retell_presence(meeting);
      perform pipeline.show_presence(visit);
    else
      perform pipeline.end_meeting(meeting, at);
    end if;
    perform pipeline.touch_call(visit, at);
  end if;
  return pipeline.to_session(visit);
end $$;
comment on function public.renew_meeting(jsonb) is
  'Chime no longer has this meeting, or its region does not answer: its session goes on in the next one.';

-- As before. With "controlRegion", only the meetings that are controlled there: nobody else can end them.
create or replace function public.close_session(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  person constant uuid := pipeline.to_uuid(p ->> 'endedBy');
  at constant timestamptz := pipeline.at_of(p);
  outcome text := 'known';
  before public.video_call_sessions;
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "endedBy": "uuid|null", "at": "string", "quietSince": "string?",
    "controlRegion": "string?"}', 'close_session');
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
      from public.call_meetings m where m.session_id = visit and m.ended_at is null
        and m.control_region = coalesce(p ->> 'controlRegion', m.control_region)));
end $$;
