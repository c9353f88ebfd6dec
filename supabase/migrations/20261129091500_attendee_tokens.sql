-- A column that readers of the EHR's sessions may ask for. It stays empty, like join_token.
alter table public.video_call_sessions
  add column if not exists attendee_tokens jsonb;
comment on column public.video_call_sessions.attendee_tokens is 'Left empty: a token is asked for when somebody joins.';
