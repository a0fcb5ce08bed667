# step_process PID: names a process for good in `found`, by its ID and start (IDs are given out again, and a
# reboot begins anew); false where none runs. Source: proc_pid_stat(5), fields 3 and 22.
step_process() {
  local stat
  found=$1
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields after the name of the command
  set -- ${stat##*) }
  found="$found ${20}"
  [ "$1" != Z ]
}

# step_signal SIGNAL FOLDER: to all processes of a step, if it runs
step_signal() {
  local step_is
  read -r step_is 2>/dev/null <"$2/process" || return 0
  # shellcheck disable=SC2154 # comes from step_process
  if step_process "${step_is%% *}" && [ "$found" = "$step_is" ]; then
    kill -s "$1" -- "-${step_is%% *}" 2>/dev/null || :
  fi
}

# step_end FOLDER WORD: has a step end and reverse what it has not committed; WORD says why. What is protected
# ends by itself, or at its next operation.
step_end() {
  [ ! -s "$1/end" ] || return 0
  printf '%s\n' "$2" >"$1/end"
  [ -e "$1/protected" ] || step_signal TERM "$1"
}
