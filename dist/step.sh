# The start of every step on the host. The step is one process of its own session: it holds the lock of the stack for
# its whole life, writes its output to `out` and reads words of the runner from `control`. When it ends early, for
# whatever reason, it undoes in reverse order what it has not committed. A TERM signal to its process group ends it at
# once; while it is protected, only a word in the file `end` does, at the next operation.
#
# Given: RB_ROOT (.runbook) RB_STEP (folder of this step) RB_TOKEN (of the lease) RB_PATIENCE (seconds)
#        RB_ENTRY (JSON members for the journal) RB_JOURNAL (its file) RB_UNFINISHED (file that says that the step is
#        under way; empty: it leads to no release). There is no `set -e`: a step says `|| exit 1`.

umask 077
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
RB_INPUT=$RB_STEP/input
RB_UNDO=
RB_WORD=
RB_CODE=
RB_LEFT=
rb_begun=
rb_operation='' rb_operation_begun=''
rb_torn=
rb_committed=
RB_PROTECTED=
rb_newline='
'
rb_breaks=$rb_newline$(printf '\r')

say() {
  printf '%s\n' "$*"
}

# event NAME key=value…: prints a line for the runner; percent signs, white space and line breaks become %XX
event() {
  local rb_line rb_pair
  rb_line="#rb $1"
  shift
  for rb_pair in "$@"; do
    case $rb_pair in
      # Only values with such characters need another process.
      *[%\ \	"$rb_breaks"]*) rb_pair=$(printf '%s\n' "$rb_pair" | awk '{
        gsub(/%/, "%25"); gsub(/ /, "%20"); gsub(/\t/, "%09"); gsub(/\r/, "%0D")
        printf "%s%s", (NR > 1 ? "%0A" : ""), $0
      }') ;;
    esac
    rb_line="$rb_line $rb_pair"
  done
  printf '%s\n' "$rb_line"
}

# report_log NAME: sends the last 50 lines of standard input to the runner, as the log of NAME
report_log() {
  local rb_row
  tail -n 50 | cut -c 1-2000 | while IFS= read -r rb_row || [ -n "$rb_row" ]; do
    event log "of=$1" "line=$rb_row"
  done
}

# shown_lines KIND FILE: the lines of FILE that may be shown. A procedure whose files hold data defines its own.
shown_lines() {
  cat "$2"
}

# fail KIND SUBJECT [FILE]: tells the runner why, with the last lines of FILE. The runner has words for each KIND.
fail() {
  [ ! -s "${3:-}" ] || shown_lines "$1" "$3" | report_log "$2"
  event failed "kind=$1" "subject=$2"
  return 1
}

# to_disk FILE…: waits until the files are on the disk; false if one could not be written. A `sync` that takes no file
# names flushes everything.
to_disk() {
  sync "$@"
}

# Seconds since the host booted: nobody can set this clock.
uptime_seconds() {
  local rb_uptime
  read -r rb_uptime _ </proc/uptime
  printf '%s\n' "${rb_uptime%.*}"
}

# hundredths: hundredths of a second since the host booted
hundredths() {
  local rb_uptime
  read -r rb_uptime _ </proc/uptime
  printf '%s\n' "${rb_uptime%.*}${rb_uptime#*.}"
}

# seconds_since HUNDREDTHS: prints seconds as a JSON number
seconds_since() {
  set -- $(($(hundredths) - $1))
  printf '%d.%02d' $(($1 / 100)) $(($1 % 100))
}

# journal EVENT [MEMBERS]: appends one line of JSON
journal() {
  printf '{"at":"%s",%s,"event":"%s"%s}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$RB_ENTRY" "$1" "${2:+,$2}" >>"$RB_JOURNAL"
}

# note_unfinished: writes the record before the step begins; it is removed when everything is done or put back. The
# journal alone will not do: it may be put aside meanwhile, or other runs may fill it.
note_unfinished() {
  [ -n "$RB_UNFINISHED" ] || return 0
  { printf '{"at":"%s",%s,"event":"begin"}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$RB_ENTRY" >"$RB_UNFINISHED.part" &&
    to_disk "$RB_UNFINISHED.part" && mv -f "$RB_UNFINISHED.part" "$RB_UNFINISHED"; } || {
    rm -f "$RB_UNFINISHED.part"
    return 1
  }
  to_disk "$RB_ROOT" || :
}

# Puts a journal of more than 1 MB aside, and ends a last line that a crash tore.
journal_open() {
  [ -s "$RB_JOURNAL" ] || return 0
  if [ "$(wc -c <"$RB_JOURNAL")" -gt 1000000 ]; then
    mv "$RB_JOURNAL" "${RB_JOURNAL%.jsonl}.1.jsonl"
  elif is_torn "$RB_JOURNAL"; then
    echo >>"$RB_JOURNAL"
  fi
}

# is_torn FILE: true if its last line has no line break
is_torn() {
  [ -n "$(tail -c 1 "$1" 2>/dev/null)" ]
}

# operation NAME: begins the next part of the step. If the step was told to end, it ends here.
operation() {
  operation_end
  [ -n "$RB_PROTECTED" ] || [ ! -s "$RB_STEP/end" ] || exit 1
  rb_operation=$1
  rb_operation_begun=$(hundredths)
  printf '%s\n' "$1" >"$RB_STEP/operation"
  event operation "name=$1"
  journal begin "\"operation\":\"$1\""
}

