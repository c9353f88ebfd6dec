-- The ledger of the consent: what each decision writes, what stands then, and what changes nothing.
begin;
select no_plan();
select tests.arrange_appointments();

create temp table kept as select tests.open() ->> 'id' as session;
create function pg_temp.s() returns text language sql as $$ select session from kept $$;
select tests.meet(pg_temp.s(), 'm1');
select tests.rpc('invite', jsonb_build_object('sessionId', pg_temp.s(), 'userIds', jsonb_build_array(tests.id('d'))));
select tests.seat(pg_temp.s(), 'm1', letter, 'at-' || letter) from unnest(array['a', 'c', 'd']) letter;

create function pg_temp.say(letter text, decision text, version text default 'v1', meeting text default 'm1', more jsonb default '{}')
returns jsonb language sql volatile as $$
  select tests.rpc('record_consent', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', meeting, 'userId', tests.id(letter),
    'decision', decision, 'textVersion', version, 'textSha256', repeat('a', 64), 'language', 'en', 'withdrawn', 'keep',
    'at', '2026-03-02T10:01:00.000Z') || more)
$$;
-- Outcome, what stands, and whether the meeting is spoilt.
create function pg_temp.told(answer jsonb) returns text language sql as $$
  select coalesce(answer ->> 'state', concat_ws(' ', answer ->> 'outcome', coalesce(answer ->> 'standing', '-'), answer ->> 'isSpoilt'))
$$;
create function pg_temp.ledger() returns text language sql as $$
  select string_agg(concat_ws(' ', meeting_id, right(user_id::text, 1), decision, text_version), ', ' order by id)
  from public.recording_consents
$$;
create function pg_temp.noted() returns text language sql as $$
  select string_agg(concat_ws(' ', meeting_id, action, right(actor::text, 1), detail ->> 'textVersion'), ', ' order by id)
  from pipeline.audit_outbox where action like 'CONSENT%'
$$;
create function pg_temp.session() returns jsonb language sql as $$ select pipeline.to_session(pg_temp.s()::uuid) $$;
create function pg_temp.consent(letter text) returns jsonb language sql as $$
  select tests.rpc('call_participant', jsonb_build_object('sessionId', pg_temp.s(), 'userId', tests.id(letter))) -> 'consent'
$$;

