# Dumps databases while they serve; each dump is a part of the backup. Runs on the host after the pieces for steps,
# psql, waits and parts. Only the step itself holds the data lock (descriptor 6): processes that it starts may hang, and
# must not keep the lock. Given: PROJECT, DUMP_BLOCKED (seconds, or empty), the functions `counts_sql` and `facts_sql`
#
# Shared: DUMP_SERVERS (words CONTAINER:USER) looked (the container that look_inside asked last)

DUMP_NAME=runbook-backup-$RB_TOKEN

# tell_migrations: tells the runner which schema the data has, which is not always that of the current release
tell_migrations() {
  local line
  [ -e "${RB_JOURNAL%/*}/migrations.jsonl" ] || return 0
  while IFS= read -r line; do event migration "line=$line"; done <"${RB_JOURNAL%/*}/migrations.jsonl"
}

# dump_begin SERVER…: ends dumps that earlier runs left in the servers; if this step ends early, ends its own, too
dump_begin() {
  DUMP_SERVERS=$*
  undo_push "end_dumps '' $*"
  # The dumps of this step need not wait until the others have ended.
  end_dumps "$DUMP_NAME" "$@" 6>&- &
}

# end_dumps NAME CONTAINER:USER…: ends all our dumps but NAME, in the server: ending `docker exec` does not end what it
# started
end_dumps() {
  local dump_spared dump_server
  dump_spared=$1
  shift
  for dump_server in "$@"; do
    printf '%s\n' "select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'runbook-backup-%' and application_name <> '$dump_spared'" |
      sql "${dump_server%%:*}" "${dump_server#*:}" dbname=template1 >/dev/null 2>&1
  done
  :
}

# look_inside CONTAINER: sets `tool` (the version of its pg_dump), `inside_zstd` (whether it has the program zstd) and
# `tool_zstd` (whether its pg_dump compresses with zstd: 16 and newer do if they were built with it). To find that out,
# ask for zstd and a server that does not exist: a build without zstd rejects the option first, one with it fails to
# connect.
look_inside() {
  local looked_said
  [ "$1" != "${looked:-}" ] || return 0
  looked=$1 tool='' inside_zstd='' tool_zstd=''
  looked_said=$(docker exec -e LC_ALL=C "$1" sh -c 'zstd --version >/dev/null 2>&1 && echo zstd
    pg_dump --version
    PGHOSTADDR= pg_dump -Fc --compress=zstd:1 -h /nowhere 2>&1 | grep -q "connection to server" && echo packs' </dev/null 2>/dev/null)
  tool=$(printf '%s\n' "$looked_said" | grep '^pg_dump')
  case $looked_said in zstd*) inside_zstd=1 ;; esac
  case $looked_said in *packs) tool_zstd=1 ;; esac
}

# choose_packer CONTAINER FORMAT: sets `packer`: `inside` (the container's zstd), `here` (the host's), or `gzip` if
# neither has zstd, and for SQL that people read; and `compress`, the option of pg_dump. A pg_dump that compresses hands
# on a quarter of the bytes, in large pieces: that costs less CPU time than sending every row through another program
# uncompressed.
choose_packer() {
  look_inside "$1"
  packer=gzip compress=0
  [ "$2" = sql ] || if [ -n "$inside_zstd" ]; then packer=inside; elif zstd --version >/dev/null 2>&1; then packer=here; fi
  if [ "$packer" != gzip ] && [ -n "$tool_zstd" ]; then compress=zstd:1; fi
}

# dump_inside: prints the script for the container: the dump goes to pg_restore, which checks it, and to standard
# output. Arguments: USER CONNECTION SNAPSHOT PACKER NAME COMPRESS
dump_inside() {
  cat <<'SCRIPT'
export PGAPPNAME="$5"
exec 3>&1
{
  { pg_dump -Fc --compress="$6" --snapshot="$3" -U "$1" -d "$2"; echo "#exit pg_dump $?" >&2; } |
    { tee /dev/fd/4; echo "#exit tee $?" >&2; } |
    { if [ "$4" = inside ]; then zstd -q -1 -T0 -c; else cat; fi; echo "#exit pack $?" >&2; } >&3
} 4>&1 | { pg_restore -f /dev/null && cat >/dev/null; echo "#exit pg_restore $?" >&2; }
SCRIPT
}

