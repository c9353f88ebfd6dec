#!/usr/bin/env bash
# The pgTAP tests on a real PostgreSQL: a throw-away server on a unix socket, without a network. Two databases, one
# that starts empty and one that starts as the older EHR; the migrations are applied twice to each. Prints the
# assertions that failed, then `N passed, N failed`.
#
# PG_BIN   the folder of initdb and postgres (default: the newest of Debian's packages, else PATH)
# TAP_USER the user that runs the server when root runs this, because postgres refuses root (default: postgres)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

PG_BIN=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)}
PG_BIN=${PG_BIN:-$(dirname "$(command -v initdb)")}
root=$(mktemp -d)
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown "${TAP_USER:-postgres}" "$root"
  as_owner() { runuser -u "${TAP_USER:-postgres}" -- "$@"; }
fi

stop() {
  as_owner "$PG_BIN/pg_ctl" -D "$root/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$root"
}
trap stop EXIT

# The working directory need not be readable to the server's owner.
(cd "$root" && as_owner "$PG_BIN/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >initdb.log 2>&1) ||
  { cat "$root/initdb.log"; exit 2; }
(cd "$root" && as_owner "$PG_BIN/pg_ctl" -D data -l server.log -w -s start \
  -o "-c listen_addresses='' -c unix_socket_directories='$root' -c fsync=off -c timezone=UTC") ||
  { cat "$root/server.log"; exit 2; }

sql() { PGOPTIONS='-c client_min_messages=error' psql -XAtq -F $'\n' -v ON_ERROR_STOP=1 -h "$root" -U postgres "$@"; }

prepare() { # database, files that come before the migrations
  local database=$1
  shift
  sql -d postgres -c "create database $database"
  for file in "$@"; do sql -d "$database" -f "$file"; done
  for _ in 1 2; do
    for file in ../migrations/*.sql; do sql -d "$database" -f "$file"; done
  done
  sql -d "$database" -f helpers.sql
}

passed=0
failed=0
check() { # database, test file
  local output broken=0
  output=$(sql -d "$1" -f "$2" 2>&1) || broken=1
  passed=$((passed + $(grep -c '^ok ' <<<"$output" || true)))
  # A file that breaks off, or whose plan does not come out, is a failure of its own.
  grep -Eq '^1\.\.[1-9]' <<<"$output" || broken=1
  failed=$((failed + broken + $(grep -c '^not ok ' <<<"$output" || true)))
  if [ "$broken" = 1 ] || grep -q '^not ok ' <<<"$output"; then
    echo "# $1: $2"
    grep -Ev '^(ok |1\.\.|$)' <<<"$output" || true
  fi
}

prepare empty bootstrap.sql
prepare older bootstrap.sql realtime.sql older_ehr.sql
for file in *.test.sql; do
  # What only the EHR's database has: its own rows, and Realtime.
  [ "$file" = older_ehr.test.sql ] || [ "$file" = realtime.test.sql ] || check empty "$file"
  check older "$file"
done

# Eight windows decide at once, each having seen the first revision: one is heard, the others are told that it changed.
race() { # database
  local n
  sql -d "$1" -c 'select tests.arrange_consultations()' >/dev/null
  for n in 1 2 3 4 5 6 7 8; do
    sql -d "$1" -v VERBOSITY=sqlstate -c "begin; select tests.become(tests.id('a')::text); select public.review_findings('rec-1', 1,
      gen_random_uuid(), '[{\"finding\": \"e3\", \"verdict\": \"right\"}]'); select pg_sleep(0.1); commit" >"$root/race.$n" 2>&1 &
  done
  wait
  local heard told
  heard=$(cat "$root"/race.* | grep -c '"revision": 2' || true)
  told=$(cat "$root"/race.* | grep -c PT409 || true)
  [ "$heard" = 1 ] && [ "$told" = 7 ] && [ "$(sql -d "$1" -c "select tests.revision('1')")" = 2 ]
}

# Eight people open one appointment at once, each in a transaction of her own that waits before it commits, and each with a
# meeting and an attendee of her own making. One session, one meeting and one attendee are kept, and their channel says once that
# it started, also in the older EHR's database, where no index helps.
meet() { # database
  local n start
  rm -f "$root"/race.*
  sql -d "$1" -c 'select tests.arrange_appointments()' >/dev/null
  sql -d "$1" -c "select public.open_channel(jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('c')))" >/dev/null
  start=$(sql -d "$1" -c "select now() + interval '1 second'")
  for n in 1 2 3 4 5 6 7 8; do
    sql -d "$1" >"$root/race.$n" 2>&1 <<SQL &
select pg_sleep(extract(epoch from '$start'::timestamptz - clock_timestamp()));
begin;
select tests.open() ->> 'id' as session \gset
select pg_sleep(0.05);
commit;
begin;
select 'meeting ' || (tests.meet(:'session', 'm$n') ->> 'outcome');
select pg_sleep(0.05);
commit;
begin;
select 'attendee ' || (tests.seat(:'session', (select meeting_id from public.call_meetings), 'a', 'at-$n') ->> 'outcome');
select pg_sleep(0.05);
commit;
SQL
  done
  wait
  [ "$(cat "$root"/race.* | grep . | sort | uniq -c | tr -s ' \n' ' ')" = \
    ' 1 attendee kept 7 attendee other 1 meeting kept 7 meeting other ' ] &&
    [ "$(sql -d "$1" -c "select count(*) from public.video_call_sessions where appointment_id::text = tests.id('5')::text")" = 1 ] &&
    [ "$(sql -d "$1" -c "select count(*) from public.video_call_participants where attendee_id is not null")" = 1 ] &&
    [ "$(sql -d "$1" -c "select metadata ->> 'code' from public.chime_messages")" = call-started ]
}

# Eight loops begin the recording of one meeting at once, each having read the same facts, and then eight joined files come at
# once. One loop is heard; one file is the recording, noted once, and the loop that has not seen it comes too late.
record() { # database
  local n start facts
  rm -f "$root"/race.*
  sql -d "$1" -c 'select tests.arrange_appointments()' >/dev/null
  sql -d "$1" -c "select tests.meet(tests.open() ->> 'id', 'm1')" >/dev/null
  facts=$(sql -d "$1" -c "select public.recording_facts('{\"meetingId\": \"m1\"}')")
  start=$(sql -d "$1" -c "select now() + interval '1 second'")
  for n in 1 2 3 4 5 6 7 8; do
    sql -d "$1" >"$root/race.$n" 2>&1 <<SQL &
select pg_sleep(extract(epoch from '$start'::timestamptz - clock_timestamp()));
begin;
select 'reserve ' || (public.keep_capture(jsonb_build_object('meetingId', 'm1', 'version', 0, 'at', '2026-03-02T10:01:00.000Z',
  'touched', '$facts'::jsonb -> 'touched', 'capture', tests.capture())) ->> 'outcome');
select pg_sleep(0.05);
commit;
SQL
  done
  wait
  sql -d "$1" -c "select tests.keep('m1', state, '{\"captureId\": \"c1\"}') from unnest(array['running', 'over']) state" >/dev/null
  start=$(sql -d "$1" -c "select now() + interval '1 second'")
  for n in 1 2 3 4 5 6 7 8; do
    sql -d "$1" >>"$root/race.$n" 2>&1 <<SQL &
select pg_sleep(extract(epoch from '$start'::timestamptz - clock_timestamp()));
begin;
select 'file ' || (public.record_joined(jsonb_build_object('meetingId', 'm1', 'concatenationId', 'j$n', 'recordingId', 'rec-$n',
  'joinedMs', 60000, 'url', 'u$n', 'at', '2026-03-02T10:10:00.000Z')) ->> 'verdict');
select pg_sleep(0.05);
commit;
select 'loop ' || (public.keep_capture(jsonb_build_object('meetingId', 'm1', 'version', 3, 'at', '2026-03-02T10:11:00.000Z',
  'capture', tests.capture('{"state": "missing"}'))) ->> 'outcome');
SQL
  done
  wait
  [ "$(cat "$root"/race.* | grep . | sort | uniq -c | tr -s ' \n' ' ')" = \
    ' 1 file fits 7 file other 8 loop stale 1 reserve kept 7 reserve stale ' ] &&
    [ "$(sql -d "$1" -c "select concat_ws(' ', c.state, (select count(*) from public.call_concatenations),
      (select count(*) from pipeline.audit_outbox where action = 'RECORDING_JOINED' and meeting_id = 'm1'), right(s.recording_url, 1) = right(c.concatenation_id, 1))
      from public.call_captures c join public.video_call_sessions s on s.id = c.session_id")" = 'joined 8 1 t' ]
}

# Eight phones of one patient open her channel at once, send one message again under one token, and then one each. One channel
# and one message of the token are kept, each is audited, and no two have one time.
chat() { # database
  local n start
  rm -f "$root"/race.*
  sql -d "$1" -c 'select tests.arrange_appointments()' >/dev/null
  start=$(sql -d "$1" -c "select now() + interval '1 second'")
  for n in 1 2 3 4 5 6 7 8; do
    sql -d "$1" >"$root/race.$n" 2>&1 <<SQL &
select pg_sleep(extract(epoch from '$start'::timestamptz - clock_timestamp()));
begin;
select public.open_channel(jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('c'))) ->> 'channelId' as channel \gset
select pg_sleep(0.05);
commit;
begin;
select 'same ' || (tests.write(:'channel', 'same') ->> 'outcome');
select pg_sleep(0.05);
commit;
select 'own ' || (tests.write(:'channel', 'own-$n') ->> 'outcome');
SQL
  done
  wait
  [ "$(cat "$root"/race.* | grep . | sort | uniq -c | tr -s ' \n' ' ')" = ' 8 own kept 1 same kept 7 same known ' ] &&
    [ "$(sql -d "$1" -c "select concat_ws(' ', count(distinct channel_id), count(*), count(distinct created_at), (select count(*)
      from public.chime_message_audit where action_type = 'message_sent' and user_id is not null))
      from public.chime_messages where sender_id is not null")" = '1 9 9 9' ]
}

# A call starts while its channel is being archived: nothing is said in it any more.
archive() { # database
  local said messages='select count(*) from public.chime_messages'
  rm -f "$root"/race.*
  sql -d "$1" -c 'select tests.arrange_appointments()' >/dev/null
  sql -d "$1" >"$root/race.1" 2>&1 <<SQL &
select public.open_channel(jsonb_build_object('appointmentId', tests.id('5'), 'userId', tests.id('c'))) ->> 'channelId' as channel \gset
begin;
select public.archive_channel(jsonb_build_object('channelId', :'channel', 'userId', tests.id('a'))) ->> 'outcome';
select pg_sleep(1);
commit;
SQL
  # Until it holds the channel's lock, and has not yet let go of it.
  while kill -0 $! 2>/dev/null &&
    [ "$(sql -d "$1" -c "select count(*) from pg_stat_activity where query like 'select pg_sleep(1)%'")" = 0 ]; do sleep 0.05; done
  said=$(sql -d "$1" -c "$messages")
  sql -d "$1" -c "select tests.meet(tests.open() ->> 'id', 'm1') ->> 'outcome'" >"$root/race.2" 2>&1
  wait
  [ "$(cat "$root/race.2")" = kept ] && [ "$(sql -d "$1" -c "$messages")" = "$said" ]
}

# Eight texts of one user at once, of 30,000 characters each: three are read, and nothing is counted above 100,000.
extract() { # database
  local n
  sql -d "$1" -c "insert into public.users (id) values (tests.id('e')) on conflict do nothing"
  for n in 1 2 3 4 5 6 7 8; do
    sql -d "$1" -c "begin; select public.extraction_take(jsonb_build_object('issuer', 'supabase', 'subject', tests.id('e'),
      'characters', 30000)) ->> 'outcome'; select pg_sleep(0.05); commit" >"$root/race.$n" 2>&1 &
  done
  wait
  [ "$(cat "$root"/race.* | grep . | sort | uniq -c | tr -s ' \n' ' ')" = ' 3 granted 5 tooMany ' ] &&
    [ "$(sql -d "$1" -c "select sum(n) from pipeline.takes where what = 'read'")" = 90000 ]
}

count() { # what, function, database
  if "$2" "$3"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "# $3: $1"
    cat "$root"/race.*
  fi
}
count 'eight windows at once' race empty
count 'eight people at once' meet empty
count 'eight people at once' meet older
count 'eight loops and files at once' record empty
count 'eight loops and files at once' record older
count 'eight phones at once' chat empty
count 'eight phones at once' chat older
count 'a call and the end of its channel at once' archive empty
count 'a call and the end of its channel at once' archive older
count 'eight texts at once' extract empty
count 'eight texts at once' extract older

echo "PostgreSQL $(sql -d postgres -c 'show server_version'): $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
