-- Other bytes under the same key are another talk. Recordings of one key were one talk, and the session showed the newest
-- alone: a second visit that a client stored under the name of the first hid what was said in the first.

-- The object version in which a recording's talk first arrived. A re-run is a recording of its own and has its object
-- version alone, so what is known of any run of it holds for all of them.
create or replace function pipeline.talk_of(run public.recordings) returns text
language sql stable security invoker set search_path = '' as $$
  select coalesce(
    (
      select first.bucket || '/' || first.key || coalesce('?versionId=' || first.version_id, '')
      from public.recordings same
      join public.recordings first on first.recording_id = same.duplicate_of and first.session_id = run.session_id
      where same.session_id = run.session_id and same.duplicate_of is not null
        and (same.bucket, same.key) = (run.bucket, run.key)
        and same.version_id is not distinct from run.version_id
      order by same.created_at, same.recording_id limit 1
    ),
    run.bucket || '/' || run.key || coalesce('?versionId=' || run.version_id, '')
  )
$$;
comment on function pipeline.talk_of(public.recordings) is
  'What is the same for all recordings of one talk: the object version in which it first arrived.';

-- The session shows the newest failure among its talks, each judged by its newest run: not that of an object in whose place
-- another has come since, which has results. Without a failure it shows the newest results that have gaps, and where the
-- gaps are (operation and code points). Without either, it shows null.
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
