-- The RPCs through which the pipeline writes. All three run with the service role's own rights (security invoker: that
-- role bypasses row level security and has the grants), can be repeated with the same effect, and name ids and keys in
-- their errors, never what was said.

-- Refuses (22023, invalid_parameter_value) an object that does not have exactly the keys of `shape`. A key's shape is
--   "string" | "number" | "integer" | "uuid" | "object" | "array", with "|null" if it may be null,
--   with "?" if it may also be absent, or an array of the values it may have.
-- Also checks what a constraint would check: the constraint's error would quote the whole row, and so what was said.
create or replace function pipeline.expect(value jsonb, shape jsonb, place text) returns void
language plpgsql immutable security invoker set search_path = '' as $$
declare
  key text;
  want jsonb;
  got jsonb;
  kind text;
begin
  if jsonb_typeof(value) is distinct from 'object' then
    raise exception '%: expected an object', place using errcode = '22023';
  end if;
  select k into key from jsonb_object_keys(value) k where not shape ? k limit 1;
  if found then
    raise exception '%: unknown key "%"', place, key using errcode = '22023';
  end if;
  for key, want in select * from jsonb_each(shape) loop
    got := value -> key;
    kind := want #>> '{}';
    if got is null and kind like '%?' then
      continue;
    elsif got is null then
      raise exception '%: missing key "%"', place, key using errcode = '22023';
    elsif jsonb_typeof(want) = 'array' then
      continue when want @> jsonb_build_array(got);
    elsif got = 'null' then
      continue when kind like '%|null' or kind like '%?';
    else
      kind := split_part(rtrim(kind, '?'), '|', 1);
      continue when kind = jsonb_typeof(got)
        or (kind = 'integer' and jsonb_typeof(got) = 'number' and got #>> '{}' ~ '^-?[0-9]+$')
        or (kind = 'uuid' and jsonb_typeof(got) = 'string'
          and got #>> '{}' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$');
    end if;
    raise exception '%: key "%" is not %', place, key, want using errcode = '22023';
  end loop;
end $$;

create or replace function pipeline.expect_each(list jsonb, shape jsonb, place text) returns void
language plpgsql immutable security invoker set search_path = '' as $$
begin
  perform pipeline.expect(item.value, shape, format('%s[%s]', place, item.n - 1))
  from jsonb_array_elements(list) with ordinality item (value, n);
end $$;

-- Refuses a list that names the same thing twice: an upsert could not tell which of the two to keep.
create or replace function pipeline.expect_distinct(list jsonb, keys text[], place text) returns void
language plpgsql immutable security invoker set search_path = '' as $$
begin
  perform from jsonb_array_elements(list) item
  group by (select array_agg(item -> key) from unnest(keys) key) having count(*) > 1;
  if found then
    raise exception '%: the same % twice', place, array_to_string(keys, ', ') using errcode = '22023';
  end if;
end $$;

-- Locks the session's row until the transaction ends. Every writer does this first, because it then reads all
-- recordings of the session, and two of those may finish at the same time.
create or replace function pipeline.lock_session(session uuid) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  perform from public.video_call_sessions s where s.id = session for no key update;
  if not found and session is not null then
    raise exception 'no session %', session using errcode = 'foreign_key_violation';
  end if;
end $$;

-- Makes sure that the recording has its row. Its object and its session never change: a recording that turned up under
-- another session would be shown to the wrong people.
create or replace function pipeline.register_recording(p jsonb, initial_status text) returns public.recordings
language plpgsql security invoker set search_path = '' as $$
declare
  run public.recordings;
begin
  perform pipeline.lock_session((p ->> 'session_id')::uuid);
  insert into public.recordings (recording_id, session_id, bucket, key, version_id, status)
  values (p ->> 'recording_id', (p ->> 'session_id')::uuid, p ->> 'bucket', p ->> 'key', p ->> 'version_id',
    initial_status)
  on conflict (recording_id) do nothing;
  select * into run from public.recordings r where r.recording_id = p ->> 'recording_id' for update;
  if run.session_id <> (p ->> 'session_id')::uuid
    or (run.bucket, run.key, run.version_id)
      is distinct from (p ->> 'bucket', p ->> 'key', p ->> 'version_id') then
    raise exception 'recording % is already known with another session or object', run.recording_id
      using errcode = '22023';
  end if;
  if run.session_id is null and p ->> 'session_id' is not null then
    update public.recordings r set session_id = (p ->> 'session_id')::uuid
    where r.recording_id = run.recording_id returning * into run;
  end if;
  return run;
end $$;

-- The session shows the newest failure among its recordings, each judged by its newest run. Without a failure it shows
-- the newest results that have gaps, and where the gaps are (operation and code points). Without either, it shows null.
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
      case run.status when 'failed' then run.error_occurred_at else run.updated_at end as at
    from (
      select distinct on (r.bucket, r.key) r.* from public.recordings r where r.session_id = session
      order by r.bucket, r.key, r.created_at desc, r.recording_id desc
    ) run
    where run.status in ('failed', 'partial')
    order by run.status = 'failed' desc, at desc, run.recording_id desc limit 1
  ) fault on true
  where s.id = session
    and (s.error_message, s.error_occurred_at) is distinct from (fault.message, fault.at)
$$;

-- The session shows what its recordings said, one after the other in the order in which they were made. A time or a
-- length that the EHR has already set stays.
create or replace function pipeline.show_transcript(session uuid, duration_ms integer) returns void
language sql security invoker set search_path = '' as $$
  update public.video_call_sessions s
  set transcript = said.text,
    transcript_segments = said.segments,
    recording_completed_at = coalesce(s.recording_completed_at, now()),
    duration_seconds = coalesce(s.duration_seconds, said.seconds),
    updated_at = now()
  from (
    select coalesce(string_agg(t.text, E'\n' order by run.place, run.recording_id, t.index), '') as text,
      coalesce(jsonb_agg(jsonb_build_object(
        'speaker', t.speaker, 'role', t.role,
        'start', trim_scale(t.start_ms / 1000.0), 'end', trim_scale(t.end_ms / 1000.0), 'text', t.text
      ) order by run.place, run.recording_id, t.index), '[]') as segments,
      round(duration_ms / 1000.0)::integer as seconds
    from pipeline.counting_runs(session) run
    join public.transcript_turns t on t.recording_id = run.recording_id
  ) said
  where s.id = session
    and (s.transcript, s.transcript_segments, s.recording_completed_at, s.duration_seconds) is distinct from
      (said.text, said.segments, coalesce(s.recording_completed_at, now()), coalesce(s.duration_seconds, said.seconds))
$$;

-- Records how far a recording is: received, then transcribing, then extracting. Late and repeated messages never take
-- it back. Results and skips are final here; a recording leaves its failure when the execution is redriven.
create or replace function public.record_status(p jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  stages constant text[] := array['received', 'transcribing', 'extracting'];
  run public.recordings;
begin
  perform pipeline.expect(p, '{
    "recording_id": "string", "session_id": "uuid|null", "bucket": "string", "key": "string",
    "version_id": "string|null", "status": ["received", "transcribing", "extracting"],
    "language": "string?", "engine": "string?", "duration_ms": "integer?", "transcript_key": "string?"
  }', 'record_status');
  run := pipeline.register_recording(p, p ->> 'status');

  update public.recordings r
  set status = p ->> 'status',
    error_name = null, error_message = null, error_occurred_at = null,
    language = coalesce(p ->> 'language', r.language),
    engine = coalesce(p ->> 'engine', r.engine),
    duration_ms = coalesce((p ->> 'duration_ms')::integer, r.duration_ms),
    transcript_key = coalesce(p ->> 'transcript_key', r.transcript_key)
  where r.recording_id = run.recording_id
    -- The position of a final status is null, and so is the comparison: the row is not updated.
    and (r.status = 'failed' or array_position(stages, p ->> 'status') >= array_position(stages, r.status));

  if run.status = 'failed' then
    perform pipeline.show_failure(run.session_id);
  end if;
end $$;
comment on function public.record_status(jsonb) is 'Records how far a recording is; never moves it backwards.';

-- Stores everything that a finished recording says, in one transaction. A repeat replaces turns, entities and suggested
-- codes. A code that the provider accepted or rejected keeps its review, and stays with its entity even if it is no
-- longer suggested.
create or replace function public.record_results(p jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  recording constant jsonb := p -> 'recording';
  run_id constant text := recording ->> 'recording_id';
  run public.recordings;
  moved text;
begin
  perform pipeline.expect(p, '{"recording": "object", "turns": "array", "entities": "array", "codes": "array"}',
    'record_results');
  perform pipeline.expect(recording, '{
    "recording_id": "string", "session_id": "uuid", "bucket": "string", "key": "string",
    "version_id": "string|null", "status": ["completed", "partial", "not_coded"], "duration_ms": "integer|null",
    "language": "string|null", "engine": "string|null", "transcript_key": "string|null",
    "results_key": "string|null", "usage": "object|null", "summary": "object|null"
  }', 'record_results: recording');
  perform pipeline.expect_each(p -> 'turns', '{
    "index": "integer", "speaker": "string", "role": ["clinician", "patient", "other", "unknown"],
    "start_ms": "integer", "end_ms": "integer", "begin": "integer", "end": "integer", "text": "string",
    "confidence": "number|null"
  }', 'record_results: turns');
  perform pipeline.expect_each(p -> 'entities', '{
    "id": "string", "begin": "integer", "end": "integer", "text": "string", "category": "string", "type": "string",
    "score": "number|null", "turn": "integer|null", "speaker": "string|null",
    "role": ["clinician", "patient", "other", "unknown", null], "start_ms": "integer|null",
    "end_ms": "integer|null", "status": ["present", "absent", "possible", "historical", "family", "planned"],
    "reason": "string|null", "traits": "array", "attributes": "array"
  }', 'record_results: entities');
  perform pipeline.expect_each(p -> 'codes', '{
    "entity": "string", "system": ["ICD-10-CM", "RxNorm", "SNOMED-CT"], "code": "string",
    "description": "string|null", "score": "number|null", "rank": "integer", "billable": "boolean|null"
  }', 'record_results: codes');
  perform pipeline.expect_distinct(p -> 'turns', array['index'], 'record_results: turns');
  perform pipeline.expect_distinct(p -> 'entities', array['id'], 'record_results: entities');
  perform pipeline.expect_distinct(p -> 'codes', array['entity', 'system', 'code'], 'record_results: codes');

  run := pipeline.register_recording(recording, recording ->> 'status');
  update public.recordings r
  set status = recording ->> 'status',
    error_name = null, error_message = null, error_occurred_at = null,
    duration_ms = (recording ->> 'duration_ms')::integer,
    language = recording ->> 'language',
    engine = recording ->> 'engine',
    transcript_key = recording ->> 'transcript_key',
    results_key = recording ->> 'results_key',
    usage = nullif(recording -> 'usage', 'null'),
    summary = nullif(recording -> 'summary', 'null')
  where r.recording_id = run_id;

  delete from public.transcript_turns t where t.recording_id = run_id;
  insert into public.transcript_turns
    (recording_id, index, speaker, role, start_ms, end_ms, begin_offset, end_offset, text, confidence)
  select run_id, t.index, t.speaker, t.role, t.start_ms, t.end_ms, t.begin, t."end", t.text, t.confidence
  from jsonb_to_recordset(p -> 'turns') as t (index integer, speaker text, role text, start_ms integer,
    end_ms integer, begin integer, "end" integer, text text, confidence double precision);

  delete from public.clinical_codes c where c.recording_id = run_id and c.review = 'suggested';
  delete from public.clinical_entities e where e.recording_id = run_id and not exists (
    select from public.clinical_codes c where c.recording_id = run_id and c.entity_id = e.entity_id);

  -- The entities that are left were reviewed. Their ids must still mean the same words, or a review would pass to
  -- something else.
  select e.entity_id into moved
  from public.clinical_entities e
  join jsonb_to_recordset(p -> 'entities') as n (id text, begin integer, "end" integer, text text)
    on n.id = e.entity_id
  where e.recording_id = run_id
    and (e.begin_offset, e.end_offset, e.text) is distinct from (n.begin, n."end", n.text)
  limit 1;
  if found then
    raise exception 'recording %: entity % was reviewed and now names another span', run_id, moved
      using errcode = 'PT409';
  end if;

  insert into public.clinical_entities (recording_id, entity_id, begin_offset, end_offset, text, category, type,
    score, turn_index, speaker, role, start_ms, end_ms, assertion_status, assertion_reason, traits, attributes)
  select run_id, e.id, e.begin, e."end", e.text, e.category, e.type,
    e.score, e.turn, e.speaker, e.role, e.start_ms, e.end_ms, e.status, e.reason, e.traits, e.attributes
  from jsonb_to_recordset(p -> 'entities') as e (id text, begin integer, "end" integer, text text, category text,
    type text, score double precision, turn integer, speaker text, role text, start_ms integer, end_ms integer,
    status text, reason text, traits jsonb, attributes jsonb)
  on conflict (recording_id, entity_id) do update set
    category = excluded.category, type = excluded.type, score = excluded.score, turn_index = excluded.turn_index,
    speaker = excluded.speaker, role = excluded.role, start_ms = excluded.start_ms, end_ms = excluded.end_ms,
    assertion_status = excluded.assertion_status, assertion_reason = excluded.assertion_reason,
    traits = excluded.traits, attributes = excluded.attributes;

  insert into public.clinical_codes (recording_id, entity_id, system, code, description, score, rank, billable)
  select run_id, c.entity, c.system, c.code, c.description, c.score, c.rank, c.billable
  from jsonb_to_recordset(p -> 'codes') as c (entity text, system text, code text, description text,
    score double precision, rank integer, billable boolean)
  on conflict (recording_id, entity_id, system, code) do update set
    description = excluded.description, score = excluded.score, rank = excluded.rank, billable = excluded.billable;

  perform pipeline.show_transcript(run.session_id, (recording ->> 'duration_ms')::integer);
  perform pipeline.show_failure(run.session_id);
end $$;
comment on function public.record_results(jsonb) is
  'Stores what a recording says: session columns, recording, turns, entities, codes.';

-- Every Catch and every skip ends here. Results that are there are not thrown away for a failure that came after them.
-- The time of the first failure counts: a repeat of the same failure keeps it.
create or replace function public.record_failure(p jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  run public.recordings;
begin
  perform pipeline.expect(p, '{
    "recording_id": "string", "session_id": "uuid?", "bucket": "string", "key": "string",
    "version_id": "string|null", "status": ["failed", "skipped"], "error_name": "string", "error_message": "string"
  }', 'record_failure');
  run := pipeline.register_recording(p, p ->> 'status');

  update public.recordings r
  set status = p ->> 'status',
    error_name = p ->> 'error_name',
    error_message = p ->> 'error_message',
    error_occurred_at = now()
  where r.recording_id = run.recording_id
    and r.status not in ('completed', 'partial', 'not_coded')
    and (r.status, r.error_name, r.error_message)
      is distinct from (p ->> 'status', p ->> 'error_name', p ->> 'error_message');
  perform pipeline.show_failure(run.session_id);
end $$;
comment on function public.record_failure(jsonb) is
  'Records that a recording failed, or was skipped for a reason; a failure shows on its session.';

revoke all on all functions in schema pipeline from public;
grant execute on function pipeline.expect(jsonb, jsonb, text), pipeline.expect_each(jsonb, jsonb, text),
  pipeline.expect_distinct(jsonb, text[], text), pipeline.lock_session(uuid),
  pipeline.register_recording(jsonb, text), pipeline.show_failure(uuid), pipeline.show_transcript(uuid, integer)
  to service_role;
revoke all on function public.record_status(jsonb), public.record_results(jsonb), public.record_failure(jsonb)
  from public, anon, authenticated;
grant execute on function public.record_status(jsonb), public.record_results(jsonb), public.record_failure(jsonb)
  to service_role;
