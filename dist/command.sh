# Runs a command in a container: a new one of the current release, or a running one. Shows its output as it comes, and
# tells its exit status. If the step ends early, it waits until no process of the command runs any more.
#
# Given: PROJECT DIRECTORY SERVICE TARGET (name of the new container, or ID of the running one) MARK (a variable with
#        a unique value) SECONDS_LEFT (until the command must have ended) GRACE (seconds) AS_USER (empty: the
#        image's) MOST_LINES MOST_BYTES LONGEST_LINE (bytes), and the pieces for Compose and for helpers

# show_output: prints each line of standard input after a bar, so that no line can be taken for a word of this step; of
# too long an output shows only the beginning and the last lines. Reads to the end whatever happens, because the program
# would be killed by a closed pipe.
show_output() {
  { shortened_lines | show_lines; } || { event output-cut; cat >/dev/null; }
}

# shortened_lines: copies standard input; of each line one byte more than is shown, as `read` takes a quarter of a second
# for a megabyte and keeps a line in memory. Without stdbuf lines would come late, so long ones are read whole.
shortened_lines() {
  if command -v stdbuf >/dev/null 2>&1; then
    LC_ALL=C stdbuf -oL cut -b "1-$((LONGEST_LINE + 1))"
  else
    cat
  fi
}

