-- A clinician's work on a consultation: each change, its refusals, and what the log says of it.
begin;
select no_plan();
select tests.arrange_consultations();
grant usage on schema tests to public;

create function pg_temp.as_provider(statement text) returns void language sql as $$
  select tests.run(tests.id('a')::text, statement)
$$;
create function pg_temp.answer(statement text) returns jsonb language sql as $$
  select tests.answer(tests.id('a')::text, statement)
$$;
create function pg_temp.opened(n text default '1') returns jsonb language sql as $$
  select tests.answer(tests.id('a')::text, format('select public.open_consultation(%L)', 'rec-' || n))
$$;
create function pg_temp.released() returns jsonb language sql as $$
  select tests.answer(tests.id('c')::text, $f$ select public.read_released('rec-1') $f$)
$$;
create function pg_temp.code(entity text, code text, review text, note text default null) returns jsonb language sql as $$
  select jsonb_build_object('entity', entity, 'system', case when entity = 'e2' then 'RxNorm' else 'ICD-10-CM' end,
    'code', code, 'review', review) || case when note is null then '{}' else jsonb_build_object('note', note) end
$$;

-- Opening ----------------------------------------------------------------------------------------------------------
select is(pg_temp.opened() - 'turns' - 'entities' - 'codes' - 'consultation' - 'recording', jsonb_build_object(
  'schema', 'medzen.opened/1', 'recordingId', 'rec-1', 'revision', 1, 'findingReviews', '[]'::jsonb,
  'corrections', '[]'::jsonb, 'unmapped', '[{"type": "DOSAGE", "begin": 19, "end": 20, "text": "I", "score": 0.3}]'::jsonb,
  'session', jsonb_build_object('sessionId', tests.id('1'), 'meetingId', 'meeting-1', 'appointmentId', null,
    'providerId', tests.id('a'), 'patientId', tests.id('c'), 'status', 'ended')), 'whose it is');
select is((pg_temp.opened() -> 'recording') - 'storedAt', '{"status": "completed", "language": "en-US", "engine": "transcribe-medical",
  "durationMs": 61500, "startedAt": null, "signedAt": null, "signedBy": null, "signedRevision": null, "releasedAt": null,
  "releasedRevision": null, "firstExportedAt": null}', 'how far it is');