operation_end() {
  [ -n "$rb_operation" ] || return 0
  journal end "\"operation\":\"$rb_operation\",\"seconds\":$(seconds_since "$rb_operation_begun")"
  rb_operation=
}

# protect: the following part must not stop half-way; signals are ignored until `unprotect`
protect() {
  RB_PROTECTED=1
  : >"$RB_STEP/protected"
  trap '' HUP INT TERM
}

unprotect() {
  rm -f "$RB_STEP/protected"
  RB_PROTECTED=
  trap 'rb_interrupt 129' HUP
  trap 'rb_interrupt 130' INT
  trap 'rb_interrupt 143' TERM
}

# next_word: sets RB_WORD to the runner's next word; false when there is none
next_word() {
  IFS= read -r RB_WORD <&8
}

# await_word TENTHS WORD…: waits until the runner says one of the words, at most TENTHS tenths of a second
await_word() {
  local rb_left rb_word
  rb_left=$1
  shift
  while :; do
    while next_word; do
      for rb_word in "$@"; do
        [ "$RB_WORD" != "$rb_word" ] || return 0
      done
    done
    [ "$rb_left" -gt 0 ] || return 1
    rb_left=$((rb_left - 1))
    sleep 0.1
  done
}

# runner_lost: true when the runner gave no sign of life for RB_PATIENCE seconds
runner_lost() {
  local rb_beat
  read -r rb_beat <"$RB_STEP/beat" || return 1
  [ $(($(uptime_seconds) - ${rb_beat:-0})) -gt "$RB_PATIENCE" ]
}

# undo_push COMMAND: one line, run if the step ends before `committed`
undo_push() {
  RB_UNDO="$1$rb_newline$RB_UNDO"
}

# From here on nothing is undone, and the remaining work is done to its end.
committed() {
  RB_UNDO=
  rb_committed=1
}

# Each command runs in a shell of its own: if one fails, the others still run.
rb_undo() {
  local rb_command
  [ -n "$RB_UNDO" ] || return 0
  event undoing
  end_helpers
  while [ -n "$RB_UNDO" ]; do
    rb_command=${RB_UNDO%%"$rb_newline"*}
    RB_UNDO=${RB_UNDO#*"$rb_newline"}
    event undo "command=$rb_command"
    (eval "$rb_command") || {
      rb_torn=1
      event undo-failed "command=$rb_command"
    }
  done
}

# Helper containers of this step outlive the client that started them.
end_helpers() {
  local rb_helpers
  rb_helpers=$(docker ps -aq --filter "label=runbook.root=$RB_ROOT" 2>/dev/null </dev/null) || return 0
  # shellcheck disable=SC2086 # IDs
  [ -z "$rb_helpers" ] || docker rm -fv $rb_helpers >/dev/null 2>&1 </dev/null || :
  rm -f "$RB_STEP/helper"
}

# The state that a step leaves: everything done, or everything as it was before. `failed` needs a recovery; so does
# something that was there before the step, as long as RB_LEFT names it.
rb_outcome() {
  if [ -n "$RB_LEFT" ]; then
    echo failed
  elif [ "$RB_CODE" = 0 ]; then
    echo 'done'
  elif [ -n "$rb_torn" ] || [ -n "$rb_committed" ]; then
    echo failed
  else
    echo reversed
  fi
}

rb_finish() {
  rm -f "$RB_STEP/room"
  # A disk that was full has torn the last line.
  if is_torn "$RB_STEP/out"; then say ""; fi
  if is_torn "$RB_JOURNAL"; then echo >>"$RB_JOURNAL"; fi
  : >"$RB_STEP/protected"
  [ "$RB_CODE" = 0 ] || [ ! -s "$RB_STEP/end" ] || event failed "kind=$(cat "$RB_STEP/end")"
  [ "$RB_CODE" = 0 ] || rb_undo
  [ ! -s "$RB_STEP/helper" ] || end_helpers
  rm -rf "$RB_INPUT"
  if [ -n "$rb_begun" ]; then
    operation_end
    journal end "\"code\":$RB_CODE,\"outcome\":\"$(rb_outcome)\",\"seconds\":$(seconds_since "$rb_begun")"
    [ -z "$RB_UNFINISHED" ] || [ "$(rb_outcome)" = failed ] || rm -f "$RB_UNFINISHED"
  fi
  rm -f "$RB_STEP/protected" "$RB_STEP/operation"
  printf '%s\n' "$RB_CODE" >"$RB_STEP/status.new" && mv "$RB_STEP/status.new" "$RB_STEP/status"
  exit "$RB_CODE"
}

# rb_interrupt STATUS: a signal ends the step once, and does not disturb the clean-up
rb_interrupt() {
  trap '' HUP INT TERM
  [ -n "$RB_CODE" ] || exit "$1"
}

exec 8<"$RB_STEP/control" 9>>"$RB_ROOT/lock"
unprotect
trap 'RB_CODE=$?; trap "" HUP INT TERM; trap - EXIT; rb_finish' EXIT
flock -w 120 9 || { event failed kind=lock; exit 75; }
if [ "$(sed -n 's/^token=//p' "$RB_ROOT/lease")" != "$RB_TOKEN" ]; then
  event lease-lost
  exit 75
fi
note_unfinished || { event failed kind=unmarked; exit 73; }
rb_begun=$(hundredths)
# Reserves room, so that even on a full disk the way back and its record can be written.
head -c 1000000 /dev/zero >"$RB_STEP/room" || :
journal_open
journal begin
