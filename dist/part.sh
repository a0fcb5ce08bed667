# What all parts of a backup go through, whatever they hold. Each pipe also reads what it writes, to the end, and keeps
# the exit status of each of its processes: a part counts when all of them are 0. Runs on the host after the pieces for
# steps and psql (`fail`).
#
# Given: FOLDER (for the files; empty: the runner reads them from a FIFO)
# Shared: part_aborted (set once the runner ended all parts) part_try (of the part under way) part_target part_log
# part_hash (its file, the output of its pipe, its SHA-256)

# abort_part SUBJECT: the runner has ended all parts, or is gone
abort_part() {
  part_aborted=1
  fail aborted "$1"
}

# leave_part INDEX FILE: leaves out a part that could not be proven; the others go on. FILE without the compressor's
# suffix
leave_part() {
  local pipe tenths
  [ -z "${part_aborted:-}" ] || return 1
  if { read -r pipe <"$RB_STEP/pipe-$1"; } 2>/dev/null && kill -0 "$pipe" 2>/dev/null; then
    # When the pipe's source ends, the pipe ends.
    # shellcheck disable=SC2086 # servers
    end_dumps '' ${DUMP_SERVERS:-}
    end_helpers
    tenths=100
    while [ ! -e "$RB_STEP/ended-$1" ] && [ "$tenths" -gt 0 ]; do
      tenths=$((tenths - 1))
      sleep 0.1
    done
    kill "$pipe" 2>/dev/null || :
  fi
  [ -z "$FOLDER" ] || rm -f "$FOLDER/$2".*
  event left "index=$1"
}

# prepare_folder: makes an empty folder for the files, which is removed if this run ends early. Removes leftovers of
# earlier runs of this installation: the holder of the lease is alone here, though other hosts may share the disk.
prepare_folder() {
  local own
  [ -n "$FOLDER" ] || return 0
  own=${FOLDER%.part}
  rm -rf "${FOLDER%/*}"/.*."${own##*.}".part
  mkdir -p "${FOLDER%/*}" 2>"$RB_STEP/folder.log" && mkdir "$FOLDER" 2>>"$RB_STEP/folder.log" ||
    { fail folder "${FOLDER%/*}" "$RB_STEP/folder.log"; return 1; }
  undo_push "rm -rf '$FOLDER'"
}

# pack PACKER: compresses standard input, unless it is compressed already
pack() {
  case $1 in
    here) zstd -q -1 -T0 -c ;;
    gzip) gzip -1 ;;
    *) cat ;;
  esac
}

# digest: prints the SHA-256 of standard input. OpenSSL is several times faster on processors with instructions for it.
digest() {
  if command -v openssl >/dev/null; then openssl dgst -sha256 -r; else sha256sum; fi
}

# keep FILE LOG: writes standard input to a file or to the reader of a FIFO; appends the exit status and the SHA-256 to
# LOG
keep() {
  { tee "$1"; echo "#exit write $?" >>"$2"; } | digest | sed 's/^\([0-9a-f]*\).*/#sha256 \1/' >>"$2"
}

# target INDEX FILE: prints where a part goes. Each try has its own FIFO, because the former one may still have a
# reader.
target() {
  if [ -n "$FOLDER" ]; then
    echo "$FOLDER/$2"
  else
    echo "$RB_STEP/part-$1-$part_try"
  fi
}

# open_part INDEX FILE [TRY]: begins a part; where the runner takes it, makes the FIFO and tells the runner
open_part() {
  local part_target
  part_try=${3:-1}
  part_target=$(target "$1" "$2")
  rm -f "$RB_STEP/ended-$1" "$RB_STEP/part-$1.log"
  [ -z "$FOLDER" ] || return 0
  mkfifo "$part_target" || return 1
  # Opens the FIFO once more when this run ends, so that a reader which waits for a writer goes on.
  undo_push ": 3<>'$part_target'; rm -f '$part_target'"
  event feed "index=$1" "file=$2" "fifo=$part_target"
}

# room_left: true while a twentieth of the disk, at most 1 GiB, is free for the stack, however wrong the estimate was
room_left() {
  [ -n "$FOLDER" ] || return 0
  df -Pk "$FOLDER" 2>/dev/null |
    awk 'NR == 2 { least = $2 / 20; if (least > 1048576) least = 1048576; short = $4 < least } END { exit short }'
}

# await_part INDEX FILE SUBJECT: waits until the part's pipe has ended. The pipe writes to $RB_STEP/part-INDEX.log and
# makes $RB_STEP/ended-INDEX. Meanwhile calls PART_WATCH, if it is set, with INDEX; stops waiting when that returns
# false.
await_part() {
  local part_said
  part_target=$(target "$1" "$2") part_log=$RB_STEP/part-$1.log
  part_said=$(uptime_seconds)
  while [ ! -e "$RB_STEP/ended-$1" ]; do
    await_word 1 abort && { abort_part "$3"; return 1; }
    runner_lost && { abort_part "$3"; return 1; }
    room_left || { fail room "$3"; return 1; }
    [ -z "${PART_WATCH:-}" ] || "$PART_WATCH" "$1" || return 1
    if [ -n "$FOLDER" ] && [ $(($(uptime_seconds) - part_said)) -ge 10 ]; then
      part_said=$(uptime_seconds)
      event progress "index=$1" "bytes=$(wc -c <"$part_target")"
    fi
  done
}

# part_proven EXITS: true if EXITS processes ended, each with 0
part_proven() {
  part_hash=$(sed -n 's/^#sha256 //p' "$part_log")
  [ "$(grep -c '^#exit [a-z_]* 0$' "$part_log")" = "$1" ] && [ "$(grep -c '^#exit ' "$part_log")" = "$1" ] &&
    [ "${#part_hash}" = 64 ]
}

# settle_part INDEX FILE SUBJECT: makes sure that the proven part lies on the disk as it was hashed or, where the runner
# takes the part, that the runner has said so
settle_part() {
  local part_syncing part_found
  if [ -n "$FOLDER" ]; then
    to_disk "$part_target" 2>"$RB_STEP/flush.log" &
    part_syncing=$!
    # Hashes what lies on the disk, not what was sent there.
    part_found=$(digest <"$part_target")
    wait "$part_syncing" || { fail flush "$part_target" "$RB_STEP/flush.log"; return 1; }
    [ "${part_found%% *}" = "$part_hash" ] || { fail written "$part_target"; return 1; }
    event part "index=$1" "file=$2" "bytes=$(wc -c <"$part_target")" "sha256=$part_hash"
  else
    event part "index=$1" "file=$2" bytes=-1 "sha256=$part_hash"
    until await_word 5 "taken $1" abort; do
      runner_lost && { abort_part "$3"; return 1; }
    done
    [ "$RB_WORD" != abort ] || { abort_part "$3"; return 1; }
    rm -f "$part_target"
  fi
}

# follow_part INDEX FILE EXITS SUBJECT: await_part, part_proven and settle_part
follow_part() {
  await_part "$1" "$2" "$4" || return 1
  part_proven "$3" || { fail part "$4" "$part_log"; return 1; }
  settle_part "$1" "$2" "$4"
}
