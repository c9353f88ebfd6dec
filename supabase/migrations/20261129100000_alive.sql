-- Whether the database answers. It is all that the public key may do: whoever asks how the service is has no token.
create or replace function public.alive() returns boolean
language sql stable set search_path = '' as 'select true';
comment on function public.alive() is 'True, for whoever asks whether the database answers.';

revoke all on function public.alive() from public, anon, authenticated, service_role;
grant execute on function public.alive() to anon;
