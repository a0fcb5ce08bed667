# Services that run to their end, migrations above all. Given: what apply.sh and who-waits.sh give, the data lock, and
# BACKUP (made just before, or empty)

# op_one_shot SERVICE TIMEOUT SCHEMA COMPATIBLE SINCE: SCHEMA is empty for a service that is not a migration
op_one_shot() {
  local service id migration_addresses follower code there
  service=$1 id=
  # A migration that is ended half-way may leave a state from which it cannot continue.
  [ -z "$3" ] || { data_alone "$service" || return 1; protect; id=$(begun_migration "$service" "$5" "$3"); }
  if [ -n "$id" ]; then
    say "$service: an interrupted run has started it; it is not run twice"
  else
    [ -z "$3" ] || await_former "$service" "$2"
    clear_stopped "$service" && note_before "$service" || return 1
    [ -z "$3" ] || note_migration "$3" || { fail unnoted "$service"; return 1; }
    up "$service" 1 --force-recreate || { remove_fresh "$service"; return 1; }
    id=$(fresh "$service")
  fi
  migration_addresses=$([ -z "$3" ] || addresses_in "$id")
  # Each line as it comes: a buffer would keep it until the end.
  docker logs -f "$id" 2>&1 | sed $(each_line) "s/^/$service: /" &
  follower=$!
  await_one_shot "$id" "$2" "$3"
  end_follower "$follower"
  if [ "$code" != 0 ]; then
    docker logs --tail 50 "$id" 2>&1 | report_log "$service"
    [ -z "$3" ] || after_broken "$id"
    let_go "$service" "$id"
    fail_one_shot "$service"
    return 1
  fi
  [ -n "$3" ] || return 0
  tell_errors "$id"
  # If the record fails its container stays, which tells the next run that the migration is done.
  record_migration "$3" "$4" "$TARGET" || { rm -f "$RB_STEP/room"; record_migration "$3" "$4" "$TARGET"; } ||
    { unprotect; data_unlock; fail unrecorded "$3"; return 1; }
  rm -f "$RB_ROOT/migration.open"
  event migrated "schema=$3"
  unprotect
  data_unlock
}

# each_line: prints the option with which this sed passes on each line at once
each_line() {
  ! sed -u '' </dev/null >/dev/null 2>&1 || echo -u
}

# end_follower PID: the log ends with its container, so that its last lines are shown; Docker may not end it, and `wait`
# would wait for Docker
end_follower() {
  local tenths=30
  while kill -0 "$1" 2>/dev/null && [ "$tenths" -gt 0 ]; do
    tenths=$((tenths - 1))
    sleep 0.1
  done
  kill "$1" 2>/dev/null || :
}

# fail_one_shot SERVICE: by its `code`
fail_one_shot() {
  case $code in
    timeout) fail one-shot-timeout "$1" ;;
    blocked) fail migration-blocked "$1" ;;
    cancel) fail one-shot "$1" ;;
    *) event failed kind=one-shot "subject=$1" "code=$code" ;;
  esac
}

# tell_errors ID: lines of its log that read like an error, although it ended with exit status 0: some tools go on behind
# a statement that failed, as psql does without ON_ERROR_STOP
tell_errors() {
  local line
  docker logs "$1" 2>&1 | tr -d '\000\r\033' | LC_ALL=C grep -aE "$ONE_SHOT_ERRORS" | grep -avi 'no change' | head -n 3 | cut -b 1-300 |
    while IFS= read -r line; do event suspect "line=$line"; done
}
ONE_SHOT_ERRORS='(^|[[:space:]])(ERROR|FATAL|PANIC|Error|error|fatal|panic):([[:space:]]|$)|^ERROR [0-9]+ \(|^Traceback \(most recent|"level": ?"(error|fatal)"|level=(error|fatal)|^Unhandled exception'

# after_broken ID: see note_ended; tells the runner who holds locks
after_broken() {
  note_ended "$1"
  each_database tell_holders
}

# data_alone SERVICE: a running backup would block the migration half-way, with its locks on the tables
data_alone() {
  data_lock exclusive 1800 || fail data-lock "$1"
}

