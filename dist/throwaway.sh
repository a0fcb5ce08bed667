# Starts and removes servers and volumes for a drill; the servers have no network. Runs on the host after the prelude of
# steps and the pieces for psql and volumes. Given: PROJECT (the Compose project of the drill's containers)

# throwaway_remove: removes everything that a drill left, data included. A stack of people may have the project's name:
# nothing of it has the drill's own label.
throwaway_remove() {
  local throwaway_ids throwaway_volumes
  throwaway_ids=$(docker ps -aq --filter label=runbook.helper=drill --filter "label=com.docker.compose.project=$PROJECT")
  # shellcheck disable=SC2086 # IDs
  [ -z "$throwaway_ids" ] || docker rm -fv $throwaway_ids >/dev/null
  volume_helpers_end
  throwaway_volumes=$(docker volume ls -q --filter label=runbook.helper=drill --filter "label=com.docker.compose.project=$PROJECT")
  # shellcheck disable=SC2086 # names
  [ -z "$throwaway_volumes" ] || docker volume rm -f $throwaway_volumes >/dev/null
}

# throwaway_volume NAME: makes an empty volume, with labels by which it is found like a stack's volume
throwaway_volume() {
  docker volume create --label runbook.helper=drill --label "com.docker.compose.project=$PROJECT" --label "com.docker.compose.volume=$1" \
    "$PROJECT-$1" >/dev/null 2>"$RB_STEP/volume.log" || { fail drill "$1" "$RB_STEP/volume.log"; return 1; }
}

# like_service CONTAINER IMAGE: sets `throwaway_settings` to a file with the words that make the throwaway server start
# as the service's does, one a line: options of `docker run`, a line `--`, and the command if the stack has one of its
# own. The caller puts the image between the two. Files that the command names are mounted read-only. The server
# archives no write-ahead log, runs no jobs, and takes little memory.
like_service() {
  local command source destination word
  throwaway_settings=$RB_STEP/settings
  docker inspect --format '{{range .Config.Cmd}}{{println .}}{{end}}' "$1" 2>/dev/null | sed '/^$/d' >"$RB_STEP/command"
  docker image inspect --format '{{range .Config.Cmd}}{{println .}}{{end}}' "$2" 2>/dev/null | sed '/^$/d' >"$RB_STEP/own-command"
  {
    docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$1" 2>/dev/null |
      sed -n -e '/^LANG=/p' -e '/^LC_[A-Z]*=/p' -e '/^TZ=/p' -e '/^POSTGRES_INITDB_ARGS=/p' -e '/^PGDATA=/p' | sed 's/^/--env=/'
    if cmp -s "$RB_STEP/command" "$RB_STEP/own-command"; then
      echo --
      return 0
    fi
    docker inspect --format '{{range .Mounts}}{{if eq .Type "bind"}}{{.Source}}|{{.Destination}}{{println}}{{end}}{{end}}' "$1" |
      while IFS='|' read -r source destination; do
        # shellcheck disable=SC2016 # variables of awk
        [ -n "$destination" ] && awk -v path="$destination" 'index($0, path) && substr($0, index($0, path) + length(path), 1) ~ /^(\/|)$/ { found = 1 } END { exit !found }' "$RB_STEP/command" &&
          echo "--mount=type=bind,source=$source,target=$destination,readonly"
      done
    echo --
    cat "$RB_STEP/command"
    command=$(head -n 1 "$RB_STEP/command")
    case $command in
      postgres | */postgres | -*)
        for word in archive_mode=off cron.launch_active_jobs=off max_logical_replication_workers=0 shared_buffers=64MB huge_pages=off; do
          printf '%s\n' -c "$word"
        done
        ;;
    esac
  } >"$throwaway_settings"
}

# throwaway_start SERVICE USER IMAGE CONTAINER: starts a server that the image's own entrypoint makes, with a volume of
# its own, and with the command and settings of the service's CONTAINER. The server is ready when it is the container's
# first process: before that, the entrypoint may run another server to fill the data folder.
throwaway_start() {
  local password throwaway_settings throwaway_service throwaway_user throwaway_image word started container until
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf 'POSTGRES_USER=%s\nPOSTGRES_PASSWORD=%s\nPOSTGRES_DB=drill\n' "$2" "$password" >"$RB_STEP/env"
  like_service "$4" "$3"
  throwaway_service=$1 throwaway_user=$2 throwaway_image=$3
  set --
  while IFS= read -r word; do
    [ "$word" != -- ] || word=$throwaway_image
    set -- "$@" "$word"
  done <"$throwaway_settings"
  docker run -d --network none --restart no --label runbook.helper=drill --label "runbook.root=$RB_ROOT" \
    --label "com.docker.compose.project=$PROJECT" --label "com.docker.compose.service=$throwaway_service" \
    --label com.docker.compose.oneoff=False --env-file "$RB_STEP/env" "$@" >"$RB_STEP/run.log" 2>&1
  started=$?
  set -- "$throwaway_service" "$throwaway_user"
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
