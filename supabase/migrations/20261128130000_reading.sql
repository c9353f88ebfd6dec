-- What a clinician makes of the results: reviews, corrections, signature, release, and the logs of all that. Until now the
-- patient read the raw summary of a released recording, a repeat of the results changed it unseen, a second window
-- overwrote the first, and no read left a trace.

alter table public.recordings
  add column if not exists started_at timestamptz,
  add column if not exists revision integer not null default 0,
  add column if not exists stored_at timestamptz,
  add column if not exists signed_at timestamptz,
  add column if not exists signed_by uuid,
  add column if not exists signed_revision integer,
  add column if not exists findings jsonb,
  add column if not exists unmapped jsonb,
  add column if not exists results_sha256 text;

comment on column public.recordings.started_at is 'When the recording began; null, because nobody knows.';
comment on column public.recordings.revision is
  'Of the reviewed state: each call that decides or corrects adds one, and so do results that differ from those before.';
comment on column public.recordings.stored_at is 'When these results were first stored.';
comment on column public.recordings.signed_at is 'When the provider last signed; null: never.';
comment on column public.recordings.signed_by is 'The provider who signed: users.id.';
comment on column public.recordings.signed_revision is 'The revision that was signed. A later one is an amendment.';
comment on column public.recordings.findings is
  'The findings for review, in reading order: what each may be, and what the patient would read of it then.';
comment on column public.recordings.unmapped is 'Attributes that belong to no entity.';
comment on column public.recordings.results_sha256 is 'Of what record_results was given: the same again changes nothing.';
comment on column public.recordings.released_at is 'When the version that the patient reads was released; null: there is none.';

alter table public.transcript_turns
  add column if not exists words jsonb,
  add column if not exists relabelled jsonb;
comment on column public.transcript_turns.words is
  '[[begin, end, startMs, endMs, confidence]]; null in rows of older results.';
comment on column public.transcript_turns.relabelled is
  '[{begin, end, label}]: words to which the service gave another speaker; null where there are none.';

alter table public.clinical_entities
  add column if not exists said text,
  add column if not exists relative text,
  add column if not exists decided_by jsonb,
  add column if not exists to_check jsonb;
comment on column public.clinical_entities.said is
  'The status that the mention has by itself; null in rows of older results.';
comment on column public.clinical_entities.relative is 'Whose it is, where it is said of a relative.';
comment on column public.clinical_entities.decided_by is '{turn, begin, end}: the words elsewhere that decided.';
comment on column public.clinical_entities.to_check is '{readings}: the two statuses that a clinician must choose between.';

alter table public.clinical_codes add column if not exists source text not null default 'pipeline';
alter table public.clinical_codes drop constraint if exists clinical_codes_source_listed;
alter table public.clinical_codes add constraint clinical_codes_source_listed check (source in ('pipeline', 'clinician'));
comment on column public.clinical_codes.source is 'pipeline: a suggestion; clinician: added by the provider.';

create table if not exists public.finding_reviews (
  recording_id text not null references public.recordings (recording_id) on delete cascade,
  finding text not null,
  verdict text not null constraint finding_reviews_verdict_listed check (verdict in ('right', 'wrong')),
  status text,
  note text,
  at timestamptz not null,
  by uuid not null,
  primary key (recording_id, finding),
  constraint finding_reviews_status_instead check (verdict = 'wrong' or status is null)
);
comment on table public.finding_reviews is 'The provider''s word on a finding, as it stands now.';
comment on column public.finding_reviews.finding is 'The finding: clinical_entities.entity_id of its earliest mention.';
comment on column public.finding_reviews.verdict is 'right or wrong.';
comment on column public.finding_reviews.status is 'What is so instead; null with wrong: it is no finding at all.';
comment on column public.finding_reviews.note is 'The provider''s note.';
comment on column public.finding_reviews.at is 'When it was decided.';
comment on column public.finding_reviews.by is 'Who decided it: users.id.';

