-- Consent to the recording: who agreed to which text, in which meeting, and when. What somebody said no to is said for the
-- meeting: nothing that she or anybody else decides later makes it recordable again. The next meeting of a visit begins anew.

alter table public.video_call_sessions
  add column if not exists consent_withdrawn text
    constraint consent_withdrawn_listed check (consent_withdrawn in ('keep', 'discard'));
comment on column public.video_call_sessions.consent_withdrawn is
  'What becomes of the recording so far when somebody withdraws: keep or discard, as people were told. Null: nobody was asked.';

-- No foreign keys of a log.
create table if not exists public.recording_consents (
  id bigint generated always as identity primary key,
  session_id uuid not null,
  meeting_id text not null,
  user_id uuid not null,
  decision text not null constraint recording_consents_decision_listed
    check (decision in ('given', 'refused', 'withdrawn')),
  text_version text not null,
  text_sha256 text not null constraint recording_consents_sha256 check (text_sha256 ~ '^[0-9a-f]{64}$'),
  language text not null,
  at timestamptz not null
);
create index if not exists recording_consents_meeting_id_idx on public.recording_consents (meeting_id, user_id);
comment on table public.recording_consents is 'What the people of a meeting said to its recording. Append only.';
comment on column public.recording_consents.decision is
  'given, refused (by somebody who had not agreed), or withdrawn (by somebody who had).';
comment on column public.recording_consents.text_version is 'The version of the text that the person was shown.';
comment on column public.recording_consents.text_sha256 is 'SHA-256 of that text, in the language in which it was shown.';
comment on column public.recording_consents.language is 'The language of that text.';

drop trigger if exists append_only on public.recording_consents;
create trigger append_only before update or delete on public.recording_consents
  for each row execute function pipeline.refuse_change();
drop trigger if exists never_emptied on public.recording_consents;
create trigger never_emptied before truncate on public.recording_consents
  for each statement execute function pipeline.refuse_change();

-- What stands ---------------------------------------------------------------------------------------------------------

-- Whether anybody refused a meeting's recording or withdrew from it.
create or replace function pipeline.is_spoilt(meeting text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.recording_consents c where c.meeting_id = meeting and c.decision in ('refused', 'withdrawn'))
$$;

-- As before, with what the rules of the consent need: whether the meeting may never be recorded, whether the provider, whose
-- wish counts, has been there yet, and what becomes of the recording when somebody withdraws.
create or replace function pipeline.to_session(session uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'id', s.id, 'appointmentId', s.appointment_id::text, 'providerId', s.provider_id, 'patientId', s.patient_id,
    'status', s.status, 'attempt', s.call_attempt, 'endedBy', s.ended_by,
    'recordingEnabled', coalesce(s.recording_enabled, false),
    'transcriptionEnabled', coalesce(s.transcription_enabled, false),
    'transcriptionLanguage', s.transcription_language, 'mediaRegion', s.media_region,
    'withdrawn', s.consent_withdrawn,
    'providerCame', exists (
      select from public.video_call_participants p
      where p.video_call_id = s.id and p.user_id = s.provider_id and p.attendee_id is not null),
    'meeting', (
      select jsonb_build_object('meetingId', m.meeting_id, 'attempt', m.attempt, 'controlRegion', m.control_region,
        'mediaRegion', m.media_region, 'data', m.data, 'isSpoilt', pipeline.is_spoilt(m.meeting_id))
      from public.call_meetings m where m.meeting_id = pipeline.live_meeting(s.id)
    ))
  from public.video_call_sessions s where s.id = session
$$;

