-- Functions that the tests share. Loaded once, after the migrations.
create extension if not exists pgtap;
create schema if not exists tests;

-- Runs the statement as this caller and undoes it. Returns the number of rows, or the SQLSTATE.
create or replace function tests.attempt(caller text, statement text) returns text language plpgsql as $$
declare
  n bigint;
begin
  perform tests.become(caller);
  execute statement;
  get diagnostics n = row_count;
  raise exception using errcode = 'UNDO0', message = n;
exception
  when sqlstate 'UNDO0' then return sqlerrm;
  when others then return sqlstate;
end $$;

-- Runs the statement as this caller and undoes it. Returns the JSON that it answers, or the SQLSTATE with the detail.
create or replace function tests.answer(caller text, statement text) returns jsonb language plpgsql as $$
declare
  given jsonb;
  told text;
begin
  perform tests.become(caller);
  execute statement into given;
  raise exception using errcode = 'UNDO0', message = coalesce(given::text, 'null');
exception
  when sqlstate 'UNDO0' then return sqlerrm::jsonb;
  when others then
    get stacked diagnostics told = pg_exception_detail;
    return jsonb_build_object('state', sqlstate) || coalesce(nullif(told, '')::jsonb, '{}');
end $$;

-- Runs the statement as this caller, for good.
create or replace function tests.run(caller text, statement text) returns void language plpgsql as $$
begin
  perform tests.become(caller);
  execute statement;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
end $$;

-- A caller is 'anon', 'service_role', or somebody authenticated: the `sub` of a token that Supabase or Firebase issued, or
-- the claims of any other.
create or replace function tests.claims(caller text) returns jsonb language sql immutable as $$
  select case
    when caller in ('anon', 'service_role') then jsonb_build_object('role', caller, 'iss', 'supabase')
    when caller like '{%' then '{"role": "authenticated"}' || caller::jsonb
    when caller like 'firebase-%' then jsonb_build_object('role', 'authenticated', 'sub', caller,
      'iss', 'https://securetoken.google.com/mock-clinic', 'aud', 'mock-clinic')
    else jsonb_build_object('role', 'authenticated', 'sub', caller,
      'iss', 'https://mock.supabase.co/auth/v1', 'aud', 'authenticated')
  end
$$;

create or replace function tests.become(caller text) returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', tests.claims(caller)::text, true);
  perform set_config('role', tests.claims(caller) ->> 'role', true);
end $$;

-- Ids are easier to read as one letter: a to f.
create or replace function tests.id(letter text) returns uuid language sql immutable as $$
  select ('00000000-0000-4000-8000-00000000000' || letter)::uuid
$$;

-- An object that the pipeline may have got: recording n of the session of provider a and patient c.
create or replace function tests.recording(n text, more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('recording_id', 'rec-' || n, 'session_id', tests.id('1'), 'bucket', 'recordings',
    'key', 'recordings/' || n || '.mp4', 'version_id', 'v1') || more
$$;

-- Its results: one turn that says `said`, in which one entity has two codes.
create or replace function tests.results(n text, said text default 'headache', more jsonb default '{}') returns jsonb
language sql as $$
  select jsonb_build_object(
    'recording', tests.recording(n, '{"status": "completed", "duration_ms": 61500, "language": "en-US",
      "engine": "transcribe-medical", "transcript_key": "t", "results_key": "r", "usage": {"audioSeconds": 61.5},
      "summary": {"schema": "medzen.consultation/2"}}' || more),
    'turns', jsonb_build_array(jsonb_build_object('index', 0, 'speaker', 'spk_0', 'role', 'patient', 'start_ms', 1250,
      'end_ms', 2000, 'begin', 0, 'end', char_length(said), 'text', said, 'confidence', 0.9)),
    'entities', jsonb_build_array(jsonb_build_object('id', 'e1', 'begin', 0, 'end', 8, 'text', 'headache',
      'category', 'MEDICAL_CONDITION', 'type', 'DX_NAME', 'score', 0.8, 'turn', 0, 'speaker', 'spk_0',
      'role', 'patient', 'start_ms', 1250, 'end_ms', 1800, 'status', 'present', 'reason', 'stated',
      'traits', '[{"name": "SYMPTOM", "score": 0.7}]'::jsonb, 'attributes', '[]'::jsonb)),
    'codes', '[{"entity": "e1", "system": "ICD-10-CM", "code": "R51.9", "description": "Headache, unspecified",
        "score": 0.6, "rank": 1, "billable": true},
      {"entity": "e1", "system": "ICD-10-CM", "code": "G43.909", "description": "Migraine", "score": 0.2, "rank": 2,
        "billable": null}]'::jsonb)
