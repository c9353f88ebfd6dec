-- The provider's decisions. Security definer: authenticated has no right to write except through these two RPCs, and
-- each first makes sure that the caller is the provider of the recording's session.

-- Locks the session's row, as the pipeline's writers do, so that a review and a repeat of the results cannot overtake
-- one another. An unknown recording and somebody else's look the same from outside.
create or replace function pipeline.lock_as_provider(recording text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.video_call_sessions s
  join public.recordings r on r.session_id = s.id
  where r.recording_id = recording and s.provider_id = public.current_user_id()
  for no key update of s;
  if not found then
    raise exception 'recording %: the caller is not its provider', recording using errcode = '42501';
  end if;
end $$;
revoke all on function pipeline.lock_as_provider(text) from public;

-- The review of one suggested code. 'suggested' takes a review back. A repeat keeps the time of the first.
create or replace function public.review_code(
  p_recording_id text, p_entity_id text, p_system text, p_code text, p_review text, p_note text default null
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  reviewed constant boolean := p_review in ('accepted', 'rejected');
begin
  perform pipeline.lock_as_provider(p_recording_id);
  if p_review is null or p_review not in ('suggested', 'accepted', 'rejected') then
    raise exception 'review_code: "p_review" is not suggested, accepted or rejected' using errcode = '22023';
  end if;
  perform from public.clinical_codes c
  where (c.recording_id, c.entity_id, c.system, c.code) = (p_recording_id, p_entity_id, p_system, p_code);
  if not found then
    raise exception 'recording %: entity % has no such code', p_recording_id, p_entity_id using errcode = 'PT404';
  end if;
  update public.clinical_codes c
  set review = p_review,
    reviewed_by = case when reviewed then public.current_user_id() end,
    reviewed_at = case when reviewed then now() end,
    review_note = case when reviewed then p_note end
  where (c.recording_id, c.entity_id, c.system, c.code) = (p_recording_id, p_entity_id, p_system, p_code)
    and (c.review, c.review_note) is distinct from (p_review, case when reviewed then p_note end);
end $$;
comment on function public.review_code(text, text, text, text, text, text) is
  'The provider accepts or rejects a suggested code.';

-- Lets the patient read the recording's turns and summary. Only results that are already there can be released: later
-- ones would reach the patient unseen by the provider.
create or replace function public.release_results(p_recording_id text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.lock_as_provider(p_recording_id);
  update public.recordings r
  set released_at = coalesce(r.released_at, now()), released_by = coalesce(r.released_by, public.current_user_id())
  where r.recording_id = p_recording_id and r.status in ('completed', 'partial', 'not_coded');
  if not found then
    raise exception 'recording % has no results to release', p_recording_id using errcode = 'PT409';
  end if;
end $$;
comment on function public.release_results(text) is
  'The provider lets the patient read turns and summary of a recording.';

revoke all on function public.review_code(text, text, text, text, text, text), public.release_results(text)
  from public, anon, authenticated, service_role;
grant execute on function public.review_code(text, text, text, text, text, text), public.release_results(text)
  to authenticated;