select matches(pg_temp.opened() #>> '{recording,storedAt}', '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$', 'times as JavaScript writes them');
select is(pg_temp.opened() -> 'consultation', summary, 'the consultation itself') from public.recordings where recording_id = 'rec-1';
select is(pg_temp.opened() #> '{turns,0}', '{"index": 0, "speaker": "spk_0", "role": "clinician", "startMs": 0, "endMs": 1500,
  "begin": 0, "end": 14, "text": "Any dizziness?", "confidence": 0.9, "words": [[0, 3, 0, 400, 0.9], [4, 13, 500, 1000, null]],
  "relabelled": [{"begin": 0, "end": 3, "label": "spk_1"}]}', 'a turn with its words');
select ok(not (pg_temp.opened() #> '{turns,1}') ? 'relabelled', 'and nothing relabelled where nothing was');
select is(pg_temp.opened() #> '{entities,0,assertion}', '{"status": "absent", "said": "present", "traits": [],
  "reason": "answered-no", "relative": null, "decidedBy": {"turn": 1, "begin": 15, "end": 18}, "toCheck": null}', 'an assertion');
select is(pg_temp.opened() #> '{entities,2,assertion}', '{"status": "present", "said": "present",
  "traits": [{"name": "SYMPTOM", "score": 0.7}], "reason": "stated", "relative": "mother", "decidedBy": null,
  "toCheck": {"readings": ["present", "family"]}}', 'one of a relative, to check');
select is((select string_agg(c ->> 'code', ' ' order by o) from jsonb_array_elements(pg_temp.opened() -> 'codes') with ordinality x (c, o)),
  'R42 6809 R51.9 G43.909', 'codes by entity, system and rank');
select is(pg_temp.opened() #> '{codes,0}', '{"entity": "e1", "system": "ICD-10-CM", "code": "R42", "description": "Dizziness",
  "score": 0.9, "rank": 1, "billable": true, "source": "pipeline", "review": "suggested", "reviewedAt": null, "reviewedBy": null,
  "note": null}', 'a suggestion');
select ok(not pg_temp.opened() ? 'page', 'what has one page does not number it');
select is(pg_temp.answer($$ select public.open_consultation('rec-1', 1) $$), '{"state": "22023"}', 'there is no other page');
select is(pg_temp.answer($$ select public.open_consultation('rec-1', null) $$), '{"state": "22023"}', 'nor none');

-- Version 1: what it lacks is empty.
select public.record_results(tests.results('7', 'headache', '{"summary": {"schema": "medzen.consultation/1"}}'));
select is(pg_temp.opened('7') #> '{turns,0,words}', '[]', 'an older turn has no words');
select is(pg_temp.opened('7') #>> '{entities,0,assertion,said}', 'present', 'an older mention says what it is');
select is(pg_temp.opened('7') -> 'unmapped', '[]', 'and nothing is unmapped');
select is(pg_temp.answer(tests.change(rpc, '7', arguments)), '{"state": "PT409", "revision": 1}', rpc || ' of older results: process it again')
from (values ('review_findings', '[{"finding": "e1", "verdict": "right"}]'::jsonb), ('sign_consultation', null),
  ('release_results', null), ('add_code', '["e1", "ICD-10-CM", "R05"]')) t (rpc, arguments);
select is(pg_temp.answer(tests.change('review_codes', '7', jsonb_build_array(pg_temp.code('e1', 'R51.9', 'accepted')))),
  '{"revision": 2}', 'its codes can be reviewed');
select public.record_status(tests.recording('6', '{"status": "extracting"}'));
select is(pg_temp.opened('6'), '{"state": "PT409"}', 'without results there is nothing to open');
select is(pg_temp.answer(tests.change('sign_consultation', '6')), '{"state": "PT409"}', 'nor to sign');

-- Codes ------------------------------------------------------------------------------------------------------------
select pg_temp.as_provider(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', 'seen'),
  pg_temp.code('e3', 'G43.909', 'rejected'), pg_temp.code('e2', '6809', 'accepted')), 1, '1'));
select is((select jsonb_agg(c ->> 'review' order by o) from jsonb_array_elements(pg_temp.opened() -> 'codes') with ordinality x (c, o)),
  '["suggested", "accepted", "accepted", "rejected"]', 'many codes in one call');
select is((pg_temp.opened() #> '{codes,2}') - array['reviewedAt', 'description', 'score', 'rank', 'billable'], jsonb_build_object(
  'entity', 'e3', 'system', 'ICD-10-CM', 'code', 'R51.9', 'source', 'pipeline', 'review', 'accepted', 'reviewedBy', tests.id('a'),
  'note', 'seen'), 'a review has its author and note');
select row_eq($$ select revision, action, amendment, actor, token, jsonb_array_length(detail -> 'decisions') from public.review_log
  where recording_id = 'rec-1' and action <> 'results' $$,
  row (2, 'codes'::text, false, tests.id('a'), tests.token('1'), 3), 'in one entry');
select is(pg_temp.answer(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', 'seen'),
  pg_temp.code('e3', 'G43.909', 'rejected'), pg_temp.code('e2', '6809', 'accepted')), 1, '1')), '{"revision": 2}',
  'the same token gives the same answer, though the revision is stale');
select is(tests.revision('1'), 2, 'and changes nothing');
select is(pg_temp.answer(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e3', 'R51.9', 'rejected')), 2, '1')),
  '{"state": "22023"}', 'the token of another change');
select is(pg_temp.answer(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e3', 'R51.9', 'rejected')), 1)),
  '{"state": "PT409", "revision": 2}', 'a second window that has not seen the first is told');
select is(pg_temp.opened() #>> '{codes,2,review}', 'accepted', 'and overwrites nothing');
select pg_temp.as_provider(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e3', 'G43.909', 'suggested', 'x'))));
select row_eq($$ select review, reviewed_by, reviewed_at, review_note from public.clinical_codes where (recording_id, code) = ('rec-1', 'G43.909') $$,
  row ('suggested'::text, null::uuid, null::timestamptz, null::text), 'a review is taken back');
select is(pg_temp.answer(tests.change('review_codes', '1', decisions)), outcome, format('%s: %s', outcome, left(decisions::text, 80)))
from (values
  ('[]'::jsonb, '{"state": "22023"}'::jsonb),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'confirmed')), '{"state": "22023"}'),
  ('[{"entity": "e3", "system": "ICD-9", "code": "1", "review": "accepted"}]', '{"state": "22023"}'),
  ('[{"entity": "e3", "system": "ICD-10-CM", "code": "R51.9"}]', '{"state": "22023"}'),
  ('[7]', '{"state": "22023"}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted') || '{"why": 1}'), '{"state": "22023"}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted'), pg_temp.code('e3', 'R51.9', 'rejected')), '{"state": "22023"}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', repeat('x', 2001))), '{"state": "22023"}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', repeat('x', 10000))), '{"state": "22023"}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', repeat('é', 2000))), '{"revision": 4}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', E'two\nlines, <b>"quoted"</b>')), '{"revision": 4}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', E'bell \x07')), '{"state": "22023"}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', E'next line \u0085')), '{"state": "22023"}'),
  (jsonb_build_array(pg_temp.code('e3', 'Z00', 'accepted')), '{"state": "PT404"}'),
  (jsonb_build_array(pg_temp.code('e9', 'R51.9', 'accepted')), '{"state": "PT404"}'),
  (jsonb_build_array(pg_temp.code('e3', 'R51.9', 'rejected'), pg_temp.code('e3', 'Z00', 'accepted')), '{"state": "PT404"}')
) t (decisions, outcome);
select throws_ok(format($$ select tests.run(%L, %L) $$, tests.id('a'), tests.change('review_codes', '1',
  jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted'), pg_temp.code('e3', 'Z00', 'accepted', 'secret')))), 'PT404',
  'review_codes: decisions[1]: the entity has no such code', 'a refusal names the decision by its place');
select throws_ok(format($$ select tests.run(%L, %L) $$, tests.id('a'), tests.change('review_codes', '1',
  jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted', repeat('x', 2001))))), '22023',
  'review_codes: decisions[0]: "note" is longer than 2000 characters, or has control characters', 'and the field');
select is(pg_temp.answer(format($$ select public.review_codes('rec-1', %s, %s, '[]') $$, revision, token)), '{"state": "22023"}', label)
from (values ('null', 'gen_random_uuid()', 'no revision'), ('3', 'null', 'no token')) t (revision, token, label);
select is(tests.answer(tests.id('a')::text, $$ select public.review_codes('rec-1', 3, gen_random_uuid(), null) $$), '{"state": "22023"}', 'no decisions');

-- 1,300 decisions at once, and one more than there may be.
select public.record_results(tests.consultation('8') || jsonb_build_object('codes', (
  select jsonb_agg(jsonb_build_object('entity', 'e3', 'system', 'RxNorm', 'code', n::text, 'description', 'd', 'score', 0.5,
    'rank', n, 'billable', null)) from generate_series(1, 1300) n)));
select pg_temp.as_provider(tests.change('review_codes', '8', (select jsonb_agg(pg_temp.code('e3', n::text, 'accepted') || '{"system": "RxNorm"}')
  from generate_series(1, 1300) n)));
select is((select count(*) from public.clinical_codes where (recording_id, review) = ('rec-8', 'accepted')), 1300::bigint, '1,300 decisions in one call');
select is((select count(*) from public.review_log where (recording_id, action) = ('rec-8', 'codes')), 1::bigint, 'in one entry');
select is(pg_temp.answer(tests.change('review_codes', '8', (select jsonb_agg(pg_temp.code('e3', n::text, 'accepted')) from generate_series(1, 5001) n))),
  '{"state": "22023"}', '5,001 are refused');

-- Findings ---------------------------------------------------------------------------------------------------------
select pg_temp.as_provider(tests.change('review_findings', '1', '[{"finding": "e3", "verdict": "wrong", "status": "absent", "note": "no pain"},
  {"finding": "e2", "verdict": "right"}, {"finding": "e1", "verdict": "wrong"}]'));
select is((select jsonb_agg(f - 'at' - 'by') from jsonb_array_elements(pg_temp.opened() -> 'findingReviews') f),
  '[{"finding": "e1", "verdict": "wrong", "status": null, "note": null}, {"finding": "e2", "verdict": "right", "status": null, "note": null},
    {"finding": "e3", "verdict": "wrong", "status": "absent", "note": "no pain"}]', 'the provider''s word on findings');
select pg_temp.as_provider(tests.change('review_findings', '1', '[{"finding": "e1", "verdict": null}]'));
select is((select jsonb_agg(f ->> 'finding') from jsonb_array_elements(pg_temp.opened() -> 'findingReviews') f), '["e2", "e3"]', 'and taken back');
select is(pg_temp.answer(tests.change('review_findings', '1', decisions)), outcome, format('%s: %s', outcome, decisions))
from (values
  ('[{"finding": "e9", "verdict": "right"}]'::jsonb, '{"state": "PT404"}'::jsonb),
  ('[{"finding": "e9", "verdict": null}]', '{"state": "PT404"}'),
  ('[{"finding": "e3", "verdict": "wrong", "status": "taking"}]', '{"state": "22023"}'),
  ('[{"finding": "e3", "verdict": "wrong", "status": "hallucinated"}]', '{"state": "22023"}'),
  ('[{"finding": "e3", "verdict": "right", "status": "present"}]', '{"state": "22023"}'),
  ('[{"finding": "e3", "verdict": null, "status": "present"}]', '{"state": "22023"}'),
  ('[{"finding": "e3", "verdict": "maybe"}]', '{"state": "22023"}'),
  ('[{"finding": "e3"}]', '{"state": "22023"}'),
  ('[{"finding": "e3", "verdict": "right"}, {"finding": "e3", "verdict": "wrong"}]', '{"state": "22023"}'),
  ('{"finding": "e3", "verdict": "right"}', '{"state": "22023"}')
) t (decisions, outcome);

-- Codes of the provider's own --------------------------------------------------------------------------------------
select pg_temp.as_provider(tests.change('add_code', '1', '["e3", "ICD-10-CM", "G44.209"]'));
select is((pg_temp.opened() #> '{codes,4}') - 'reviewedAt', jsonb_build_object('entity', 'e3', 'system', 'ICD-10-CM', 'code', 'G44.209',
  'description', null, 'score', null, 'rank', 3, 'billable', null, 'source', 'clinician', 'review', 'accepted', 'reviewedBy', tests.id('a'),
  'note', null), 'a code that was not suggested');
select pg_temp.as_provider(tests.change('add_code', '1', '["e3", "ICD-10-CM", "G43.909"]'));
select row_eq($$ select source, review from public.clinical_codes where (recording_id, code) = ('rec-1', 'G43.909') $$,
  row ('pipeline'::text, 'accepted'::text), 'one that was is accepted');
select pg_temp.as_provider(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e3', 'G44.209', 'suggested'))));
select is((select count(*) from public.clinical_codes where code = 'G44.209'), 0::bigint, 'taken back, it is nobody''s suggestion');
select is(pg_temp.answer(tests.change('add_code', '1', arguments)), outcome, format('%s: %s', outcome, arguments))
from (values ('["e9", "ICD-10-CM", "G44.209"]'::jsonb, '{"state": "PT404"}'::jsonb), ('["e3", "ICD-9", "G44.209"]', '{"state": "22023"}'),
  ('["e3", "ICD-10-CM", "g44"]', '{"state": "22023"}'), ('["e3", "ICD-10-CM", "G44.209 or so"]', '{"state": "22023"}'),
  ('["e3", "RxNorm", "R51"]', '{"state": "22023"}'), ('["e3", null, "R51"]', '{"state": "22023"}'), ('["e3", "ICD-10-CM", null]', '{"state": "22023"}'),
  ('["e3", "SNOMED-CT", "25064002"]', jsonb_build_object('revision', tests.revision('1') + 1))) t (arguments, outcome);

-- Corrections ------------------------------------------------------------------------------------------------------
select pg_temp.as_provider(tests.change('correct_words', '1', '[2, 43, 51, "headache", "head ache"]'));
select pg_temp.as_provider(tests.change('correct_role', '1', '["spk_1", 1, 1, "other"]'));
select pg_temp.as_provider(tests.change('correct_role', '1', '["spk_1", 0, 2, "clinician"]'));
select is((select jsonb_agg(w - 'id' - 'at' - 'by' order by o) from jsonb_array_elements(pg_temp.opened() -> 'corrections') with ordinality x (w, o)),
  '[{"kind": "words", "turn": 2, "begin": 43, "end": 51, "was": "headache", "becomes": "head ache"},
    {"kind": "role", "speaker": "spk_1", "fromTurn": 1, "toTurn": 1, "role": "other"},
    {"kind": "role", "speaker": "spk_1", "fromTurn": 0, "toTurn": 2, "role": "clinician"}]', 'corrections in their order');
select is((select text from public.transcript_turns where (recording_id, index) = ('rec-1', 2)), 'I take metformin for my headache.',
  'the text stays as it was transcribed');
select is(pg_temp.answer(tests.change('correct_words', '1', arguments)), outcome, format('%s: %s', outcome, left(arguments::text, 60)))
from (values ('[2, 26, 35, "metformin", "Metformin XR"]'::jsonb, jsonb_build_object('revision', tests.revision('1') + 1)),
  ('[2, 26, 35, "metforminn", "x"]', jsonb_build_object('state', 'PT409', 'revision', tests.revision('1'))),
  ('[2, 26, 34, "metformin", "x"]', jsonb_build_object('state', 'PT409', 'revision', tests.revision('1'))),
  ('[2, 26, 35, null, "x"]', jsonb_build_object('state', 'PT409', 'revision', tests.revision('1'))),
  ('[2, 40, 45, "my he", "x"]', jsonb_build_object('state', 'PT409', 'revision', tests.revision('1'))),
  ('[9, 26, 35, "metformin", "x"]', '{"state": "PT404"}'), ('[1, 26, 35, "metformin", "x"]', '{"state": "22023"}'),
  ('[2, 26, 26, "", "x"]', '{"state": "22023"}'), ('[2, null, 35, "metformin", "x"]', '{"state": "22023"}'),
  ('[2, 26, 35, "metformin", ""]', '{"state": "22023"}'), ('[2, 26, 35, "metformin", "  "]', '{"state": "22023"}'),
  ('[2, 26, 35, "metformin", "two\nlines"]', '{"state": "22023"}'), ('[2, 26, 35, "metformin", null]', '{"state": "22023"}'),
  (jsonb_build_array(2, 26, 35, 'metformin', repeat('x', 500)), jsonb_build_object('revision', tests.revision('1') + 1)),
  (jsonb_build_array(2, 26, 35, 'metformin', repeat('x', 501)), '{"state": "22023"}')) t (arguments, outcome);
select is(pg_temp.answer(tests.change('correct_role', '1', arguments)), outcome, format('%s: %s', outcome, arguments))
from (values ('["spk_0", 1, 2, "patient"]'::jsonb, '{"state": "PT404"}'::jsonb), ('["spk_9", 0, 2, "patient"]', '{"state": "PT404"}'),
  ('["spk_1", 2, 1, "patient"]', '{"state": "22023"}'), ('["spk_1", null, 1, "patient"]', '{"state": "22023"}'),
  ('["spk_1", 1, 2, "doctor"]', '{"state": "22023"}'), ('["spk_1", 1, 2, null]', '{"state": "22023"}')) t (arguments, outcome);
select pg_temp.as_provider(format($$ select public.correct_role('rec-1', %s, %L, 'spk_0', 0, 0, 'patient',
  '[{"finding": "e1", "verdict": "wrong", "status": "present"}]') $$, tests.revision('1'), tests.token('2')));
select is((select status from public.finding_reviews where (recording_id, finding) = ('rec-1', 'e1')), 'present',
  'a new role comes with the decisions that follow from it');
select is((select jsonb_array_length(detail -> 'decisions') from public.review_log where token = tests.token('2')), 1, 'in the same entry');
select pg_temp.as_provider(tests.change('withdraw_correction', '1', jsonb_build_array(id))) from public.transcript_corrections where kind = 'words';
select is((select count(*) from jsonb_array_elements(pg_temp.opened() -> 'corrections')), 3::bigint, 'what is withdrawn is not opened');
select is(pg_temp.answer(tests.change('withdraw_correction', '1', jsonb_build_array(id))), '{"state": "PT404"}', 'nor withdrawn twice')
from public.transcript_corrections where kind = 'words';
select is((select count(*) from public.transcript_corrections where kind = 'words' and withdrawn_by = tests.id('a')), 1::bigint, 'and is kept');

-- Release ----------------------------------------------------------------------------------------------------------
select is(pg_temp.released(), '{"state": "PT404"}', 'nothing is released');
select tests.arrange_consultations();
select pg_temp.as_provider(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e1', 'R42', 'accepted'), pg_temp.code('e2', '6809', 'accepted'))));
select pg_temp.as_provider(tests.change('review_findings', '1', '[{"finding": "e3", "verdict": "wrong", "status": "possible"}]'));
select pg_temp.as_provider(tests.change('correct_words', '1', '[0, 4, 13, "dizziness", "vertigo"]'));
select pg_temp.as_provider(tests.change('correct_role', '1', '["spk_0", 0, 0, "other"]'));
select pg_temp.as_provider(tests.change('release_results', '1', null, null, '3'));
select is(pg_temp.released(), jsonb_build_object('schema', 'medzen.released/1', 'recordingId', 'rec-1', 'revision', 5, 'language', 'en-US',
  'incomplete', false, 'sections', '{"told": [], "medicines": [], "next": [], "denied": [{"finding": "e1",
    "sentence": "You told us you do not have vertigo.", "evidence": [{"role": "other", "quote": "Any vertigo?\nNo.", "startMs": 0, "endMs": 2500}]}]}'::jsonb),
  'what is reviewed, in the words as corrected: nothing possible, contradicted or open, and no code');
select row_eq($$ select released_by, signed_at from public.recordings where recording_id = 'rec-1' $$, row (tests.id('a'), null::timestamptz), 'a release needs no signature');
select pg_temp.as_provider(tests.change('review_findings', '1', '[{"finding": "e1", "verdict": "wrong"}, {"finding": "e2", "verdict": "right"}]'));
select is(pg_temp.released() ->> 'revision', '5', 'a later decision changes nothing that was released');
select is(pg_temp.opened() #> '{recording,releasedRevision}', '5', 'and the provider sees that it is older');
select public.record_results(jsonb_set(tests.consultation('1'), '{codes,0,score}', '0.1'));
select is((pg_temp.released() ->> 'revision')::integer, 5, 'nor do other results');
select is(tests.revision('1'), 7, 'which are a revision of their own');
select is(pg_temp.answer(tests.change('release_results', '1', null, 6)), '{"state": "PT409", "revision": 7}', 'that must be seen before a release');
select pg_temp.as_provider(tests.change('release_results', '1'));
select pg_temp.as_provider(tests.change('release_results', '1'));
select is(pg_temp.released() #> '{sections,medicines,0,sentence}', '"You take metformin."', 'a new release is what is read');
select is((select array_agg(revision order by version) from public.released_consultations where recording_id = 'rec-1'), array[5, 7],
  'the same state is released once, and every version is kept');
select pg_temp.as_provider(tests.change('withdraw_release', '1', null, null, '4'));
select is(pg_temp.answer(tests.change('withdraw_release', '1', null, null, '4')), '{"revision": 7}', 'a withdrawal repeated');
select is(pg_temp.answer(tests.change('withdraw_release', '1')), '{"state": "PT404"}', 'there is nothing left to withdraw');
select is(pg_temp.released(), '{"state": "PT404"}', 'the page that was open reads nothing any more');
select is(pg_temp.opened() #> '{recording,releasedAt}', 'null', 'and the provider sees that nothing is released');
select pg_temp.as_provider(tests.change('release_results', '1'));
select is(pg_temp.released() ->> 'revision', '7', 'what was withdrawn can be released again');

-- Signature --------------------------------------------------------------------------------------------------------
select pg_temp.as_provider(tests.change('sign_consultation', '1'));
select pg_temp.as_provider(tests.change('sign_consultation', '1'));
select row_eq($$ select revision, signed_revision, signed_by from public.recordings where recording_id = 'rec-1' $$, row (7, 7, tests.id('a')), 'signed');
select is((select count(*) from public.review_log where (recording_id, action) = ('rec-1', 'signed')), 1::bigint, 'once');
select is(tests.attempt('service_role', tests.call('record_results', jsonb_set(tests.consultation('1'), '{codes,0,score}', '0.1'))), '1',
  'the same results again are no others');
create temp table before as select tests.snapshot() as state;
select throws_ok(tests.call('record_results', p), 'PT409', 'recording rec-1 is signed: other results are refused', label || ' is refused')
from (values ('another turn', jsonb_set(tests.consultation('1'), '{turns,1,text}', '"Yes"')),
  ('another entity', tests.consultation('1') #- '{entities,2}' #- '{codes,3}' #- '{codes,2}'), ('another code', tests.consultation('1') #- '{codes,3}'),
  ('another summary', tests.consultation('1', '{"summary": {}}')), ('a status', tests.consultation('1', '{"status": "partial"}'))) t (label, p);
select is(tests.snapshot(), state, 'nothing of it stays') from before;
select lives_ok(tests.call('record_results', tests.consultation('1-r2', '{"key": "recordings/1.mp4"}')), 'a re-run is a consultation of its own');
select is(pg_temp.opened('1-r2') - array['turns', 'entities', 'codes', 'consultation', 'recording', 'session', 'unmapped'],
  '{"schema": "medzen.opened/1", "recordingId": "rec-1-r2", "revision": 1, "findingReviews": [], "corrections": []}', 'and inherits no review');
select pg_temp.as_provider(tests.change('review_findings', '1', '[{"finding": "e1", "verdict": "right"}]'));
select row_eq($$ select revision, amendment from public.review_log where recording_id = 'rec-1' order by id desc limit 1 $$, row (8, true), 'a later decision is an amendment');
select is(pg_temp.opened() #> '{recording,signedRevision}', '7', 'of what was signed');
select pg_temp.as_provider(tests.change('sign_consultation', '1'));
select is(pg_temp.opened() #> '{recording,signedRevision}', '8', 'until it is signed too');

-- The audit trail's entries come with the changes.
select results_eq($$ select action, meeting_id, actor, detail from pipeline.audit_outbox where recording_id = 'rec-1' order by id $$, $$ values
  ('RELEASED'::text, 'meeting-1'::text, tests.id('a'), '{"revision": 5}'::jsonb), ('RELEASED', 'meeting-1', tests.id('a'), '{"revision": 7}'),
  ('RELEASE_WITHDRAWN', 'meeting-1', tests.id('a'), '{"revision": 7}'), ('RELEASED', 'meeting-1', tests.id('a'), '{"revision": 7}'),
  ('SIGNED', 'meeting-1', tests.id('a'), '{"revision": 7}'), ('SIGNED', 'meeting-1', tests.id('a'), '{"revision": 8}') $$, 'signed, released, withdrawn');
select pg_temp.as_provider($$ select public.log_access('rec-1', 'link') $$);
select is((select action from pipeline.audit_outbox order by id desc limit 1), 'LINK_ISSUED', 'a link is issued');
select is(pg_temp.answer($$ select public.recording_location('rec-1') $$), '{"bucket": "recordings", "key": "recordings/1.mp4", "versionId": "v1"}', 'for this object');
select pg_temp.as_provider($$ select public.log_access('rec-1', 'fhir') $$);
select is(pg_temp.answer(format('select public.log_access(''rec-1'', %s)', action)), '{"state": "22023"}', action || ' is not for a client to log')
from unnest(array['''opened''', '''released''', '''x''', 'null']) action;
select is((select array_agg(action order by id) from public.access_log where recording_id = 'rec-1'), array['link', 'fhir'], 'each is logged');
select isnt(pg_temp.opened() #>> '{recording,firstExportedAt}', null, 'and the first export is known');
select ok(count(distinct at) = count(*) and bool_and(at = date_trunc('milliseconds', at)), 'each change has a time of its own')
from public.review_log where recording_id = 'rec-1';

-- Repeats of the results -------------------------------------------------------------------------------------------
select tests.arrange_consultations();
select pg_temp.as_provider(tests.change('review_findings', '1', '[{"finding": "e1", "verdict": "right"}, {"finding": "e3", "verdict": "right"}]'));
select throws_ok(tests.call('record_results', jsonb_set(tests.consultation('1'), '{recording,summary,ruledOut,0,evidence,0,quote}', '"Any dizziness?\nYes."')),
  'PT409', 'recording rec-1: finding e1 was reviewed and now has another quote', 'a reviewed id with another quote');
select throws_ok(tests.call('record_results', jsonb_set(tests.consultation('1'), '{entities,2,end}', '50')), 'PT409',
  'recording rec-1: entity e3 was reviewed and now names another span', 'or another span');
select lives_ok(tests.call('record_results', jsonb_set(tests.consultation('1'), '{recording,summary,medications,0,evidence,0,quote}', '"Other."')),
  'a finding that nobody reviewed may change');
select public.record_results(jsonb_set(tests.consultation('1'), '{recording,findings}', (tests.consultation('1') #> '{recording,findings}') - 2)
  || '{"entities": [], "codes": []}');
select is((select string_agg(entity_id, ' ' order by entity_id) from public.clinical_entities where recording_id = 'rec-1'), 'e1 e3', 'what was reviewed stays, with its words');
select is(pg_temp.answer(tests.change('review_findings', '1', '[{"finding": "e1", "verdict": "right"}]')), '{"state": "PT404"}', 'a finding that is gone is not reviewed');
select is(pg_temp.answer(tests.change('review_findings', '1', '[{"finding": "e1", "verdict": null}]')), jsonb_build_object('revision', tests.revision('1') + 1), 'but its review can be taken back');
select is(pg_temp.answer(tests.change('review_codes', '1', jsonb_build_array(pg_temp.code('e3', 'R51.9', 'accepted')))), '{"state": "PT404"}', 'nor a code that a repeat removed');
select is((select array_agg(revision order by id) from public.review_log where recording_id = 'rec-1' and id > (select min(id) from public.review_log where recording_id = 'rec-1' and action = 'findings')
  and action = 'results'), array[3, 4], 'each other result is in the log');

-- Two providers of one appointment: each has her own session.
update public.video_call_sessions set appointment_id = null;
select is(tests.answer('firebase-b', $$ select public.open_consultation('rec-1') $$), '{"state": "42501"}', 'the one does not open what the other recorded');
select is(tests.answer('firebase-b', $$ select public.open_consultation('rec-3') $$) ->> 'recordingId', 'rec-3', 'and opens her own');
update public.video_call_sessions set provider_id = tests.id('b') where id = tests.id('1');
select is(tests.answer(tests.id('a')::text, tests.change('sign_consultation', '1')), '{"state": "42501"}', 'a session that was handed over is the other''s');
select is(tests.answer('firebase-b', tests.change('sign_consultation', '1')) -> 'state', null, 'who signs');

-- Erasing, and what is kept.
select is(public.trim_access_log(), 0::bigint, 'nothing is old enough');
set local session_replication_role = replica;
insert into public.access_log (recording_id, user_id, action, at) values ('rec-0', tests.id('a'), 'opened', now() - interval '7 years 31 days'),
  ('rec-0', tests.id('a'), 'opened', now() - interval '7 years 29 days');
set local session_replication_role = origin;
select is(public.trim_access_log(), 1::bigint, 'seven years and thirty days');
select pipeline.erase_consultation('rec-1');
select is((select count(*) from public.review_log where recording_id = 'rec-1') + (select count(*) from public.finding_reviews where recording_id = 'rec-1')
  + (select count(*) from public.transcript_turns where recording_id = 'rec-1'), 0::bigint, 'nothing that was said is left');
select throws_ok('delete from public.review_log', '42501', 'review_log is append only', 'what erases does not leave the door open');

select * from finish();
rollback;