$$;

-- The statement that calls an RPC, for attempt, run and throws_ok.
create or replace function tests.call(rpc text, p jsonb) returns text language sql as $$
  select format('select public.%I(%L::jsonb)', rpc, p)
$$;

-- Everything the RPCs write, to compare before and after.
create or replace function tests.snapshot() returns jsonb language sql as $$
  select jsonb_build_object(
    'sessions', (select jsonb_agg(s order by s.id) from public.video_call_sessions s),
    'recordings', (select jsonb_agg(r order by r.recording_id) from public.recordings r),
    'turns', (select jsonb_agg(t order by t.recording_id, t.index) from public.transcript_turns t),
    'entities', (select jsonb_agg(e order by e.recording_id, e.entity_id) from public.clinical_entities e),
    'codes', (select jsonb_agg(c order by c.recording_id, c.entity_id, c.system, c.code) from public.clinical_codes c),
    'reviews', (select jsonb_agg(f order by f.recording_id, f.finding) from public.finding_reviews f),
    'corrections', (select jsonb_agg(w order by w.at, w.id) from public.transcript_corrections w),
    'released', (select jsonb_agg(v order by v.recording_id, v.version) from public.released_consultations v),
    'log', (select jsonb_agg(l order by l.id) from public.review_log l),
    'access', (select jsonb_agg(a order by a.id) from public.access_log a),
    'outbox', (select jsonb_agg(o order by o.id) from pipeline.audit_outbox o))
$$;

-- A transaction has only one now(), so this makes every row look an hour old: then a change of time shows.
create or replace function tests.age() returns void language plpgsql as $$
begin
  set local session_replication_role = replica;
  update public.recordings set created_at = created_at - interval '1 hour', updated_at = updated_at - interval '1 hour',
    error_occurred_at = error_occurred_at - interval '1 hour', released_at = released_at - interval '1 hour',
    stored_at = stored_at - interval '1 hour', signed_at = signed_at - interval '1 hour';
  update public.video_call_sessions set updated_at = updated_at - interval '1 hour',
    error_occurred_at = error_occurred_at - interval '1 hour',
    recording_completed_at = recording_completed_at - interval '1 hour';
  update public.clinical_codes set reviewed_at = reviewed_at - interval '1 hour';
  update public.review_log set at = at - interval '1 hour';
  set local session_replication_role = origin;
end $$;

-- a and b are providers, c and d patients, b and d with Firebase accounts. Sessions 1 to 3 have results, of which
-- only those of 2 are released; 4 has none.
create or replace function tests.arrange() returns void language plpgsql as $$
begin
  perform pipeline.erase_consultation(r.recording_id) from public.recordings r;
  delete from public.video_call_participants;
  delete from public.video_call_sessions;
  delete from public.appointments;
  delete from public.users;
  delete from pipeline.settings;
  insert into pipeline.settings (name, value) values ('firebase_project', 'mock-clinic');
  drop policy if exists "ehr: everybody signed in" on public.video_call_sessions;

  insert into public.users (id, firebase_uid) values
    (tests.id('a'), null), (tests.id('b'), 'firebase-b'), (tests.id('c'), null), (tests.id('d'), 'firebase-d');
  insert into public.video_call_sessions (id, provider_id, patient_id, status) values
    (tests.id('1'), tests.id('a'), tests.id('c'), 'ended'), (tests.id('2'), tests.id('a'), tests.id('c'), 'ended'),
    (tests.id('3'), tests.id('b'), tests.id('d'), 'ended'), (tests.id('4'), tests.id('a'), tests.id('c'), 'active');
  insert into public.video_call_participants (video_call_id, user_id, role)
  select id, provider_id, 'provider' from public.video_call_sessions
  union all select id, patient_id, 'patient' from public.video_call_sessions;
