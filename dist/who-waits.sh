# Which sessions wait for which in the database while a migration runs, and how it is ended. Its sessions are those from
# its container's addresses. Given: what apply.sh, psql.sh and waits.sh give; `each_database COMMAND…`, which calls it
# with SERVICE USER CONNECTION of each database that the migration changes, and is true where one of them was;
# MIGRATION_BLOCKED (seconds, or empty) MIGRATION_GRACE (seconds)
#
# Shared: migration_addresses code (see one-shot.sh)

# await_one_shot ID SECONDS MIGRATION: puts its exit status into `code`, or why it was ended; 0 s: without a limit
await_one_shot() {
  local id=$1 until since='' status begun looks=0 seen=''
  begun=$(uptime_seconds)
  until=$((begun + $(whole "$2")))
  while :; do
    code=$(timeout 2 docker wait "$id" 2>/dev/null)
    status=$?
    case $status in
      0)
        starts_again "$id" || { tell_unseen "$begun"; return; }
        sleep 1
        migration_addresses=
        ;;
      124 | 143) ;;
      *) code=lost && return ;;
    esac
    [ -z "$3" ] || [ -n "$migration_addresses" ] || migration_addresses=$(addresses_in "$id")
    if [ -n "$3" ] && [ -z "$seen" ]; then
      looks=$((looks + 1))
      ! each_database has_session "$migration_addresses" || seen=1
    fi
    if [ -n "$3" ] && each_database tell_waits "$migration_addresses"; then
      since=${since:-$(uptime_seconds)}
    else
      since=
    fi
    if [ -n "$since" ] && [ -s "$RB_STEP/end" ]; then
      # It waits, and has not changed the table that it waits for.
      code=cancel
    elif [ -n "$since" ] && [ -n "$MIGRATION_BLOCKED" ] && [ $(($(uptime_seconds) - since)) -ge "$(whole "$MIGRATION_BLOCKED")" ]; then
      code=blocked
    elif [ "$2" != 0 ] && [ "$(uptime_seconds)" -ge "$until" ]; then
      code=timeout
    else
      continue
    fi
    tell_unseen "$begun"
    end_one_shot "$id" "$3"
    return
  done
}

# starts_again ID: whether Docker starts the container again after this end, as its restart policy says
starts_again() {
  case $(docker inspect --format '{{.HostConfig.RestartPolicy.Name}} {{.State.Status}}' "$1" 2>/dev/null) in
    'on-failure running' | 'on-failure restarting') say "it exited with status $code, and Docker starts it again (restart: on-failure)" ;;
    *) return 1 ;;
  esac
}

# tell_unseen BEGUN: tells the runner if no session of the migration was found in three looks or more: nobody knows then
# whom it waits for
tell_unseen() {
  [ -n "$seen" ] || [ "$looks" -lt 3 ] || event unseen "seconds=$(($(uptime_seconds) - $1))"
}

# has_session ADDRESSES SERVICE USER CONNECTION: whether the migration is connected to this database, or that cannot be
# asked
has_session() {
  local found
  found=$(
    asks "$2" "$3" "$4" <<SQL
select count(*) from pg_stat_activity where client_addr = any('{$1}'::inet[]) and datname = current_database();
SQL
  ) || return 0
  [ "$found" != 0 ]
}

# whole SECONDS: prints the next whole number
whole() {
  case $1 in
    *.*) echo $((${1%.*} + 1)) ;;
    *) echo "$1" ;;
  esac
}

# end_one_shot ID MIGRATION: cancels a statement that waits, so that the tool can record
# its state; then sends its stop signal, and kills it only after its grace period.
end_one_shot() {
  local grace
  if [ -z "$2" ]; then
    docker stop "$1" >/dev/null
    return
  fi
  grace=$(whole "$MIGRATION_GRACE")
  if [ "$code" != timeout ]; then
    each_database cancel_waiting "$migration_addresses" || :
    [ "$grace" = 0 ] || timeout "$grace" docker wait "$1" >/dev/null 2>&1 || :
  fi
  docker stop -t "$grace" "$1" >/dev/null || :
}

# addresses_in ID: the addresses of a running container, separated by commas
addresses_in() {
  docker inspect --format '{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{println .GlobalIPv6Address}}{{end}}' "$1" |
    sed '/^[0-9a-fA-F:.]\{1,\}$/!d' | paste -sd , -
}

# tell_waits ADDRESSES SERVICE USER CONNECTION: an event for each session of the migration that waits for a lock, with
# the session that holds it; false where none waits, or only for older transactions of others to end: CREATE INDEX
# CONCURRENTLY does that while nobody waits behind it, and would leave an invalid index if it were cancelled
tell_waits() {
  local row found=1
  [ -n "$1" ] || return 1
  waits_sql "client_addr = any('{$1}'::inet[]) and datname = current_database()" |
    asks "$2" "$3" "$4" >"$RB_STEP/waits" || return 1
  while IFS= read -r row; do
    case $row in
      *'"lock" : "a lock of the kind virtualxid", "circular" : false, "behind" : 0,'*) ;;
      *) found=0 ;;
    esac
    event waits "database=$2" "row=$row"
  done <"$RB_STEP/waits"
  return "$found"
}

# cancel_waiting ADDRESSES SERVICE USER CONNECTION: cancels statements of the migration that wait for a lock
cancel_waiting() {
  [ -n "$1" ] || return 0
  asks "$2" "$3" "$4" >/dev/null <<SQL
select pg_cancel_backend(pid) from pg_stat_activity
where client_addr = any('{$1}'::inet[]) and datname = current_database() and wait_event_type = 'Lock';
SQL
}

# end_sessions ADDRESSES BEGIN END SERVICE USER CONNECTION: ends sessions of a container that has ended: they continue
# their statement, and wait for locks, until they want to send an answer. Another container may have its addresses by
# now.
end_sessions() {
  local ended
  [ -n "$1" ] || return 0
  ended=$(
    asks "$4" "$5" "$6" <<SQL
select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity
  where client_addr = any('{$1}'::inet[]) and datname = current_database()
    and backend_start between '$2'::timestamptz and '$3'::timestamptz) as ended;
SQL
  ) || return 0
  [ "${ended:-0}" = 0 ] || event sessions-ended "database=$4" "count=$ended"
}

# tell_holders SERVICE USER CONNECTION: tells the runner which sessions hold an advisory lock; migration tools use such
# locks to keep each other out
tell_holders() {
  local row
  asks "$1" "$2" "$3" >"$RB_STEP/holders" <<SQL || return 0
select json_build_object('pid', b.pid, 'own', false, 'user', b.usename, 'app', b.application_name, 'from', host(b.client_addr),
  'state', b.state, 'waits', false, 'begun', to_char(coalesce(b.xact_start, b.state_change) at time zone 'UTC', 'HH24:MI:SS'),
  'seconds', floor(extract(epoch from clock_timestamp() - coalesce(b.xact_start, b.state_change)))::int,
  'silent', floor(extract(epoch from clock_timestamp() - b.state_change))::int)
from pg_stat_activity b where b.datname = current_database() and b.pid in (
  select l.pid from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
  where l.locktype = 'advisory' and l.granted) order by b.pid limit 5;
SQL
  while IFS= read -r row; do event holder "database=$1" "row=$row"; done <"$RB_STEP/holders"
}
