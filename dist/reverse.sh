# What becomes of an unfinished swap, as often as it is run: back to what was live, or on to what came. A file of its
# own on the host while a swap goes on, so that whoever comes next can run it. What the restore brought and had the live
# names is never removed. Given: PROJECT RB_ROOT PROXY HEALTH WRITERS (IDs of the containers that were stopped) SERVICES
# (of them), and the functions `reverse_servers`, `reverse_volumes`, `whole_servers`, `whole_volumes` and
# `reopen_servers`; after the pieces for the phase, psql, volumes and the writers.

# server_awake CONTAINER SERVICE USER CONNECTION: starts what somebody killed in the meantime, and waits for it. Leaves
# in `server` the container, or the one that took its place.
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

# reverse_schema: the former data has the schema that it had
reverse_schema() {
  local kept
  [ -s "$RB_ROOT/restore.schema" ] && [ -e "$RB_ROOT/migrations.jsonl" ] || return 0
  kept=$RB_ROOT/.migrations.part
  grep -vxF -f "$RB_ROOT/restore.schema" "$RB_ROOT/migrations.jsonl" >"$kept" || [ $? = 1 ] || return 1
  sync "$kept" && mv -f "$kept" "$RB_ROOT/migrations.jsonl"
}

# find_writers: those of the record that still are, and what runs of their services by now, in `writers`
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

# stop_writers: true when none of them runs. A step that was killed leaves its call of Docker's client behind, which may
# start them once more meanwhile.
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

# start_writers: leaves in `down` the names of those that do not run, or are not healthy in time
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

# settled DATA: ends it, and tells the runner: `back` or `kept` or `stuck`, and which writers do not run
settled() {
  printf '#rb settled data=%s writers=%s\n' "$1" "$(printf %s "${down% }" | tr ' ' ',')"
}

reverse_swap() {
  local code
  code=0
  phase_is stopping || phase reversing || code=1
  # Nobody writes into a database that is about to change its name back.
  if stop_writers; then
    reverse_servers || code=1
    reverse_volumes || code=1
    reverse_schema || code=1
  else
    code=1
  fi
  start_writers
  # What could not be put back stays recorded for the next run.
  if [ "$code" = 0 ]; then
    rm -f "$RB_ROOT/restore.pending" "$RB_ROOT/restore.phase"
    settled back
  else
    settled stuck
  fi
  return "$code"
}

# forward_swap: what has the live names stays; only where all of it is exchanged
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
