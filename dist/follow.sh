# Prints the output of a step, from the line after SKIP on, and hands the step the words that the runner sends. Each
# line goes out as `NUMBER TEXT` and ends with a record separator (\036), so that the runner recognises a line that a
# lost connection tore. Other lines: `following` at the start; at the end `exit STATUS`, `gone` when the step's process
# has ended without a status, `absent` when there is no such step.
# Given: RB_ROOT RB_STEP RB_TOKEN SKIP, and the functions of process.sh.

# beat: notes that the runner lives. Written in place, because a full disk has no room for a new file.
beat() {
  local uptime token
  read -r uptime _ </proc/uptime
  printf '%-12s\n' "${uptime%.*}" 1<>"$RB_STEP/beat"
  # The heartbeat belongs to the lease, which another run may hold by now.
  read -r token <"$RB_ROOT/lease" && [ "$token" != "token=$RB_TOKEN" ] ||
    printf '%-12s\n' "${uptime%.*}" 1<>"$RB_ROOT/heartbeat"
}

tenths=50
until [ -s "$RB_STEP/process" ]; do
  tenths=$((tenths - 1))
  if [ "$tenths" -lt 0 ]; then
    [ -e "$RB_STEP/script" ] && printf 'gone\036\n' || printf 'absent\036\n'
    exit 0
  fi
  sleep 0.1
done

exec 3<"$RB_STEP/out" 4<&0
printf 'following\036\n'
(
  while IFS= read -r word <&4; do
    case $word in
      beat) beat ;;
      cancel) step_end "$RB_STEP" cancel ;;
      *) printf '%s\n' "$word" >>"$RB_STEP/control" ;;
    esac
  done
) &
reader=$!

number=0
show() {
  number=$((number + 1))
  [ "$number" -le "$SKIP" ] || printf '%s %s\036\n' "$number" "$1" || exit 1
}

# The shell's own `read` starts no process for each line. `rest` keeps a line whose end has not come yet.
rest=
show_new() {
  local line
  while IFS= read -r line <&3; do
    show "$rest$line"
    rest=
  done
  rest=$rest$line
}

read -r process <"$RB_STEP/process"

# True when the step has ended, or its process does not exist any more.
is_over() {
  # shellcheck disable=SC2154 # `found` comes from step_process
  [ -e "$RB_STEP/status" ] || ! step_process "${process%% *}" || [ "$found" != "$process" ]
}

while kill -0 "$reader" 2>/dev/null; do
  over=
  if is_over; then over=1; fi
  show_new
  if [ -n "$over" ]; then
    [ -z "$rest" ] || show "$rest"
    # Checked last: the status may have been written just before the process ended.
    if [ -s "$RB_STEP/status" ]; then printf 'exit %s\036\n' "$(cat "$RB_STEP/status")"; else printf 'gone\036\n'; fi
    break
  fi
  sleep 0.1
done
kill "$reader" 2>/dev/null
exit 0
