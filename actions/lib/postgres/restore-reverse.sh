# Puts back what an unfinished swap changed, as often as it is run. A file of its own on the host while a swap goes
# on, so that whoever comes next can run it. Given: PROJECT RB_ROOT PROXY WRITERS (container IDs), and the functions
# `reverse_servers` and `reverse_volumes`; after the pieces for psql and volumes.

# server_awake CONTAINER USER CONNECTION: starts what somebody killed in the meantime, and waits for it
server_awake() {
  docker start "$1" >/dev/null 2>&1
  tenths=600
  until echo 'select 1' | sql "$1" "$2" "$3" >/dev/null 2>&1; do
    tenths=$((tenths - 5))
    [ "$tenths" -gt 0 ] || return 1
    sleep 0.5
  done
}

# reverse_schema: the former data has the schema that it had
reverse_schema() {
  [ -s "$RB_ROOT/restore.schema" ] && [ -e "$RB_ROOT/migrations.jsonl" ] || return 0
  kept=$RB_ROOT/.migrations.part
  grep -vxF -f "$RB_ROOT/restore.schema" "$RB_ROOT/migrations.jsonl" >"$kept" || [ $? = 1 ] || return 1
  sync "$kept" && mv -f "$kept" "$RB_ROOT/migrations.jsonl"
}

reverse_swap() {
  # Nobody writes into a database that is about to change its name back.
  [ -z "$WRITERS" ] || docker stop $WRITERS >/dev/null 2>&1
  code=0
  reverse_servers || code=1
  reverse_volumes || code=1
  reverse_schema || code=1
  [ -z "$WRITERS" ] || docker start $WRITERS >/dev/null 2>&1
  for id in $([ -z "$PROXY" ] || docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter "label=com.docker.compose.service=$PROXY"); do
    docker exec "$id" nginx -s reload </dev/null >/dev/null 2>&1
  done
  # What could not be put back stays recorded for the next run.
  [ "$code" = 0 ] && rm -f "$RB_ROOT/restore.pending" && echo 'the swap was reversed: the former data serves'
  return "$code"
}
reverse_swap
