# Dumps databases while they serve. Each pipe of a dump reads what it writes to its end once more, and the exit status
# of every process in it is kept: a part counts when all of them are 0. Runs on the host after the pieces for steps
# and psql. Given: PROJECT FOLDER (where files go; empty: the runner reads them from a FIFO), the function `counts_sql`

DUMP_NAME=runbook-backup-$RB_TOKEN

# prepare_folder: an empty one for the files, which goes when this run ends early. What ended runs left goes too:
# whoever holds the lease is alone here.
prepare_folder() {
  [ -n "$FOLDER" ] || return 0
  rm -rf "${FOLDER%/*}"/.*.part
  mkdir -p "${FOLDER%/*}" 2>"$RB_STEP/folder.log" && mkdir "$FOLDER" 2>>"$RB_STEP/folder.log" ||
    { fail folder "${FOLDER%/*}" "$RB_STEP/folder.log"; return 1; }
  undo_push "rm -rf '$FOLDER'"
}

# dump_begin SERVER…: dumps that an ended run left in the servers end, and those of this run do when it ends early
dump_begin() {
  undo_push "end_dumps $*"
  end_dumps "$@"
}

# end_dumps CONTAINER:USER…: the end of `docker exec` is not the end of what it started
end_dumps() {
  for dump_server in "$@"; do
    echo "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'runbook-backup-%'" |
      sql "${dump_server%%:*}" "${dump_server#*:}" dbname=template1 >/dev/null 2>&1
  done
  :
}

# packer CONTAINER: who packs: `inside` (the container's zstd), `here` (the host's), or `gzip` where nobody has zstd
packer() {
  if docker exec "$1" zstd --version </dev/null >/dev/null 2>&1; then
    echo inside
  elif zstd --version >/dev/null 2>&1; then
    echo here
  else
    echo gzip
  fi
}

# What runs in the container: the dump goes to the reader that checks it and, packed or not, to standard output.
# Arguments: USER CONNECTION SNAPSHOT PACKER NAME
dump_inside() {
  cat <<'SCRIPT'
export PGAPPNAME="$5" PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}"
exec 3>&1
{
  { pg_dump -Fc -Z0 --snapshot="$3" -U "$1" -d "$2"; echo "#exit pg_dump $?" >&2; } |
    { tee /dev/fd/4; echo "#exit tee $?" >&2; } |
    { if [ "$4" = inside ]; then zstd -q -T0 -c; else cat; fi; echo "#exit pack $?" >&2; } >&3
} 4>&1 | { pg_restore -f /dev/null && cat >/dev/null; echo "#exit pg_restore $?" >&2; }
SCRIPT
}

# pack PACKER: packs standard input, unless that was done already
pack() {
  case $1 in
    here) zstd -q -T0 -c ;;
    gzip) gzip -1 ;;
    *) cat ;;
  esac
}

# keep FILE LOG: standard input to a file, or to whoever reads the FIFO; what stands in LOG afterwards is the
# exit status and the SHA-256
keep() {
  { tee "$1"; echo "#exit write $?" >>"$2"; } | sha256sum | sed 's/^\([0-9a-f]*\).*/#sha256 \1/' >>"$2"
}

# target INDEX FILE: where a part goes
target() {
  if [ -n "$FOLDER" ]; then
    echo "$FOLDER/$2"
  else
    echo "$RB_STEP/part-$1"
  fi
}

# follow_part INDEX FILE EXITS SUBJECT: until the part's pipe ended and, where the runner takes it along, the runner
# has said so. The pipe writes to $RB_STEP/part-INDEX.log and makes $RB_STEP/ended-INDEX.
follow_part() {
  part_target=$(target "$1" "$2") part_log=$RB_STEP/part-$1.log
  part_said=$(uptime_seconds)
  while [ ! -e "$RB_STEP/ended-$1" ]; do
    await_word 3 abort && { fail aborted "$4"; return 1; }
    runner_lost && { fail aborted "$4"; return 1; }
    if [ -n "$FOLDER" ] && [ $(($(uptime_seconds) - part_said)) -ge 10 ]; then
      part_said=$(uptime_seconds)
      event progress "index=$1" "bytes=$(wc -c <"$part_target")"
    fi
  done
  part_exits=$(grep -c '^#exit [a-z_]* 0$' "$part_log")
  part_hash=$(sed -n 's/^#sha256 //p' "$part_log")
  if [ "$part_exits" != "$3" ] || [ "$(grep -c '^#exit ' "$part_log")" != "$3" ] || [ "${#part_hash}" != 64 ]; then
    fail part "$4" "$part_log"
    return 1
  fi
  if [ -n "$FOLDER" ]; then
    to_disk "$part_target"
    # What lies there, not what went by.
    part_found=$(sha256sum <"$part_target")
    [ "${part_found%% *}" = "$part_hash" ] || { fail written "$part_target"; return 1; }
    event part "index=$1" "file=$2" "bytes=$(wc -c <"$part_target")" "sha256=$part_hash"
  else
    event part "index=$1" "file=$2" bytes=-1 "sha256=$part_hash"
    until await_word 5 "taken $1" abort; do
      runner_lost && { fail aborted "$4"; return 1; }
    done
    [ "$RB_WORD" != abort ] || { fail aborted "$4"; return 1; }
    rm -f "$part_target"
  fi
}

