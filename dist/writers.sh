# Services that write to the data, stopped and started around a swap and its reversal. Runs on the host.
# Given: PROJECT PROXY (service or empty)

# joined_to ID…: these, and the running containers that live in the network, IPC or PID namespace of one of them: with
# its stop they lose that, and do not get the new one
joined_to() {
  local all more joined_found=''
  [ $# -gt 0 ] || return 0
  all=$(docker ps -q --no-trunc) || return 1
  # shellcheck disable=SC2086 # IDs
  all=$(docker inspect --format '{{.Id}} {{.HostConfig.NetworkMode}} {{.HostConfig.IpcMode}} {{.HostConfig.PidMode}}' $all 2>/dev/null)
  more=$(printf '%s\n' "$@")
  while [ "$joined_found" != "$more" ]; do
    joined_found=$more
    more=$(printf '%s\n' "$all" | awk -v list="$(printf '%s' "$more" | tr '\n' ' ')" '
      BEGIN { count = split(list, ids, " "); for (i = 1; i <= count; i++) { is["container:" ids[i]] = is[ids[i]] = 1; print ids[i] } }
      !($1 in is) && (($2 in is) || ($3 in is) || ($4 in is)) { print $1 }' | sort -u)
  done
  printf '%s\n' "$more"
}

# start_all ID…: whoever lives in a namespace of another after that one
start_all() {
  local order
  [ $# -gt 0 ] || return 0
  order=$(docker inspect --format '{{.Id}} {{.HostConfig.NetworkMode}} {{.HostConfig.IpcMode}} {{.HostConfig.PidMode}}' "$@" |
    awk '/ container:/ { last = last " " $1; next } { print $1 } END { print last }')
  # One may live in a namespace of another that does so itself.
  # shellcheck disable=SC2086 # IDs
  docker start $order >/dev/null 2>&1 || docker start $order
}

# addresses_of ID…: in which networks they have which addresses
addresses_of() {
  [ $# -eq 0 ] || docker inspect --format '{{.Id}}{{range .NetworkSettings.Networks}} {{.IPAddress}} {{.GlobalIPv6Address}}{{end}}' "$@"
}

# tell_proxy LOG: Docker may have given a writer another address. nginx and HAProxy, also those behind the proxy, keep the
# one that they asked for until they are told; Caddy and Traefik ask at each connection. Where one cannot be told, the
# runner hears of it.
tell_proxy() {
  local id service
  docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.oneoff=False |
    while read -r id; do
      service=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$id")
      case $(proxy_seen "$id") in
        nginx)
          # One that hands nothing on need not be told.
          [ "$service" = "$PROXY" ] || docker exec "$id" nginx -T </dev/null 2>/dev/null | grep -q '_pass' || continue
          docker exec "$id" nginx -s reload </dev/null >"$1" 2>&1 && continue
          if [ "$service" = "$PROXY" ] && ! grep -q 'executable file not found' "$1"; then
            printf '#rb untold why=refused\n'
            tail -n 20 "$1"
          else
            printf '#rb untold why=kind\n'
          fi
          ;;
        haproxy-master) docker kill -s USR2 "$id" >/dev/null 2>"$1" || printf '#rb untold why=kind\n' ;;
        haproxy) printf '#rb untold why=kind\n' ;;
        other) [ "$service" != "$PROXY" ] || printf '#rb untold why=kind\n' ;;
      esac
    done
}

# proxy_seen ID: by its processes
proxy_seen() {
  docker top "$1" -o pid,ppid,comm 2>/dev/null | awk '
    $3 == "nginx" || $3 == "openresty" { nginx = 1 }
    $3 == "haproxy" { haproxy++ }
    $3 == "caddy" || $3 == "traefik" { asks = 1 }
    END { print nginx ? "nginx" : haproxy > 1 ? "haproxy-master" : haproxy ? "haproxy" : asks ? "asks" : "other" }'
}
