-- The RPCs of the call: what each does, that a repeat does nothing more, and what is refused.
begin;
select no_plan();
select tests.arrange_appointments();

create function pg_temp.context(subject text, more jsonb, issuer text default 'supabase') returns jsonb language sql as $$
  select tests.rpc('call_context', jsonb_build_object('issuer', issuer, 'subject', subject, 'action', 'create') || more)
$$;
create function pg_temp.row(session text) returns public.video_call_sessions language sql as $$
  select s from public.video_call_sessions s where s.id = session::uuid
$$;
create function pg_temp.noted() returns text language sql as $$
  select string_agg(concat_ws(' ', meeting_id, action, right(actor::text, 1), detail), ', ' order by id) from pipeline.audit_outbox
$$;
create temp table kept (name text, value text);
create function pg_temp.keep(name text, value text) returns void language sql as $$ insert into kept values ($1, $2) $$;
create function pg_temp.s(letter text default 's') returns text language sql as $$ select value from kept where name = letter $$;

-- Who asks ------------------------------------------------------------------------------------------------------------

select is(pg_temp.context(subject, more, issuer) - 'session', answer::jsonb, label)
from (values
  ('a user of Supabase', 'supabase', tests.id('c')::text, jsonb_build_object('appointmentId', tests.id('5')), format('{"tooMany": false,
    "userId": "%s", "participant": null, "appointment": {"id": "%s", "providerId": "%s", "patientId": "%s", "status": "confirmed",
    "videoEnabled": true}}', tests.id('c'), tests.id('5'), tests.id('a'), tests.id('c'))),
  ('a user of Firebase, of another appointment', 'firebase', 'firebase-b', jsonb_build_object('appointmentId', upper(tests.id('6')::text)),
    format('{"tooMany": false, "userId": "%s", "participant": null, "appointment": {"id": "%s", "providerId": "%s", "patientId": "%s",
    "status": "confirmed", "videoEnabled": null}}', tests.id('b'), tests.id('6'), tests.id('b'), tests.id('d'))),
  ('a user of Firebase under the id of her row', 'firebase', tests.id('b')::text, jsonb_build_object('appointmentId', tests.id('6')),
    '{"tooMany": false, "userId": null, "appointment": null, "participant": null}'),
  ('a uid of Firebase from Supabase', 'supabase', 'firebase-b', jsonb_build_object('appointmentId', tests.id('6')),
    '{"tooMany": false, "userId": null, "appointment": null, "participant": null}'),
  ('a stranger', 'supabase', tests.id('9')::text, jsonb_build_object('appointmentId', tests.id('5')),
    '{"tooMany": false, "userId": null, "appointment": null, "participant": null}'),
  ('an appointment that there is not', 'supabase', tests.id('a')::text, jsonb_build_object('appointmentId', tests.id('9')),
    format('{"tooMany": false, "userId": "%s", "appointment": null, "participant": null}', tests.id('a'))),
  ('an appointment that is no uuid', 'supabase', tests.id('a')::text, '{"appointmentId": "1; drop table users"}',
    format('{"tooMany": false, "userId": "%s", "appointment": null, "participant": null}', tests.id('a'))),
  ('a meeting that there is not', 'supabase', tests.id('a')::text, '{"meetingId": "m9"}',
    format('{"tooMany": false, "userId": "%s", "appointment": null, "participant": null}', tests.id('a')))
) t (label, issuer, subject, more, answer);
select is(pg_temp.context('x', '{}', 'auth0'), '{"state": "22023"}', 'another issuer is nobody''s');

insert into pipeline.settings values ('requests_a_minute', 'many');
select is(pg_temp.context('c', '{}') ->> 'tooMany', 'false', 'a limit that is no number is the usual one');
update pipeline.settings set value = '3' where name = 'requests_a_minute';
select is((pg_temp.context('often', '{}') ->> 'tooMany')::boolean, n > 3, format('request %s of a caller', n)) from generate_series(1, 5) n;
select is(pg_temp.context('often', '{}', 'firebase') ->> 'tooMany', 'false', 'another issuer''s is another caller');
update pipeline.takes set minute = minute - interval '1 minute' where caller = 'supabase:often';
select is(pg_temp.context('often', '{}') ->> 'tooMany', 'false', 'the next minute');
select is((select count(*) from pipeline.takes where caller = 'supabase:often'), 1::bigint, 'the last one is not kept');
update pipeline.settings set value = '1000' where name = 'requests_a_minute';

-- Opening -------------------------------------------------------------------------------------------------------------

select pg_temp.keep('first', tests.open(jsonb_build_object('userId', tests.id('c')))::text);
select pg_temp.keep('s', pg_temp.s('first')::jsonb ->> 'id');
select is(pg_temp.s('first')::jsonb - 'id', jsonb_build_object('appointmentId', tests.id('5'), 'providerId', tests.id('a'), 'patientId',
  tests.id('c'), 'status', 'active', 'attempt', 1, 'endedBy', null, 'recordingEnabled', false, 'transcriptionEnabled', false,
  'transcriptionLanguage', null, 'mediaRegion', 'eu-central-1', 'withdrawn', null, 'providerCame', false, 'meeting', null), 'the patient opens a visit');
select is(tests.open(jsonb_build_object('userId', tests.id('c'))), pg_temp.s('first')::jsonb, 'again, the same');
select is(tests.open('{"mediaRegion": "eu-west-2", "wishes": {"recording": true, "transcription": true, "language": "en-US"}}')
    - 'recordingEnabled' - 'transcriptionEnabled' - 'transcriptionLanguage', pg_temp.s('first')::jsonb - 'recordingEnabled'
    - 'transcriptionEnabled' - 'transcriptionLanguage', 'the provider finds it, in the region in which it was begun');
select is(tests.open() -> key, value, 'her wish holds: ' || key)
from jsonb_each('{"recordingEnabled": true, "transcriptionEnabled": true, "transcriptionLanguage": "en-US"}');
select is(tests.open('{"wishes": {"recording": false}}') -> key, value, 'what she does not say stays: ' || key)
from jsonb_each('{"recordingEnabled": false, "transcriptionEnabled": true}');
select is((pg_temp.row(pg_temp.s())).created_by, tests.id('c'), 'whoever was first');
select is((select jsonb_agg(participant order by user_id) from pipeline.to_participants(pg_temp.s()::uuid)), format('[
  {"userId": "%s", "role": "provider", "status": "invited", "admitted": true, "muted": false, "attendeeId": null, "attendeeMeetingId": null,
    "consent": null, "isRecorded": false},
  {"userId": "%s", "role": "patient", "status": "invited", "admitted": false, "muted": false, "attendeeId": null, "attendeeMeetingId": null,
    "consent": null, "isRecorded": false}]',
  tests.id('a'), tests.id('c'))::jsonb, 'both have their rows, and the patient waits');