# open_part INDEX FILE
open_part() {
  part_target=$(target "$1" "$2")
  [ -z "$FOLDER" ] || return 0
  mkfifo "$part_target" || return 1
  # Opened once more by this end, so that who waits for the other goes on when this run ends.
  undo_push ": 3<>'$part_target'; rm -f '$part_target'"
  event feed "index=$1" "file=$2"
}

# dump_database INDEX SERVICE USER CONNECTION FILE: FILE without the packer's suffix
dump_database() {
  container=$(database_container "$2")
  [ -n "$container" ] || { fail no-database "$2"; return 1; }
  packer=$(packer "$container")
  [ "$packer" = gzip ] && file=$5.gz || file=$5.zst
  event tool "index=$1" "version=$(docker exec "$container" pg_dump --version </dev/null 2>/dev/null)"
  ask=$RB_STEP/ask-$1 told=$RB_STEP/told-$1
  mkfifo "$ask" || return 1
  database_tool "$container" env PGAPPNAME="$DUMP_NAME" psql -XqAt -v ON_ERROR_STOP=1 -U "$3" -d "$4" \
    <"$ask" >"$told" 2>"$told.log" &
  session=$!
  exec 7>"$ask"
  rm "$ask"
  printf '%s\n' 'begin isolation level repeatable read read only;' \
    "select '#snapshot ' || pg_export_snapshot();" >&7
  until snapshot=$(sed -n 's/^#snapshot //p' "$told") && [ -n "$snapshot" ]; do
    kill -0 "$session" 2>/dev/null || { exec 7>&-; fail connect "$2" "$told.log"; return 1; }
    sleep 0.1
  done
  open_part "$1" "$file" || { fail written "$file"; return 1; }
  (
    { docker exec -i "$container" sh -c "$(dump_inside)" sh "$3" "$4" "$snapshot" "$packer" "$DUMP_NAME" </dev/null 2>>"$RB_STEP/part-$1.log"
      echo "#exit docker $?" >>"$RB_STEP/part-$1.log"; } |
      { pack "$packer" 2>>"$RB_STEP/part-$1.log"; echo "#exit host_pack $?" >>"$RB_STEP/part-$1.log"; } |
      keep "$(target "$1" "$file")" "$RB_STEP/part-$1.log" 2>>"$RB_STEP/part-$1.log"
    : >"$RB_STEP/ended-$1"
  ) 7>&- &
  undo_push "kill $! 2>/dev/null || :"
  # The same snapshot, while the dump runs.
  {
    counts_sql
    facts_sql
    printf '%s\n' '\echo #counted'
  } >&7
  follow_part "$1" "$file" 7 "$2" || { exec 7>&-; return 1; }
  exec 7>&-
  wait "$session" && grep -qx '#counted' "$told" || { fail counts "$2" "$told.log"; return 1; }
  sed -n "s/^\[/counts $1 [/p; s/^{/facts $1 {/p" "$told"
}

# dump_globals INDEX SERVICE USER FILE: roles and tablespaces of a server
dump_globals() {
  container=$(database_container "$2")
  [ -n "$container" ] || { fail no-database "$2"; return 1; }
  packer=$(packer "$container")
  [ "$packer" = gzip ] && file=$4.gz || file=$4.zst
  open_part "$1" "$file" || { fail written "$file"; return 1; }
  log=$RB_STEP/part-$1.log
  (
    {
      database_tool "$container" env PGAPPNAME="$DUMP_NAME" pg_dumpall --globals-only -U "$3" </dev/null 2>>"$log"
      echo "#exit docker $?" >>"$log"
    } | {
      # The last line of a whole one.
      awk '{ print } /^-- PostgreSQL database cluster dump complete/ { whole = 1 } END { exit !whole }'
      echo "#exit complete $?" >>"$log"
    } | {
      if [ "$packer" = inside ]; then docker exec -i "$container" zstd -q -c; else pack "$packer"; fi
      echo "#exit host_pack $?" >>"$log"
    } 2>>"$log" | keep "$(target "$1" "$file")" "$log" 2>>"$log"
    : >"$RB_STEP/ended-$1"
  ) &
  undo_push "kill $! 2>/dev/null || :"
  follow_part "$1" "$file" 4 "$2"
}
