-- The RPCs through which a clinician reads, reviews, signs and releases a consultation, and a patient reads what was
-- released. Each is security definer, makes sure of the caller first, and does its work in one transaction with its entry
-- in the log. Parameters have the names of the published interface: where a column has the same one, the function's name
-- stands before it.

drop function if exists public.review_code(text, text, text, text, text, text);
drop function if exists public.release_results(text);

-- One change ---------------------------------------------------------------------------------------------------------

-- Begins a change as the recording's provider, who holds the session's row until the transaction ends. Answers the log's
-- entry for it: with an id where the same token was here before, else without one, still to be written.
--   42501  the caller is not its provider, or there is no such recording
--   PT409  it has changed since `expected`; the detail names the revision that it has now
create or replace function pipeline.begin_change(
  recording text, expected integer, token uuid, action text, request jsonb
) returns public.review_log
language plpgsql security definer set search_path = '' as $$
declare
  asked constant text := encode(sha256(convert_to(action || ' ' || coalesce(request::text, ''), 'UTF8')), 'hex');
  decides constant boolean := action not in ('signed', 'released', 'release-withdrawn');
  run public.recordings;
  entry public.review_log;
begin
  perform pipeline.lock_as_provider(recording);
  if begin_change.token is null then
    raise exception '%: "token" is missing', action using errcode = '22023';
  end if;
  select * into entry from public.review_log l where l.recording_id = recording and l.token = begin_change.token;
  if found then
    if entry.request <> asked then
      raise exception '%: "token" was used for another change', action using errcode = '22023';
    end if;
    return entry;
  end if;
  select * into run from public.recordings r where r.recording_id = recording;
  if run.status not in ('completed', 'partial', 'not_coded') then
    raise exception 'recording % has no results', recording using errcode = 'PT409';
  elsif expected is null and action <> 'release-withdrawn' then
    raise exception '%: "revision" is missing', action using errcode = '22023';
  elsif expected <> run.revision then
    raise exception 'recording % has changed', recording
      using errcode = 'PT409', detail = jsonb_build_object('revision', run.revision)::text;
  elsif run.findings is null and action in ('findings', 'code-added', 'signed', 'released') then
    raise exception 'recording % was stored before findings could be reviewed: process it again', recording
      using errcode = 'PT409', detail = jsonb_build_object('revision', run.revision)::text;
  end if;
  entry.recording_id := recording;
  entry.revision := run.revision + decides::integer;
  entry.action := action;
  entry.amendment := decides and run.signed_at is not null;
  entry.actor := public.current_user_id();
  entry.token := begin_change.token;
  entry.request := asked;
  entry.at := pipeline.change_time(recording);
  return entry;
end $$;

