# A first certificate for a proxy that does not start without one: until it is there, a container of the proxy's own
# image answers on port 80, and gives challenges and nothing else. Runs after the piece for renewals.
#
# Given: the same as for that piece

doors() {
  docker ps -aq --filter label=runbook.helper=door --filter "label=runbook.root=$RB_ROOT" </dev/null
}

# close_door: removes that container and starts the proxy; may be run again
close_door() {
  local left
  left=$(doors)
  # shellcheck disable=SC2086 # IDs
  [ -z "$left" ] || docker rm -f $left >/dev/null 2>&1 </dev/null
  docker start "$DOOR" >/dev/null 2>"$RB_STEP/door.log" </dev/null
}

# op_door SOURCE INNER: stops the proxy, and starts the container with the folder for challenges
op_door() {
  local image mount left
  operation door
  left=$(doors)
  # shellcheck disable=SC2086 # IDs, of a step that was killed
  [ -z "$left" ] || docker rm -f $left >/dev/null 2>&1 </dev/null
  cat >"$RB_STEP/door.conf" <<'CONF'
pid /tmp/door.pid;
error_log stderr;
events {}
http {
  access_log off;
  server {
    listen 80;
    location /.well-known/acme-challenge/ { root /challenges; }
    location / { return 404; }
  }
}
CONF
  chmod 644 "$RB_STEP/door.conf"
  mount=$(volume_mount "$1") && image=$(docker inspect -f '{{.Image}}' "$DOOR" 2>"$RB_STEP/door.log") ||
    { fail door "$PROXY" "$RB_STEP/door.log"; return 1; }
  case $(docker inspect -f '{{.HostConfig.NetworkMode}}' "$DOOR") in
    host) set -- "$2" --network host ;;
    *) set -- "$2" -p 80:80 ;;
  esac
  set -- "${1:+,volume-subpath=${1#/}}" "$@"
  undo_push close_door
  # The proxy restarts again and again, and takes the port each time.
  docker stop -t 5 "$DOOR" >/dev/null 2>"$RB_STEP/door.log" </dev/null || { fail door "$PROXY" "$RB_STEP/door.log"; return 1; }
  mount="$mount$1,target=/challenges,readonly"
  shift 2
  docker run -d --pull never --restart no --user 0 --security-opt label=disable --label runbook.helper=door \
    --label "runbook.root=$RB_ROOT" "$@" --mount "type=bind,source=$RB_STEP/door.conf,target=/door.conf,readonly" \
    --mount "$mount" --entrypoint nginx "$image" -c /door.conf -g 'daemon off;' >/dev/null 2>"$RB_STEP/door.log" </dev/null ||
    { fail door "$PROXY" "$RB_STEP/door.log"; return 1; }
}

# op_aside: moves a dummy's folder away, because certbot does not take a name whose folder exists; a running proxy has
# read the dummy already
op_aside() {
  operation aside
  undo_push aside_back
  # shellcheck disable=SC2016 # for the helper's shell
  in_state write 'mv -T "live/$1" "live/.$1.runbook"' "$LINEAGE" </dev/null >"$RB_STEP/state.log" 2>&1 ||
    { fail state "$LINEAGE" "$RB_STEP/state.log"; return 1; }
}

# aside_back: removes the dummy if there is a real certificate now, otherwise puts it back; may be run again
aside_back() {
  # shellcheck disable=SC2016 # for the helper's shell
  in_state write '[ -e "live/.$1.runbook" ] || exit 0
if [ -e "live/$1" ]; then rm -rf "live/.$1.runbook"; else mv -T "live/.$1.runbook" "live/$1"; fi' "$LINEAGE" </dev/null
}

# still_down: fails with the proxy's output, where it does not start with its certificate
still_down() {
  docker logs --tail 20 "$DOOR" >"$RB_STEP/door.log" 2>&1 </dev/null
  fail unserved "$LINEAGE" "$RB_STEP/door.log"
}
