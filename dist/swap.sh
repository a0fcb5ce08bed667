# The swap: writers stop, names change in one transaction, writers start. If it ends before the commit, the record on
# the host reverses it: this step's trap runs the record, or a guard does if the step is killed. If neither of them
# could, because the host went down, the next run settles the swap; it asks first if names had changed already. Runs on
# the host after the pieces for steps, processes, psql, the phase and the writers.
# Given: PROJECT PROXY (service or empty) HEALTH (seconds until the writers must be healthy) VOLUMES (number of
# volumes), the functions `swap_servers`, `live_servers`, `swap_volumes`, `volume_writers` and `write_reversal`
# Shared: writers (IDs of the containers that are stopped and started) addresses (their addresses before that)

RECORD=$RB_ROOT/restore.pending

# writers_of SERVICE…: prints the IDs of the services' running containers
writers_of() {
  local service
  for service in "$@"; do
    docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
      --filter "label=com.docker.compose.service=$service" --filter label=com.docker.compose.oneoff=False
  done
}

# services_of ID…: prints the names of the containers' services, or of containers without a service
services_of() {
  [ $# -eq 0 ] || docker inspect --format '{{or (index .Config.Labels "com.docker.compose.service") .Name}}' "$@" |
    sort -u | tr '\n' ' '
}

# start_guard: starts a process that outlives this step and keeps its lock: no other run gets the stack before it has
# ended.
start_guard() {
  local process
  read -r process <"$RB_STEP/process"
  cat >"$RB_STEP/guard" <<EOF || return 1
$(write_process_functions)
while step_process ${process%% *} && [ "\$found" = '$process' ]; do sleep 0.2; done
[ $VOLUMES = 0 ] || kill -s KILL -- -${process%% *} 2>/dev/null
[ ! -e '$RECORD' ] || sh '$RECORD'
EOF
  setsid sh "$RB_STEP/guard" </dev/null >>"$RB_STEP/out" 2>&1 8<&- &
}

# schema_swap: records the schema of the data that becomes live, from `restore.schema`. This comes before names change,
# so that a swap which a later run completes has the record, too; a reversal removes the line.
schema_swap() {
  [ -s "$RB_ROOT/restore.schema" ] || return 0
  if is_torn "$RB_ROOT/migrations.jsonl"; then echo >>"$RB_ROOT/migrations.jsonl" || return 1; fi
  cat "$RB_ROOT/restore.schema" >>"$RB_ROOT/migrations.jsonl" && to_disk "$RB_ROOT/migrations.jsonl"
}

reverse() {
  [ ! -e "$RECORD" ] || sh "$RECORD"
}

# swap WRITER…: carries out the swap; WRITER are the services that stop for it
swap() {
  volume_writers >"$RB_STEP/volume-writers" 2>"$RB_STEP/stop.log" || { fail stop writers "$RB_STEP/stop.log"; return 1; }
  writers=$({ writers_of "$@" && cat "$RB_STEP/volume-writers"; } | sort -u) && writers=$(joined_to $writers) ||
    { fail stop writers "$RB_STEP/stop.log"; return 1; }
  phase stopping || { fail record "$RECORD"; return 1; }
  write_reversal >"$RECORD.part" && to_disk "$RECORD.part" || { fail record "$RECORD"; return 1; }
  # From here on a failure must be reversed.
  undo_push reverse
  mv "$RECORD.part" "$RECORD" && to_disk "$RB_ROOT" || { fail record "$RECORD"; return 1; }
  start_guard || { fail record "$RECORD"; return 1; }
  [ -z "$writers" ] || addresses=$(addresses_of $writers)
  event stopping "services=$(services_of $writers)"
  [ -z "$writers" ] || docker stop $writers >"$RB_STEP/stop.log" 2>&1 || { fail stop writers "$RB_STEP/stop.log"; return 1; }
  event stopped
  phase swapping || { fail record "$RECORD"; return 1; }
  schema_swap || { fail record "$RB_ROOT/migrations.jsonl"; return 1; }
  swap_servers >"$RB_STEP/swap.log" 2>&1 || { fail swap databases "$RB_STEP/swap.log"; return 1; }
  swap_volumes >"$RB_STEP/volumes.log" 2>&1 || { fail swap volumes "$RB_STEP/volumes.log"; return 1; }
  phase swapped || { fail record "$RECORD"; return 1; }
  event swapped
  [ -z "$writers" ] || start_all $writers >"$RB_STEP/start.log" 2>&1 || { fail start writers "$RB_STEP/start.log"; return 1; }
  event started
  # A proxy that only reads a volume was not stopped, and keeps the files that it had opened.
  [ "$VOLUMES" = 0 ] || tell_proxy "$RB_STEP/reload.log"
  healthy || return 1
  event healthy
  # The commit: without the record, nothing is reversed any more.
  rm "$RECORD" || { fail record "$RECORD"; return 1; }
  rm -f "$RB_ROOT/restore.phase"
  to_disk "$RB_ROOT" || :
  committed
  event committed
}

# healthy: waits until every writer is healthy, and the databases answer by their live names. A writer without a
# healthcheck must run for 3 seconds.
healthy() {
  local begun now states bad waiting
  [ -n "$writers" ] || { live_servers >"$RB_STEP/live.log" 2>&1 || fail no-database databases "$RB_STEP/live.log"; return; }
  [ "$addresses" = "$(addresses_of $writers)" ] || tell_proxy "$RB_STEP/reload.log"
  begun=$(uptime_seconds)
  while :; do
    now=$(($(uptime_seconds) - begun))
    states=$(docker inspect --format '{{.State.Status}} {{with index .State "Health"}}{{.Status}}{{else}}none{{end}} {{.RestartCount}} {{index .Config.Labels "com.docker.compose.service"}} {{.Id}}' $writers) ||
      { fail gone writers; return 1; }
    bad=$(printf '%s\n' "$states" | awk '$1 != "running" || $3 > 0 { print $4, $5; exit }')
    if [ -n "$bad" ]; then
      docker logs --tail 50 "${bad#* }" >"$RB_STEP/writer.log" 2>&1
      fail ended "${bad% *}" "$RB_STEP/writer.log"
      return 1
    fi
    waiting=$(printf '%s\n' "$states" | awk -v now="$now" '$2 == "none" ? now < 3 : $2 != "healthy" { print $4, $5; exit }')
    if [ -z "$waiting" ]; then
      # Healthy writers do not prove that the server still runs.
      live_servers >"$RB_STEP/live.log" 2>&1 || { fail no-database databases "$RB_STEP/live.log"; return 1; }
      return 0
    fi
    if [ "$now" -gt "$HEALTH" ]; then
      docker logs --tail 50 "${waiting#* }" >"$RB_STEP/writer.log" 2>&1
      fail unhealthy "${waiting% *}" "$RB_STEP/writer.log"
      return 1
    fi
    sleep 0.2
  done
}