select is(tests.rpc('call_participant', jsonb_build_object('sessionId', pg_temp.s(), 'userId', tests.id(letter))) -> 'role', role,
  format('%s is %s', letter, role)) from (values ('a', '"provider"'::jsonb), ('c', '"patient"'), ('d', null)) t (letter, role);
select is(tests.open(jsonb_build_object('appointmentId', tests.id('9'))), '{"state": "23503"}', 'no session without an appointment');
select is(tests.open('{"wishes": {"colour": "red"}}'), '{"state": "22023"}', 'a wish that there is not');
select is(pg_temp.context(tests.id('c')::text, jsonb_build_object('appointmentId', tests.id('5'))) #>> '{session,id}', pg_temp.s(),
  'a request finds the session');

select pg_temp.keep('v', tests.open(jsonb_build_object('appointmentId', tests.id('6'))) ->> 'id');
insert into public.video_call_participants (video_call_id, user_id, role, status) values (pg_temp.s('v')::uuid, tests.id('a'), 'other', 'removed');
update public.appointments set provider_id = tests.id('a') where id = tests.id('6');
select tests.open(jsonb_build_object('appointmentId', tests.id('6')));
select is(pipeline.to_participant(pg_temp.s('v')::uuid, tests.id('a')) -> key, value, 'a colleague takes over who had been sent out: ' || key)
from jsonb_each('{"role": "provider", "status": "invited", "admitted": true}');
select is(jsonb_path_query_array(tests.rpc('invite', jsonb_build_object('sessionId', pg_temp.s('v'), 'userIds',
  jsonb_build_array(tests.id('a'), tests.id('b'), tests.id('d')))) -> 'participants', '$[*].role'), '["provider", "other", "patient"]',
  'and names the one who had the appointment before');
update public.appointments set provider_id = tests.id('b') where id = tests.id('6');
delete from public.video_call_sessions where id = pg_temp.s('v')::uuid;

-- Meeting and attendees -----------------------------------------------------------------------------------------------

