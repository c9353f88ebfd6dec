-- The tables for all that the pipeline knows about a recording. Only its RPCs write them; reading goes through the
-- policies of the access migration.

-- Helpers live in a schema of their own: PostgREST exposes `public` only, so nobody can call them from outside.
create schema if not exists pipeline;
comment on schema pipeline is 'Helpers of the consultation pipeline''s policies and RPCs.';

-- A session with recordings cannot be deleted (no action): they are part of the medical record.
create table if not exists public.recordings (
  recording_id text primary key,
  session_id uuid references public.video_call_sessions (id),
  bucket text not null,
  key text not null,
  version_id text,
  status text not null constraint recordings_status_listed check (status in
    ('received', 'transcribing', 'extracting', 'completed', 'partial', 'not_coded', 'skipped', 'failed')),
  error_name text,
  error_message text,
  error_occurred_at timestamptz,
  duration_ms integer constraint recordings_duration_not_negative check (duration_ms >= 0),
  language text,
  engine text,
  transcript_key text,
  results_key text,
  usage jsonb,
  summary jsonb,
  released_at timestamptz,
  released_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recordings_released_by_someone check ((released_at is null) = (released_by is null))
);

create index if not exists recordings_session_id_idx on public.recordings (session_id);
create index if not exists recordings_object_idx on public.recordings (bucket, key, created_at);

comment on table public.recordings is 'One run of the pipeline over one version of a recording in S3.';
comment on column public.recordings.recording_id is 'rec- and 32 hex digits; an operator''s re-run adds -r2, -r3.';
comment on column public.recordings.session_id is 'The consultation; null when the recording''s meeting is unknown.';
comment on column public.recordings.bucket is 'S3 bucket of the recording.';
comment on column public.recordings.key is 'S3 key of the recording.';
comment on column public.recordings.version_id is 'S3 version of the recording; null for a bucket without versions.';
comment on column public.recordings.status is
  'received, transcribing, extracting; then completed, partial (some calls finally failed), '
  'not_coded (a language or region without coding), skipped or failed.';
comment on column public.recordings.error_name is 'Name of the failure, or the reason of the skip.';
comment on column public.recordings.error_message is 'What failed: ids and shapes, never what was said.';
comment on column public.recordings.error_occurred_at is 'When it first failed or was skipped.';
comment on column public.recordings.duration_ms is 'Length of the recording in milliseconds.';
comment on column public.recordings.language is 'Language of the transcript, e.g. en-US.';
comment on column public.recordings.engine is 'transcribe-medical, transcribe, or imported.';
comment on column public.recordings.transcript_key is 'S3 key of transcript.json.';
comment on column public.recordings.results_key is 'S3 key of consultation.json.';
comment on column public.recordings.usage is 'Billed seconds, characters and calls, with an estimate in USD.';
comment on column public.recordings.summary is 'The consultation document (medzen.consultation/1).';
comment on column public.recordings.released_at is 'When the provider let the patient read it; null: not yet.';
comment on column public.recordings.released_by is
  'The provider who released it: users.id (no foreign key: the EHR may close the account).';
comment on column public.recordings.created_at is
  'When the pipeline first heard of it; orders a session''s recordings.';
comment on column public.recordings.updated_at is 'When the row last changed; a repeat that changes nothing leaves it.';

create table if not exists public.transcript_turns (
  recording_id text not null references public.recordings (recording_id) on delete cascade,
  index integer not null,
  speaker text not null,
  role text not null constraint transcript_turns_role_listed check (role in
    ('clinician', 'patient', 'other', 'unknown')),
  start_ms integer not null,
  end_ms integer not null,
  begin_offset integer not null,
  end_offset integer not null,
  text text not null,
  confidence double precision,
  primary key (recording_id, index)
);

comment on table public.transcript_turns is 'What was said, turn by turn.';
comment on column public.transcript_turns.recording_id is 'recordings.recording_id.';
comment on column public.transcript_turns.index is 'Place of the turn in the recording, from 0.';
comment on column public.transcript_turns.speaker is 'Label of the speaker, as the transcription gave it.';
comment on column public.transcript_turns.role is 'clinician, patient, other or unknown.';
comment on column public.transcript_turns.start_ms is 'Start in milliseconds of the recording.';
comment on column public.transcript_turns.end_ms is 'End in milliseconds of the recording.';
comment on column public.transcript_turns.begin_offset is 'First code point of the turn in the transcript''s text.';
comment on column public.transcript_turns.end_offset is 'Code point after the turn''s last one.';
comment on column public.transcript_turns.text is 'What was said.';
comment on column public.transcript_turns.confidence is
  'Mean confidence of the turn''s words, 0 to 1; null when none was given.';

