# Archives of a backup on their way into whatever takes them. Runs on the host after the pieces for steps and psql (`fail`).

# unpacked FILE CONTAINER: by the host's zstd, or by that of a container
unpacked() {
  if zstd --version >/dev/null 2>&1; then
    zstd -dcq -- "$1"
  else
    docker exec -i "$2" zstd -dcq <"$1"
  fi
}

# archive_of INDEX CONTAINER SOURCE: what the reader reads; the exit status of its writer goes to a file, as a
# pipe has only its reader's
archive_of() {
  case $3 in
    feed) cat "$RB_STEP/feed-$1" ;;
    *.zst) unpacked "$3" "$2" ;;
    *.gz) gzip -dc <"$3" ;;
    *) cat "$3" ;;
  esac 2>"$RB_STEP/archive-$1.log"
  echo $? >"$RB_STEP/archive-$1"
}

# load_archive INDEX SUBJECT SOURCE SHA256 CONTAINER COMMAND…: what reads is COMMAND. SOURCE is a file of this host, or
# `feed` where the runner sends the archive, unpacked and checked by itself.
load_archive() {
  load_index=$1 load_subject=$2 load_source=$3 load_hash=$4 load_container=$5
  shift 5
  if [ "$load_source" = feed ]; then
    mkfifo "$RB_STEP/feed-$load_index" || { fail load "$load_subject"; return 1; }
    # Opened by this end, so that a sender who waits for its reader goes on, and ends.
    undo_push ": 3<>'$RB_STEP/feed-$load_index'; rm -f '$RB_STEP/feed-$load_index'"
    event feed "index=$load_index"
  else
    [ -r "$load_source" ] || { fail archive-missing "$load_source"; return 1; }
    found=$(sha256sum <"$load_source")
    [ "${found%% *}" = "$load_hash" ] || { fail archive-damaged "$load_source"; return 1; }
  fi
  rm -f "$RB_STEP/loaded-$load_index"
  (
    archive_of "$load_index" "$load_container" "$load_source" | "$@" >"$RB_STEP/load-$load_index.log" 2>&1
    echo $? >"$RB_STEP/loaded-$load_index"
  ) &
  loader=$!
  undo_push "kill $loader 2>/dev/null || :"
  whole=
  while [ ! -s "$RB_STEP/loaded-$load_index" ]; do
    if await_word 5 "whole $load_index" abort; then
      [ "$RB_WORD" != abort ] || { fail aborted "$load_subject"; return 1; }
      whole=1
    fi
    if [ "$load_source" = feed ] && runner_lost; then fail aborted "$load_subject"; return 1; fi
    kill -0 "$loader" 2>/dev/null || [ -s "$RB_STEP/loaded-$load_index" ] || { fail load "$load_subject"; return 1; }
  done
  [ "$(cat "$RB_STEP/loaded-$load_index")" = 0 ] || { fail load "$load_subject" "$RB_STEP/load-$load_index.log"; return 1; }
  if [ "$load_source" = feed ]; then
    # A part of a feed may look whole; the runner alone knows.
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
