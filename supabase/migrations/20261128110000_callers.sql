-- Whose tokens count. PostgREST has checked the signature when a token gets here; a project that trusts Firebase trusts
-- the keys of every Firebase project, and a uuid in a token of another issuer is anybody's choice.

create table if not exists pipeline.settings (
  name text primary key,
  value text not null
);
comment on table pipeline.settings is
  'What differs between deployments. No role of the API has a grant; an operator writes it with psql.';
alter table pipeline.settings enable row level security;
alter table pipeline.settings force row level security;
revoke all on pipeline.settings from public, anon, authenticated, service_role;

-- A name that nobody reads would be a setting that silently does nothing.
alter table pipeline.settings drop constraint if exists settings_name_known;
-- Not valid: a later migration knows more names, and this one must apply again over a database that uses them.
alter table pipeline.settings add constraint settings_name_known check (name in ('supabase_issuer', 'firebase_project'))
  not valid;

create or replace function pipeline.setting(setting_name text) returns text
language sql stable security definer set search_path = '' as $$
  select s.value from pipeline.settings s where s.name = setting_name
$$;
revoke all on function pipeline.setting(text) from public, anon, authenticated, service_role;

-- Supabase Auth issues `<project>/auth/v1` with audience `authenticated`, and a users.id as `sub`. Unless an issuer is set,
-- every issuer of that form counts. Firebase issues `https://securetoken.google.com/<project>` with the project as its
-- audience, and a users.firebase_uid as `sub`; unless a project is set, its users are nobody. An anonymous user is nobody.
create or replace function public.current_user_id() returns uuid
language sql stable security definer set search_path = '' as $$
  with token as (
    select
      claims ->> 'sub' as sub,
      claims ->> 'iss' as iss,
      case jsonb_typeof(claims -> 'aud') when 'array' then claims -> 'aud' else jsonb_build_array(claims -> 'aud') end as aud,
      coalesce(claims -> 'is_anonymous', 'false') <> 'false' as is_anonymous
    from (select auth.jwt() as claims) request
  ),
  caller as (
    select
      case
        when iss = coalesce(pipeline.setting('supabase_issuer'), substring(iss from '^https?://[^/]+/auth/v1$'))
          and aud ? 'authenticated' and not is_anonymous
          and sub ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then sub::uuid
      end as id,
      case
        when iss = 'https://securetoken.google.com/' || pipeline.setting('firebase_project')
          and aud ? pipeline.setting('firebase_project') then sub
      end as firebase_uid
    from token
  )
  -- A uuid without a row in users is still a caller of Supabase Auth.
  select coalesce((select u.id from public.users u where u.firebase_uid = caller.firebase_uid), caller.id) from caller
$$;
comment on function public.current_user_id() is
  'users.id of the JWT''s caller, of Supabase Auth or of the Firebase project that pipeline.settings names; null without one.';
