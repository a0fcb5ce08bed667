# Ends an unfinished swap: goes back to the data that was live, or on to the restored data. May be run again. While a
# swap is under way this is a file of its own on the host, so that the next run can run it. Restored data that had the
# live names is never removed. Given: PROJECT RB_ROOT PROXY HEALTH WRITERS (IDs of the containers that were stopped)
# SERVICES (theirs), and the functions `reverse_servers`, `reverse_volumes`, `whole_servers`, `whole_volumes` and
# `reopen_servers`; after the pieces for the phase, psql, volumes and the writers.

# server_awake CONTAINER SERVICE USER CONNECTION: starts the server's container, which may have been killed meanwhile,
# and waits until it answers. Sets `server` to that container, or to the one that took its place.
server_awake() {
  local found tenths
  server=$1
  docker start "$server" >/dev/null 2>&1 || {
    found=$(database_container "$2")
    [ -z "$found" ] || server=$found
  }
  tenths=600
  until echo 'select 1' | sql "$server" "$3" "$4" >/dev/null 2>&1; do
    tenths=$((tenths - 5))
    [ "$tenths" -gt 0 ] || return 1
    sleep 0.5
  done
}

# reverse_schema: removes the record of the restored data's schema, because the former data has its former schema
reverse_schema() {
  local kept
  [ -s "$RB_ROOT/restore.schema" ] && [ -e "$RB_ROOT/migrations.jsonl" ] || return 0
  kept=$RB_ROOT/.migrations.part
  grep -vxF -f "$RB_ROOT/restore.schema" "$RB_ROOT/migrations.jsonl" >"$kept" || [ $? = 1 ] || return 1
  sync "$kept" && mv -f "$kept" "$RB_ROOT/migrations.jsonl"
}

# find_writers: sets `writers` to the recorded containers that still exist, and to the running containers of their
# services
find_writers() {
  local all id service
  all=$(docker ps -aq --no-trunc) || return 1
  writers=$({
    for id in $WRITERS; do printf '%s\n' "$all" | grep -x "$id"; done
    for service in $SERVICES; do
      docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
        --filter "label=com.docker.compose.service=$service" --filter label=com.docker.compose.oneoff=False
    done
  } | sort -u)
}

# stop_writers: stops the writers; true once none of them runs. A step that was killed may leave a call of Docker's
# client behind, which may start them again meanwhile.
stop_writers() {
  local tries
  tries=0
  while [ "$tries" -lt 10 ]; do
    find_writers || return 1
    [ -n "$writers" ] || return 0
    docker stop $writers >/dev/null 2>&1 || docker kill $writers >/dev/null 2>&1
    docker inspect --format '{{.State.Running}}' $writers | grep -q true || return 0
    tries=$((tries + 1))
    sleep 1
  done
  return 1
}

# start_writers: starts the writers; sets `down` to the names of those that do not run or are not healthy in time
start_writers() {
  local waited states
  down='' waited=0
  [ -n "$writers" ] || return 0
  start_all $writers >/dev/null 2>&1
  tell_proxy "$RB_ROOT/restore.reload"
  rm -f "$RB_ROOT/restore.reload"
  while :; do
    states=$(docker inspect --format '{{.State.Status}} {{with index .State "Health"}}{{.Status}}{{else}}none{{end}} {{or (index .Config.Labels "com.docker.compose.service") .Name}}' $writers 2>/dev/null)
    down=$(printf '%s\n' "$states" | awk '$1 != "running" || ($2 != "none" && $2 != "healthy") { print $3 }' | sort -u | tr '\n' ' ')
    [ -n "$down" ] && [ "$waited" -lt "$HEALTH" ] && printf '%s\n' "$states" | grep -q '^running starting ' || return 0
    sleep 1
    waited=$((waited + 1))
  done
}

# settled DATA: tells the runner the end of the swap, and which writers do not run; DATA is `back`, `kept`, `partial` or
# `stuck`
settled() {
  printf '#rb settled data=%s writers=%s\n' "$1" "$(printf %s "${down% }" | tr ' ' ',')"
}

reverse_swap() {
  local code
  code=0
  phase_is stopping || phase reversing || code=1
  # No service may write to a database that is about to change its name back.
  if stop_writers; then
    reverse_servers || code=1
    reverse_volumes || code=1
    reverse_schema || code=1
  else
    code=1
  fi
  start_writers
  # If something could not be put back, the record stays for the next run.
  if [ "$code" = 0 ]; then
    rm -f "$RB_ROOT/restore.pending" "$RB_ROOT/restore.phase"
    settled back
  else
    settled stuck
  fi
  return "$code"
}

# forward_swap: keeps the data that has the live names, but only if all of it was exchanged
forward_swap() {
  whole_servers && whole_volumes || { settled partial; return 1; }
  find_writers || return 1
  rm -f "$RB_ROOT/restore.pending" "$RB_ROOT/restore.phase"
  reopen_servers
  start_writers
  settled kept
}

case ${1:-reverse} in
  forward) forward_swap ;;
  *) reverse_swap ;;
esac
