# Servers without network and volumes for a drill, and their end. Runs on the host after the prelude of steps and the
# pieces for psql and volumes. Given: PROJECT (name that the drill's containers go by)

# throwaway_remove: whatever a drill left, data included
throwaway_remove() {
  throwaway_ids=$(docker ps -aq --filter "label=com.docker.compose.project=$PROJECT")
  # shellcheck disable=SC2086 # IDs
  [ -z "$throwaway_ids" ] || docker rm -fv $throwaway_ids >/dev/null
  volume_helpers_end
  throwaway_volumes=$(docker volume ls -q --filter "label=com.docker.compose.project=$PROJECT")
  # shellcheck disable=SC2086 # names
  [ -z "$throwaway_volumes" ] || docker volume rm -f $throwaway_volumes >/dev/null
}

# throwaway_volume NAME: an empty one, found as a stack's volume is
throwaway_volume() {
  docker volume create --label "com.docker.compose.project=$PROJECT" --label "com.docker.compose.volume=$1" \
    "$PROJECT-$1" >/dev/null 2>"$RB_STEP/volume.log" || { fail drill "$1" "$RB_STEP/volume.log"; return 1; }
}

# throwaway_start SERVICE USER IMAGE: as the image's own entrypoint makes it, with a volume of its own. It is ready
# when the server is the container's first process: before that, an entrypoint may run one of its own to fill it.
throwaway_start() {
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf 'POSTGRES_USER=%s\nPOSTGRES_PASSWORD=%s\nPOSTGRES_DB=drill\n' "$2" "$password" >"$RB_STEP/env"
  docker run -d --network none --restart no --label runbook.helper=drill --label "runbook.root=$RB_ROOT" \
    --label "com.docker.compose.project=$PROJECT" --label "com.docker.compose.service=$1" \
    --label com.docker.compose.oneoff=False --env-file "$RB_STEP/env" "$3" >"$RB_STEP/run.log" 2>&1
  started=$?
  rm -f "$RB_STEP/env"
  [ "$started" = 0 ] || { fail drill "$1" "$RB_STEP/run.log"; return 1; }
  container=$(tail -n 1 "$RB_STEP/run.log")
  until=$(($(uptime_seconds) + 120))
  until [ "$(docker exec "$container" cat /proc/1/comm </dev/null 2>/dev/null)" = postgres ] &&
    echo 'select 1' | sql "$container" "$2" dbname=postgres >/dev/null 2>&1; do
    if [ "$(uptime_seconds)" -gt "$until" ] || [ "$(docker inspect --format '{{.State.Running}}' "$container")" != true ]; then
      docker logs --tail 50 "$container" >"$RB_STEP/server.log" 2>&1
      fail drill "$1" "$RB_STEP/server.log"
      return 1
    fi
    sleep 0.3
  done
}