select is(tests.meet(pg_temp.s(), 'm1') ->> 'outcome', 'kept', 'the first meeting');
select is(tests.meet(pg_temp.s(), 'm2') - 'session', '{"outcome": "other"}', 'of two, the second is not kept');
select is(tests.meet(pg_temp.s(), 'm2') #>> '{session,meeting,meetingId}', 'm1', 'and the first is named');
select is(tests.meet(pg_temp.s(), 'm1') ->> 'outcome', 'known', 'again, the same');
select is(tests.meet(pg_temp.s(), 'm3', 2) ->> 'outcome', 'over', 'of another attempt');
select is(to_jsonb(pg_temp.row(pg_temp.s())) -> key, value, 'the session shows it: ' || key)
from jsonb_each(jsonb_build_object('meeting_id', 'm1', 'external_meeting_id', pg_temp.s(), 'media_region', 'eu-west-1',
  'media_placement', '{"AudioHostUrl": "x"}'::jsonb, 'join_token', null));
select ok((select string_agg(m::text, '') from public.call_meetings m) || (pg_temp.row(pg_temp.s()))::text !~ 'secret', 'never a token');
select is(tests.meet(pg_temp.s(), 'm1') #> '{session,meeting}', '{"meetingId": "m1", "attempt": 1, "controlRegion": "eu-central-1",
  "mediaRegion": "eu-west-1", "data": {"MeetingId": "m1", "MediaRegion": "eu-west-1", "MediaPlacement": {"AudioHostUrl": "x"}}, "isSpoilt": false}'::jsonb,
  'as clients need it');

select is(tests.seat(pg_temp.s(), meeting, letter, attendee, more::jsonb) ->> 'outcome', outcome, label)
from (values
  ('an attendee', 'm1', 'a', 'at-1', '{}', 'kept'), ('again, the same', 'm1', 'a', 'at-1', '{}', 'kept'),
  ('another of the same person', 'm1', 'a', 'at-2', '{}', 'other'),
  ('another in the place of one that it does not have', 'm1', 'a', 'at-2', '{"replaces": "at-0"}', 'other'),
  ('another in the place of one that is gone', 'm1', 'a', 'at-3', '{"replaces": "at-1"}', 'kept'),
  ('of a meeting that is not the session''s', 'm2', 'a', 'at-4', '{}', 'over'),
  ('of somebody who is not in it', 'm1', 'd', 'at-5', '{}', 'over')) t (label, meeting, letter, attendee, more, outcome);