end $$;

create or replace function tests.arrange_results() returns void language plpgsql as $$
begin
  perform tests.arrange();
  perform public.record_results(tests.results(n, 'headache',
    jsonb_build_object('session_id', tests.id(n)))) from unnest(array['1', '2', '3']) n;
end $$;

-- A consultation as version 2 tells it, of recording n: "Any dizziness?" "No." "I take metformin for my headache."
create or replace function tests.consultation(n text, more jsonb default '{}') returns jsonb language sql as $$
  select tests.results(n, 'x') || jsonb_build_object(
    'recording', (tests.results(n, 'x') -> 'recording') || jsonb_build_object(
      'summary', jsonb_build_object('schema', 'medzen.consultation/2', 'meetingId', 'meeting-' || n,
        'problems', '[{"id": "e3", "label": "headache", "evidence": [{"entity": "e3", "turn": 2, "role": "patient",
          "quote": "I take metformin for my headache.", "startMs": 6000, "endMs": 6500,
          "spans": [{"turn": 2, "begin": 19, "end": 52, "startMs": 4000, "endMs": 7000}]}]}]'::jsonb,
        'medications', '[{"id": "e2", "label": "metformin", "status": "taking", "evidence": [{"entity": "e2", "turn": 2,
          "role": "patient", "quote": "I take metformin for my headache.", "startMs": 5000, "endMs": 5500,
          "spans": [{"turn": 2, "begin": 19, "end": 52, "startMs": 4000, "endMs": 7000}]}]}]'::jsonb,
        'ruledOut', '[{"id": "e1", "label": "Dizziness", "evidence": [{"entity": "e1", "turn": 0, "role": "clinician",
          "quote": "Any dizziness?\nNo.", "startMs": 500, "endMs": 1000,
          "spans": [{"turn": 0, "begin": 0, "end": 14, "startMs": 0, "endMs": 1500},
            {"turn": 1, "begin": 15, "end": 18, "startMs": 2000, "endMs": 2500}]}]}]'::jsonb),
      'unmapped', '[{"type": "DOSAGE", "begin": 19, "end": 20, "text": "I", "score": 0.3}]'::jsonb,
      'findings', '[
        {"id": "e3", "kind": "condition", "list": "problems", "status": "present", "label": "headache",
          "entities": ["e3"], "contradicted": false, "choices": {
            "present": {"list": "problems", "section": "told", "sentence": "You told us about {label}."},
            "absent": {"list": "ruledOut", "section": "denied", "sentence": "You do not have {label}."},
            "possible": {"list": "possible", "section": null, "sentence": null}}},
        {"id": "e2", "kind": "medicine", "list": "medications", "status": "taking", "label": "metformin",
          "entities": ["e2"], "contradicted": true, "choices": {
            "taking": {"list": "medications", "section": "medicines", "sentence": "You take {label}."},
            "stopped": {"list": "medications", "section": "medicines", "sentence": "You no longer take {label}."}}},
        {"id": "e1", "kind": "condition", "list": "ruledOut", "status": "absent", "label": "Dizziness",
          "entities": ["e1"], "contradicted": false, "choices": {
            "present": {"list": "problems", "section": "told", "sentence": "You told us about {label}."},
            "absent": {"list": "ruledOut", "section": "denied", "sentence": "You told us you do not have {label}."}}}
      ]'::jsonb) || more,
    'turns', '[
      {"index": 0, "speaker": "spk_0", "role": "clinician", "start_ms": 0, "end_ms": 1500, "begin": 0, "end": 14,
        "text": "Any dizziness?", "confidence": 0.9, "words": [[0, 3, 0, 400, 0.9], [4, 13, 500, 1000, null]],
        "relabelled": [{"begin": 0, "end": 3, "label": "spk_1"}]},
      {"index": 1, "speaker": "spk_1", "role": "patient", "start_ms": 2000, "end_ms": 2500, "begin": 15, "end": 18,
        "text": "No.", "confidence": null, "words": [[15, 17, 2000, 2500, 1]]},
      {"index": 2, "speaker": "spk_1", "role": "patient", "start_ms": 4000, "end_ms": 7000, "begin": 19, "end": 52,
        "text": "I take metformin for my headache.", "confidence": 0.8, "words": []}]'::jsonb,
    'entities', '[
      {"id": "e1", "begin": 4, "end": 13, "text": "dizziness", "category": "MEDICAL_CONDITION", "type": "DX_NAME",
        "score": 0.9, "turn": 0, "speaker": "spk_0", "role": "clinician", "start_ms": 500, "end_ms": 1000,
        "status": "absent", "reason": "answered-no", "traits": [], "attributes": [], "said": "present",
        "relative": null, "decided_by": {"turn": 1, "begin": 15, "end": 18}, "to_check": null},
      {"id": "e2", "begin": 26, "end": 35, "text": "metformin", "category": "MEDICATION", "type": "GENERIC_NAME",
        "score": 0.9, "turn": 2, "speaker": "spk_1", "role": "patient", "start_ms": 5000, "end_ms": 5500,
        "status": "present", "reason": "taking", "traits": [], "attributes": [], "said": "present"},
      {"id": "e3", "begin": 43, "end": 51, "text": "headache", "category": "MEDICAL_CONDITION", "type": "DX_NAME",
        "score": 0.9, "turn": 2, "speaker": "spk_1", "role": "patient", "start_ms": 6000, "end_ms": 6500,
        "status": "present", "reason": "stated", "traits": [{"name": "SYMPTOM", "score": 0.7}], "attributes": [],
        "said": "present", "relative": "mother", "to_check": {"readings": ["present", "family"]}}]'::jsonb,
    'codes', '[
      {"entity": "e1", "system": "ICD-10-CM", "code": "R42", "description": "Dizziness", "score": 0.9, "rank": 1,
        "billable": true},
      {"entity": "e2", "system": "RxNorm", "code": "6809", "description": "metformin", "score": 0.9, "rank": 1,
        "billable": null},
      {"entity": "e3", "system": "ICD-10-CM", "code": "R51.9", "description": "Headache", "score": 0.6, "rank": 1,
        "billable": true},
      {"entity": "e3", "system": "ICD-10-CM", "code": "G43.909", "description": "Migraine", "score": 0.2, "rank": 2,
        "billable": null}]'::jsonb)