create table if not exists public.transcript_corrections (
  id uuid primary key default gen_random_uuid(),
  recording_id text not null references public.recordings (recording_id) on delete cascade,
  kind text not null,
  speaker text,
  from_turn integer,
  to_turn integer,
  role text constraint transcript_corrections_role_listed check (role in ('clinician', 'patient', 'other', 'unknown')),
  turn_index integer,
  begin_offset integer,
  end_offset integer,
  was text,
  becomes text,
  at timestamptz not null,
  by uuid not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  constraint transcript_corrections_whole check (case kind
    when 'role' then num_nulls(speaker, from_turn, to_turn, role) = 0
      and num_nonnulls(turn_index, begin_offset, end_offset, was, becomes) = 0
    when 'words' then num_nulls(turn_index, begin_offset, end_offset, was, becomes) = 0
      and num_nonnulls(speaker, from_turn, to_turn, role) = 0
    else false end)
);
create index if not exists transcript_corrections_recording_id_idx on public.transcript_corrections (recording_id);
comment on table public.transcript_corrections is
  'An overlay over the transcript: its text and its offsets stay as they were transcribed.';
comment on column public.transcript_corrections.kind is 'role: who speaks; words: what was said.';
comment on column public.transcript_corrections.speaker is 'The speaker''s label.';
comment on column public.transcript_corrections.from_turn is 'The first turn of that speaker that the role is of.';
comment on column public.transcript_corrections.to_turn is 'The last one.';
comment on column public.transcript_corrections.role is 'The role that the speaker has there.';
comment on column public.transcript_corrections.turn_index is 'The turn of the words.';
comment on column public.transcript_corrections.begin_offset is 'First code point of the words in the transcript''s text.';
comment on column public.transcript_corrections.end_offset is 'Code point after their last one.';
comment on column public.transcript_corrections.was is 'The words as transcribed.';
comment on column public.transcript_corrections.becomes is 'The words that were said.';
comment on column public.transcript_corrections.withdrawn_at is 'When the correction was taken back; null: it holds.';

-- No foreign key of a log: what was done with a recording outlives the recording.
create table if not exists public.review_log (
  id bigint generated always as identity primary key,
  recording_id text not null,
  revision integer not null,
  action text not null constraint review_log_action_listed check (action in ('results', 'codes', 'findings', 'code-added',
    'role-corrected', 'words-corrected', 'correction-withdrawn', 'signed', 'released', 'release-withdrawn',
    'release-ended')),
  amendment boolean not null default false,
  actor uuid,
  token uuid,
  request text,
  detail jsonb not null default '{}',
  at timestamptz not null
);
create unique index if not exists review_log_token_key on public.review_log (recording_id, token);
create index if not exists review_log_recording_id_idx on public.review_log (recording_id, id);
comment on table public.review_log is
  'Every change of a consultation, in order: from the first results, the log gives the state. Append only.';
comment on column public.review_log.revision is 'The revision after it.';
comment on column public.review_log.action is
  'results: the pipeline stored others; release-ended: a release from before there were documents for patients.';
comment on column public.review_log.amendment is 'Decided on or corrected after a signature.';
comment on column public.review_log.actor is 'users.id; null: the pipeline.';
comment on column public.review_log.token is 'The client''s name for the change: the same again gives the same answer.';
comment on column public.review_log.request is 'SHA-256 of what was asked with that token.';
comment on column public.review_log.detail is 'The decisions or the correction.';

create table if not exists public.access_log (
  id bigint generated always as identity primary key,
  recording_id text not null,
  user_id uuid not null,
  action text not null constraint access_log_action_listed check (action in ('opened', 'link', 'fhir', 'released')),
  at timestamptz not null
);
create index if not exists access_log_recording_id_idx on public.access_log (recording_id, action, at);
create index if not exists access_log_at_idx on public.access_log (at);
comment on table public.access_log is 'Who read what of a consultation, and when. Append only; kept seven years and thirty days.';
comment on column public.access_log.action is
  'opened: by the provider; link: to the recording; fhir: the export; released: the patient''s document, by the patient.';

