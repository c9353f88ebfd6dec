-- The pipeline's writes, and their repeats. Everything is done as the service role.
begin;
select no_plan();
select tests.arrange();
insert into pipeline.settings values ('session_transcript', 'on');

create function pg_temp.write(rpc text, p jsonb) returns void language sql as $$
  select tests.run('service_role', tests.call(rpc, p))
$$;
create function pg_temp.status(n text) returns text language sql as $$
  select status from public.recordings where recording_id = 'rec-' || n
$$;
create function pg_temp.session(id text default '1') returns public.video_call_sessions language sql as $$
  select s from public.video_call_sessions s where s.id = tests.id($1)
$$;

-- record_status -------------------------------------------------------------------------------------------------
select pg_temp.write('record_status', tests.recording('1', '{"status": "received"}'));
select row_eq('select session_id, bucket, key, version_id, status from public.recordings',
  row (tests.id('1'), 'recordings'::text, 'recordings/1.mp4'::text, 'v1'::text, 'received'::text), 'a recording is known');
select pg_temp.write('record_status', tests.recording('1', '{"status": "transcribing", "language": "en-US", "engine": "transcribe"}'));
select pg_temp.write('record_status', tests.recording('1', '{"status": "extracting", "duration_ms": 5000, "transcript_key": "t"}'));
select row_eq('select status, language, engine, duration_ms, transcript_key from public.recordings',
  row ('extracting'::text, 'en-US'::text, 'transcribe'::text, 5000, 't'::text), 'each status adds what it knows');

select tests.age();
create temp table before as select tests.snapshot() as state;
select pg_temp.write('record_status', tests.recording('1', jsonb_build_object('status', late)))
from unnest(array['received', 'transcribing', 'extracting']) late;
select is(tests.snapshot(), state, 'a late or repeated status changes nothing') from before;

insert into public.recordings (recording_id, session_id, bucket, key, version_id, status)
select 'rec-' || final, tests.id('1'), 'recordings', 'recordings/' || final || '.mp4', 'v1', final
from unnest(array['completed', 'partial', 'not_coded', 'skipped']) final;
select pg_temp.write('record_status', tests.recording(final, '{"status": "extracting"}'))
from unnest(array['completed', 'partial', 'not_coded', 'skipped']) final;
select is(pg_temp.status(final), final, final || ' is not left')
from unnest(array['completed', 'partial', 'not_coded', 'skipped']) final;
delete from public.recordings where recording_id <> 'rec-1';

-- record_failure ------------------------------------------------------------------------------------------------
create function pg_temp.failure(n text, message text, more jsonb default '{}') returns void language sql as $$
  select pg_temp.write('record_failure', tests.recording(n, jsonb_build_object('status', 'failed',
    'error_name', 'TranscriptionFailed', 'error_message', message) || more))
$$;
select pg_temp.failure('1', 'job x');
select row_eq('select status, error_name, error_message, error_occurred_at from public.recordings',
  row ('failed'::text, 'TranscriptionFailed'::text, 'job x'::text, now()), 'a failure is kept');
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job x', 'the session shows it');
select is((pg_temp.session()).error_occurred_at, now(), 'and when');

select tests.age();
update before set state = tests.snapshot();
select pg_temp.failure('1', 'job x');
select is(tests.snapshot(), state, 'a repeat keeps the first time') from before;
select pg_temp.failure('1', 'job y');
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job y', 'another failure is another');
select is((pg_temp.session()).error_occurred_at, now(), 'with its own time');

select pg_temp.write('record_status', tests.recording('1', '{"status": "received"}'));
select row_eq('select status, error_name, error_message, error_occurred_at from public.recordings',
  row ('received'::text, null::text, null::text, null::timestamptz), 'a redriven recording starts again, without error');
select is((pg_temp.session()).error_message, null, 'nor does the session show one');

select pg_temp.failure('2', 'declined', '{"status": "skipped", "error_name": "TranscriptionDisabled"}');
select row_eq($$ select status, error_name, error_message from public.recordings where recording_id = 'rec-2' $$,
  row ('skipped'::text, 'TranscriptionDisabled'::text, 'declined'::text), 'a skip has its reason');
