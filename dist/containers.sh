# Measures containers from outside, by the host's /proc.

# listening_ports PID: prints TCP ports as hexadecimal numbers with a comma after each; loopback (and with it
# Docker's own DNS) is left out. Source: proc_net_tcp(5).
listening_ports() {
  [ -n "$1" ] || return 0
  cat "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null | awk '
    $4 == "0A" && $2 !~ /^[0-9A-F]*7F:/ && $2 !~ /^00000000000000000000000001000000:/ {
      sub(/.*:/, "", $2)
      if (!seen[$2]++) printf "%s,", $2
    }'
}

# process_start PID: sets `process_began` to the start of a process, in ticks since the host's boot; false if it does
# not run.
# Source: proc_pid_stat(5), fields 3 and 22.
process_start() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # fields after the name of the command
  set -- ${stat##*) }
  process_began=${20}
  [ "$1" != Z ]
}

# processes ID…: prints lines `ID PID START` of the containers that run. An answer of Docker holds as long as the
# process lives, so Docker is asked once for all other containers, and in most rounds not at all. Given: RB_STEP
processes() {
  local known id is unknown process_began
  known=$(cat "$RB_STEP/processes" 2>/dev/null) unknown=
  for id in "$@"; do
    case $known in
      *"$id "*)
        is=${known##*"$id "}
        is=${is%%"
"*}
        if process_start "${is% *}" && [ "$process_began" = "${is#* }" ]; then
          echo "$id $is"
          continue
        fi
        ;;
    esac
    unknown="$unknown $id"
  done
  [ -n "$unknown" ] || return 0
  # shellcheck disable=SC2086 # IDs
  docker inspect --format '{{.Id}} {{.State.Pid}}' $unknown | know_processes
}

# know_processes: of lines `ID PID` on standard input, as Docker just said them, prints `ID PID START` of those that live.
# `processes` knows these from now on.
know_processes() {
  local id is process_began
  while read -r id is; do
    [ "$is" != 0 ] && process_start "$is" || continue
    echo "$id $is $process_began"
    # If the disk has no room for this line, Docker is asked again next time.
    { echo "$id $is $process_began" >>"$RB_STEP/processes"; } 2>/dev/null || :
  done
}
