# Parts of a backup: what every one of them goes through, whatever it holds. Each pipe reads what it writes to its end
# once more, and the exit status of every process in it is kept: a part counts when all of them are 0. Runs on the
# host after the pieces for steps and psql (`fail`). Given: FOLDER (where files go; empty: the runner reads them
# from a FIFO)
#
# Shared: part_aborted (set once the runner ended all) part_try (of the part under way) part_target part_log part_hash (its
#         file, what its pipe said, its SHA-256)

# abort_part SUBJECT: the runner ended all, or is gone
abort_part() {
  part_aborted=1
  fail aborted "$1"
}

# leave_part INDEX FILE: a part that could not be proven is left out, and costs no other. FILE without the packer's suffix
leave_part() {
  local pipe tenths
  [ -z "${part_aborted:-}" ] || return 1
  if { read -r pipe <"$RB_STEP/pipe-$1"; } 2>/dev/null && kill -0 "$pipe" 2>/dev/null; then
    # What feeds it ends, and it with that.
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

# prepare_folder: an empty one for the files, which goes when this run ends early. What ended runs of this installation
# left goes too: whoever holds the lease is alone here, though other hosts may share the disk.
prepare_folder() {
  local own
  [ -n "$FOLDER" ] || return 0
  own=${FOLDER%.part}
  rm -rf "${FOLDER%/*}"/.*."${own##*.}".part
  mkdir -p "${FOLDER%/*}" 2>"$RB_STEP/folder.log" && mkdir "$FOLDER" 2>>"$RB_STEP/folder.log" ||
    { fail folder "${FOLDER%/*}" "$RB_STEP/folder.log"; return 1; }
  undo_push "rm -rf '$FOLDER'"
}

# pack PACKER: packs standard input, unless that was done already
pack() {
  case $1 in
    here) zstd -q -1 -T0 -c ;;
    gzip) gzip -1 ;;
    *) cat ;;
  esac
}

# digest: the SHA-256 of standard input. OpenSSL is several times faster where the processor has instructions for it.
digest() {
  if command -v openssl >/dev/null; then openssl dgst -sha256 -r; else sha256sum; fi
}

# keep FILE LOG: standard input to a file, or to whoever reads the FIFO; what stands in LOG afterwards is the
# exit status and the SHA-256
keep() {
  { tee "$1"; echo "#exit write $?" >>"$2"; } | digest | sed 's/^\([0-9a-f]*\).*/#sha256 \1/' >>"$2"
}

# target INDEX FILE: where a part goes. Each try has a FIFO of its own: whoever reads the one before may still do so.
target() {
  if [ -n "$FOLDER" ]; then
    echo "$FOLDER/$2"
  else
    echo "$RB_STEP/part-$1-$part_try"
  fi
}

# open_part INDEX FILE [TRY]
open_part() {
  local part_target
  part_try=${3:-1}
  part_target=$(target "$1" "$2")
  rm -f "$RB_STEP/ended-$1" "$RB_STEP/part-$1.log"
  [ -z "$FOLDER" ] || return 0
  mkfifo "$part_target" || return 1
  # Opened once more by this end, so that who waits for the other goes on when this run ends.
  undo_push ": 3<>'$part_target'; rm -f '$part_target'"
  event feed "index=$1" "file=$2" "fifo=$part_target"
}

# room_left: a twentieth of the disk, of a large one 1 GiB, stays free for the stack, however wrong the estimate was
room_left() {
  [ -n "$FOLDER" ] || return 0
  df -Pk "$FOLDER" 2>/dev/null |
    awk 'NR == 2 { least = $2 / 20; if (least > 1048576) least = 1048576; short = $4 < least } END { exit short }'
}

# await_part INDEX FILE SUBJECT: until the part's pipe ended. The pipe writes to $RB_STEP/part-INDEX.log and makes
# $RB_STEP/ended-INDEX. PART_WATCH, where it is set, is called with INDEX meanwhile, and ends it by being false.
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

# part_proven EXITS: whether so many processes ended, each with 0
part_proven() {
  part_hash=$(sed -n 's/^#sha256 //p' "$part_log")
  [ "$(grep -c '^#exit [a-z_]* 0$' "$part_log")" = "$1" ] && [ "$(grep -c '^#exit ' "$part_log")" = "$1" ] &&
    [ "${#part_hash}" = 64 ]
}

# settle_part INDEX FILE SUBJECT: what is proven lies on the disk as it was hashed or, where the runner takes it along,
# the runner has said so
settle_part() {
  local part_syncing part_found
  if [ -n "$FOLDER" ]; then
    to_disk "$part_target" 2>"$RB_STEP/flush.log" &
    part_syncing=$!
    # What lies there, not what went by.
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

# follow_part INDEX FILE EXITS SUBJECT: all of that
follow_part() {
  await_part "$1" "$2" "$4" || return 1
  part_proven "$3" || { fail part "$4" "$part_log"; return 1; }
  settle_part "$1" "$2" "$4"
}
