-- What each user may have spoken: so many characters in an hour. The characters are counted, not kept.

comment on table pipeline.takes is
  'How often a caller asked in a minute, and how many characters a user had spoken in it. Rows go within the hour after.';
comment on column pipeline.takes.caller is 'Issuer and subject of the token; of what was spoken, the user''s id.';

-- Counts a request of the user whom a token names, and its characters, in one step: { outcome }. `unknown`: no user has this
-- subject. `tooMany`: with these characters there would be more than 20,000 in the last sixty minutes, or more requests in
-- this minute than anybody may make; then the characters do not count.
create or replace function public.speech_take(p jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  most constant integer := 20000;
  often constant integer := coalesce(
    substring(pipeline.setting('requests_a_minute') from '^[0-9]{1,6}$')::integer, 30);
  this_minute constant timestamptz := date_trunc('minute', clock_timestamp());
  subject constant text := p ->> 'subject';
  characters integer;
  person uuid;
  spoken bigint;
begin
  perform pipeline.expect(p, '{"issuer": ["supabase", "firebase"], "subject": "string", "characters": "integer"}',
    'speech_take');
  characters := (p ->> 'characters')::integer;
  if characters < 1 then
    raise exception 'speech_take: expected characters above 0' using errcode = '22023';
  end if;
  if not pipeline.take(concat_ws(':', p ->> 'issuer', subject), 'speech', often) then
    return '{"outcome": "tooMany"}';
  end if;
  person := pipeline.user_of(p ->> 'issuer', subject);
  if person is null then
    return '{"outcome": "unknown"}';
  end if;
  -- Two requests at once are counted one after the other.
  perform pg_advisory_xact_lock(hashtextextended('speech:' || person::text, 0));
  select coalesce(sum(t.n), 0) into spoken from pipeline.takes t
  where t.caller = person::text and t.what = 'spoken' and t.minute > this_minute - interval '1 hour';
  if spoken + characters > most then
    return '{"outcome": "tooMany"}';
  end if;
  insert into pipeline.takes as t (caller, what, minute, n) values (person::text, 'spoken', this_minute, characters)
  on conflict on constraint takes_pkey do update set n = t.n + excluded.n;
  delete from pipeline.takes t
  where t.caller = person::text and t.what = 'spoken' and t.minute <= this_minute - interval '1 hour';
  return '{"outcome": "granted"}';
end $$;
comment on function public.speech_take(jsonb) is 'Whether a user may have so many characters spoken; counts them.';

revoke all on function public.speech_take(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.speech_take(jsonb) to service_role;