# begun_migration SERVICE SINCE SCHEMA: the container of the same migration that runs, or that ended well while no step
# was left to record it. A recorded migration may have to run again: the data may have been restored since.
begun_migration() {
  local found
  for found in $(containers "$1" -a --filter "label=runbook.release=$2"); do
    case $(docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$found") in
      running* | restarting*) echo "$found" && return ;;
      'exited 0') ! by_itself "$found" || [ "$(cat "$RB_ROOT/migration.begun" 2>/dev/null)" != "$(beginning "$3")" ] || { echo "$found" && return; } ;;
    esac
  done
}

# by_itself ID: false where Docker was started anew since the container began. Docker, or the host, may have told the
# migration to end, and some tools then end with exit status 0 although migrations are left.
by_itself() {
  local docker begun
  docker=$(stat -c %Y "${DOCKER_PID:-/run/docker.pid}" 2>/dev/null) || return 0
  begun=$(date -d "$(docker inspect --format '{{.State.StartedAt}}' "$1")" +%s 2>/dev/null) || return 0
  [ "$begun" -ge "$docker" ]
}

# op_await_migration SERVICE TIMEOUT: a migration whose step was killed runs on; waits for its end, as its own step would
# have done, and records how it ended
op_await_migration() {
  local id code migration_addresses
  for id in $(containers "$1"); do
    say "$1: a migration that an interrupted run started still runs; waiting for its end"
    protect
    migration_addresses=$(addresses_in "$id")
    await_one_shot "$id" "$2" migration
    note_ended "$id"
    unprotect
    say "$1: it ended: $code"
  done
  note_unseen "$1"
}

# note_unseen SERVICE: records the exit status of a migration that ended while no step was there
note_unseen() {
  local id code='' migration_addresses=''
  grep -qv '"code":' "$RB_ROOT/migration.open" 2>/dev/null || return 0
  for id in $(containers "$1" -a); do
    case $(docker inspect --format '{{.State.Status}}' "$id") in exited) ;; *) continue ;; esac
    code=$(docker inspect --format '{{.State.ExitCode}}' "$id") && note_ended "$id"
    return
  done
}

# note_ended ID: ends what it left in the database, and records by `code` on the host how it ended
note_ended() {
  local times
  times=$(docker inspect --format '{{.State.StartedAt}} {{.State.FinishedAt}}' "$1")
  # shellcheck disable=SC2086 # two words
  each_database end_sessions "$migration_addresses" $times
  sed -i "s/}\$/,\"code\":\"$code\"}/" "$RB_ROOT/migration.open" 2>/dev/null || :
}

# await_former SERVICE SECONDS: waits for another migration, of a step that was killed, instead of ending it half-way
await_former() {
  local former
  former=$(containers "$1")
  [ -n "$former" ] || return 0
  say "$1: a migration that an interrupted run started still runs; waiting for its end"
  timeout "$2" docker wait $former >/dev/null || :
}

# beginning SCHEMA: records a migration that is about to begin, until a whole record follows
beginning() {
  printf '%s after %s\n' "$1" "$(grep -c '}$' "$RB_ROOT/migrations.jsonl" 2>/dev/null)"
}

# note_migration SCHEMA: runs before it begins. The container of the migration before is gone by then.
note_migration() {
  beginning "$1" >"$RB_ROOT/.migration.part" && to_disk "$RB_ROOT/.migration.part" &&
    mv -f "$RB_ROOT/.migration.part" "$RB_ROOT/migration.begun" || return 1
  printf '{"at":"%s",%s,"after":%s,"backup":"%s"}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$RB_ENTRY" \
    "$({ grep -c '}$' "$RB_ROOT/migrations.jsonl" 2>/dev/null || [ -e "$RB_ROOT/migrations.jsonl" ] || echo 0; })" "$BACKUP" \
    >"$RB_ROOT/.migration.part" && to_disk "$RB_ROOT/.migration.part" && mv -f "$RB_ROOT/.migration.part" "$RB_ROOT/migration.open"
}

# record_migration SCHEMA COMPATIBLE RELEASE: the migration's own commit point
record_migration() {
  if is_torn "$RB_ROOT/migrations.jsonl"; then echo >>"$RB_ROOT/migrations.jsonl" || return 1; fi
  printf '{"schema":"%s","release":"%s","compatible":%s}\n' "$1" "$3" "$2" >>"$RB_ROOT/migrations.jsonl" || return 1
  to_disk "$RB_ROOT/migrations.jsonl"
}