-- As before, with what each of them said last in the live meeting, and whether that is recorded now.
create or replace function pipeline.to_participants(session uuid) returns table (user_id uuid, participant jsonb)
language sql stable security definer set search_path = '' as $$
  select distinct on (p.user_id) p.user_id, jsonb_build_object(
    'userId', p.user_id, 'role', p.role, 'status', coalesce(p.status::text, 'invited'),
    'admitted', p.admitted_at is not null, 'muted', p.muted_at is not null,
    'attendeeId', p.attendee_id, 'attendeeMeetingId', p.attendee_meeting_id,
    'consent', said.consent, 'isRecorded', coalesce(s.is_recording, false))
  from public.video_call_participants p
  join public.video_call_sessions s on s.id = p.video_call_id
  left join (
    select distinct on (c.user_id) c.user_id,
      jsonb_build_object('decision', c.decision, 'textVersion', c.text_version) as consent
    from public.recording_consents c where c.meeting_id = (select pipeline.live_meeting(session))
    order by c.user_id, c.id desc
  ) said on said.user_id = p.user_id
  where p.video_call_id = session and p.user_id is not null
  order by p.user_id, p.attendee_meeting_id nulls last
$$;

-- Deciding ------------------------------------------------------------------------------------------------------------

-- What somebody decides for herself: { outcome, standing, isSpoilt, participant }.
--   kept   it is written, and noted for the audit trail
--   known  it stands already
--   final  she had said no, which holds for this meeting
--   over   the meeting is not the live one, the session is not active, or she is no participant, or was removed
create or replace function public.record_consent(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  visit constant uuid := pipeline.to_uuid(p ->> 'sessionId');
  person constant uuid := pipeline.to_uuid(p ->> 'userId');
  meeting constant text := p ->> 'meetingId';
  at constant timestamptz := pipeline.at_of(p);
  decided text := p ->> 'decision';
  outcome text := 'kept';
  seat jsonb;
  before jsonb;
begin
  perform pipeline.expect(p, '{"sessionId": "uuid", "meetingId": "string", "userId": "uuid",
    "decision": ["given", "refused", "withdrawn"], "textVersion": "string", "textSha256": "string", "language": "string",
    "withdrawn": ["keep", "discard"], "at": "string?"}', 'record_consent');
  perform pipeline.lock_session(visit);
  seat := pipeline.to_participant(visit, person);
  before := coalesce(nullif(seat -> 'consent', 'null'), '{}');
  if decided <> 'given' then
    decided := case before ->> 'decision' when 'given' then 'withdrawn' else 'refused' end;
  end if;
  if pipeline.live_meeting(visit) is distinct from meeting or coalesce(seat ->> 'status', 'removed') = 'removed'
    or not exists (select from public.video_call_sessions s where s.id = visit and s.status = 'active') then
    outcome := 'over';
  elsif before ->> 'decision' in ('refused', 'withdrawn') then
    outcome := case decided when 'given' then 'final' else 'known' end;
  elsif before ->> 'decision' = decided and before ->> 'textVersion' = p ->> 'textVersion' then
    outcome := 'known';
  else
    insert into public.recording_consents
      (session_id, meeting_id, user_id, decision, text_version, text_sha256, language, at)
    values (visit, meeting, person, decided, p ->> 'textVersion', p ->> 'textSha256', p ->> 'language', at);
    -- Of two ways that people were told of, the one that keeps less.
    update public.video_call_sessions s
    set consent_withdrawn = case s.consent_withdrawn when 'discard' then 'discard' else p ->> 'withdrawn' end
    where s.id = visit;
    perform pipeline.note_call(meeting, 'CONSENT_' || upper(decided), person,
      jsonb_build_object('userId', person, 'textVersion', p ->> 'textVersion'), at);
    perform pipeline.touch_call(visit, at);
    seat := pipeline.to_participant(visit, person);
  end if;
  return jsonb_build_object('outcome', outcome, 'standing', seat #> '{consent,decision}',
    'isSpoilt', pipeline.is_spoilt(meeting), 'participant', seat);
end $$;
comment on function public.record_consent(jsonb) is 'Keeps what a participant says to the recording of the meeting.';

-- Rights --------------------------------------------------------------------------------------------------------------

revoke all on public.recording_consents from public, anon, authenticated, service_role;
grant select on public.recording_consents to service_role;
alter table public.recording_consents enable row level security;
alter table public.recording_consents force row level security;

revoke all on function pipeline.is_spoilt(text) from public, anon, authenticated, service_role;
revoke all on function public.record_consent(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.record_consent(jsonb) to service_role;
