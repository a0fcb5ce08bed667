# What every step on the host begins with. The step is one process of its own session: it holds the lock of
# the stack for its whole life, writes what it says to `out`, reads words of the runner from `control`, and
# undoes in reverse order what it has not committed when it ends early, for whatever reason.
#
# Given: RB_ROOT (.runbook) RB_STEP (folder of this step) RB_TOKEN (of the lease) RB_PATIENCE (seconds)
#        RB_ENTRY (JSON members for the journal). There is no `set -e`: a step says `|| exit 1`.

umask 077
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
RB_INPUT=$RB_STEP/input
RB_UNDO=
RB_WORD=
RB_CODE=
rb_begun=
rb_newline='
'
rb_breaks=$rb_newline$(printf '\r')

say() {
  printf '%s\n' "$*"
}

# event NAME key=value…: a line for the runner; in values percent sign, white space and line breaks stand as %XX
event() {
  rb_line="#rb $1"
  shift
  for rb_pair in "$@"; do
    case $rb_pair in
      # Only such a value costs a process.
      *[%\ \	"$rb_breaks"]*) rb_pair=$(printf '%s\n' "$rb_pair" | awk '{
        gsub(/%/, "%25"); gsub(/ /, "%20"); gsub(/\t/, "%09"); gsub(/\r/, "%0D")
        printf "%s%s", (NR > 1 ? "%0A" : ""), $0
      }') ;;
    esac
    rb_line="$rb_line $rb_pair"
  done
  printf '%s\n' "$rb_line"
}

# Seconds since the host's start: no clock that somebody can set.
uptime_seconds() {
  read -r rb_uptime _ </proc/uptime
  printf '%s\n' "${rb_uptime%.*}"
}

# journal EVENT [MEMBERS]: one line of JSON
journal() {
  printf '{"at":"%s",%s,"event":"%s"%s}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$RB_ENTRY" "$1" "${2:+,$2}" >>"$RB_ROOT/journal.jsonl"
}

# Puts a journal of more than 1 MB aside, and ends a last line that a crash tore.
journal_open() {
  [ -s "$RB_ROOT/journal.jsonl" ] || return 0
  if [ "$(wc -c <"$RB_ROOT/journal.jsonl")" -gt 1000000 ]; then
    mv "$RB_ROOT/journal.jsonl" "$RB_ROOT/journal.1.jsonl"
  elif [ -n "$(tail -c 1 "$RB_ROOT/journal.jsonl")" ]; then
    echo >>"$RB_ROOT/journal.jsonl"
  fi
}

# next_word: the next word of the runner in RB_WORD; false when there is none
next_word() {
  IFS= read -r RB_WORD <&8
}

# await_word TENTHS WORD…: until the runner says one of the words, or so many tenths of a second are over
await_word() {
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

# runner_lost: true when the runner gave no sign for RB_PATIENCE seconds
runner_lost() {
  read -r rb_beat <"$RB_STEP/beat" || return 1
  [ $(($(uptime_seconds) - ${rb_beat:-0})) -gt "$RB_PATIENCE" ]
}

# undo_push COMMAND: one line, to be run if the step ends before `committed`
undo_push() {
  RB_UNDO="$1$rb_newline$RB_UNDO"
}

# From here on nothing is undone.
committed() {
  RB_UNDO=
}

# Each in a shell of its own: whatever one of them does, the others follow.
rb_undo() {
  [ -z "$RB_UNDO" ] || event undoing
  while [ -n "$RB_UNDO" ]; do
    rb_command=${RB_UNDO%%"$rb_newline"*}
    RB_UNDO=${RB_UNDO#*"$rb_newline"}
    event undo "command=$rb_command"
    (eval "$rb_command") || event undo-failed "command=$rb_command"
  done
}

rb_finish() {
  [ "$RB_CODE" = 0 ] || rb_undo
  rm -rf "$RB_INPUT"
  [ -z "$rb_begun" ] || journal end "\"code\":$RB_CODE,\"seconds\":$(($(uptime_seconds) - rb_begun))"
  printf '%s\n' "$RB_CODE" >"$RB_STEP/status.new" && mv "$RB_STEP/status.new" "$RB_STEP/status"
  exit "$RB_CODE"
}

# rb_interrupt STATUS: a signal ends the step once, and does not disturb its end
rb_interrupt() {
  trap '' HUP INT TERM
  [ -n "$RB_CODE" ] || exit "$1"
}

exec 8<"$RB_STEP/control" 9>>"$RB_ROOT/lock"
trap 'rb_interrupt 129' HUP
trap 'rb_interrupt 130' INT
trap 'rb_interrupt 143' TERM
trap 'RB_CODE=$?; trap "" HUP INT TERM; trap - EXIT; rb_finish' EXIT
flock -w 120 9 || { event failed kind=lock; exit 75; }
if [ "$(sed -n 's/^token=//p' "$RB_ROOT/lease")" != "$RB_TOKEN" ]; then
  event lease-lost
  exit 75
fi
rb_begun=$(uptime_seconds)
journal_open
journal begin