$$;

-- Recordings 1 to 3 of sessions 1 to 3, as results or as consultations that can be reviewed; that of session 2 is signed
-- and released.
create or replace function tests.arrange_consultations() returns void language plpgsql as $$
begin
  perform tests.arrange();
  perform public.record_results(tests.consultation(n, jsonb_build_object('session_id', tests.id(n))))
  from unnest(array['1', '2', '3']) n;
  perform tests.run(tests.id('a')::text, tests.change('review_findings', '2',
    '[{"finding": "e3", "verdict": "right"}]'::jsonb));
  perform tests.run(tests.id('a')::text, tests.change('sign_consultation', '2'));
  perform tests.run(tests.id('a')::text, tests.change('release_results', '2'));
end $$;

create or replace function tests.revision(n text) returns integer language sql security definer as $$
  select revision from public.recordings where recording_id = 'rec-' || n
$$;

-- A token by its letter; a new one without.
create or replace function tests.token(letter text) returns uuid language sql volatile as $$
  select coalesce(('00000000-0000-4000-8000-0000000000f' || letter)::uuid, gen_random_uuid())
$$;

-- The statement that changes recording n at its present revision, or at another, with arguments in their order.
create or replace function tests.change(rpc text, n text, arguments jsonb default null, at integer default null,
  token text default null) returns text language sql volatile as $$
  select format('select public.%I(%s)', rpc, concat_ws(', ', quote_literal('rec-' || n),
    case when rpc <> 'withdraw_release' then coalesce(at, tests.revision(n), 1)::text end,
    quote_literal(tests.token(token)) || '::uuid', case
      when rpc like 'review%' then quote_literal(arguments) || '::jsonb'
      else (select string_agg(case when jsonb_typeof(a) = 'number' then a #>> '{}' else quote_nullable(a #>> '{}') end, ', '
        order by o) from jsonb_array_elements(arguments) with ordinality x (a, o)) end))