# dump_sql_inside: the same for plain SQL. To check it, the packed dump is unpacked again and must end with the closing
# line of pg_dump; some versions put \unrestrict after that. Subscriptions are left out: they would start in every copy.
# Arguments: as for dump_inside
dump_sql_inside() {
  cat <<'SCRIPT'
export PGAPPNAME="$5"
exec 3>&1
{
  { pg_dump --no-subscriptions --snapshot="$3" -U "$1" -d "$2"; echo "#exit pg_dump $?" >&2; } |
    { gzip -c; echo "#exit pack $?" >&2; } | { tee /dev/fd/4; echo "#exit tee $?" >&2; } >&3
} 4>&1 | { gzip -dc; echo "#exit unpack $?" >&2; } | {
  tail -n 12 | sed -e '/^$/d' -e '/^--$/d' -e '/^\\unrestrict [A-Za-z0-9]*$/d' | tail -n 1 |
    grep -qx -e '-- PostgreSQL database dump complete'
  echo "#exit complete $?" >&2
}
SCRIPT
}

# watch_locks INDEX: tells the runner which sessions the dump waits for, and how many wait for the dump; false once it
# has waited for too long. A wait for a session that itself waits for the dump does not count. Given: watch_service
# watch_user watch_connection; sets `watch_asked` (time of the last look) and `watch_since` (time when the wait began)
watch_locks() {
  local now row stuck=''
  now=$(uptime_seconds)
  [ $((now - watch_asked)) -ge 5 ] || return 0
  watch_asked=$now
  locks_sql "application_name = '$DUMP_NAME' and datname = current_database()" |
    asks "$watch_service" "$watch_user" "$watch_connection" >"$RB_STEP/waits" || return 0
  while IFS= read -r row; do
    case $row in
      '#behind '*) event behind "index=$1" "count=${row#* }" ;;
      *)
        event waits "index=$1" "row=$row"
        case $row in *'"circular" : false'*) stuck=1 ;; esac
        ;;
    esac
  done <"$RB_STEP/waits"
  [ -n "$stuck" ] || { watch_since=; return 0; }
  watch_since=${watch_since:-$now}
  [ -z "$DUMP_BLOCKED" ] || [ $((now - watch_since)) -lt "${DUMP_BLOCKED%.*}" ] || { fail blocked "$watch_service"; return 1; }
}

# locks_sql CONDITION: prints the query of waits_sql, and one that counts the sessions that wait for sessions of
# CONDITION
locks_sql() {
  waits_sql "$1"
  cat <<SQL
select '#behind ' || count(*) from pg_stat_activity o where o.wait_event_type = 'Lock'
  and pg_blocking_pids(o.pid) && (select coalesce(array_agg(pid), '{}') from pg_stat_activity where $1)
  and o.pid <> all(select pid from pg_stat_activity where $1) having count(*) > 0;
SQL
}

