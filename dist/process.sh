# step_process PID: sets `found` to the process's ID and start time, which together name a process for good (IDs are
# used again, and a reboot counts anew); false where no such process runs. Source: proc_pid_stat(5), fields 3 and 22.
step_process() {
  local stat
  found=$1
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields after the name of the command
  set -- ${stat##*) }
  found="$found ${20}"
  [ "$1" != Z ]
}

# step_signal SIGNAL FOLDER: sends the signal to all processes of a step, if it runs
step_signal() {
  local step_is
  read -r step_is 2>/dev/null <"$2/process" || return 0
  # shellcheck disable=SC2154 # set by step_process
  if step_process "${step_is%% *}" && [ "$found" = "$step_is" ]; then
    kill -s "$1" -- "-${step_is%% *}" 2>/dev/null || :
  fi
}

# step_end FOLDER WORD: tells a step to end and reverse what it has not committed; WORD says why. A protected part first
# comes to its end, or to its next operation.
step_end() {
  [ ! -s "$1/end" ] || return 0
  printf '%s\n' "$2" >"$1/end"
  [ -e "$1/protected" ] || step_signal TERM "$1"
}
