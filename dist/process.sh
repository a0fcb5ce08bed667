# step_process PID: names a process for good in `found`, by its ID and start (IDs are given out again, and a
# reboot begins anew); false where none runs. Source: proc_pid_stat(5), fields 3 and 22.
step_process() {
  found=$1
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields after the name of the command
  set -- ${stat##*) }
  found="$found ${20}"
  [ "$1" != Z ]
}