create table if not exists public.clinical_entities (
  recording_id text not null references public.recordings (recording_id) on delete cascade,
  entity_id text not null,
  begin_offset integer not null,
  end_offset integer not null,
  text text not null,
  category text not null,
  type text not null,
  score double precision,
  turn_index integer,
  speaker text,
  role text constraint clinical_entities_role_listed check (role in ('clinician', 'patient', 'other', 'unknown')),
  start_ms integer,
  end_ms integer,
  assertion_status text not null constraint clinical_entities_assertion_status_listed check (assertion_status in
    ('present', 'absent', 'possible', 'historical', 'family', 'planned')),
  assertion_reason text,
  traits jsonb not null default '[]',
  attributes jsonb not null default '[]',
  primary key (recording_id, entity_id)
);

comment on table public.clinical_entities is
  'Mentions in the transcript: conditions, medications, tests, procedures.';
comment on column public.clinical_entities.recording_id is 'recordings.recording_id.';
comment on column public.clinical_entities.entity_id is 'Id of the entity within the recording.';
comment on column public.clinical_entities.begin_offset is 'First code point of the mention in the transcript''s text.';
comment on column public.clinical_entities.end_offset is 'Code point after the mention''s last one.';
comment on column public.clinical_entities.text is 'The words of the mention.';
comment on column public.clinical_entities.category is 'Comprehend Medical category, e.g. MEDICAL_CONDITION.';
comment on column public.clinical_entities.type is 'Comprehend Medical type, e.g. DX_NAME.';
comment on column public.clinical_entities.score is 'Confidence of the detection, 0 to 1.';
-- No foreign key to the turn: a reviewed entity outlives the turns that a repeat replaces.
comment on column public.clinical_entities.turn_index is 'transcript_turns.index of the turn that holds it.';
comment on column public.clinical_entities.speaker is 'Label of the speaker who said it.';
comment on column public.clinical_entities.role is 'Role of that speaker.';
comment on column public.clinical_entities.start_ms is 'When it was said, in milliseconds of the recording.';
comment on column public.clinical_entities.end_ms is 'When its last word ended.';
comment on column public.clinical_entities.assertion_status is
  'present, absent, possible, historical, family or planned.';
comment on column public.clinical_entities.assertion_reason is 'The reason for the status: a trait or the dialogue.';
comment on column public.clinical_entities.traits is '[{name, score}] as detected.';
comment on column public.clinical_entities.attributes is 'Its qualifiers: dosage, anatomy, acuity and the like.';

create table if not exists public.clinical_codes (
  recording_id text not null,
  entity_id text not null,
  system text not null constraint clinical_codes_system_listed check (system in ('ICD-10-CM', 'RxNorm', 'SNOMED-CT')),
  code text not null,
  description text,
  score double precision,
  rank integer not null,
  billable boolean,
  review text not null default 'suggested' constraint clinical_codes_review_listed check (review in
    ('suggested', 'accepted', 'rejected')),
  reviewed_by uuid,
  reviewed_at timestamptz,
  review_note text,
  primary key (recording_id, entity_id, system, code),
  foreign key (recording_id, entity_id) references public.clinical_entities (recording_id, entity_id)
    on delete cascade,
  constraint clinical_codes_reviewed_by_someone check ((review = 'suggested') = (reviewed_at is null)
    and (reviewed_at is null) = (reviewed_by is null) and (review <> 'suggested' or review_note is null))
);

comment on table public.clinical_codes is 'Codes suggested for an entity, and the provider''s decisions on them.';
comment on column public.clinical_codes.recording_id is 'recordings.recording_id.';
comment on column public.clinical_codes.entity_id is 'clinical_entities.entity_id.';
comment on column public.clinical_codes.system is 'ICD-10-CM, RxNorm or SNOMED-CT.';
comment on column public.clinical_codes.code is 'The code.';
comment on column public.clinical_codes.description is 'The meaning of the code.';
comment on column public.clinical_codes.score is 'Confidence of the suggestion, 0 to 1.';
comment on column public.clinical_codes.rank is 'Place among the entity''s suggestions of this system, best first.';
comment on column public.clinical_codes.billable is
  'Whether ICD-10-CM allows it on a claim; null without a table that says so.';
comment on column public.clinical_codes.review is 'suggested, until the provider has accepted or rejected it.';
comment on column public.clinical_codes.reviewed_by is
  'The provider who accepted or rejected it: users.id (no foreign key: the EHR may close the account).';
comment on column public.clinical_codes.reviewed_at is 'When the provider accepted or rejected it.';
comment on column public.clinical_codes.review_note is 'The provider''s note.';

-- `updated_at` tells when a row last changed, so a repeated call that changes nothing must not move it.
create or replace function pipeline.touch_updated_at() returns trigger
language plpgsql security invoker set search_path = '' as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end $$;

drop trigger if exists recordings_touch_updated_at on public.recordings;
create trigger recordings_touch_updated_at before update on public.recordings
  for each row when (old.* is distinct from new.*) execute function pipeline.touch_updated_at();
