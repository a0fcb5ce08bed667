# A command in a container: a new one of the current release, or one that runs. What it writes is shown as it comes, and
# its exit status is told. When it is ended early, whoever ends it waits until nothing of it runs any more.
#
# Given: PROJECT DIRECTORY SERVICE TARGET (name of the new container, or ID of the one that runs) MARK (a variable with
#        its value, which nothing else has) SECONDS_LEFT (until it must have ended) GRACE (seconds) AS_USER (empty: the
#        image's) MOST_LINES MOST_BYTES LONGEST_LINE (bytes), and the pieces for Compose and for helpers

# show_output: standard input, each line behind a bar, so that none can be taken for a word of this step; of what is
# more than may be shown the last lines
show_output() {
  local line lines=0 bytes=0
  # One line without an end must not take the memory of the host.
  ulimit -v 400000 2>/dev/null || :
  while IFS= read -r line || [ -n "$line" ]; do
    lines=$((lines + 1)) bytes=$((bytes + ${#line} + 1))
    if [ "$lines" -gt "$MOST_LINES" ] || [ "$bytes" -gt "$MOST_BYTES" ]; then
      # What writes must be read to its end, or it is ended by that.
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

# await_end PID UPTIME: false when it still runs then
await_end() {
  while kill -0 "$1" 2>/dev/null; do
    [ "$(uptime_seconds)" -lt "$2" ] || return 1
    sleep 0.2
  done
}

# op_new: a container of its own; its name is known before it is there
op_new() {
  local until shower oom
  operation command
  undo_push 'sleep 1; container_gone'
  compose_alone /dev/null "$PROJECT" "$DIRECTORY" -f "$RB_INPUT" run -d -T --no-deps --name "$TARGET" \
    --label "runbook.command=$RB_ROOT" "$SERVICE" >"$RB_STEP/run.log" 2>&1 </dev/null ||
    { fail command-start "$SERVICE" "$RB_STEP/run.log"; return 1; }
  # It has the secrets of the release.
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

# container_gone: ended with its own signal and grace, removed with its volumes without a name, and looked for
container_gone() {
  local left
  docker stop -t "$GRACE" "$TARGET" >/dev/null 2>&1 </dev/null || :
  docker rm -fv "$TARGET" >/dev/null 2>&1 </dev/null || :
  left=$(docker ps -aq --filter "name=^/?$TARGET\$" </dev/null) && [ -z "$left" ]
}

# this_start: which start of the container this is, if it runs
this_start() {
  docker inspect --format '{{.State.Status}} {{.State.StartedAt}}' "$TARGET" 2>/dev/null </dev/null
}

# op_exec WORD…: in a container that runs; RB_INPUT is an env file with the variables
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
  # Who ends a container ends what runs in it, whatever Docker's client says of that.
  [ "$(this_start)" = "$before" ] || { fail container-ended "$SERVICE"; return 1; }
  event ended "code=$(cat "$RB_STEP/code")" oom=false
}

# end_marked: what a command has started in a container that goes on is told to end, after GRACE seconds it is made to,
# and it is looked for until nothing is left. A process has the variables that it was started with, and who of its
# children has cleared them is still a child. Source: proc_pid_environ(5), proc_pid_stat(5).
end_marked() {
  local left
  left=$({
    printf "mark='%s' grace=%s\n" "$MARK" "$GRACE"
    cat <<'SCRIPT'
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
known=
# look: PID:START of each that lives and is marked, was known before, or comes of one of those
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
# signal NAME: to each that was not told yet, for the second time means another thing to some
signal() {
  local one
  for one in $known; do
    case "$told " in
      *" $1:$one "*) ;;
      *) told="$told $1:$one"; kill -s "$1" "${one%%:*}" 2>/dev/null ;;
    esac
  done
}
# quiet TENTHS SIGNAL: nothing is left, twice in a row
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