create table if not exists public.released_consultations (
  recording_id text not null references public.recordings (recording_id) on delete cascade,
  version integer not null,
  revision integer not null,
  document jsonb not null,
  released_at timestamptz not null,
  released_by uuid not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  primary key (recording_id, version)
);
comment on table public.released_consultations is
  'The patient''s document, every version of it. The patient reads the newest that is not withdrawn.';
comment on column public.released_consultations.version is 'Counts the releases of the recording, from 1.';
comment on column public.released_consultations.revision is 'The revision that it was made of.';
comment on column public.released_consultations.document is 'medzen.released/1.';

create table if not exists pipeline.audit_outbox (
  id bigint generated always as identity primary key,
  meeting_id text,
  appointment_id text,
  recording_id text,
  action text not null,
  actor uuid,
  detail jsonb not null default '{}',
  at timestamptz not null,
  carried_at timestamptz
);
create index if not exists audit_outbox_waiting_idx on pipeline.audit_outbox (id) where carried_at is null;
create index if not exists audit_outbox_meeting_id_idx on pipeline.audit_outbox (meeting_id, id);
comment on table pipeline.audit_outbox is
  'Entries for the audit trail, written with the change that they tell of and carried to the trail afterwards.';
comment on column pipeline.audit_outbox.carried_at is 'When it had its entry in the trail; null: it waits.';

-- A log ------------------------------------------------------------------------------------------------------------

-- For every role: grants and policies do not hold for a table's owner, and the service role may get grants that nobody
-- meant. Only the owner's own functions that trim and erase are let through, and they say so.
create or replace function pipeline.refuse_change() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  if coalesce(current_setting('pipeline.erasing', true), '') = 'on'
    and current_user = (select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid) then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception '% is append only', tg_table_name using errcode = '42501';
end $$;

-- An entry that is carried is marked once; nothing else of it changes.
create or replace function pipeline.refuse_other_mark() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  if old.carried_at is null and to_jsonb(new) - 'carried_at' = to_jsonb(old) - 'carried_at' then
    return new;
  end if;
  raise exception '% is append only', tg_table_name using errcode = '42501';
end $$;

-- Of a released version nothing changes but that it may be withdrawn, once. It goes with its recording.
create or replace function pipeline.refuse_other_version() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  if old.withdrawn_at is null
    and to_jsonb(new) - 'withdrawn_at' - 'withdrawn_by' = to_jsonb(old) - 'withdrawn_at' - 'withdrawn_by' then
    return new;
  end if;
  raise exception 'a released version does not change' using errcode = '42501';
end $$;

do $$
declare
  name text;