$$;

-- Calls an RPC of the call as its own right allows: { "state" } where it refuses.
create or replace function tests.rpc(name text, p jsonb) returns jsonb language plpgsql as $$
declare
  answer jsonb;
begin
  execute format('select public.%I($1)', name) into answer using p;
  return answer;
exception
  when others then return jsonb_build_object('state', sqlstate);
end $$;

-- Appointment 5 of provider a and patient c, 6 of b and d.
create or replace function tests.arrange_appointments() returns void language plpgsql as $$
begin
  perform tests.arrange();
  insert into public.appointments (id, provider_id, patient_id, status, video_enabled) values
    (tests.id('5'), tests.id('a'), tests.id('c'), 'confirmed', true),
    (tests.id('6'), tests.id('b'), tests.id('d'), 'confirmed', null);
end $$;

-- Opens the session of appointment 5, as provider a unless somebody else is named; answers it.
create or replace function tests.open(more jsonb default '{}') returns jsonb language sql volatile as $$
  select tests.rpc('open_session', jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('a'),
    'wishes', null, 'mediaRegion', 'eu-central-1', 'waitingRoom', true) || more)
$$;

-- Records a meeting that was made for an attempt of a session; answers the outcome and the session.
create or replace function tests.meet(session text, meeting text, attempt integer default 1) returns jsonb
language sql volatile as $$
  select tests.rpc('record_meeting', jsonb_build_object('sessionId', session, 'attempt', attempt, 'controlRegion', 'eu-central-1',
    'meeting', jsonb_build_object('MeetingId', meeting, 'MediaRegion', 'eu-west-1', 'MediaPlacement', '{"AudioHostUrl": "x"}'::jsonb,
      'Attendees', '[{"JoinToken": "secret"}]'::jsonb), 'at', '2026-03-02T10:00:00.000Z'))
$$;

create or replace function tests.seat(session text, meeting text, letter text, attendee text, more jsonb default '{}') returns jsonb
language sql volatile as $$
  select tests.rpc('record_attendee', jsonb_build_object('sessionId', session, 'meetingId', meeting, 'userId', tests.id(letter),
    'attendeeId', attendee, 'at', '2026-03-02T10:00:00.000Z') || more)
$$;

-- A capture as it is kept.
create or replace function tests.capture(more jsonb default '{}') returns jsonb language sql as $$
  select '{"state": "starting", "reason": null, "since": "2026-03-02T10:01:00.000Z", "captureId": null, "captureArn": null,
    "startedAt": null, "endedAt": null, "expectedMs": null, "gapMs": null, "joinedMs": null, "attempt": 0, "concatenationId": null,
    "concatenationIds": [], "isSettled": false}' || more
$$;

-- Brings the capture of a meeting into a state, from whatever it is; answers the outcome and the facts.
create or replace function tests.keep(meeting text, state text, more jsonb default '{}') returns jsonb language sql volatile as $$
  select tests.rpc('keep_capture', jsonb_build_object('meetingId', meeting, 'version', facts -> 'version',
    'at', '2026-03-02T10:01:00.000Z', 'capture',
    tests.capture(coalesce(nullif(facts -> 'capture', 'null'), '{}') || jsonb_build_object('state', state) || more)))
  from tests.rpc('recording_facts', jsonb_build_object('meetingId', meeting)) facts
$$;

-- The patient of appointment 5 writes something under a token, in a channel.
create or replace function tests.write(channel text, token text) returns jsonb language sql volatile as $$
  select public.accept_message(jsonb_build_object('channelId', channel, 'userId', tests.id('c'), 'messageId', gen_random_uuid(),
    'clientToken', token, 'messageType', 'text', 'message', token, 'metadata', null))
$$;
