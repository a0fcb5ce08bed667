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
rb_newline='
'

say() {
  printf '%s\n' "$*"
}

# event NAME key=value…: a line for the runner; in values percent sign, blank and tab stand as %XX
event() {
  rb_line="#rb $1"
  shift
  for rb_pair in "$@"; do
    case $rb_pair in
      *[%\ \	]*) rb_pair=$(printf '%s' "$rb_pair" | sed 's/%/%25/g; s/ /%20/g; s/	/%09/g') ;;
    esac
    rb_line="$rb_line $rb_pair"
  done
  printf '%s\n' "$rb_line"
}

# Seconds since the host's start: no clock that somebody can set.
uptime_seconds() {
  read -r rb_uptime rb_rest </proc/uptime
  printf '%s\n' "${rb_uptime%.*}"
}

# journal EVENT [MEMBERS]: one line of JSON
journal() {
  printf '{"at":"%s",%s,"event":"%s"%s}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$RB_ENTRY" "$1" "${2:+,$2}" >>"$RB_ROOT/journal.jsonl"
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
  [ $(($(uptime_seconds) - rb_beat)) -gt "$RB_PATIENCE" ]
}

# undo_push COMMAND: to be run if the step ends before `committed`
undo_push() {
  RB_UNDO="$1$rb_newline$RB_UNDO"
}

# From here on nothing is undone.
committed() {
  RB_UNDO=
}

rb_undo() {
  [ -z "$RB_UNDO" ] || event undoing
  while [ -n "$RB_UNDO" ]; do
    rb_command=${RB_UNDO%%"$rb_newline"*}
    RB_UNDO=${RB_UNDO#*"$rb_newline"}
    eval "$rb_command" || event undo-failed "command=$rb_command"
  done
}

rb_finish() {
  rb_code=$?
  trap '' HUP INT TERM
  trap - EXIT
  [ "$rb_code" = 0 ] || rb_undo
  rm -rf "$RB_INPUT"
  journal end "\"code\":$rb_code"
  printf '%s\n' "$rb_code" >"$RB_STEP/status.new"
  mv "$RB_STEP/status.new" "$RB_STEP/status"
  exit "$rb_code"
}

: >>"$RB_STEP/control"
exec 8<"$RB_STEP/control" 9>>"$RB_ROOT/lock"
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trap rb_finish EXIT
flock -w 120 9 || { event failed kind=lock; exit 75; }
if [ "$(sed -n 's/^token=//p' "$RB_ROOT/lease")" != "$RB_TOKEN" ]; then
  event lease-lost
  exit 75
fi
journal begin
