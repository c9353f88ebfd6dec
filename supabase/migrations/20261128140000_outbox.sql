-- How the audit trail gets what clinicians decided: a function asks every minute what is not carried yet, writes it to the
-- trail, and says so. Both as the service role; the table itself stays out of the API's reach.

-- The oldest entries that wait: [{event, at}]. An entry's id is the decision that it is about.
create or replace function public.audit_waiting(most integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'event', jsonb_build_object('action', o.action, 'meetingId', o.meeting_id, 'appointmentId', o.appointment_id,
        'recordingId', o.recording_id, 'executionArn', null, 'actor', o.actor::text, 'decision', o.id::text,
        'detail', o.detail),
      'at', pipeline.iso(o.at)) order by o.id), '[]')
  from (
    select * from pipeline.audit_outbox o where o.carried_at is null order by o.id limit greatest(most, 0)
  ) o
$$;
comment on function public.audit_waiting(integer) is 'Decisions that the audit trail has not got yet, the oldest first.';

create or replace function public.audit_carried(decision text) returns void
language sql security definer set search_path = '' as $$
  update pipeline.audit_outbox o set carried_at = now() where o.id = decision::bigint and o.carried_at is null
$$;
comment on function public.audit_carried(text) is 'The audit trail has this decision. Saying it again changes nothing.';

-- What the proof of a meeting's chain is compared with: an entry is marked as carried after it is in the trail.
create or replace function public.audit_noted(meeting text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('decision', o.id::text, 'action', o.action, 'recordingId', o.recording_id,
    'at', pipeline.iso(o.at), 'carried', o.carried_at is not null) order by o.id), '[]')
  from pipeline.audit_outbox o where o.meeting_id = meeting
$$;
comment on function public.audit_noted(text) is 'The decisions about a meeting, and whether the audit trail has them.';

revoke all on function public.audit_noted(text) from public, anon, authenticated;
grant execute on function public.audit_noted(text) to service_role;
revoke all on function public.audit_waiting(integer), public.audit_carried(text) from public, anon, authenticated;
grant execute on function public.audit_waiting(integer), public.audit_carried(text) to service_role;