-- Writes the entry and what the change answers: now, and to the same token again.
create or replace function pipeline.finish_change(entry public.review_log, detail jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.review_log (recording_id, revision, action, amendment, actor, token, request, detail, at)
  values (entry.recording_id, entry.revision, entry.action, entry.amendment, entry.actor, entry.token, entry.request,
    finish_change.detail, entry.at);
  update public.recordings r set revision = entry.revision
  where r.recording_id = entry.recording_id and r.revision <> entry.revision;
  return jsonb_build_object('revision', entry.revision);
end $$;

-- Writes an entry of the audit trail, which is carried there later.
create or replace function pipeline.note_audit(recording text, action text, actor uuid, detail jsonb, at timestamptz)
returns void language sql security definer set search_path = '' as $$
  insert into pipeline.audit_outbox (meeting_id, appointment_id, recording_id, action, actor, detail, at)
  select coalesce(r.summary ->> 'meetingId', s.meeting_id), s.appointment_id::text, r.recording_id, note_audit.action,
    note_audit.actor, note_audit.detail, note_audit.at
  from public.recordings r left join public.video_call_sessions s on s.id = r.session_id
  where r.recording_id = recording
$$;

create or replace function pipeline.note_access(recording text, action text) returns void
language sql security definer set search_path = '' as $$
  insert into public.access_log (recording_id, user_id, action, at)
  values (recording, public.current_user_id(), note_access.action, date_trunc('milliseconds', clock_timestamp()))
$$;

-- Refuses what is no list of 1 to 5,000 decisions of that shape, each about something else.
create or replace function pipeline.expect_decisions(decisions jsonb, shape jsonb, keys text[], place text) returns void
language plpgsql immutable security invoker set search_path = '' as $$
declare
  n bigint;
begin
  if jsonb_typeof(decisions) is distinct from 'array' then
    raise exception '%: "decisions" is not an array', place using errcode = '22023';
  elsif jsonb_array_length(decisions) not between 1 and 5000 then
    raise exception '%: "decisions" has % entries, and must have 1 to 5000', place, jsonb_array_length(decisions)
      using errcode = '22023';
  end if;
  perform pipeline.expect_each(decisions, shape, place || ': decisions');
  perform pipeline.expect_distinct(decisions, keys, place || ': decisions');
  -- A note is text for people: line breaks, and no other control character.
  select d.n - 1 into n from jsonb_array_elements(decisions) with ordinality d (value, n)
  where char_length(d.value ->> 'note') > 2000 or d.value ->> 'note' ~ '[\u0001-\u0009\u000b-\u001f\u007f-\u009f]'
  limit 1;
  if found then
    raise exception '%: decisions[%]: "note" is longer than 2000 characters, or has control characters', place, n
      using errcode = '22023';
  end if;
end $$;

-- A finding of the recording; null where there is none.
create or replace function pipeline.finding_of(recording text, finding text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select f from public.recordings r, jsonb_array_elements(r.findings) f
  where r.recording_id = recording and f ->> 'id' = finding
$$;

-- Review -------------------------------------------------------------------------------------------------------------

create or replace function public.review_codes(recording text, revision integer, token uuid, decisions jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'codes', decisions);
  n bigint;
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  perform pipeline.expect_decisions(decisions, '{
    "entity": "string", "system": ["ICD-10-CM", "RxNorm", "SNOMED-CT"], "code": "string",
    "review": ["accepted", "rejected", "suggested"], "note": "string?"
  }', array['entity', 'system', 'code'], 'review_codes');
  select d.n - 1 into n from jsonb_array_elements(decisions) with ordinality d (value, n)
  where not exists (
    select from public.clinical_codes c where (c.recording_id, c.entity_id, c.system, c.code)
      = (recording, d.value ->> 'entity', d.value ->> 'system', d.value ->> 'code'))
  limit 1;
  if found then
    raise exception 'review_codes: decisions[%]: the entity has no such code', n using errcode = 'PT404';
  end if;
  update public.clinical_codes c
  set review = d.review,
    reviewed_by = case when d.review <> 'suggested' then entry.actor end,
    reviewed_at = case when d.review <> 'suggested' then entry.at end,
    review_note = case when d.review <> 'suggested' then d.note end
  from jsonb_to_recordset(decisions) as d (entity text, system text, code text, review text, note text)
  where (c.recording_id, c.entity_id, c.system, c.code) = (recording, d.entity, d.system, d.code);
  -- The provider's own code, taken back, is nobody's suggestion.
  delete from public.clinical_codes c
  where c.recording_id = recording and c.source = 'clinician' and c.review = 'suggested';
  return pipeline.finish_change(entry, jsonb_build_object('decisions', decisions));
end $$;
comment on function public.review_codes(text, integer, uuid, jsonb) is
  'The provider accepts or rejects codes, or takes a review back: [{entity, system, code, review, note?}].';

create or replace function pipeline.decide_findings(entry public.review_log, decisions jsonb, place text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  refused record;
begin
  perform pipeline.expect_decisions(decisions, '{
    "finding": "string", "verdict": ["right", "wrong", null], "status": "string?", "note": "string?"
  }', array['finding'], place);
  select d.n - 1 as n, f.value is null as missing into refused
  from jsonb_array_elements(decisions) with ordinality d (value, n)
  left join public.recordings r on r.recording_id = entry.recording_id
  left join lateral jsonb_array_elements(r.findings) f (value) on f.value ->> 'id' = d.value ->> 'finding'
  where case
    -- What a repeat no longer finds can still be taken back.
    when f.value is null then d.value ->> 'verdict' is not null or not exists (
      select from public.finding_reviews old
      where (old.recording_id, old.finding) = (entry.recording_id, d.value ->> 'finding'))
    when d.value ->> 'status' is null then false
    else d.value ->> 'verdict' is distinct from 'wrong' or not (f.value -> 'choices' ? (d.value ->> 'status'))
  end
  order by d.n limit 1;
  if found and refused.missing then
    raise exception '%: decisions[%]: there is no such finding', place, refused.n using errcode = 'PT404';
  elsif found then
    raise exception '%: decisions[%]: "status" is none that this finding may have, or does not go with the verdict', place,
      refused.n using errcode = '22023';
  end if;
  delete from public.finding_reviews f using jsonb_array_elements(decisions) d
  where (f.recording_id, f.finding) = (entry.recording_id, d ->> 'finding') and d ->> 'verdict' is null;
  insert into public.finding_reviews (recording_id, finding, verdict, status, note, at, by)
  select entry.recording_id, d.finding, d.verdict, d.status, d.note, entry.at, entry.actor
  from jsonb_to_recordset(decisions) as d (finding text, verdict text, status text, note text)
  where d.verdict is not null
  on conflict (recording_id, finding) do update set verdict = excluded.verdict, status = excluded.status,
    note = excluded.note, at = excluded.at, by = excluded.by;
end $$;

create or replace function public.review_findings(recording text, revision integer, token uuid, decisions jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'findings', decisions);
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  perform pipeline.decide_findings(entry, decisions, 'review_findings');
  return pipeline.finish_change(entry, jsonb_build_object('decisions', decisions));
end $$;
comment on function public.review_findings(text, integer, uuid, jsonb) is
  'The provider''s word on findings: [{finding, verdict: right, wrong or null to take it back, status?, note?}].';

-- A code that the pipeline did not suggest, of the finding's first mention. One that it did is accepted.
create or replace function public.add_code(
  recording text, revision integer, token uuid, finding text, system text, code text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  detail constant jsonb := jsonb_build_object('finding', finding, 'system', system, 'code', code);
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'code-added', detail);
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  if coalesce(add_code.system not in ('ICD-10-CM', 'RxNorm', 'SNOMED-CT'), true) then
    raise exception 'add_code: "system" is not ICD-10-CM, RxNorm or SNOMED-CT' using errcode = '22023';
  elsif coalesce(add_code.code !~ case add_code.system
    when 'ICD-10-CM' then '^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$'
    when 'RxNorm' then '^[0-9]{1,8}$'
    else '^[0-9]{6,18}$' end, true) then
    raise exception 'add_code: "code" has not the form of a code of %', add_code.system using errcode = '22023';
  elsif pipeline.finding_of(recording, add_code.finding) is null then
    raise exception 'add_code: there is no such finding' using errcode = 'PT404';
  end if;
  insert into public.clinical_codes
    (recording_id, entity_id, system, code, rank, source, review, reviewed_by, reviewed_at)
  select recording, add_code.finding, add_code.system, add_code.code, coalesce(max(c.rank), 0) + 1, 'clinician',
    'accepted', entry.actor, entry.at
  from public.clinical_codes c
  where (c.recording_id, c.entity_id, c.system) = (recording, add_code.finding, add_code.system)
  on conflict on constraint clinical_codes_pkey do update set review = excluded.review,
    reviewed_by = excluded.reviewed_by, reviewed_at = excluded.reviewed_at, review_note = null;
  return pipeline.finish_change(entry, detail);
end $$;
comment on function public.add_code(text, integer, uuid, text, text, text) is 'The provider adds a code to a finding.';

-- Corrections --------------------------------------------------------------------------------------------------------

-- `decisions` are those that follow from the new role and that the provider has accepted, as for review_findings: nothing
-- is decided anew here.
create or replace function public.correct_role(
  recording text, revision integer, token uuid, speaker text, from_turn integer, to_turn integer, role text,
  decisions jsonb default null
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  asked constant jsonb := jsonb_build_object('speaker', speaker, 'fromTurn', from_turn, 'toTurn', to_turn, 'role', role)
    || case when decisions is null then '{}' else jsonb_build_object('decisions', decisions) end;
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'role-corrected', asked);
  correction uuid;
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  if coalesce(correct_role.role not in ('clinician', 'patient', 'other', 'unknown'), true) then
    raise exception 'correct_role: "role" is not clinician, patient, other or unknown' using errcode = '22023';
  elsif coalesce(from_turn > to_turn, true) then
    raise exception 'correct_role: "from_turn" is after "to_turn"' using errcode = '22023';
  end if;
  perform from public.transcript_turns t
  where t.recording_id = recording and t.index between from_turn and to_turn and t.speaker = correct_role.speaker;
  if not found then
    raise exception 'correct_role: no such turn is of that speaker' using errcode = 'PT404';
  end if;
  insert into public.transcript_corrections (recording_id, kind, speaker, from_turn, to_turn, role, at, by)
  values (recording, 'role', correct_role.speaker, correct_role.from_turn, correct_role.to_turn, correct_role.role,
    entry.at, entry.actor)
  returning id into correction;
  if decisions is not null then
    perform pipeline.decide_findings(entry, decisions, 'correct_role');
  end if;
  return pipeline.finish_change(entry, asked || jsonb_build_object('correction', correction));
end $$;
comment on function public.correct_role(text, integer, uuid, text, integer, integer, text, jsonb) is
  'The provider says who speaks in the turns of a speaker, both ends included.';

create or replace function public.correct_words(
  recording text, revision integer, token uuid, turn integer, "begin" integer, "end" integer, was text, becomes text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  asked constant jsonb := jsonb_build_object('turn', turn, 'begin', "begin", 'end', "end", 'was', was,
    'becomes', becomes);
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'words-corrected', asked);
  spoken public.transcript_turns;
  correction uuid;
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  -- In one line: the lines of a quote belong to its spans.
  if coalesce(char_length(becomes) > 500 or btrim(becomes) = '' or becomes ~ '[\u0001-\u001f\u007f-\u009f]', true) then
    raise exception 'correct_words: "becomes" is empty, longer than 500 characters, or has control characters'
      using errcode = '22023';
  end if;
  select * into spoken from public.transcript_turns t where t.recording_id = recording and t.index = turn;
  if not found then
    raise exception 'correct_words: there is no such turn' using errcode = 'PT404';
  elsif coalesce("begin" >= "end" or "begin" < spoken.begin_offset or "end" > spoken.end_offset, true) then
    raise exception 'correct_words: "begin" and "end" are not a stretch of that turn' using errcode = '22023';
  elsif substr(spoken.text, "begin" - spoken.begin_offset + 1, "end" - "begin") is distinct from was then
    raise exception 'correct_words: "was" is not what stands there'
      using errcode = 'PT409', detail = jsonb_build_object('revision', revision)::text;
  end if;
  perform from public.transcript_corrections c
  where c.recording_id = recording and c.kind = 'words' and c.withdrawn_at is null
    and c.begin_offset < "end" and c.end_offset > "begin";
  if found then
    raise exception 'correct_words: these words are corrected already: withdraw that correction first'
      using errcode = 'PT409', detail = jsonb_build_object('revision', revision)::text;
  end if;
  insert into public.transcript_corrections (recording_id, kind, turn_index, begin_offset, end_offset, was, becomes, at, by)
  values (recording, 'words', turn, "begin", "end", correct_words.was, correct_words.becomes, entry.at, entry.actor)
  returning id into correction;
  return pipeline.finish_change(entry, asked || jsonb_build_object('correction', correction));
end $$;
comment on function public.correct_words(text, integer, uuid, integer, integer, integer, text, text) is
  'The provider says what was said instead of some words of a turn, by code points of the transcript''s text.';

create or replace function public.withdraw_correction(recording text, revision integer, token uuid, correction uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  detail constant jsonb := jsonb_build_object('correction', correction);
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'correction-withdrawn', detail);
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  update public.transcript_corrections c set withdrawn_at = entry.at, withdrawn_by = entry.actor
  where c.recording_id = recording and c.id = correction and c.withdrawn_at is null;
  if not found then
    raise exception 'withdraw_correction: there is no such correction' using errcode = 'PT404';
  end if;
  return pipeline.finish_change(entry, detail);
end $$;
comment on function public.withdraw_correction(text, integer, uuid, uuid) is 'The provider takes a correction back.';

-- The patient's document ---------------------------------------------------------------------------------------------

-- A stretch of the transcript as it was corrected.
create or replace function pipeline.corrected(recording text, said text, from_offset integer, to_offset integer)
returns text language plpgsql stable security definer set search_path = '' as $$
declare
  c record;
begin
  for c in
    select w.begin_offset, w.end_offset, w.becomes from public.transcript_corrections w
    where w.recording_id = recording and w.kind = 'words' and w.withdrawn_at is null
      and w.begin_offset >= from_offset and w.end_offset <= to_offset
    order by w.begin_offset desc
  loop
    said := overlay(said placing c.becomes from c.begin_offset - from_offset + 1 for c.end_offset - c.begin_offset);
  end loop;
  return said;
end $$;

-- The label is the words of a mention: where those were corrected, so is it.
create or replace function pipeline.corrected_label(recording text, label text, entities jsonb) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce((
    select pipeline.corrected(recording, e.text, e.begin_offset, e.end_offset)
    from public.transcript_corrections w
    join jsonb_array_elements_text(entities) with ordinality mention (entity, n) on true
    join public.clinical_entities e on e.recording_id = recording and e.entity_id = mention.entity
    where w.recording_id = recording and w.kind = 'words' and w.withdrawn_at is null
      and w.begin_offset >= e.begin_offset and w.end_offset <= e.end_offset
      and (e.text = label or lower(e.text) = lower(label))
    order by w.at, w.id, mention.n limit 1
  ), label)
$$;

-- Whether the latest decision on one of a finding's codes, on whichever mention, is that it is accepted.
create or replace function pipeline.has_accepted_code(recording text, entities jsonb) returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(bool_or(latest.review = 'accepted'), false) from (
    select distinct on (c.system, c.code) c.review
    from jsonb_array_elements_text(entities) with ordinality mention (entity, n)
    join public.clinical_codes c on c.recording_id = recording and c.entity_id = mention.entity
    where c.review <> 'suggested'
    order by c.system, c.code, date_trunc('milliseconds', c.reviewed_at) desc, mention.n desc
  ) latest
$$;

create or replace function pipeline.proof_of(recording text, evidence jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'role', coalesce((
      select w.role from public.transcript_corrections w
      join public.transcript_turns t on t.recording_id = recording and t.index = (evidence ->> 'turn')::integer
      where w.recording_id = recording and w.kind = 'role' and w.withdrawn_at is null
        and w.speaker = t.speaker and t.index between w.from_turn and w.to_turn
      order by w.at desc, w.id desc limit 1
    ), evidence ->> 'role'),
    -- A quote has a line for each of its spans, in the same order.
    'quote', (
      select string_agg(coalesce(pipeline.corrected(recording, line.said, (span.value ->> 'begin')::integer,
        (span.value ->> 'end')::integer), line.said), E'\n' order by line.n)
      from string_to_table(evidence ->> 'quote', E'\n') with ordinality line (said, n)
      left join jsonb_array_elements(evidence -> 'spans') with ordinality span (value, n) on span.n = line.n
    ),
    'startMs', coalesce(evidence #> '{spans,0,startMs}', evidence -> 'startMs'),
    'endMs', coalesce(evidence #> '{spans,-1,endMs}', evidence -> 'endMs')
  )
$$;

-- The same as `toReleased` makes of the opened consultation: what the provider has decided, in plain sentences, each with
-- the words that prove it. A finding with a review is what the review says. One without is left out if somebody
-- contradicted it or no code of it is accepted.
create or replace function pipeline.to_released(recording text) returns jsonb
language sql stable security definer set search_path = '' as $$
  with run as (select * from public.recordings r where r.recording_id = recording),
  proven as (
    select f ->> 'id' as id, f -> 'evidence' as evidence
    from run, jsonb_path_query(run.summary, '$.*[*]') f where f ? 'evidence'
  ),
  chosen as (
    select f.n, f.value as finding, f.value #> array['choices', coalesce(review.status, f.value ->> 'status')] as choice
    from run
    cross join jsonb_array_elements(run.findings) with ordinality f (value, n)
    left join public.finding_reviews review on (review.recording_id, review.finding) = (recording, f.value ->> 'id')
    where case
      when review.finding is not null then review.verdict = 'right' or review.status is not null
      else not (f.value ->> 'contradicted')::boolean and pipeline.has_accepted_code(recording, f.value -> 'entities')
    end
  ),
  lines as (
    select chosen.n, choice ->> 'section' as section, jsonb_build_object(
      'finding', finding ->> 'id',
      'sentence', replace(choice ->> 'sentence', '{label}',
        pipeline.corrected_label(recording, finding ->> 'label', finding -> 'entities')),
      'evidence', (
        select coalesce(jsonb_agg(pipeline.proof_of(recording, e.value) order by e.n), '[]')
        from jsonb_array_elements(proven.evidence) with ordinality e (value, n)
      )
    ) as line
    from chosen join proven on proven.id = finding ->> 'id'
    where choice ->> 'section' is not null and choice ->> 'sentence' is not null
  )
  select jsonb_build_object(
    'schema', 'medzen.released/1', 'recordingId', run.recording_id, 'revision', run.revision,
    'language', run.language, 'incomplete', run.status <> 'completed',
    'sections', (
      select jsonb_object_agg(section.name, coalesce(
        (select jsonb_agg(l.line order by l.n) from lines l where l.section = section.name), '[]'))
      from unnest(array['told', 'denied', 'medicines', 'next']) section (name)
    ))
  from run
$$;

-- Signature and release ----------------------------------------------------------------------------------------------

create or replace function public.sign_consultation(recording text, revision integer, token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'signed', null);
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  update public.recordings r
  set signed_at = entry.at, signed_by = entry.actor, signed_revision = entry.revision
  where r.recording_id = recording and r.signed_revision is distinct from entry.revision;
  -- The same state, signed in two windows, is signed once.
  if not found then
    return jsonb_build_object('revision', entry.revision);
  end if;
  perform pipeline.note_audit(recording, 'SIGNED', entry.actor, jsonb_build_object('revision', entry.revision), entry.at);
  return pipeline.finish_change(entry, '{}');
end $$;
comment on function public.sign_consultation(text, integer, uuid) is
  'The provider signs: other results are refused from now on, and a later decision is an amendment.';

create or replace function public.release_results(recording text, revision integer, token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  entry constant public.review_log := pipeline.begin_change(recording, revision, token, 'released', null);
  newest public.released_consultations;
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  select * into newest from public.released_consultations v
  where v.recording_id = recording order by v.version desc limit 1;
  -- The same state, released in two windows, is released once.
  if newest.withdrawn_at is null and newest.revision = entry.revision then
    return jsonb_build_object('revision', entry.revision);
  end if;
  insert into public.released_consultations (recording_id, version, revision, document, released_at, released_by)
  values (recording, coalesce(newest.version, 0) + 1, entry.revision, pipeline.to_released(recording), entry.at,
    entry.actor);
  update public.recordings r set released_at = entry.at, released_by = entry.actor where r.recording_id = recording;
  perform pipeline.note_audit(recording, 'RELEASED', entry.actor, jsonb_build_object('revision', entry.revision),
    entry.at);
  return pipeline.finish_change(entry, jsonb_build_object('version', coalesce(newest.version, 0) + 1));
end $$;
comment on function public.release_results(text, integer, uuid) is
  'The provider lets the patient read the reviewed consultation, as it is now.';

create or replace function public.withdraw_release(recording text, token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  entry constant public.review_log := pipeline.begin_change(recording, null, token, 'release-withdrawn', null);
begin
  if entry.id is not null then
    return jsonb_build_object('revision', entry.revision);
  end if;
  update public.released_consultations v set withdrawn_at = entry.at, withdrawn_by = entry.actor
  where v.recording_id = recording and v.withdrawn_at is null;
  if not found then
    raise exception 'recording % is not released', recording using errcode = 'PT404';
  end if;
  update public.recordings r set released_at = null, released_by = null where r.recording_id = recording;
  perform pipeline.note_audit(recording, 'RELEASE_WITHDRAWN', entry.actor,
    jsonb_build_object('revision', entry.revision), entry.at);
  return pipeline.finish_change(entry, '{}');
end $$;
comment on function public.withdraw_release(text, uuid) is 'The provider takes back every version that was released.';

-- Reading ------------------------------------------------------------------------------------------------------------

create or replace function public.read_released(recording text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  released jsonb;
begin
  perform from public.recordings r where r.recording_id = recording and pipeline.is_patient(r.session_id);
  if not found then
    raise exception 'recording %: the caller is not its patient', recording using errcode = '42501';
  end if;
  select v.document into released from public.released_consultations v
  where v.recording_id = recording and v.withdrawn_at is null order by v.version desc limit 1;
  if not found then
    raise exception 'recording % is not released', recording using errcode = 'PT404';
  end if;
  perform pipeline.note_access(recording, 'released');
  return released;
end $$;
comment on function public.read_released(text) is 'The patient''s document (medzen.released/1), for its patient.';

create or replace function public.recording_location(recording text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.lock_as_provider(recording);
  return (select jsonb_build_object('bucket', r.bucket, 'key', r.key, 'versionId', r.version_id)
    from public.recordings r where r.recording_id = recording);
end $$;
comment on function public.recording_location(text) is
  'Where the recording lies, for a link: {bucket, key, versionId}. Whoever makes the link logs it first.';

create or replace function public.log_access(recording text, action text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.lock_as_provider(recording);
  if coalesce(log_access.action not in ('link', 'fhir'), true) then
    raise exception 'log_access: "action" is not link or fhir' using errcode = '22023';
  end if;
  perform pipeline.note_access(recording, log_access.action);
  if log_access.action = 'link' then
    perform pipeline.note_audit(recording, 'LINK_ISSUED', public.current_user_id(), '{}',
      date_trunc('milliseconds', clock_timestamp()));
  end if;
end $$;
comment on function public.log_access(text, text) is 'Logs that the provider gets a link to the recording, or its FHIR.';

create or replace function pipeline.iso(at timestamptz) returns text
language sql immutable security invoker set search_path = '' as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The rows of a recording as they are opened: kind 0 turns, 1 entities, 2 codes, each in its order. JSON that is text, as
-- it goes out: a long talk would be put together and taken apart again several times otherwise.
create or replace function pipeline.opened_rows(recording text) returns table (kind integer, n bigint, item json)
language sql stable security definer set search_path = '' as $$
  select 0, t.index, case
    when t.relabelled is null then json_build_object('index', t.index, 'speaker', t.speaker, 'role', t.role,
      'startMs', t.start_ms, 'endMs', t.end_ms, 'begin', t.begin_offset, 'end', t.end_offset, 'text', t.text,
      'confidence', t.confidence, 'words', coalesce(t.words, '[]'))
    else json_build_object('index', t.index, 'speaker', t.speaker, 'role', t.role,
      'startMs', t.start_ms, 'endMs', t.end_ms, 'begin', t.begin_offset, 'end', t.end_offset, 'text', t.text,
      'confidence', t.confidence, 'words', coalesce(t.words, '[]'), 'relabelled', t.relabelled)
  end
  from public.transcript_turns t where t.recording_id = recording
  union all
  select 1, row_number() over (order by e.begin_offset, e.entity_id collate "C"), json_build_object(
    'id', e.entity_id, 'begin', e.begin_offset, 'end', e.end_offset, 'text', e.text, 'category', e.category,
    'type', e.type, 'score', e.score, 'turn', e.turn_index, 'speaker', e.speaker, 'role', e.role,
    'startMs', e.start_ms, 'endMs', e.end_ms, 'attributes', e.attributes,
    'assertion', json_build_object('status', e.assertion_status, 'said', coalesce(e.said, e.assertion_status),
      'traits', e.traits, 'reason', e.assertion_reason, 'relative', e.relative, 'decidedBy', e.decided_by,
      'toCheck', e.to_check))
  from public.clinical_entities e where e.recording_id = recording
  union all
  select 2, row_number() over (order by c.entity_id collate "C", c.system collate "C", c.rank, c.code collate "C"),
    json_build_object('entity', c.entity_id, 'system', c.system, 'code', c.code, 'description', c.description,
      'score', c.score, 'rank', c.rank, 'billable', c.billable, 'source', c.source, 'review', c.review,
      'reviewedAt', pipeline.iso(c.reviewed_at), 'reviewedBy', c.reviewed_by, 'note', c.review_note)
  from public.clinical_codes c where c.recording_id = recording
$$;

-- Everything of an opened consultation but its turns, entities and codes.
create or replace function pipeline.opened_head(recording text) returns json
language sql stable security definer set search_path = '' as $$
  select json_build_object(
    'schema', 'medzen.opened/1', 'recordingId', r.recording_id, 'revision', r.revision,
    'session', jsonb_build_object('sessionId', s.id, 'meetingId', coalesce(r.summary ->> 'meetingId', s.meeting_id),
      'appointmentId', s.appointment_id::text, 'providerId', s.provider_id, 'patientId', s.patient_id,
      'status', s.status::text),
    'recording', jsonb_build_object('status', r.status, 'language', r.language, 'engine', r.engine,
      'durationMs', r.duration_ms, 'startedAt', pipeline.iso(r.started_at), 'storedAt', pipeline.iso(r.stored_at),
      'signedAt', pipeline.iso(r.signed_at), 'signedBy', r.signed_by, 'signedRevision', r.signed_revision,
      'releasedAt', pipeline.iso(released.released_at), 'releasedRevision', released.revision,
      'firstExportedAt', (
        select pipeline.iso(min(a.at)) from public.access_log a
        where a.recording_id = recording and a.action = 'fhir')),
    'consultation', r.summary,
    'unmapped', coalesce(r.unmapped, '[]'),
    'findingReviews', (
      select coalesce(jsonb_agg(jsonb_build_object('finding', f.finding, 'verdict', f.verdict, 'status', f.status,
        'note', f.note, 'at', pipeline.iso(f.at), 'by', f.by) order by f.finding collate "C"), '[]')
      from public.finding_reviews f where f.recording_id = recording),
    'corrections', (
      select coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'at', pipeline.iso(w.at), 'by', w.by, 'kind', w.kind)
        || case w.kind
          when 'role' then jsonb_build_object('speaker', w.speaker, 'fromTurn', w.from_turn, 'toTurn', w.to_turn,
            'role', w.role)
          else jsonb_build_object('turn', w.turn_index, 'begin', w.begin_offset, 'end', w.end_offset, 'was', w.was,
            'becomes', w.becomes) end
        order by w.at, w.id), '[]')
      from public.transcript_corrections w where w.recording_id = recording and w.withdrawn_at is null))
  from public.recordings r
  join public.video_call_sessions s on s.id = r.session_id
  left join lateral (
    select v.released_at, v.revision from public.released_consultations v
    where v.recording_id = recording and v.withdrawn_at is null order by v.version desc limit 1
  ) released on true
  where r.recording_id = recording
$$;

-- Everything that a page needs, as JSON (medzen.opened/1). What is longer than one answer should be comes in pages: the
-- first has all but turns, entities and codes, and as many of those as there is room for. Each names its revision.
create or replace function public.open_consultation(recording text, page integer default 0) returns json
language plpgsql security definer set search_path = '' as $$
declare
  -- Bytes. A page has at most one row more, and no row has two megabytes: eight are never reached.
  room constant integer := 6000000;
  head json;
  rows json;
  pages integer;
begin
  perform pipeline.lock_as_provider(recording);
  perform from public.recordings r
  where r.recording_id = recording and r.status in ('completed', 'partial', 'not_coded');
  if not found then
    raise exception 'recording % has no results', recording using errcode = 'PT409';
  end if;
  head := pipeline.opened_head(recording);
  with placed as materialized (
    select o.kind, o.n, o.item,
      ((octet_length(head::text) + sum(octet_length(o.item::text) + 2) over (order by o.kind, o.n)) / room)::integer as on_page
    from pipeline.opened_rows(recording) o
  )
  select json_build_object(
      'turns', coalesce(json_agg(p.item order by p.n) filter (where p.kind = 0), '[]'),
      'entities', coalesce(json_agg(p.item order by p.n) filter (where p.kind = 1), '[]'),
      'codes', coalesce(json_agg(p.item order by p.n) filter (where p.kind = 2), '[]')),
    (select coalesce(max(all_pages.on_page), 0) + 1 from placed all_pages)
  into rows, pages
  from placed p where p.on_page = page;
  if coalesce(page not between 0 and pages - 1, true) then
    raise exception 'open_consultation: "page" is not between 0 and %', pages - 1 using errcode = '22023';
  end if;
  perform pipeline.note_access(recording, 'opened');
  if page > 0 then
    head := json_build_object('schema', head -> 'schema', 'recordingId', head -> 'recordingId',
      'revision', head -> 'revision');
  end if;
  -- The members of the one object, and those of the other.
  return left(head::text, -1) || ', ' || case
    when pages > 1 then '"page": ' || json_build_object('number', page, 'of', pages)::text || ', ' else '' end
    || substr(rows::text, 2);
end $$;
comment on function public.open_consultation(text, integer) is
  'A consultation with every decision about it (medzen.opened/1), for its provider.';

-- Arrival ------------------------------------------------------------------------------------------------------------

-- Who may listen: a session's provider to its recordings, its patient to its releases.
create or replace function pipeline.may_listen(topic text) returns boolean
language sql stable security definer set search_path = '' as $$
  select case
    when topic ~ '^session:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then pipeline.is_provider(substr(topic, 9)::uuid)
    when topic ~ '^released:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then pipeline.is_patient(substr(topic, 10)::uuid)
    else false
  end
$$;

-- Tells the listeners of a private topic, where the database has Supabase's Realtime. A message that cannot be sent stops
-- no change: a page asks when it is opened anyway.
create or replace function pipeline.broadcast(topic text, event text, payload jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if to_regprocedure('realtime.send(jsonb,text,text,boolean)') is null then
    return;
  end if;
  execute 'select realtime.send($1, $2, $3, true)' using payload, event, topic;
exception
  when others then raise warning 'no broadcast: %', sqlstate;
end $$;

create or replace function pipeline.broadcast_recording() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.broadcast('session:' || new.session_id, 'recording',
    jsonb_build_object('recordingId', new.recording_id, 'status', new.status, 'revision', new.revision));
  return null;
end $$;

create or replace function pipeline.broadcast_release() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  session uuid;
begin
  select r.session_id into session from public.recordings r where r.recording_id = new.recording_id;
  perform pipeline.broadcast('released:' || session, 'release', jsonb_build_object('recordingId', new.recording_id,
    'status', case when new.withdrawn_at is null then 'released' else 'withdrawn' end, 'revision', new.revision));
  return null;
end $$;

-- The row is there, with its status, before the results are: the update that brings them tells of both.
drop trigger if exists recordings_broadcast_new on public.recordings;
create trigger recordings_broadcast_new after insert on public.recordings for each row
  when (new.session_id is not null and new.status not in ('completed', 'partial', 'not_coded'))
  execute function pipeline.broadcast_recording();
drop trigger if exists recordings_broadcast on public.recordings;
create trigger recordings_broadcast after update on public.recordings for each row
  when (new.session_id is not null and (new.status, new.revision, new.signed_revision, new.released_at)
    is distinct from (old.status, old.revision, old.signed_revision, old.released_at))
  execute function pipeline.broadcast_recording();
drop trigger if exists released_broadcast on public.released_consultations;
create trigger released_broadcast after insert or update on public.released_consultations for each row
  execute function pipeline.broadcast_release();

-- Rights -------------------------------------------------------------------------------------------------------------

do $$
declare
  routine regprocedure;
begin
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'pipeline'::regnamespace and p.proname in ('begin_change', 'finish_change', 'note_audit',
      'note_access', 'expect_decisions', 'finding_of', 'decide_findings', 'corrected', 'corrected_label',
      'has_accepted_code', 'proof_of', 'to_released', 'iso', 'opened_rows', 'opened_head', 'may_listen', 'broadcast',
      'broadcast_recording', 'broadcast_release')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
  end loop;
  for routine in
    select p.oid::regprocedure from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname in ('review_codes', 'review_findings', 'add_code',
      'correct_role', 'correct_words', 'withdraw_correction', 'sign_consultation', 'release_results',
      'withdraw_release', 'read_released', 'recording_location', 'log_access', 'open_consultation')
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', routine);
    execute format('grant execute on function %s to authenticated', routine);
  end loop;
end $$;
grant execute on function pipeline.may_listen(text) to authenticated;

-- Listening only: nobody may send under these topics, whatever other policies allow.
do $$
begin
  if to_regclass('realtime.messages') is null or to_regprocedure('realtime.topic()') is null then
    raise notice 'there is no schema realtime: pages are not told of new results and ask for them';
    return;
  end if;
  execute $policies$
    drop policy if exists "consultations: listen" on realtime.messages;
    create policy "consultations: listen" on realtime.messages for select to authenticated
      using (extension = 'broadcast' and pipeline.may_listen((select realtime.topic())));
    drop policy if exists "consultations: nobody else listens" on realtime.messages;
    create policy "consultations: nobody else listens" on realtime.messages as restrictive for select
      to anon, authenticated
      using (coalesce((select realtime.topic()), '') !~ '^(session|released):'
        or pipeline.may_listen((select realtime.topic())));
    drop policy if exists "consultations: nobody sends" on realtime.messages;
    create policy "consultations: nobody sends" on realtime.messages as restrictive for insert to anon, authenticated
      with check (coalesce((select realtime.topic()), '') !~ '^(session|released):'
        and topic !~ '^(session|released):');
  $policies$;
end $$;