begin
  foreach name in array array['public.review_log', 'public.access_log', 'pipeline.audit_outbox'] loop
    execute format('drop trigger if exists append_only on %s', name);
    execute format('create trigger append_only before %s on %s for each row execute function pipeline.refuse_change()',
      case name when 'pipeline.audit_outbox' then 'delete' else 'update or delete' end, name);
    execute format('drop trigger if exists never_emptied on %s', name);
    execute format('create trigger never_emptied before truncate on %s for each statement
      execute function pipeline.refuse_change()', name);
  end loop;
end $$;
drop trigger if exists marked_once on pipeline.audit_outbox;
create trigger marked_once before update on pipeline.audit_outbox
  for each row execute function pipeline.refuse_other_mark();
drop trigger if exists released_once on public.released_consultations;
create trigger released_once before update on public.released_consultations
  for each row execute function pipeline.refuse_other_version();

-- Seven calendar years and thirty days, as in the audit trail; an entry that was carried there is kept for ninety days.
create or replace function public.trim_access_log() returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  trimmed bigint;
begin
  perform set_config('pipeline.erasing', 'on', true);
  with oldest as (
    delete from public.access_log a where a.id in (
      select b.id from public.access_log b where b.at < now() - interval '7 years 30 days' order by b.at limit 10000)
    returning 1
  )
  select count(*) into trimmed from oldest;
  delete from pipeline.audit_outbox o where o.id in (
    select p.id from pipeline.audit_outbox p where p.carried_at < now() - interval '90 days' order by p.id limit 10000);
  perform set_config('pipeline.erasing', '', true);
  return trimmed;
end $$;
comment on function public.trim_access_log() is
  'Removes entries that are older than they are kept, at most 10,000 a call; says how many.';

-- Everything that was said in one recording and everything that was made of it. Who read it stays.
create or replace function pipeline.erase_consultation(recording text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('pipeline.erasing', 'on', true);
  delete from public.review_log l where l.recording_id = recording;
  perform set_config('pipeline.erasing', '', true);
  delete from public.recordings r where r.recording_id = recording;
end $$;
comment on function pipeline.erase_consultation(text) is
  'For an operator with psql: erases a recording''s rows, its review log with the notes in it too.';

-- The transcript in the EHR's own table ------------------------------------------------------------------------------

alter table pipeline.settings drop constraint if exists settings_name_known;
-- Not valid: a later migration knows more names, and this one must apply again over a database that uses them.
alter table pipeline.settings add constraint settings_name_known
  check (name in ('supabase_issuer', 'firebase_project', 'session_transcript')) not valid;

-- A read that can go round the log is no log: unless a deployment wants it so, the session's row says nothing of the talk.
create or replace function pipeline.shows_transcript() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(pipeline.setting('session_transcript') = 'on', false)
$$;

-- What the session's recordings said, one after the other in the order in which they were made.
create or replace function pipeline.said_in(session uuid) returns table (transcript text, segments jsonb)
language sql stable security invoker set search_path = '' as $$
  select coalesce(string_agg(t.text, E'\n' order by run.place, run.recording_id, t.index), ''),
    coalesce(jsonb_agg(jsonb_build_object(
      'speaker', t.speaker, 'role', t.role,
      'start', trim_scale(t.start_ms / 1000.0), 'end', trim_scale(t.end_ms / 1000.0), 'text', t.text
    ) order by run.place, run.recording_id, t.index), '[]')
  from pipeline.counting_runs(session) run
  join public.transcript_turns t on t.recording_id = run.recording_id
$$;

-- The session shows that its recording is there and, where the deployment wants it, what it said. A time or a length that
-- the EHR has already set stays.
create or replace function pipeline.show_transcript(session uuid, duration_ms integer) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  update public.video_call_sessions s
  set recording_completed_at = coalesce(s.recording_completed_at, now()),
    duration_seconds = coalesce(s.duration_seconds, round(duration_ms / 1000.0)::integer),
    updated_at = now()
  where s.id = session
    and (s.recording_completed_at is null or s.duration_seconds is null and duration_ms is not null);
  if pipeline.shows_transcript() then
    update public.video_call_sessions s
    set transcript = said.transcript, transcript_segments = said.segments, updated_at = now()
    from pipeline.said_in(session) said
    where s.id = session and (s.transcript, s.transcript_segments) is distinct from (said.transcript, said.segments);
  end if;
end $$;

-- Rows that the pipeline filled before are emptied, where they hold exactly what the turns still say: nothing is lost, and
-- patient and provider read the row again. A transcript of another origin stays; it is the provider's alone. An operator
-- calls this too who turns the setting off.
create or replace function pipeline.hide_transcripts() returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  hidden bigint;
begin
  if pipeline.shows_transcript() then
    return 0;
  end if;
  update public.video_call_sessions s
  set transcript = null, transcript_segments = null
  where s.transcript is not null
    and exists (select from public.recordings r where r.session_id = s.id)
    and s.transcript = (select said.transcript from pipeline.said_in(s.id) said);
  get diagnostics hidden = row_count;
  return hidden;
end $$;
comment on function pipeline.hide_transcripts() is
  'Empties the transcripts of sessions, unless the setting session_transcript is on; says how many.';

-- The session's failure: as before, but a review moves `updated_at` and must not date the gaps of the results anew.
create or replace function pipeline.show_failure(session uuid) returns void
language sql security invoker set search_path = '' as $$
  update public.video_call_sessions s
  set error_message = fault.message, error_occurred_at = fault.at, updated_at = now()
  from (select) always
  left join lateral (
    select
      case run.status
        when 'failed' then run.error_name || ': ' || run.error_message
        else 'PartialResults' || coalesce(': not read: ' || (
          select string_agg(format('%s %s-%s', gap ->> 'operation', gap ->> 'begin', gap ->> 'end'), ', ' order by n)
          from jsonb_array_elements(run.summary #> '{coverage,gaps}') with ordinality as gaps (gap, n)
        ), '')
      end as message,
      case run.status when 'failed' then run.error_occurred_at else run.stored_at end as at
    from (
      select distinct on (pipeline.talk_of(r)) r.* from public.recordings r
      where r.session_id = session
        -- Nothing was tried: what became of the talk, another row says.
        and not (r.status = 'skipped' and r.error_name in ('Duplicate', 'NotARecording'))
      order by pipeline.talk_of(r), r.created_at desc, r.recording_id desc
    ) run
    where run.status in ('failed', 'partial')
      and not (run.status = 'failed' and exists (
        select from public.recordings newer
        where newer.session_id = session and (newer.bucket, newer.key) = (run.bucket, run.key)
          and newer.version_id is distinct from run.version_id and newer.created_at > run.created_at
          and newer.status in ('completed', 'partial', 'not_coded')
      ))
    order by run.status = 'failed' desc, at desc, run.recording_id desc limit 1
  ) fault on true
  where s.id = session
    and (s.error_message, s.error_occurred_at) is distinct from (fault.message, fault.at)
$$;

-- Storing results ----------------------------------------------------------------------------------------------------

-- The time of a change: after those before it, whatever the server's clock does, and as exact as JSON tells it.
create or replace function pipeline.change_time(recording text) returns timestamptz
language sql volatile security definer set search_path = '' as $$
  select greatest(date_trunc('milliseconds', clock_timestamp()), (
    select l.at + interval '1 millisecond' from public.review_log l
    where l.recording_id = recording order by l.id desc limit 1
  ))
$$;

create or replace function pipeline.log_results(recording text, new_revision integer, sha256 text) returns void
language sql security definer set search_path = '' as $$
  insert into public.review_log (recording_id, revision, action, detail, at)
  values (recording, new_revision, 'results', jsonb_build_object('sha256', sha256), pipeline.change_time(recording))
$$;

-- The words that prove a finding, by the entity that it is found by: what a reviewed id must go on meaning.
create or replace function pipeline.quotes(summary jsonb) returns table (entity text, quote text)
language sql immutable security invoker set search_path = '' as $$
  select distinct on (e ->> 'entity') e ->> 'entity', e ->> 'quote'
  from jsonb_path_query(summary, '$.*[*].evidence[*]') e
  order by e ->> 'entity'
$$;

-- Refuses results in which something that was reviewed is now something else: the review would pass to it.
create or replace function pipeline.expect_same_meaning(run public.recordings, entities jsonb, summary jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  reviewed text[];
  moved text;
begin
  select array_agg(e.entity) into reviewed from (
    select c.entity_id as entity from public.clinical_codes c
    where c.recording_id = run.recording_id and c.review <> 'suggested'
    union select f.finding from public.finding_reviews f where f.recording_id = run.recording_id
  ) e;
  if reviewed is null then
    return;
  end if;
  select old.entity_id into moved
  from public.clinical_entities old
  join jsonb_to_recordset(entities) as n (id text, begin integer, "end" integer, text text) on n.id = old.entity_id
  where old.recording_id = run.recording_id and old.entity_id = any (reviewed)
    and (old.begin_offset, old.end_offset, old.text) is distinct from (n.begin, n."end", n.text)
  limit 1;
  if found then
    raise exception 'recording %: entity % was reviewed and now names another span', run.recording_id, moved
      using errcode = 'PT409';
  end if;
  select old.entity into moved
  from pipeline.quotes(run.summary) old join pipeline.quotes(summary) new on new.entity = old.entity
  where old.entity = any (reviewed) and new.quote is distinct from old.quote
  limit 1;
  if found then
    raise exception 'recording %: finding % was reviewed and now has another quote', run.recording_id, moved
      using errcode = 'PT409';
  end if;
end $$;

-- Stores everything that a finished recording says, in one transaction. The same results again change nothing; others
-- replace turns, entities and suggested codes, unless the consultation is signed. What the provider decided stays, with
-- the entity that it is about even if that is no longer found.
create or replace function public.record_results(p jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  recording constant jsonb := p -> 'recording';
  run_id constant text := recording ->> 'recording_id';
  run public.recordings;
  digest text;
begin
  perform pipeline.expect(p, '{"recording": "object", "turns": "array", "entities": "array", "codes": "array"}',
    'record_results');
  perform pipeline.expect(recording, '{
    "recording_id": "string", "session_id": "uuid", "bucket": "string", "key": "string",
    "version_id": "string|null", "status": ["completed", "partial", "not_coded"], "duration_ms": "integer|null",
    "language": "string|null", "engine": "string|null", "transcript_key": "string|null",
    "results_key": "string|null", "usage": "object|null", "summary": "object|null", "started_at": "string?",
    "unmapped": "array?", "findings": "array?"
  }', 'record_results: recording');
  perform pipeline.expect_each(p -> 'turns', '{
    "index": "integer", "speaker": "string", "role": ["clinician", "patient", "other", "unknown"],
    "start_ms": "integer", "end_ms": "integer", "begin": "integer", "end": "integer", "text": "string",
    "confidence": "number|null", "words": "array?", "relabelled": "array?"
  }', 'record_results: turns');
  perform pipeline.expect_each(p -> 'entities', '{
    "id": "string", "begin": "integer", "end": "integer", "text": "string", "category": "string", "type": "string",
    "score": "number|null", "turn": "integer|null", "speaker": "string|null",
    "role": ["clinician", "patient", "other", "unknown", null], "start_ms": "integer|null",
    "end_ms": "integer|null", "status": ["present", "absent", "possible", "historical", "family", "planned"],
    "reason": "string|null", "traits": "array", "attributes": "array", "said": "string?", "relative": "string?",
    "decided_by": "object?", "to_check": "object?"
  }', 'record_results: entities');
  perform pipeline.expect_each(p -> 'codes', '{
    "entity": "string", "system": ["ICD-10-CM", "RxNorm", "SNOMED-CT"], "code": "string",
    "description": "string|null", "score": "number|null", "rank": "integer", "billable": "boolean|null"
  }', 'record_results: codes');
  perform pipeline.expect_each(coalesce(nullif(recording -> 'findings', 'null'), '[]'), '{
    "id": "string", "kind": "string", "list": "string", "status": "string", "label": "string", "entities": "array",
    "contradicted": "boolean", "choices": "object"
  }', 'record_results: findings');
  perform pipeline.expect_distinct(p -> 'turns', array['index'], 'record_results: turns');
  perform pipeline.expect_distinct(p -> 'entities', array['id'], 'record_results: entities');
  perform pipeline.expect_distinct(p -> 'codes', array['entity', 'system', 'code'], 'record_results: codes');
  perform pipeline.expect_distinct(coalesce(nullif(recording -> 'findings', 'null'), '[]'), array['id'],
    'record_results: findings');

  run := pipeline.register_recording(recording, recording ->> 'status');
  digest := encode(sha256(convert_to(p::text, 'UTF8')), 'hex');
  if run.results_sha256 is distinct from digest then
    if run.signed_at is not null then
      raise exception 'recording % is signed: other results are refused', run_id using errcode = 'PT409';
    end if;
    perform pipeline.expect_same_meaning(run, p -> 'entities', recording -> 'summary');
    perform pipeline.replace_results(p);
    update public.recordings r
    set status = recording ->> 'status',
      error_name = null, error_message = null, error_occurred_at = null,
      duration_ms = (recording ->> 'duration_ms')::integer,
      language = recording ->> 'language',
      engine = recording ->> 'engine',
      transcript_key = recording ->> 'transcript_key',
      results_key = recording ->> 'results_key',
      usage = nullif(recording -> 'usage', 'null'),
      summary = nullif(recording -> 'summary', 'null'),
      started_at = (recording ->> 'started_at')::timestamptz,
      unmapped = nullif(recording -> 'unmapped', 'null'),
      findings = nullif(recording -> 'findings', 'null'),
      results_sha256 = digest,
      stored_at = now(),
      revision = r.revision + 1
    where r.recording_id = run_id;
    perform pipeline.log_results(run_id, run.revision + 1, digest);
  end if;
  perform pipeline.show_transcript(run.session_id, (recording ->> 'duration_ms')::integer);
  perform pipeline.show_failure(run.session_id);
end $$;
comment on function public.record_results(jsonb) is
  'Stores what a recording says: session columns, recording, turns, entities, codes.';

create or replace function pipeline.replace_results(p jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  run_id constant text := p #>> '{recording,recording_id}';
begin
  delete from public.transcript_turns t where t.recording_id = run_id;
  insert into public.transcript_turns (recording_id, index, speaker, role, start_ms, end_ms, begin_offset, end_offset,
    text, confidence, words, relabelled)
  select run_id, t.index, t.speaker, t.role, t.start_ms, t.end_ms, t.begin, t."end", t.text, t.confidence, t.words,
    t.relabelled
  from jsonb_to_recordset(p -> 'turns') as t (index integer, speaker text, role text, start_ms integer,
    end_ms integer, begin integer, "end" integer, text text, confidence double precision, words jsonb,
    relabelled jsonb);

  delete from public.clinical_codes c where c.recording_id = run_id and c.review = 'suggested';
  delete from public.clinical_entities e where e.recording_id = run_id
    and not exists (
      select from public.clinical_codes c where c.recording_id = run_id and c.entity_id = e.entity_id)
    and not exists (
      select from public.finding_reviews f where f.recording_id = run_id and f.finding = e.entity_id);

  insert into public.clinical_entities (recording_id, entity_id, begin_offset, end_offset, text, category, type,
    score, turn_index, speaker, role, start_ms, end_ms, assertion_status, assertion_reason, traits, attributes, said,
    relative, decided_by, to_check)
  select run_id, e.id, e.begin, e."end", e.text, e.category, e.type,
    e.score, e.turn, e.speaker, e.role, e.start_ms, e.end_ms, e.status, e.reason, e.traits, e.attributes, e.said,
    e.relative, e.decided_by, e.to_check
  from jsonb_to_recordset(p -> 'entities') as e (id text, begin integer, "end" integer, text text, category text,
    type text, score double precision, turn integer, speaker text, role text, start_ms integer, end_ms integer,
    status text, reason text, traits jsonb, attributes jsonb, said text, relative text, decided_by jsonb,
    to_check jsonb)
  on conflict (recording_id, entity_id) do update set
    category = excluded.category, type = excluded.type, score = excluded.score, turn_index = excluded.turn_index,
    speaker = excluded.speaker, role = excluded.role, start_ms = excluded.start_ms, end_ms = excluded.end_ms,
    assertion_status = excluded.assertion_status, assertion_reason = excluded.assertion_reason,
    traits = excluded.traits, attributes = excluded.attributes, said = excluded.said, relative = excluded.relative,
    decided_by = excluded.decided_by, to_check = excluded.to_check;

  -- A code that the provider added, and that is now suggested too, is a suggestion that was accepted.
  insert into public.clinical_codes (recording_id, entity_id, system, code, description, score, rank, billable)
  select run_id, c.entity, c.system, c.code, c.description, c.score, c.rank, c.billable
  from jsonb_to_recordset(p -> 'codes') as c (entity text, system text, code text, description text,
    score double precision, rank integer, billable boolean)
  on conflict (recording_id, entity_id, system, code) do update set
    description = excluded.description, score = excluded.score, rank = excluded.rank, billable = excluded.billable,
    source = 'pipeline';
end $$;

-- Rows from before ---------------------------------------------------------------------------------------------------

-- They are the first revision of what they say. A release gave the patient a recording's raw rows: it ends, the log says
-- whose it was, and the provider releases the reviewed consultation.
alter table public.recordings disable trigger recordings_touch_updated_at;
update public.recordings r
set revision = 1, stored_at = coalesce(r.stored_at, r.updated_at)
where r.revision = 0 and r.status in ('completed', 'partial', 'not_coded');
with former as (
  select r.recording_id, r.revision, r.released_at, r.released_by from public.recordings r
  where r.released_at is not null
    and not exists (select from public.released_consultations v where v.recording_id = r.recording_id)
), logged as (
  insert into public.review_log (recording_id, revision, action, detail, at)
  select f.recording_id, f.revision, 'release-ended',
    jsonb_build_object('releasedAt', f.released_at, 'releasedBy', f.released_by), pipeline.change_time(f.recording_id)
  from former f
)
update public.recordings r set released_at = null, released_by = null
from former f where f.recording_id = r.recording_id;
alter table public.recordings enable trigger recordings_touch_updated_at;
do $$ begin perform pipeline.hide_transcripts(); end $$;

-- Rights -------------------------------------------------------------------------------------------------------------

revoke all on public.transcript_turns, public.clinical_entities, public.clinical_codes, public.recordings
  from public, anon, authenticated;
revoke all on public.finding_reviews, public.transcript_corrections, public.review_log, public.access_log,
  public.released_consultations from public, anon, authenticated, service_role;
revoke all on pipeline.audit_outbox from public, anon, authenticated, service_role;
grant select on public.finding_reviews, public.transcript_corrections, public.review_log, public.access_log,
  public.released_consultations, pipeline.audit_outbox to service_role;
-- How far a recording is, and nothing of what it says or where it lies.
grant select (recording_id, session_id, status, error_name, error_message, error_occurred_at, started_at, duration_ms,
  language, engine, revision, stored_at, signed_at, signed_by, signed_revision, released_at, released_by, created_at,
  updated_at) on public.recordings to authenticated;

do $$
declare
  name text;
begin
  foreach name in array array['public.finding_reviews', 'public.transcript_corrections', 'public.review_log',
    'public.access_log', 'public.released_consultations', 'pipeline.audit_outbox'] loop
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
  end loop;
end $$;

drop policy if exists "turns: whoever reads the recording" on public.transcript_turns;
drop policy if exists "entities: provider" on public.clinical_entities;
drop policy if exists "codes: provider" on public.clinical_codes;
drop policy if exists "recordings: provider, patient once released" on public.recordings;
drop policy if exists "recordings: provider and patient" on public.recordings;
create policy "recordings: provider and patient" on public.recordings
  for select to authenticated using (pipeline.is_provider(session_id) or pipeline.is_patient(session_id));

-- Restrictive: it holds whatever the EHR's own permissive policies allow. A row without a transcript is not its concern.
drop policy if exists "sessions: transcript only after release" on public.video_call_sessions;
drop policy if exists "sessions: a transcript is the provider's alone" on public.video_call_sessions;
create policy "sessions: a transcript is the provider's alone" on public.video_call_sessions
  as restrictive for select to authenticated using (
    (transcript is null and transcript_segments is null) or provider_id = (select public.current_user_id())
  );
drop function if exists pipeline.is_released(uuid);

revoke all on function pipeline.refuse_change(), pipeline.refuse_other_mark(), pipeline.refuse_other_version(),
  pipeline.erase_consultation(text), pipeline.shows_transcript(), pipeline.said_in(uuid), pipeline.hide_transcripts(),
  pipeline.change_time(text), pipeline.log_results(text, integer, text), pipeline.quotes(jsonb),
  pipeline.expect_same_meaning(public.recordings, jsonb, jsonb), pipeline.replace_results(jsonb)
  from public, anon, authenticated, service_role;
grant execute on function pipeline.shows_transcript(), pipeline.said_in(uuid),
  pipeline.log_results(text, integer, text), pipeline.expect_same_meaning(public.recordings, jsonb, jsonb),
  pipeline.replace_results(jsonb) to service_role;
revoke all on function public.trim_access_log() from public, anon, authenticated;
grant execute on function public.trim_access_log() to service_role;
