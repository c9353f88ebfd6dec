-- The same talk under another name. A client that uploads the same bytes again makes another object, and so another
-- recording. Where the first is under way or has results, the second is skipped as its duplicate; where the first came to
-- nothing, the second is tried. Either way the session shows the talk once, and no failure of a talk that succeeded.

alter table public.recordings add column if not exists duplicate_of text;

-- No foreign key: the duplicate may be recorded first.
comment on column public.recordings.duplicate_of is
  'The recording that first had these bytes under another name: recordings.recording_id; null for the first itself.';

create index if not exists recordings_duplicate_of_idx on public.recordings (duplicate_of)
  where duplicate_of is not null;

-- The object in which a recording's talk first arrived. A re-run is a recording of its own and has its object alone, so
-- what is known of any run of an object holds for all of them.
create or replace function pipeline.talk_of(run public.recordings) returns text
language sql stable security invoker set search_path = '' as $$
  select coalesce(
    (
      select first.bucket || '/' || first.key
      from public.recordings same
      join public.recordings first on first.recording_id = same.duplicate_of and first.session_id = run.session_id
      where same.session_id = run.session_id and same.duplicate_of is not null
        and (same.bucket, same.key) = (run.bucket, run.key)
        and same.version_id is not distinct from run.version_id
      order by same.created_at, same.recording_id limit 1
    ),
    run.bucket || '/' || run.key
  )
$$;
comment on function pipeline.talk_of(public.recordings) is
  'What is the same for all recordings of one talk: bucket and key of the object in which it first arrived.';

-- The runs whose results count: for each talk, the newest run that has results. `place` orders them: a run takes the
-- place of the one that it replaces.
create or replace function pipeline.counting_runs(session uuid)
returns table (recording_id text, place timestamptz, released_at timestamptz)
language sql stable security invoker set search_path = '' as $$
  select distinct on (run.talk) run.recording_id, run.place, run.released_at
  from (
    select r.*, pipeline.talk_of(r) as talk, min(r.created_at) over (partition by pipeline.talk_of(r)) as place
    from public.recordings r where r.session_id = session
  ) run
  where run.status in ('completed', 'partial', 'not_coded')
  order by run.talk, run.created_at desc, run.recording_id desc
$$;

-- Makes sure that the recording has its row. Its object and its session never change: a recording that turned up under
-- another session would be shown to the wrong people.
create or replace function pipeline.register_recording(p jsonb, initial_status text) returns public.recordings
language plpgsql security invoker set search_path = '' as $$
declare
  run public.recordings;
  original text;
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
  -- The first of all that have these bytes: a copy of a copy is a copy of the original.
  original := coalesce(
    (select r.duplicate_of from public.recordings r where r.recording_id = p ->> 'duplicate_of'), p ->> 'duplicate_of');
  if run.duplicate_of is null and original <> run.recording_id then
    update public.recordings r set duplicate_of = original
    where r.recording_id = run.recording_id returning * into run;
  end if;
  return run;
end $$;

-- The session shows the newest failure among its talks, each judged by its newest run. Without a failure it shows the
-- newest results that have gaps, and where the gaps are (operation and code points). Without either, it shows null.
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
      select distinct on (pipeline.talk_of(r)) r.* from public.recordings r
      where r.session_id = session
        -- Nothing was tried: what became of the talk, another row says.
        and not (r.status = 'skipped' and r.error_name in ('Duplicate', 'NotARecording'))
      order by pipeline.talk_of(r), r.created_at desc, r.recording_id desc
    ) run
    where run.status in ('failed', 'partial')
    order by run.status = 'failed' desc, at desc, run.recording_id desc limit 1
  ) fault on true
  where s.id = session
    and (s.error_message, s.error_occurred_at) is distinct from (fault.message, fault.at)
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
    "language": "string?", "engine": "string?", "duration_ms": "integer?", "transcript_key": "string?",
    "duplicate_of": "string?"
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

  if run.status = 'failed' or p ->> 'duplicate_of' is not null then
    perform pipeline.show_failure(run.session_id);
  end if;
end $$;

-- Every Catch and every skip ends here. Results that are there are not thrown away for a failure that came after them.
-- The time of the first failure counts: a repeat of the same failure keeps it.
create or replace function public.record_failure(p jsonb) returns void
language plpgsql security invoker set search_path = '' as $$
declare
  run public.recordings;
begin
  perform pipeline.expect(p, '{
    "recording_id": "string", "session_id": "uuid?", "bucket": "string", "key": "string",
    "version_id": "string|null", "status": ["failed", "skipped"], "error_name": "string", "error_message": "string",
    "duplicate_of": "string?"
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

revoke all on function pipeline.talk_of(public.recordings) from public;
grant execute on function pipeline.talk_of(public.recordings) to service_role;
