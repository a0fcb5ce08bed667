# Stops and starts the services that write to the data, around a swap and its reversal. Runs on the host.
# Given: PROJECT PROXY (service or empty)

# joined_to ID…: prints these IDs, and those of running containers that share the network, IPC or PID namespace of one
# of them: when that one stops they lose the namespace, and do not get the new one
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

# start_all ID…: starts containers; one that shares another's namespace starts after that other
start_all() {
  local order
  [ $# -gt 0 ] || return 0
  order=$(docker inspect --format '{{.Id}} {{.HostConfig.NetworkMode}} {{.HostConfig.IpcMode}} {{.HostConfig.PidMode}}' "$@" |
    awk '/ container:/ { last = last " " $1; next } { print $1 } END { print last }')
  # A container may share the namespace of a container that itself shares another's: hence the second try.
  # shellcheck disable=SC2086 # IDs
  docker start $order >/dev/null 2>&1 || docker start $order
}

# addresses_of ID…: prints the containers' addresses in their networks
addresses_of() {
  [ $# -eq 0 ] || docker inspect --format '{{.Id}}{{range .NetworkSettings.Networks}} {{.IPAddress}} {{.GlobalIPv6Address}}{{end}}' "$@"
}

# tell_proxy LOG: makes proxies resolve names again, as Docker may have given a writer another address. nginx, HAProxy
# and Apache, also those behind the proxy, keep an address until they are told; Caddy and Traefik resolve it at each
# connection. The runner learns of a proxy that cannot be told.
tell_proxy() {
  local id service seen
  docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.oneoff=False |
    while read -r id; do
      service=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$id")
      seen=$(proxy_seen "$id")
      case $seen in
        nginx)
          # An nginx that passes no requests on need not be told.
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
        httpd | apache2ctl)
          # Most Apaches pass no requests on. With files that it rejects, the signal would end it.
          [ "$service" = "$PROXY" ] || docker exec "$id" "$seen" -t -D DUMP_MODULES </dev/null 2>/dev/null | grep -q proxy_module || continue
          docker exec "$id" "$seen" -t </dev/null >"$1" 2>&1 && docker kill -s USR1 "$id" >/dev/null 2>>"$1" || printf '#rb untold why=kind\n'
          ;;
        haproxy) printf '#rb untold why=kind\n' ;;
        other) [ "$service" != "$PROXY" ] || printf '#rb untold why=kind\n' ;;
      esac
    done
}

# proxy_seen ID: prints the kind of proxy in a container, by its processes
proxy_seen() {
  docker top "$1" -o pid,ppid,comm 2>/dev/null | awk '
    $3 == "nginx" || $3 == "openresty" || $3 == "angie" { nginx = 1 }
    $3 == "haproxy" { haproxy++ }
    $3 == "httpd" || $3 == "apache2" { apache++; control = $3 == "httpd" ? "httpd" : "apache2ctl" }
    $3 == "caddy" || $3 == "traefik" { asks = 1 }
    END { print (nginx ? "nginx" : haproxy > 1 ? "haproxy-master" : haproxy ? "haproxy" : apache > 1 ? control : asks ? "asks" : "other") }'
}