show_lines() {
  local line lines=0 bytes=0
  # A line without an end must not take the memory of the host.
  ulimit -v 400000 2>/dev/null || :
  while IFS= read -r line || [ -n "$line" ]; do
    lines=$((lines + 1)) bytes=$((bytes + ${#line} + 1))
    if [ "$lines" -gt "$MOST_LINES" ] || [ "$bytes" -gt "$MOST_BYTES" ]; then
      { printf '%s\n' "$line"; cat; } | tail -n 50 |
        LC_ALL=C awk '{ print (length($0) > 4000 ? substr($0, 1, 4000) "…" : $0) }' >"$RB_STEP/tail"
      event output-cut
      sed 's/^/| /' "$RB_STEP/tail"
      rm -f "$RB_STEP/tail"
      return
    fi
    [ "${#line}" -le "$LONGEST_LINE" ] || event line-cut
    printf "| %.${LONGEST_LINE}s\n" "$line"
  done
}

# await_end PID UPTIME: waits for the process; false when it still runs at UPTIME
await_end() {
  while kill -0 "$1" 2>/dev/null; do
    [ "$(uptime_seconds)" -lt "$2" ] || return 1
    sleep 0.2
  done
}

# op_new: runs the command in a new container, whose name is known before it exists
op_new() {
  local until shower oom
  operation command
  undo_push 'sleep 1; container_gone'
  compose_alone /dev/null "$PROJECT" "$DIRECTORY" -f "$RB_INPUT" run -d -T --no-deps --name "$TARGET" \
    --label "runbook.command=$RB_ROOT" "$SERVICE" >"$RB_STEP/run.log" 2>&1 </dev/null ||
    { fail command-start "$SERVICE" "$RB_STEP/run.log"; return 1; }
  # The file has the secrets of the release.
  rm -f "$RB_INPUT"
  event begun
  until=$(($(uptime_seconds) + SECONDS_LEFT))
  docker logs -f "$TARGET" 2>&1 </dev/null | show_output &
  shower=$!
  { docker wait "$TARGET" >"$RB_STEP/code.part" 2>/dev/null </dev/null && mv "$RB_STEP/code.part" "$RB_STEP/code"; } &
  await_end $! "$until" || { fail command-timeout "$SERVICE"; return 1; }
  [ -s "$RB_STEP/code" ] || { fail command-lost "$SERVICE"; return 1; }
  await_end "$shower" $(($(uptime_seconds) + 30)) || event output-cut
  oom=$(docker inspect --format '{{.State.OOMKilled}}' "$TARGET" 2>/dev/null)
  container_gone || { fail command-left "$TARGET"; return 1; }
  event ended "code=$(cat "$RB_STEP/code")" "oom=$oom"
}

# container_gone: stops the container by its own signal and grace, removes it with its anonymous volumes, and makes sure
# that it is gone
container_gone() {
  local left
  docker stop -t "$GRACE" "$TARGET" >/dev/null 2>&1 </dev/null || :
  docker rm -fv "$TARGET" >/dev/null 2>&1 </dev/null || :
  left=$(docker ps -aq --filter "name=^/?$TARGET\$" </dev/null) && [ -z "$left" ]
}

# this_start: prints the state of the container and its time of start
this_start() {
  docker inspect --format '{{.State.Status}} {{.State.StartedAt}}' "$TARGET" 2>/dev/null </dev/null
}

# op_exec WORD…: runs the command in a running container; RB_INPUT is an env file with the variables
op_exec() {
  local before until
  operation command
  before=$(this_start)
  [ "${before%% *}" = running ] || { fail not-running "$SERVICE"; return 1; }
  undo_push 'end_marked'
  event begun
  until=$(($(uptime_seconds) + SECONDS_LEFT))
  {
    docker exec --env-file "$RB_INPUT" ${AS_USER:+--user "$AS_USER"} "$TARGET" "$@" 2>&1 </dev/null
    echo $? >"$RB_STEP/code.part" && mv "$RB_STEP/code.part" "$RB_STEP/code"
  } | show_output &
  await_end $! "$until" || { fail command-timeout "$SERVICE"; return 1; }
  [ -s "$RB_STEP/code" ] || { fail command-lost "$SERVICE"; return 1; }
  # A container that ends takes its processes along, whatever Docker's client says.
  [ "$(this_start)" = "$before" ] || { fail container-ended "$SERVICE"; return 1; }
  event ended "code=$(cat "$RB_STEP/code")" oom=false
}

# end_marked: ends the processes of a command in a container that goes on: tells them to end, kills them after GRACE
# seconds, and looks again until none is left. A process keeps the variables with which it was started, and a child that
# has cleared them is still a child. Source: proc_pid_environ(5), proc_pid_stat(5).
end_marked() {
  local left
  left=$({
    printf "mark='%s' grace=%s\n" "$MARK" "$GRACE"
    cat <<'SCRIPT'
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
known=
# look: sets `known` to PID:START of each living process that is marked, was known before, or descends from such a
# process
look() {
  marked=$(grep -alF -- "$mark" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3 | tr '\n' ' ')
  known=$(cat /proc/[0-9]*/stat 2>/dev/null | awk -v marked="$marked" -v known="$known" '
    BEGIN {
      n = split(marked, list, " "); for (i = 1; i <= n; i++) mine[list[i]] = 1
      n = split(known, list, " "); for (i = 1; i <= n; i++) was[list[i]] = 1
    }
    match($0, /^[0-9]+ \(.*\) /) {
      split(substr($0, RLENGTH + 1), field, " ")
      if (field[1] == "Z" || field[1] == "X") next
      parent[$1] = field[2]; key[$1] = $1 ":" field[20]
      if (key[$1] in was) mine[$1] = 1
    }
    END {
      do {
        more = 0
        for (pid in parent) if (!(pid in mine) && (parent[pid] in mine)) { mine[pid] = 1; more = 1 }
      } while (more)
      for (pid in mine) if (pid in key) printf "%s ", key[pid]
    }')
}
told=
# signal NAME: sends it once to each process, because some programs react differently to a second signal
signal() {
  local one
  for one in $known; do
    case "$told " in
      *" $1:$one "*) ;;
      *) told="$told $1:$one"; kill -s "$1" "${one%%:*}" 2>/dev/null ;;
    esac
  done
}
# quiet TENTHS SIGNAL: sends SIGNAL until no process is left, seen twice in a row
quiet() {
  local tenths=$1 none=0
  while [ "$tenths" -gt 0 ]; do
    look
    if [ -z "$known" ]; then
      none=$((none + 1))
      [ "$none" -lt 2 ] || return 0
    else
      none=0
      signal "$2"
    fi
    sleep 0.5
    tenths=$((tenths - 5))
  done
  return 1
}
quiet $((grace * 10 + 10)) TERM || quiet 100 KILL
echo "left:$known"
SCRIPT
  } | redirect_helper 2>/dev/null) || return 1
  [ "$left" = left: ]
}
