# Reads archives of a backup into the command that restores them. Runs on the host after the pieces for steps and psql
# (`fail`).

# unpacked CONTAINER: unpacks standard input with the host's zstd, or with that of a container
unpacked() {
  if zstd --version >/dev/null 2>&1; then
    zstd -dcq
  else
    docker exec -i "$1" zstd -dcq
  fi
}

# archive_of INDEX CONTAINER SOURCE: prints the unpacked archive; a file is read from descriptor 4. Its exit status goes
# to a file, because a pipe returns only the status of its last command.
archive_of() {
  case $3 in
    feed) cat "$RB_STEP/feed-$1" ;;
    *.zst) unpacked "$2" <&4 ;;
    *.gz) gzip -dc <&4 ;;
    *) cat <&4 ;;
  esac 2>"$RB_STEP/archive-$1.log"
  echo $? >"$RB_STEP/archive-$1"
}

# tell_progress INDEX SOURCE: tells the runner every 10 s how much of a file is read; `load_said` is the time of the
# last message. How much of a feed is read the runner knows itself.
tell_progress() {
  [ $(($(uptime_seconds) - load_said)) -ge 10 ] || return 0
  load_said=$(uptime_seconds)
  if [ "$2" = feed ]; then
    event progress "index=$1"
  else
    event progress "index=$1" "bytes=$(sed -n 's/^pos:[[:space:]]*//p' "/proc/$$/fdinfo/4" 2>/dev/null)" "of=$(wc -c <"$2")"
  fi
}

# load_archive INDEX SUBJECT SOURCE SHA256 CONTAINER COMMAND…: sends an archive to COMMAND. SOURCE is a file on this
# host, or `feed` if the runner sends the archive, which the runner then unpacks and checks itself.
load_archive() {
  local load_index load_subject load_source load_hash load_container load_said found loader whole
  load_index=$1 load_subject=$2 load_source=$3 load_hash=$4 load_container=$5
  shift 5
  if [ "$load_source" = feed ]; then
    mkfifo "$RB_STEP/feed-$load_index" || { fail load "$load_subject"; return 1; }
    # On failure this end opens the pipe, so that a sender that waits for a reader goes on and ends.
    undo_push ": 3<>'$RB_STEP/feed-$load_index'; rm -f '$RB_STEP/feed-$load_index'"
    event feed "index=$load_index"
  else
    [ -r "$load_source" ] || { fail archive-missing "$load_source"; return 1; }
    found=$(sha256sum <"$load_source")
    [ "${found%% *}" = "$load_hash" ] || { fail archive-damaged "$load_source"; return 1; }
    exec 4<"$load_source"
  fi
  load_said=$(uptime_seconds)
  rm -f "$RB_STEP/loaded-$load_index"
  (
    archive_of "$load_index" "$load_container" "$load_source" | "$@" >"$RB_STEP/load-$load_index.log" 2>&1
    echo $? >"$RB_STEP/loaded-$load_index"
  ) &
  loader=$!
  undo_push "kill $loader 2>/dev/null || :"
  whole=
  while [ ! -s "$RB_STEP/loaded-$load_index" ]; do
    tell_progress "$load_index" "$load_source"
    if await_word 5 "whole $load_index" abort; then
      [ "$RB_WORD" != abort ] || { fail aborted "$load_subject"; return 1; }
      whole=1
    fi
    if [ "$load_source" = feed ] && runner_lost; then fail aborted "$load_subject"; return 1; fi
    kill -0 "$loader" 2>/dev/null || [ -s "$RB_STEP/loaded-$load_index" ] || { fail load "$load_subject"; return 1; }
  done
  [ "$load_source" = feed ] || exec 4<&-
  [ "$(cat "$RB_STEP/loaded-$load_index")" = 0 ] || { fail load "$load_subject" "$RB_STEP/load-$load_index.log"; return 1; }
  if [ "$load_source" = feed ]; then
    # A part of a feed may look whole; only the runner knows whether it is.
    until [ -n "$whole" ]; do
      if await_word 5 "whole $load_index" abort; then
        [ "$RB_WORD" != abort ] || { fail archive-damaged "$load_subject"; return 1; }
        whole=1
      elif runner_lost; then
        fail aborted "$load_subject"
        return 1
      fi
    done
    rm -f "$RB_STEP/feed-$load_index"
  else
    [ "$(cat "$RB_STEP/archive-$load_index")" = 0 ] || { fail archive-damaged "$load_source" "$RB_STEP/archive-$load_index.log"; return 1; }
  fi
}