select is((pg_temp.session()).error_message, null, 'a skip is no failure of the session');

select pg_temp.failure('3', 'no session', '{"session_id": null, "error_name": "UnknownMeeting"}');
select is(pg_temp.status('3'), 'failed', 'a recording without a session can fail');
select lives_ok(tests.call('record_failure', tests.recording('4', '{"status": "failed", "error_name": "UnknownMeeting",
  "error_message": "m"}') - 'session_id'), 'the session may be left out');
delete from public.recordings;

-- record_results ------------------------------------------------------------------------------------------------
select pg_temp.failure('1', 'first try');
select tests.age();
select pg_temp.write('record_results', tests.results('1', 'headache since Monday'));
select row_eq($$ select status, error_name, duration_ms, language, engine, transcript_key, results_key, usage, summary
    from public.recordings $$,
  row ('completed'::text, null::text, 61500, 'en-US'::text, 'transcribe-medical'::text, 't'::text, 'r'::text,
    '{"audioSeconds": 61.5}'::jsonb, '{"schema": "medzen.consultation/2"}'::jsonb), 'the recording');
select row_eq('select * from public.transcript_turns', row ('rec-1', 0, 'spk_0', 'patient', 1250, 2000, 0, 21,
  'headache since Monday', 0.9, null, null)::public.transcript_turns, 'the turns');
select row_eq('select * from public.clinical_entities', row ('rec-1', 'e1', 0, 8, 'headache', 'MEDICAL_CONDITION',
  'DX_NAME', 0.8, 0, 'spk_0', 'patient', 1250, 1800, 'present', 'stated', '[{"name": "SYMPTOM", "score": 0.7}]',
  '[]', null, null, null, null)::public.clinical_entities, 'the entities');
select results_eq('select * from public.clinical_codes order by rank',
  $$ values ('rec-1'::text, 'e1'::text, 'ICD-10-CM'::text, 'R51.9'::text, 'Headache, unspecified'::text,
      0.6::double precision, 1, true, 'suggested'::text, null::uuid, null::timestamptz, null::text, 'pipeline'::text),
    ('rec-1', 'e1', 'ICD-10-CM', 'G43.909', 'Migraine', 0.2, 2, null, 'suggested', null, null, null, 'pipeline') $$, 'the codes');
select is((pg_temp.session()).transcript, 'headache since Monday', 'the session''s transcript');
select is((pg_temp.session()).transcript_segments, '[{"speaker": "spk_0", "role": "patient", "start": 1.25, "end": 2,
  "text": "headache since Monday"}]', 'its segments, in seconds');
select is((pg_temp.session()).transcript_segments::text like '%"start": 1.25,%', true, 'written without idle zeros');
select is((pg_temp.session()).recording_completed_at, now(), 'when it was completed');
select is((pg_temp.session()).duration_seconds, 62, 'how long it was');
select is((pg_temp.session()).error_message, null, 'its error is gone');
select is((pg_temp.session()).status::text, 'ended', 'the state of the call is the EHR''s');

select tests.age();
update before set state = tests.snapshot();
select pg_temp.write('record_results', tests.results('1', 'headache since Monday'));
select is(tests.snapshot(), state, 'a repeat changes nothing, times included') from before;
select pg_temp.failure('1', 'after the results');
select is(tests.snapshot(), state, 'a failure after the results does not undo them') from before;

select pg_temp.write('record_results', tests.results('1', 'headache', '{"status": "partial", "duration_ms": 90000}'));
select is((pg_temp.session()).transcript, 'headache', 'other results replace the turns');
select is((pg_temp.session()).duration_seconds, 62, 'a length that is known stays');
select is(pg_temp.status('1'), 'partial', 'and the status is the last one''s');
select is((pg_temp.session()).error_message, 'PartialResults', 'which the session says');
select pg_temp.write('record_results', tests.results('1', 'headache', '{"status": "partial", "duration_ms": 90000,
  "summary": {"coverage": {"gaps": [{"operation": "InferICD10CM", "begin": 0, "end": 8, "error": "Throttled"},
    {"operation": "InferRxNorm", "begin": 3, "end": 8, "error": "Throttled"}]}}}'));
select is((pg_temp.session()).error_message, 'PartialResults: not read: InferICD10CM 0-8, InferRxNorm 3-8',
  'with each stretch that was not read');
select isnt((pg_temp.session()).error_occurred_at, null, 'and since when');
select tests.age();
update before set state = tests.snapshot();
select pg_temp.write('record_results', tests.results('1', 'headache', '{"status": "partial", "duration_ms": 90000,
  "summary": {"coverage": {"gaps": [{"operation": "InferICD10CM", "begin": 0, "end": 8, "error": "Throttled"},
    {"operation": "InferRxNorm", "begin": 3, "end": 8, "error": "Throttled"}]}}}'));
select is(tests.snapshot(), state, 'gaps that are the same change nothing') from before;
select pg_temp.failure('4', 'job w');
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job w', 'a failure of another comes before gaps');
select pg_temp.write('record_results', tests.results('4') || '{"turns": [], "entities": [], "codes": []}');
select pg_temp.write('record_results', tests.results('1', 'headache'));
select is((pg_temp.session()).error_message, null, 'whole results end it');

-- Several recordings of one session.
select pg_temp.write('record_results', tests.results('2', 'then nausea'));
select is((pg_temp.session()).transcript, E'headache\nthen nausea', 'two recordings, one after the other');
select is(jsonb_array_length((pg_temp.session()).transcript_segments), 2, 'segments of both');
select is((pg_temp.session('2')).transcript, null, 'another session is left alone');
select tests.age();
select pg_temp.write('record_status', tests.recording('1-r2', '{"key": "recordings/1.mp4", "status": "extracting"}'));
select is((pg_temp.session()).transcript, E'headache\nthen nausea', 'a re-run under way takes nothing away');
select pg_temp.failure('1-r2', 'job z', '{"key": "recordings/1.mp4"}');
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job z', 'a re-run that failed shows');
select is((pg_temp.session()).transcript, E'headache\nthen nausea', 'and takes nothing away');
select pg_temp.write('record_results', tests.results('2', 'then nausea'));
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job z', 'the results of another do not hide it');
select is((pg_temp.session()).transcript, E'headache\nthen nausea', 'which are put beside the run that has some');
select pg_temp.write('record_results', tests.results('1-r2', 'bad headache', '{"key": "recordings/1.mp4"}'));
select is((pg_temp.session()).transcript, E'bad headache\nthen nausea', 'a re-run takes the place of its recording');
select is((pg_temp.session()).error_message, null, 'and its failure is over');
select pg_temp.write('record_results', tests.results('3', 'x') || '{"turns": [], "entities": [], "codes": []}');
select is((pg_temp.session()).transcript, E'bad headache\nthen nausea', 'a silent recording adds nothing');

-- The same talk under two names.
create function pg_temp.duplicate(n text, of text, more jsonb default '{}') returns void language sql as $$
  select pg_temp.write('record_failure', tests.recording(n, jsonb_build_object('status', 'skipped', 'error_name',
    'Duplicate', 'error_message', 'm', 'duplicate_of', 'rec-' || of) || more))
$$;
select tests.arrange();
insert into pipeline.settings values ('session_transcript', 'on');
select pg_temp.duplicate('b', 'a');
select pg_temp.write('record_results', tests.results('a', 'Good morning.'));
select is((pg_temp.session()).transcript, 'Good morning.', 'a duplicate that came first takes nothing away');
select pg_temp.write('record_results', tests.results('b-r2', 'Good morning again.', '{"key": "recordings/b.mp4"}'));
select is((pg_temp.session()).transcript, 'Good morning again.', 'a duplicate that is run all the same takes its place');
select is(pipeline.talk_of(r), 'recordings/recordings/a.mp4?versionId=v1', recording_id || ' is the first talk')
from public.recordings r;

-- Other bytes under the same key are another talk.
select tests.arrange();
insert into pipeline.settings values ('session_transcript', 'on');
select pg_temp.write('record_results', tests.results('a', 'Good morning.'));
select tests.age();
select pg_temp.write('record_results', tests.results('a2', 'And once more.', '{"key": "recordings/a.mp4", "version_id": "v2"}'));
select is((pg_temp.session()).transcript, E'Good morning.\nAnd once more.', 'both are shown');
select tests.age();
select pg_temp.write('record_results', tests.results('a-r2', 'Good day.', '{"key": "recordings/a.mp4"}'));
select is((pg_temp.session()).transcript, E'Good day.\nAnd once more.', 'a run takes the place of its own version alone');

select tests.arrange();
insert into pipeline.settings values ('session_transcript', 'on');
select pg_temp.failure('a', 'job x');
select tests.age();
select pg_temp.write('record_status', tests.recording('a2', '{"status": "received", "key": "recordings/a.mp4", "version_id": "v2"}'));
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job x', 'a failure stays while its key is tried again');
select pg_temp.write('record_results', tests.results('a2', 'Good morning.', '{"key": "recordings/a.mp4", "version_id": "v2"}'));
select is((pg_temp.session()).error_message, null, 'and goes with the results of what has taken its place');

select tests.arrange();
insert into pipeline.settings values ('session_transcript', 'on');
select pg_temp.failure('a', 'job x');
select tests.age();
select pg_temp.duplicate('b', 'a');
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job x', 'a duplicate hides no failure');
select pg_temp.duplicate('a2', 'a', '{"key": "recordings/a.mp4", "version_id": "v2"}');
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job x', 'under the same name neither');
select pg_temp.write('record_failure', tests.recording('n', '{"status": "skipped", "error_name": "NotARecording",
  "error_message": "m", "key": "recordings/a.mp4", "version_id": "v3"}'));
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job x', 'nor another file');
select pg_temp.write('record_status', tests.recording('c', '{"status": "received", "duplicate_of": "rec-b"}'));
select is((pg_temp.session()).error_message, null, 'a new try under another name leaves the failure');
select is((select duplicate_of from public.recordings where recording_id = 'rec-c'), 'rec-a', 'and names the first of all');
select pg_temp.failure('c', 'job z');
select is((pg_temp.session()).error_message, 'TranscriptionFailed: job z', 'until it fails itself');
select pg_temp.write('record_results', tests.results('d', 'something else'));
select pg_temp.write('record_results', tests.results('c', 'Good evening.'));
select is((pg_temp.session()).error_message, null, 'or succeeds');
select is((pg_temp.session()).transcript, E'Good evening.\nsomething else', 'and stands where the first try stood');
select tests.age();
update before set state = tests.snapshot();
select pg_temp.duplicate('b', 'a');
select pg_temp.write('record_status', tests.recording('c', '{"status": "received", "duplicate_of": "rec-b"}'));
select is(tests.snapshot(), state, 'a repeat changes nothing') from before;
select pg_temp.write('record_failure', tests.recording('e', '{"session_id": null, "status": "skipped", "error_name":
  "NotARecording", "error_message": "m"}'));
select is(pg_temp.status('e'), 'skipped', 'an object without a session has its row');

-- Reviews outlive repeats.
select tests.arrange();
insert into pipeline.settings values ('session_transcript', 'on');
select pg_temp.write('record_results', tests.results('1'));
select tests.run(tests.id('a')::text,
  tests.change('review_codes', '1', '[{"entity": "e1", "system": "ICD-10-CM", "code": "G43.909", "review": "rejected",
    "note": "no aura"}]'));
select tests.age();
create temp table review as select * from public.clinical_codes where code = 'G43.909';
select pg_temp.write('record_results', tests.results('1'));
select results_eq($$ select * from public.clinical_codes where code = 'G43.909' $$, 'select * from review',
  'a repeat keeps the review');
select pg_temp.write('record_results', jsonb_set(tests.results('1'), '{codes,1,score}', '0.9'));
select row_eq($$ select score, review, review_note from public.clinical_codes where code = 'G43.909' $$,
  row (0.9::double precision, 'rejected'::text, 'no aura'::text), 'a new score comes in beside the review');
select pg_temp.write('record_results', tests.results('1') || '{"entities": [], "codes": []}');
select results_eq('select code, review from public.clinical_codes', $$ values ('G43.909'::text, 'rejected'::text) $$,
  'no longer suggested: the reviewed code stays, the other goes');
select is((select string_agg(entity_id, ',') from public.clinical_entities), 'e1', 'with its entity');
update before set state = tests.snapshot();
select throws_ok(tests.call('record_results', jsonb_set(tests.results('1', 'no headache'), '{entities,0,begin}', '3')),
  'PT409', 'recording rec-1: entity e1 was reviewed and now names another span', 'a review never passes to other words');
select is(tests.snapshot(), state, 'and nothing of that call stays') from before;
select throws_ok(tests.call('record_results', jsonb_set(tests.results('1'), '{codes,0,entity}', '"e7"')), '23503',
  null, 'a code of no entity');
select is(tests.snapshot(), state, 'nothing of that call stays either') from before;

-- Refusals name the key, not its value. ---------------------------------------------------------------------------
select throws_ok(tests.call(rpc, p), '22023', message, message) from (values
  ('record_status', '[]', 'record_status: expected an object'),
  ('record_status', tests.recording('1'), 'record_status: missing key "status"'),
  ('record_status', tests.recording('1', '{"status": "received", "x": 1}'), 'record_status: unknown key "x"'),
  ('record_status', tests.recording('1', '{"status": "done"}'),
    'record_status: key "status" is not ["received", "transcribing", "extracting"]'),
  ('record_status', tests.recording('1', '{"status": "received", "bucket": null}'),
    'record_status: key "bucket" is not "string"'),
  ('record_status', tests.recording('1', '{"status": "received", "session_id": "s"}'),
    'record_status: key "session_id" is not "uuid|null"'),
  ('record_status', tests.recording('1', '{"status": "received", "duration_ms": 1.5}'),
    'record_status: key "duration_ms" is not "integer?"'),
  ('record_status', tests.recording('1', '{"status": "received", "key": "other"}'),
    'recording rec-1 is already known with another session or object'),
  ('record_status', tests.recording('1', jsonb_build_object('status', 'received', 'session_id', tests.id('2'))),
    'recording rec-1 is already known with another session or object'),
  ('record_status', tests.recording('1', '{"status": "received", "duplicate_of": 7}'),
    'record_status: key "duplicate_of" is not "string?"'),
  ('record_failure', tests.recording('1', '{"status": "failed", "error_name": "X"}'),
    'record_failure: missing key "error_message"'),
  ('record_failure', tests.recording('1', '{"status": "completed", "error_name": "X", "error_message": "m"}'),
    'record_failure: key "status" is not ["failed", "skipped"]'),
  ('record_results', tests.results('1') - 'codes', 'record_results: missing key "codes"'),
  ('record_results', tests.results('1') || '{"turns": null}', 'record_results: key "turns" is not "array"'),
  ('record_results', tests.results('1') #- '{recording,summary}', 'record_results: recording: missing key "summary"'),
  ('record_results', jsonb_set(tests.results('1'), '{recording,session_id}', 'null'),
    'record_results: recording: key "session_id" is not "uuid"'),
  ('record_results', tests.results('1') #- '{turns,0,text}', 'record_results: turns[0]: missing key "text"'),
  ('record_results', jsonb_set(tests.results('1'), '{turns,0,index}', '"headache"'),
    'record_results: turns[0]: key "index" is not "integer"'),
  ('record_results', jsonb_set(tests.results('1'), '{turns,0,role}', '"doctor"'),
    'record_results: turns[0]: key "role" is not ["clinician", "patient", "other", "unknown"]'),
  ('record_results', jsonb_set(tests.results('1'), '{entities,0,note}', '1'),
    'record_results: entities[0]: unknown key "note"'),
  ('record_results', jsonb_set(tests.results('1'), '{codes,1,system}', '"ICD-9"'),
    'record_results: codes[1]: key "system" is not ["ICD-10-CM", "RxNorm", "SNOMED-CT"]'),
  ('record_results', jsonb_set(tests.results('1'), '{codes,1,code}', '"R51.9"'),
    'record_results: codes: the same entity, system, code twice')
) t (rpc, p, message);
select throws_ok(tests.call('record_status', tests.recording('9', jsonb_build_object('status', 'received', 'session_id', tests.id('9')))),
  '23503', 'no session ' || tests.id('9'), 'a session that does not exist');

select * from finish();
rollback;