select is(pg_temp.consent('a'), 'null', 'at first nobody has said anything');
select is(pg_temp.session() #> '{meeting,isSpoilt}', 'false', 'and the meeting may be recorded');
select is(pg_temp.session() -> 'withdrawn', 'null', 'and nobody was told anything');

-- Each line after the ones before it.
select is(pg_temp.told(pg_temp.say(letter, decision, version)), outcome, format('%s says %s to %s: %s', letter, decision, version, outcome))
from (values
  (1, 'a', 'given', 'v1', 'kept given false'), (2, 'a', 'given', 'v1', 'known given false'),
  (3, 'a', 'given', 'v2', 'kept given false'), (4, 'd', 'given', 'v2', 'kept given false'),
  (5, 'b', 'given', 'v2', 'over - false'),
  (6, 'd', 'refused', 'v2', 'kept withdrawn true'), (7, 'd', 'withdrawn', 'v2', 'known withdrawn true'),
  (8, 'd', 'given', 'v2', 'final withdrawn true'), (9, 'd', 'given', 'v3', 'final withdrawn true'),
  (10, 'c', 'withdrawn', 'v2', 'kept refused true'), (11, 'c', 'refused', 'v2', 'known refused true'),
  (12, 'a', 'withdrawn', 'v2', 'kept withdrawn true')) t (n, letter, decision, version, outcome) order by n;
select is(pg_temp.ledger(), 'm1 a given v1, m1 a given v2, m1 d given v2, m1 d withdrawn v2, m1 c refused v2, m1 a withdrawn v2',
  'what changed something is written, once');
select is(pg_temp.noted(), 'm1 CONSENT_GIVEN a v1, m1 CONSENT_GIVEN a v2, m1 CONSENT_GIVEN d v2, m1 CONSENT_WITHDRAWN d v2, m1 CONSENT_REFUSED c v2, '
  'm1 CONSENT_WITHDRAWN a v2', 'and noted for the trail');
select is(pg_temp.consent('c'), '{"decision": "refused", "textVersion": "v2"}', 'a row shows what its person said last');
select is((tests.rpc('call_context', jsonb_build_object('issuer', 'supabase', 'subject', tests.id('c'), 'action', 'join', 'meetingId', 'm1')))
  #> '{participant,consent,decision}', '"refused"', 'so does a request');
select is((select jsonb_object_agg(right(one ->> 'userId', 1), one #> '{consent,decision}') from
  jsonb_array_elements(tests.rpc('call_status', jsonb_build_object('sessionId', pg_temp.s())) -> 'participants') one),
  '{"a": "withdrawn", "c": "refused", "d": "withdrawn"}', 'and the status of everybody');
select is((select row(text_sha256, language, at, session_id)::text from public.recording_consents order by id limit 1),
  row(repeat('a', 64), 'en', '2026-03-02T10:01:00.000Z'::timestamptz, pg_temp.s()::uuid)::text, 'with text, language and time');

-- The next meeting begins anew, and the old one is over.
select tests.rpc('renew_meeting', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', 'm1', 'at', '2026-03-02T10:05:00.000Z'));
select is(pg_temp.consent('a'), 'null', 'without a meeting, nothing stands');
select tests.meet(pg_temp.s(), 'm2', 2);
select is(pg_temp.session() #> '{meeting,isSpoilt}', 'false', 'the next meeting may be recorded');
select is(pg_temp.consent('d'), 'null', 'once everybody has agreed anew');
select is(pg_temp.told(pg_temp.say('a', 'given', 'v2', 'm1')), 'over - true', 'of the old one nobody decides any more');
select is(pg_temp.told(pg_temp.say('d', 'given', 'v2', 'm2')), 'kept given false', 'whoever had said no can say yes to this one');
select tests.rpc('set_participant', jsonb_build_object('sessionId', pg_temp.s(), 'userId', tests.id('d'), 'removed', true));
select is(pg_temp.told(pg_temp.say('d', 'withdrawn', 'v2', 'm2')), 'over given false', 'whoever was removed decides nothing');

-- What becomes of a recording: what keeps less holds.
select is(pg_temp.session() ->> 'withdrawn', 'keep', 'as people were told');
select is(pg_temp.say('a', 'given', 'v2', 'm2', '{"withdrawn": "discard"}') ->> 'outcome', 'kept', 'somebody is told otherwise');
select is(pg_temp.session() ->> 'withdrawn', 'discard', 'which holds');
select is(pg_temp.say('c', 'given', 'v2', 'm2') ->> 'outcome', 'kept', 'and another as before');
select is(pg_temp.session() ->> 'withdrawn', 'discard', 'which changes nothing');

-- Whether the provider has been there, whose wish it is.
select is(pg_temp.session() ->> 'providerCame', 'true', 'she has been there');
select is(tests.rpc('open_session', jsonb_build_object('appointmentId', tests.id('6'), 'userId', tests.id('d'), 'wishes', null,
  'mediaRegion', 'eu-west-1')) ->> 'providerCame', 'false', 'in another visit she has not');

-- Whoever is in a meeting that is recorded sees so in her row.
update public.video_call_sessions s set is_recording = true where s.id = pg_temp.s()::uuid;
select is(pg_temp.say('c', 'given', 'v2', 'm2') #> '{participant,isRecorded}', 'true', 'it is recorded');

select is(pg_temp.say('c', 'given', 'v2', 'm2', more::jsonb) ->> 'state', state, more)
from (values ('{"decision": "maybe"}', '22023'), ('{"withdrawn": "burn"}', '22023'), ('{"userId": "x"}', '22023'),
  ('{"colour": "red"}', '22023'), ('{"textVersion": 7}', '22023'), ('{"textVersion": "v9", "textSha256": "x"}', '23514')) t (more, state);
select tests.rpc('close_session', jsonb_build_object('sessionId', pg_temp.s(), 'endedBy', tests.id('a'), 'at', '2026-03-02T10:09:00.000Z'));
select is(pg_temp.told(pg_temp.say('c', 'withdrawn', 'v2', 'm2')), 'over given false', 'nor does anybody, once the visit was ended');

select * from finish();
rollback;