# dump_database INDEX SERVICE USER CONNECTION FILE FORMAT: dumps one database; FILE is without the packer's suffix
dump_database() {
  local container ask told session file packer compress inside exits snapshot followed
  local PART_WATCH watch_service watch_user watch_connection watch_since watch_asked
  container=$(database_container "$2")
  [ -n "$container" ] || { fail no-database "$2"; return 1; }
  ask=$RB_STEP/ask-$1 told=$RB_STEP/told-$1
  mkfifo "$ask" || return 1
  database_tool "$container" env PGAPPNAME="$DUMP_NAME" psql -XqAt -v ON_ERROR_STOP=1 -U "$3" -d "$4" \
    <"$ask" >"$told" 2>"$told.log" 6>&- &
  session=$!
  exec 7>"$ask"
  rm "$ask"
  {
    session_sql
    printf '%s\n' 'begin isolation level repeatable read read only;' "select '#snapshot ' || pg_export_snapshot();"
  } >&7
  # This runs while the server opens the session.
  choose_packer "$container" "$6"
  [ "$packer" = gzip ] && file=$5.gz || file=$5.zst
  # A dump of SQL is packed in the container, so nothing is left to pack on the host.
  if [ "$6" = sql ]; then inside=$(database_session; dump_sql_inside) packer=inside exits=8; else inside=$(database_session; dump_inside) exits=7; fi
  event tool "index=$1" "version=$tool"
  until snapshot=$(sed -n 's/^#snapshot //p' "$told") && [ -n "$snapshot" ]; do
    kill -0 "$session" 2>/dev/null || { exec 7>&-; fail connect "$2" "$told.log"; return 1; }
    sleep 0.05
  done
  open_part "$1" "$file" || { exec 7>&-; fail written "$file"; return 1; }
  (
    { docker exec -i "$container" sh -c "$inside" sh "$3" "$4" "$snapshot" "$packer" "$DUMP_NAME" "$compress" </dev/null 2>>"$RB_STEP/part-$1.log"
      echo "#exit docker $?" >>"$RB_STEP/part-$1.log"; } |
      { pack "$packer" 2>>"$RB_STEP/part-$1.log"; echo "#exit host_pack $?" >>"$RB_STEP/part-$1.log"; } |
      keep "$(target "$1" "$file")" "$RB_STEP/part-$1.log" 2>>"$RB_STEP/part-$1.log"
    : >"$RB_STEP/ended-$1"
  ) 6>&- 7>&- &
  echo $! >"$RB_STEP/pipe-$1"
  undo_push "kill $! 2>/dev/null || :"
  # While the dump runs, the session counts rows in the same snapshot.
  {
    counts_sql
    facts_sql
    printf '%s\n' '\echo #counted'
  } >&7
  PART_WATCH=watch_locks watch_service=$2 watch_user=$3 watch_connection=$4 watch_since='' watch_asked=$(uptime_seconds)
  follow_part "$1" "$file" "$exits" "$2"
  followed=$? PART_WATCH=
  [ "$followed" = 0 ] || {
    # If the session has ended, the snapshot is gone: that is the cause, whatever pg_dump says.
    kill -0 "$session" 2>/dev/null || fail counts "$2" "$told.log"
    exec 7>&-
    return 1
  }
  exec 7>&-
  wait "$session" && grep -qx '#counted' "$told" || { fail counts "$2" "$told.log"; return 1; }
  sed -n "s/^\[/counts $1 [/p; s/^{/facts $1 {/p" "$told"
}

# begin_globals INDEX SERVICE USER FILE FORMAT: begins to dump roles and tablespaces of a server. A destination in a
# folder takes this small part beside the dumps of databases; for others, `dump_globals` begins it when its turn comes.
begin_globals() {
  local container packer compress file log
  container=$(database_container "$2")
  [ -n "$container" ] || { fail no-database "$2"; return 1; }
  choose_packer "$container" "$5"
  [ "$packer" = gzip ] && file=$4.gz || file=$4.zst
  open_part "$1" "$file" || { fail written "$file"; return 1; }
  printf '%s\n' "$file" >"$RB_STEP/globals-$1"
  log=$RB_STEP/part-$1.log
  (
    {
      database_tool "$container" env PGAPPNAME="$DUMP_NAME" pg_dumpall --globals-only -U "$3" </dev/null 2>>"$log"
      echo "#exit docker $?" >>"$log"
    } | {
      # A complete dump ends with this line.
      awk '{ print } /^-- PostgreSQL database cluster dump complete/ { whole = 1 } END { exit !whole }'
      echo "#exit complete $?" >>"$log"
    } | {
      if [ "$packer" = inside ]; then docker exec -i "$container" zstd -q -1 -c; else pack "$packer"; fi
      echo "#exit host_pack $?" >>"$log"
    } 2>>"$log" | keep "$(target "$1" "$file")" "$log" 2>>"$log"
    : >"$RB_STEP/ended-$1"
  ) 6>&- &
  echo $! >"$RB_STEP/pipe-$1"
  undo_push "kill $! 2>/dev/null || :"
}

# dump_globals INDEX SERVICE USER FILE FORMAT: dumps roles and tablespaces of a server, and waits for the end of that
dump_globals() {
  [ -e "$RB_STEP/globals-$1" ] || begin_globals "$@" || return 1
  follow_part "$1" "$(cat "$RB_STEP/globals-$1")" 4 "$2"
}