select is(tests.seat(pg_temp.s(), 'm1', 'a', 'at-9') #>> '{participant,attendeeId}', 'at-3', 'and the one that holds is named');
select is(pg_temp.noted(), format('m1 CREATED {"attempt": 1}, m1 ATTENDEE_ADDED a {"userId": "%1$s"}, m1 ATTENDEE_ADDED a {"userId": "%1$s"}',
  tests.id('a')), 'each noted once');

-- People --------------------------------------------------------------------------------------------------------------

create function pg_temp.invite(ids jsonb, more jsonb default '{}') returns jsonb language sql as $$
  select tests.rpc('invite', jsonb_build_object('sessionId', pg_temp.s(), 'userIds', ids) || more)
$$;
create function pg_temp.set(letter text, more jsonb) returns jsonb language sql as $$
  select tests.rpc('set_participant', jsonb_build_object('sessionId', pg_temp.s(), 'userId', tests.id(letter)) || more)
$$;
select is(pg_temp.invite(jsonb_build_array(tests.id('d'), 'nobody', tests.id('9'), tests.id('c'), tests.id('d'))) - 'participants',
  jsonb_build_object('invited', jsonb_build_array(tests.id('d'), tests.id('c')), 'unknown', jsonb_build_array('nobody', tests.id('9'))),
  'those who are users are invited, once');
select is(jsonb_path_query_array(pg_temp.invite(jsonb_build_array(tests.id('d'), tests.id('c'))) -> 'participants', '$[*].role'),
  '["other", "patient"]', 'a party stays one');
select is((select count(*) from public.video_call_participants where video_call_id = pg_temp.s()::uuid), 3::bigint, 'nobody twice');
select is(pg_temp.set('d', change::jsonb) - '{userId,role,attendeeId,attendeeMeetingId,consent,isRecorded}'::text[], becomes::jsonb, change)
from (values
  ('{"admitted": true}', '{"status": "invited", "admitted": true, "muted": false}'),
  ('{"muted": true}', '{"status": "invited", "admitted": true, "muted": true}'),
  ('{"muted": true}', '{"status": "invited", "admitted": true, "muted": true}'),
  ('{"muted": false}', '{"status": "invited", "admitted": true, "muted": false}'),
  ('{"admitted": false}', '{"status": "invited", "admitted": false, "muted": false}')) t (change, becomes);
select is(pg_temp.set('b', '{"muted": true}'), null, 'whoever is not in it');
select is(pg_temp.set('d', '{"removed": "yes"}'), '{"state": "22023"}', 'what is no change');
select is(tests.seat(pg_temp.s(), 'm1', 'd', 'at-d') ->> 'outcome', 'kept', 'an invited person has an attendee');
select is(pg_temp.set('d', '{"removed": true}') ->> 'attendeeId', 'at-d', 'whoever is removed is told with the attendee to delete');
select is(tests.seat(pg_temp.s(), 'm1', 'd', 'at-d2') ->> 'outcome', 'over', 'and gets no other');
select is(pg_temp.invite(jsonb_build_array(tests.id('d'))) -> 'participants', jsonb_build_array(jsonb_build_object('userId', tests.id('d'),
  'role', 'other', 'status', 'invited', 'admitted', false, 'muted', false, 'attendeeId', null, 'attendeeMeetingId', null,
  'consent', null, 'isRecorded', false)),
  'until she is invited again, to the waiting room');
select is(pg_temp.invite(jsonb_build_array(tests.id('d')), '{"waitingRoom": false}') #> '{participants,0,admitted}', 'true', 'if there is one');
select is(tests.open('{"waitingRoom": false}') ->> 'status', 'active', 'nor does the patient wait then');
select is(pg_temp.set('c', '{}') ->> 'admitted', 'true', 'once it is opened so');

-- Status and reports --------------------------------------------------------------------------------------------------

select pg_temp.set('c', '{"admitted": false}'), tests.seat(pg_temp.s(), 'm1', 'c', 'at-c');
select tests.rpc('record_presence', jsonb_build_object('eventId', attendee, 'kind', 'joined', 'at', at, 'meetingId', 'm1', 'attendeeId',
  attendee, 'userId', tests.id(letter)))
from (values ('a', 'at-3', '2026-03-02T10:00:00.000Z'), ('c', 'at-c', '2026-03-02T10:00:30.500Z')) t (letter, attendee, at);
select is(tests.rpc('call_status', jsonb_build_object('sessionId', pg_temp.s())) - 'participants', jsonb_build_object('status', 'active',
  'startedAt', '2026-03-02T10:00:00.000Z', 'endedAt', null, 'isRecording', false, 'recordings', '[]'::jsonb, 'captions',
  '{"on": false, "language": null, "engine": null}'::jsonb, 'waiting', jsonb_build_array(tests.id('c')), 'present',
  jsonb_build_array(jsonb_build_object('userId', tests.id('a'), 'role', 'provider', 'since', '2026-03-02T10:00:00.000Z'),
    jsonb_build_object('userId', tests.id('c'), 'role', 'patient', 'since', '2026-03-02T10:00:30.500Z'))), 'who is there, and who waits');
select is(tests.rpc('call_status', jsonb_build_object('sessionId', tests.id('9'))), null, 'of no session');
select is(tests.rpc('record_report', jsonb_build_object('sessionId', pg_temp.s(), 'userId', tests.id('c'), 'kind', kind, 'values',
  '{"packetLoss": 0.1}'::jsonb)) - 'x', outcome::jsonb, kind || ' is reported: ' || outcome)
from (values ('quality', '{}'), ('failure', '{}'), ('survey', '{}'), ('gossip', '{"state": "22023"}')) t (kind, outcome);
select is((select count(*) from public.call_quality where session_id = pg_temp.s()::uuid), 3::bigint, 'and kept');

create function pg_temp.refuse(letter text, action text, at text) returns void language sql as $$
  select tests.rpc('refuse_access', jsonb_build_object('userId', tests.id(letter), 'meetingId', 'm1', 'action', action, 'code', 'OnlyTheProvider',
    'at', at))
$$;
select pg_temp.refuse(letter, action, at)
from (values ('c', 'end', '2026-03-02T10:01:00.000Z'), ('c', 'end', '2026-03-02T10:59:00.000Z'), ('c', 'mute', '2026-03-02T10:02:00.000Z'),
  ('d', 'end', '2026-03-02T10:02:00.000Z'), ('c', 'end', '2026-03-02T11:00:00.000Z')) t (letter, action, at);
select is((select string_agg(concat_ws(' ', right(actor::text, 1), detail ->> 'action', detail ->> 'code', pipeline.iso(at)), ', ' order by id)
    from pipeline.audit_outbox where action = 'ACCESS_REFUSED'), 'c end OnlyTheProvider 2026-03-02T10:01:00.000Z, c mute OnlyTheProvider 2026-03-02T10:02:00.000Z, '
  'd end OnlyTheProvider 2026-03-02T10:02:00.000Z, c end OnlyTheProvider 2026-03-02T11:00:00.000Z', 'one refusal for each caller, action and hour');

-- A meeting that is gone ----------------------------------------------------------------------------------------------

create function pg_temp.renew(meeting text, at text) returns jsonb language sql as $$
  select tests.rpc('renew_meeting', jsonb_build_object('sessionId', pg_temp.s(), 'meetingId', meeting, 'at', at))
$$;
select is(pg_temp.renew('m9', '2026-03-02T10:05:00.000Z') #>> '{meeting,meetingId}', 'm1', 'a meeting that it never had');
select is(pg_temp.renew('m1', '2026-03-02T10:05:00.000Z') - 'recordingEnabled' - 'transcriptionEnabled' - 'transcriptionLanguage' - 'mediaRegion',
  jsonb_build_object('id', pg_temp.s(), 'appointmentId', tests.id('5'), 'providerId', tests.id('a'), 'patientId', tests.id('c'), 'status', 'active',
    'attempt', 2, 'endedBy', null, 'withdrawn', null, 'providerCame', true, 'meeting', null), 'the next attempt');
select is(pg_temp.renew('m1', '2026-03-02T10:06:00.000Z') ->> 'attempt', '2', 'of which there is one');
select is(pg_temp.context(tests.id('a')::text, '{"meetingId": "m1", "action": "join"}') #>> '{session,id}', pg_temp.s(), 'the old meeting leads to the session');
select is(tests.meet(pg_temp.s(), 'm1b', 1) ->> 'outcome', 'over', 'a late meeting of the first attempt');
select is(tests.meet(pg_temp.s(), 'm4', 2) ->> 'outcome', 'kept', 'its next meeting');
select is(public.session_of_meeting(meeting), case when found then jsonb_build_object('id', pg_temp.s(), 'appointment_id', tests.id('5'),
  'transcription_enabled', true, 'transcription_language', 'en-US', 'media_region', 'eu-west-1', 'is_captured', false) end, 'the workflow finds ' || meeting)
from (values ('m1', true), ('m4', true), ('m9', false)) t (meeting, found);
update public.video_call_sessions set meeting_id = 'older' where id = tests.id('2');
update public.video_call_participants set attendee_id = 'at-old', role = 'provider' where video_call_id = tests.id('2') and user_id = tests.id('a');
select is(public.participants_of_meeting('older'), '[{"role": "provider", "attendee_id": "at-old"}]', 'and those of a meeting from before that');
select is(public.session_of_meeting('older') ->> 'id', tests.id('2')::text, 'and the session of a meeting from before there was a list');
select is((select status || ' ' || pipeline.iso(left_at) from public.video_call_participants where user_id = tests.id('c')
  and video_call_id = pg_temp.s()::uuid), 'left 2026-03-02T10:05:00.000Z', 'nobody is in the old one any more');

-- The sweep and the end -----------------------------------------------------------------------------------------------

create function pg_temp.sweep(at text) returns jsonb language sql as $$
  select tests.rpc('calls_to_sweep', jsonb_build_object('at', at, 'most', 10))
$$;
create function pg_temp.close(letter text, at text, more jsonb default '{}') returns jsonb language sql as $$
  select tests.rpc('close_session', jsonb_build_object('sessionId', pg_temp.s(), 'endedBy', tests.id(letter), 'at', at) || more)
$$;
update public.video_call_sessions set call_touched_at = '2026-03-02T10:06:00Z' where id = pg_temp.s()::uuid;
select tests.seat(pg_temp.s(), 'm4', 'a', 'at-a4');
-- Whoever spoke in the first meeting is known there, though her row names her attendee of the next one.
select is(public.participants_of_meeting(meeting), attendees::jsonb, 'the attendees of ' || meeting)
from (values
  ('m1', '[{"role": "provider", "attendee_id": "at-3"}, {"role": "patient", "attendee_id": "at-c"}]'),
  ('m4', '[{"role": "provider", "attendee_id": "at-a4"}]'), ('m9', '[]')) t (meeting, attendees);
update public.call_meetings set seen_at = '2026-03-02T10:07:00Z' where meeting_id = 'm4';
select is(pg_temp.sweep('2026-03-02T10:08:00.000Z'), jsonb_build_object('stranded', 0, 'recordings', '[]'::jsonb, 'running', 0, 'oldestMs', 0, 'meetings', jsonb_build_array(jsonb_build_object(
  'sessionId', pg_temp.s(), 'meetingId', 'm4', 'controlRegion', 'eu-central-1', 'isLive', true, 'sessionStatus', 'active',
  'quietSince', '2026-03-02T10:06:00.001Z', 'seenAt', '2026-03-02T10:07:00.000Z', 'present', 0, 'unaccounted', 1, 'lastLeftAt', null,
  'endedAt', null))), 'what may still live');
select tests.rpc('record_presence', jsonb_build_object('eventId', kind, 'kind', kind, 'at', at, 'meetingId', 'm4', 'attendeeId', 'at-a4', 'userId',
  tests.id('a'))) from (values ('joined', '2026-03-02T10:08:00.000Z'), ('left', '2026-03-02T10:09:00.000Z')) t (kind, at);
select is(pg_temp.sweep('2026-03-02T10:10:00.000Z') #> '{meetings,0}' ->> key, value, 'whoever came and left: ' || key)
from (values ('present', '0'), ('unaccounted', '0'), ('lastLeftAt', '2026-03-02T10:09:00.000Z'), ('quietSince', '2026-03-02T10:09:00.000Z')) t (key, value);
select tests.rpc('meeting_seen', jsonb_build_object('meetingId', 'm4', 'at', at)) from unnest(array['2026-03-02T10:10:00.000Z', '2026-03-02T10:01:00.000Z']) at;
select is(pg_temp.sweep('2026-03-02T10:10:00.000Z') #>> '{meetings,0,seenAt}', '2026-03-02T10:10:00.000Z', 'seen, and never earlier');
select is(pg_temp.close('9', '2026-03-02T10:12:00.000Z', '{"endedBy": null, "quietSince": "2026-03-02T10:08:00.000Z"}') - 'session',
  '{"outcome": "busy", "seconds": 0, "meetings": ["m4"]}', 'not while something happens');
select is((pg_temp.row(pg_temp.s())).status::text, 'active', 'it goes on');
select is(pg_temp.close('9', '2026-03-02T10:09:00.000Z', '{"endedBy": null, "quietSince": "2026-03-02T10:09:00.000Z"}') - 'session',
  '{"outcome": "closed", "seconds": 360, "meetings": ["m4"]}', 'once it is quiet: 10:00 to 10:05, and a minute');
select is(tests.seat(pg_temp.s(), 'm4', 'c', 'at-c4') ->> 'outcome', 'over', 'nobody comes in any more');
select is(tests.meet(pg_temp.s(), 'm4', 2) ->> 'outcome', 'over', 'and no meeting either');
select is(pg_temp.context(tests.id('a')::text, jsonb_build_object('appointmentId', tests.id('5'))) #>> '{session,status}', 'ended', 'but it may go on');
select is(tests.open(jsonb_build_object('appointmentId', null, 'sessionId', pg_temp.s())) ->> 'attempt', '3', 'in the next meeting, because the last is being ended');
select is(tests.rpc('meeting_ended', '{"meetingId": "m4", "at": "2026-03-02T10:12:00.000Z"}'), '{"closed": false, "seconds": 0}',
  'which does not end the session');
select is(tests.meet(pg_temp.s(), 'm5', 3) #>> '{session,status}', 'active', 'that has its own');
select is(pg_temp.close('a', '2026-03-02T10:20:00.000Z') - 'session', '{"outcome": "closed", "seconds": 360, "meetings": ["m5"]}', 'the provider ends it');
select is(pg_temp.close('a', '2026-03-02T10:21:00.000Z') - 'session', '{"outcome": "known", "seconds": 360, "meetings": ["m5"]}', 'once');
select tests.rpc('meeting_ended', '{"meetingId": "m5", "at": "2026-03-02T10:21:00.000Z"}');
select is(pg_temp.close('a', '2026-03-02T10:22:00.000Z') -> 'meetings', '[]', 'until Chime has ended it too');
select is(to_jsonb(pg_temp.row(pg_temp.s())) ->> key, value, 'the session: ' || key)
from (values ('status', 'ended'), ('ended_by', tests.id('a')::text), ('duration_seconds', '360'), ('total_participants', '2'),
  ('max_participants_reached', '2')) t (key, value);
select is((select string_agg(concat_ws(' ', meeting_id, right(actor::text, 1)), ', ' order by id) from pipeline.audit_outbox where action = 'ENDED'),
  'm4, m5 a', 'each end is noted once');
select is(tests.open(jsonb_build_object('appointmentId', null, 'sessionId', pg_temp.s())) ->> 'status', 'ended', 'what somebody ended stays so');
select isnt(tests.open() ->> 'id', pg_temp.s(), 'and the appointment has another session then');
select is((select string_agg(distinct x ->> 'meetingId', ',') from jsonb_array_elements(public.audit_noted(pg_temp.s())) x), 'm1,m4,m5',
  'the trail of a session is that of all its meetings');
select is((select string_agg(distinct x ->> 'meetingId', ',') from jsonb_array_elements(public.audit_noted('m4')) x), 'm4', 'and of one meeting, its own');
select ok(bool_and(x #> '{event,recordingId}' = 'null' and x #>> '{event,actor}' ~ '^(system|[0-9a-f-]{36})$'), 'carried without a recording, each with an actor')
from jsonb_array_elements(public.audit_waiting(1000)) x;
select is((select to_jsonb(o) - 'session_id' - 'started_at' - 'ended_at' from public.video_call_overview o where o.session_id = pg_temp.s()::uuid),
  jsonb_build_object('appointment_id', tests.id('5'), 'status', 'ended', 'duration_seconds', 360, 'participants', 2, 'meetings', 3, 'error', null), 'in one line');

-- A session that ended by itself, and then by the provider.
select pg_temp.keep('t', tests.open(jsonb_build_object('appointmentId', tests.id('6'))) ->> 'id');
select tests.meet(pg_temp.s('t'), 'n1');
select tests.rpc('record_presence', jsonb_build_object('eventId', 'n', 'kind', 'ended', 'at', '2026-03-02T10:00:00.000Z', 'meetingId', 'n1',
  'attendeeId', null, 'userId', null));
select is((pg_temp.row(pg_temp.s('t'))).status::text, 'ended', 'Chime ended the live meeting, and with it the session');
select is(tests.rpc('close_session', jsonb_build_object('sessionId', pg_temp.s('t'), 'endedBy', tests.id('b'), 'at', '2026-03-02T10:01:00.000Z'))
  - 'session', '{"outcome": "known", "seconds": 0, "meetings": []}', 'the provider ends what has ended');
select isnt(tests.open(jsonb_build_object('appointmentId', tests.id('6'))) ->> 'id', pg_temp.s('t'), 'and then it is over');

-- Failing -------------------------------------------------------------------------------------------------------------

update pg_temp.kept set value = tests.open() ->> 'id' where name = 's';
create function pg_temp.fail(attempt integer, at text default '2026-03-02T12:00:00.000Z') returns text language plpgsql as $$
begin
  perform tests.rpc('fail_session', jsonb_build_object('sessionId', pg_temp.s(), 'attempt', attempt, 'error', 'Throttled', 'at', at));
  return (select concat_ws(' ', status, call_attempt, error_message, pipeline.iso(error_occurred_at)) from pg_temp.row(pg_temp.s()));
end $$;
select is(pg_temp.fail(2), 'active 1', 'a failure of another attempt');
select is(pg_temp.fail(1), 'failed 1 Throttled 2026-03-02T12:00:00.000Z', 'of this one');
select is(pg_temp.fail(1, '2026-03-02T12:01:00.000Z'), 'failed 1 Throttled 2026-03-02T12:00:00.000Z', 'once');
select is(tests.open() -> key, value, 'opened again: ' || key) from jsonb_each('{"status": "active", "attempt": 2}');
select is((pg_temp.row(pg_temp.s())).error_message, null, 'without the failure');
select is(pg_temp.fail(1), 'active 2', 'which comes too late now');
select is(pg_temp.fail(2), 'failed 2 Throttled 2026-03-02T12:00:00.000Z', 'the second fails');
select is(tests.meet(pg_temp.s(), 'm6', 2) ->> 'outcome', 'kept', 'and somebody else had its meeting');
select is(pg_temp.fail(2), 'active 2', 'then it has not failed');

-- What failed, or was only planned, and then was ended by the provider.
select pg_temp.keep('f' || status, gen_random_uuid()::text), status from unnest(array['failed', 'scheduled']) status;
insert into public.video_call_sessions (id, appointment_id, provider_id, patient_id, status, call_attempt)
select value::uuid, r.appointment_id, tests.id('b'), tests.id('d'), substr(name, 2), 1
from pg_temp.kept, jsonb_populate_record(null::public.video_call_sessions, jsonb_build_object('appointment_id', tests.id('6'))) r
where name in ('ffailed', 'fscheduled');
select is(tests.rpc('close_session', jsonb_build_object('sessionId', value, 'endedBy', person, 'at', '2026-03-02T12:02:00.000Z')) #> '{session,status}',
  status, label || name)
from (select name, value from pg_temp.kept where name in ('ffailed', 'fscheduled')) k,
  lateral (values (null::uuid, to_jsonb(substr(name, 2)), 'not ended by nobody: '), (tests.id('b'), '"ended"', 'ended: ')) t (person, status, label);
select is(concat_ws(' ', s.status, s.ended_by = tests.id('b'), pipeline.iso(s.ended_at)), 'ended t 2026-03-02T12:02:00.000Z', 'as its row says: ' || k.name)
from pg_temp.kept k join public.video_call_sessions s on s.id = k.value::uuid where k.name in ('ffailed', 'fscheduled');
select is(tests.open(jsonb_build_object('appointmentId', null, 'sessionId', value)) ->> 'status', 'ended', 'and stays so: ' || name)
from pg_temp.kept where name in ('ffailed', 'fscheduled');

-- Sessions that never got a meeting. Those that were never opened here are the EHR's.
insert into public.video_call_sessions (id, status) values (tests.id('7'), 'active');
select pg_temp.keep('u', tests.open(jsonb_build_object('appointmentId', tests.id('6'))) ->> 'id');
update public.video_call_sessions set call_touched_at = '2026-03-02T12:00:00Z' where id = pg_temp.s('u')::uuid;
update public.video_call_sessions set call_touched_at = '2026-03-02T12:00:00Z' where id = pg_temp.s()::uuid;
select is(pg_temp.sweep(at) -> 'stranded', n, format('stranded at %s: %s', at, n))
from (values ('2026-03-02T12:10:00.000Z', '0'::jsonb), ('2026-03-02T12:10:00.001Z', '1'), ('2026-03-02T12:20:00.000Z', '0')) t (at, n);
select is((select string_agg(concat_ws(' ', status, error_message), ', ' order by id) from public.video_call_sessions
  where id in (pg_temp.s('u')::uuid, pg_temp.s()::uuid, tests.id('7'))), expected, 'one of three failed')
from (select string_agg(x, ', ' order by id) as expected from (values (pg_temp.s('u')::uuid, 'failed MeetingNotCreated'), (pg_temp.s()::uuid, 'active'),
  (tests.id('7'), 'active')) t (id, x)) e;

-- A session from before there was a list of meetings -----------------------------------------------------------------

insert into public.video_call_sessions (id, appointment_id, status, meeting_id, media_region, created_at, ended_at, is_recording)
select tests.id('8'), r.appointment_id, 'ended', 'older', 'eu-central-1', '2026-03-01T09:00:00Z', '2026-03-01T10:00:00Z', true
from jsonb_populate_record(null::public.video_call_sessions, jsonb_build_object('appointment_id', tests.id('6'))) r;
insert into public.video_call_participants (video_call_id, user_id, role, status, attendee_id, joined_at, left_at) values
  (tests.id('8'), tests.id('b'), 'provider', 'left', 'older-b', '2026-03-01T09:10:00Z', null),
  (tests.id('8'), tests.id('d'), 'patient', 'left', 'older-d', '2026-03-01T09:10:00Z', '2026-03-01T09:40:00Z');
select tests.open(jsonb_build_object('appointmentId', null, 'sessionId', tests.id('8'), 'userId', tests.id('b')));
select is(tests.meet(tests.id('8')::text, 'newer', (pg_temp.row(tests.id('8')::text)).call_attempt) ->> 'outcome', 'kept',
  'it goes on in another meeting');
select is(tests.seat(tests.id('8')::text, 'newer', 'b', 'newer-b') #> '{participant,isRecorded}', 'false',
  'where nobody is recorded, though its row never said that the older recording had stopped');
select is(pipeline.session_of(meeting), tests.id('8'), 'found by its meeting: ' || meeting)
from unnest(array['older', 'newer']) meeting;
select is(public.participants_of_meeting('older'), '[{"role": "provider", "attendee_id": "older-b"},
  {"role": "patient", "attendee_id": "older-d"}]', 'the older recording still has its roles');
select is((pg_temp.sweep('2026-03-02T10:00:00.000Z') -> 'meetings')::text ~ 'older', false, 'nothing looks for the older one at Chime');
select is(tests.meet(tests.id('8')::text, 'newer', (pg_temp.row(tests.id('8')::text)).call_attempt) ->> 'outcome', 'known', 'again, the same');
select is((select count(*) from public.call_meetings where session_id = tests.id('8')), 2::bigint, 'both are listed once');
select tests.rpc('close_session', jsonb_build_object('sessionId', tests.id('8'), 'endedBy', tests.id('b'), 'at', '2026-03-02T11:00:00.000Z'));
select is((pg_temp.row(tests.id('8')::text)).duration_seconds, 3000, 'and the time that people had been there counts');

-- A session goes, and everything about it but its logs.
delete from public.video_call_sessions;
select is((select count(*) from public.call_meetings) + (select count(*) from public.call_presence), 0::bigint, 'nothing is left of its meetings');

select * from finish();
rollback;
