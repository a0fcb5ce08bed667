# Fills new databases beside the live ones. Until the end of this step nobody but it knows them; when it ends early
# they go. Runs on the host after the pieces for steps and psql. Given: PROJECT

# restore_begin INDEX SERVICE USER MAINTENANCE: makes the empty database
restore_begin() {
  container=$(database_container "$2")
  [ -n "$container" ] || { fail no-database "$2"; return 1; }
  undo_push "drop_sql_$1 | sql $container '$3' \"$4\""
  create_sql_"$1" | sql "$container" "$3" "$4" >"$RB_STEP/create-$1.log" 2>&1 || fail create "$2" "$RB_STEP/create-$1.log"
}

# unpacked FILE CONTAINER: by the host's zstd, or by the database container's
unpacked() {
  if zstd --version >/dev/null 2>&1; then
    zstd -dcq -- "$1"
  else
    docker exec -i "$2" zstd -dcq <"$1"
  fi
}

# archive_of INDEX CONTAINER SOURCE: what pg_restore reads; the exit status of its writer goes to a file, as a
# pipe has only its reader's
archive_of() {
  case $3 in
    feed) cat "$RB_STEP/feed-$1" ;;
    *.zst) unpacked "$3" "$2" ;;
    *) cat "$3" ;;
  esac 2>"$RB_STEP/archive-$1.log"
  echo $? >"$RB_STEP/archive-$1"
}

# restore_load INDEX SERVICE USER CONNECTION SOURCE SHA256: SOURCE is a file of this host, or `feed` where the
# runner sends the archive, unpacked and checked by itself
restore_load() {
  event loading "index=$1"
  if [ "$5" = feed ]; then
    mkfifo "$RB_STEP/feed-$1" || { fail load "$2"; return 1; }
    # Opened by this end, so that a sender who waits for its reader goes on, and ends.
    undo_push ": 3<>'$RB_STEP/feed-$1'; rm -f '$RB_STEP/feed-$1'"
    event feed "index=$1"
  else
    [ -r "$5" ] || { fail archive-missing "$5"; return 1; }
    found=$(sha256sum <"$5")
    [ "${found%% *}" = "$6" ] || { fail archive-damaged "$5"; return 1; }
  fi
  rm -f "$RB_STEP/loaded-$1"
  (
    # What pg_restore leaves unread is read too, so that the writer's exit status means something.
    archive_of "$1" "$container" "$5" | database_tool "$container" sh -c '"$@" && cat >/dev/null' sh \
      pg_restore --exit-on-error --no-subscriptions -U "$3" -d "$4" >"$RB_STEP/load-$1.log" 2>&1
    echo $? >"$RB_STEP/loaded-$1"
  ) &
  loader=$!
  undo_push "kill $loader 2>/dev/null || :"
  whole=
  while [ ! -s "$RB_STEP/loaded-$1" ]; do
    if await_word 5 "whole $1" abort; then
      [ "$RB_WORD" != abort ] || { fail aborted "$2"; return 1; }
      whole=1
    fi
    if [ "$5" = feed ] && runner_lost; then fail aborted "$2"; return 1; fi
    kill -0 "$loader" 2>/dev/null || [ -s "$RB_STEP/loaded-$1" ] || { fail load "$2"; return 1; }
  done
  [ "$(cat "$RB_STEP/loaded-$1")" = 0 ] || { fail load "$2" "$RB_STEP/load-$1.log"; return 1; }
  if [ "$5" = feed ]; then
    # A part of a feed may look whole; the runner alone knows.
    until [ -n "$whole" ]; do
      if await_word 5 "whole $1" abort; then
        [ "$RB_WORD" != abort ] || { fail archive-damaged "$2"; return 1; }
        whole=1
      elif runner_lost; then
        fail aborted "$2"
        return 1
      fi
    done
    rm -f "$RB_STEP/feed-$1"
  else
    [ "$(cat "$RB_STEP/archive-$1")" = 0 ] || { fail archive-damaged "$5" "$RB_STEP/archive-$1.log"; return 1; }
  fi
}

# restore_finish INDEX SERVICE USER MAINTENANCE CONNECTION: settings and grants of the database itself, statistics
# for the planner, and the counts that the runner compares
restore_finish() {
  finish_sql_"$1" | sql "$container" "$3" "$4" >"$RB_STEP/finish-$1.log" 2>&1 ||
    { fail load "$2" "$RB_STEP/finish-$1.log"; return 1; }
  event counting "index=$1"
  { echo 'analyze;' && counts_sql; } | sql "$container" "$3" "$5" >"$RB_STEP/counts-$1" 2>"$RB_STEP/counts-$1.log" ||
    { fail load "$2" "$RB_STEP/counts-$1.log"; return 1; }
  sed "s/^/counts $1 /" "$RB_STEP/counts-$1"
}
