# Replaces a service that cannot run twice: the new release runs as a stand-in, takes all new connections, and gives
# them to the real container once Compose has recreated it. Until then the way back is open.
#
# Given: what apply.sh gives
# Shared: kept_reloaded (see kept.sh) access_follower answers_apart (see access-log.sh)
#
# Files of a service below $RB_STEP:
#   before-SERVICE held-SERVICE       the former containers; those with unnamed volumes (apply.sh, unnamed.sh)
#   stood-SERVICE names-SERVICE.json  the old container; a Compose override that gives its name to the stand-in
#   candidate-SERVICE serves-SERVICE  the stand-in while it is judged; the stand-in once the real container is made
#   planned-SERVICE ways-SERVICE      its ports on the host; the open ways to them (`ways`, `tried`: of all services)
#   divert-SERVICE returned-SERVICE   ports that lead to the stand-in; set: new connections take Docker's way again
#   stays-SERVICE up-SERVICE.log      set: the stand-in stays, as nothing else serves; output of Compose

stand_in_name() {
  echo "$PROJECT-$1-stand-in"
}

stand_in_of() {
  docker ps -aq --no-trunc --filter "name=^/?$(stand_in_name "$1")\$"
}

# op_start_stand_in SERVICE NETWORK…: starts the stand-in, hidden from every caller although it has the names they
# resolve
op_start_stand_in() {
  local service old candidate running
  service=$1
  # Stand-ins of earlier runs end before the first stand-in of this run, and not between two of them.
  [ -n "$(cat "$RB_STEP"/stood-* 2>/dev/null)" ] || stand_ins_end || { fail_still_needed; return 1; }
  remember "$service" || return 1
  old=$(echo "$running" | head -n 1)
  echo "$old" >"$RB_STEP/stood-$service" &&
    stand_in_names "$(docker inspect --format '{{.Name}}' "$old")" "$@" >"$RB_STEP/names-$service.json" ||
    { fail unnoted "$service"; return 1; }
  redirect_old "$service" "$running" "$old" || { fail_redirect "$service"; return 1; }
  redirect_begin
  redirect_guard "$service" || { fail_redirect "$service"; return 1; }
  # In IPv6 the host's own address replaces the one that the client called, so any address is accepted.
  set -- $(published_ports "$old" | awk '{ print ($1 ~ /:/ ? "[::]::" : "127.0.0.1::") $3 }' | sort -u | sed 's/^/-p /')
  undo_push "stand_in_end $service 10"
  compose "$TARGET" -f "$RB_STEP/names-$service.json" run -d -T --no-deps --use-aliases \
    --label runbook.stand-in="$PROJECT" --name "$(stand_in_name "$service")" "$@" \
    "$service" >"$RB_STEP/up-$service.log" 2>&1 || { fail start "$service" "$RB_STEP/up-$service.log"; return 1; }
  candidate=$(stand_in_of "$service") || { fail start "$service"; return 1; }
  echo "$candidate" >"$RB_STEP/candidate-$service" || { fail unnoted "$service"; return 1; }
  [ -z "$(assets_of "$service")" ] || assets_before_start "$service" : || return 1
  redirect_narrow "$service" "$(cat "$RB_STEP/candidate-$service")" || { fail_redirect "$service"; return 1; }
  divert_plan "$old" "$(cat "$RB_STEP/candidate-$service")" >"$RB_STEP/planned-$service" || {
    # A stand-in that has ended already has no ports: the gate says why it ended.
    case $(docker inspect --format '{{.State.Status}} {{.RestartCount}}' "$(cat "$RB_STEP/candidate-$service")") in
      'running 0') fail_redirect "$service"; return 1 ;;
    esac
    : >"$RB_STEP/planned-$service"
  }
  event stand-in "service=$service" "ports=$(awk '{ printf "%s:%s,", $3, $4 }' "$RB_STEP/planned-$service")"
  # Only a way that is open now can be expected to stay open behind the redirect.
  host_paths "$(pids_of "$old")" <"$RB_STEP/planned-$service" >"$RB_STEP/ways" || { fail unnoted "$service"; return 1; }
  : >"$RB_STEP/tried"
  [ ! -s "$RB_STEP/ways" ] || host_paths_try "$RB_STEP/ways" >"$RB_STEP/tried" || { fail_redirect "$service"; return 1; }
  sed -n 's/^open //p' "$RB_STEP/tried" >"$RB_STEP/ways-$service" || { fail unnoted "$service"; return 1; }
  redirect_refresh || fail_redirect "$service"
}

# stand_in_names NAME SERVICE NETWORK…: prints a Compose override that gives the stand-in the old container's name as an
# alias; the option `--use-aliases` gives it the service's own names
stand_in_names() {
  local name service
  name=${1#/} service=$2
  shift 2
  printf '%s\n' "$@" | awk -v name="$name" -v service="$service" '
    NF { networks = networks (networks == "" ? "" : ",") "\"" $0 "\":{\"aliases\":[\"" name "\"]}" }
    END { printf "{\"services\":{\"%s\":{\"networks\":{%s}}}}\n", service, networks }'
}

# stand_in_end SERVICE SECONDS: lets the stand-in finish its requests, at most SECONDS, then removes it
stand_in_end() {
  local id
  id=$(stand_in_of "$1")
  [ -n "$id" ] && [ ! -e "$RB_STEP/stays-$1" ] || return 0
  [ ! -e "$RB_STEP/candidate-$1" ] || docker logs --tail 50 "$id" 2>&1 | report_log "$1"
  serve_out "$id" "$2"
  docker stop -t "$2" "$id" >/dev/null
  docker rm -f "$id" >/dev/null
}

# serve_out ID SECONDS: waits until a container's requests have ended, at most SECONDS. A container whose stop signal
# makes it end by itself after its last request needs no waiting, and closes its idle connections at once.
serve_out() {
  local until left
  case $(docker inspect --format '{{.Config.StopSignal}}' "$1") in
    *QUIT | *USR1 | *WINCH) return 0 ;;
  esac
  until=$(($(uptime_seconds) + $2))
  while left=$(connections_to "$1") && [ "$left" -gt 0 ] && [ "$(uptime_seconds)" -lt "$until" ]; do
    event draining "left=$left" "of=$1"
    sleep 0.4
    redirect_refresh
  done
}

# op_divert SERVICE: leads new connections to the host's ports, and of callers in the stack, to the stand-in
op_divert() {
  local service
  service=$1
  follow_access_log
  if [ "$service" = "$PROXY" ]; then
    stop_access_log
    # A client that keeps its connection is answered by the old container.
    answers_apart=0
    docker logs -f --since 0s "$(cat "$RB_STEP/candidate-$service")" >>"$RB_STEP/access" 2>&1 8<&- 9>&- &
    access_follower=$!
  fi
  cp "$RB_STEP/planned-$service" "$RB_STEP/divert-$service" || { fail unnoted "$service"; return 1; }
  undo_push "divert_back $service"
  callers_divert "$service" "$(cat "$RB_STEP/candidate-$service")" >"$RB_STEP/divert.log" 2>&1 &&
    host_ports_divert >>"$RB_STEP/divert.log" 2>&1 || { fail redirect "$service" "$RB_STEP/divert.log"; return 1; }
  event cut "services=$service"
  event divert "service=$service"
  await_word $((PATIENCE * 10)) "go divert-$service" "abort divert-$service" ||
    { fail no-verdict "$service"; return 1; }
  [ "$RB_WORD" = "go divert-$service" ] || return 1
  ways_taken "$service" || { fail redirect "$service" "$RB_STEP/divert.log"; return 1; }
  [ "$service" = "$PROXY" ] || kept_of_stand_in "$(cat "$RB_STEP/stood-$service")"
}

# kept_of_stand_in ID: leads new connections to the other containers of a service
kept_of_stand_in() {
  kept_reloaded=
  kept_end "$1" || { fail proxy-reload "$PROXY" "$RB_STEP/reload.log"; return 1; }
}

# ways_taken SERVICE: whether every way that was open leads to the stand-in
ways_taken() {
  local how from chain tool pid address port
  [ -s "$RB_STEP/ways-$1" ] || return 0
  host_paths_try "$RB_STEP/ways-$1" >"$RB_STEP/divert.log" || return 1
  while read -r how from chain tool pid address port; do
    event way "service=$1" "how=$how" "from=$from" "address=$address" "port=$port"
  done <"$RB_STEP/divert.log"
  ! grep -v '^taken ' "$RB_STEP/divert.log" | grep -q .
}

# callers_divert SERVICE ID: leads every former address of the service, and those of its other containers, to this one
callers_divert() {
  local folder pid port hidden
  folder=$RB_STEP/redirect
  [ -e "$folder/leaving-$1" ] || cp "$folder/old-$1" "$folder/leaving-$1"
  # The ports that it is called at: those of the old container and of this one.
  for pid in $(pids_of "$2"); do listening_ports "$pid"; done | tr , '\n' | sort -u | while read -r port; do
    [ -n "$port" ] || continue
    case ,$(cat "$folder/ports-$1") in
      *,$((0x$port)),*) ;;
      *) printf '%d,' "0x$port" >>"$folder/ports-$1" || exit 1 ;;
    esac
  done || return 1
  addresses_of "$2" | sed "s/^\([^ ]*\) /\1 address $1 retire /" >"$folder/old-$1" || return 1
  hidden=$({ cat "$RB_STEP/stood-$1"; stand_in_of "$1"; } | grep -vxF "$2")
  echo "$hidden" >"$folder/hidden-$1" || return 1
  redirect_phase stood "$1"
}

# divert_back SERVICE: the way back. If the former release does not start again, the stand-in continues to serve.
divert_back() {
  local folder
  if [ -e "$RB_STEP/serves-$1" ] && ! is_back "$1"; then
    : >"$RB_STEP/stays-$1"
    say "$1: the former release does not start; the stand-in continues to serve until the next run"
    return 1
  fi
  event turned-back
  : >"$RB_STEP/returned-$1"
  host_ports_divert || host_ports_remove
  folder=$RB_STEP/redirect
  rm -f "$folder/hidden-$1"
  addresses_of $(containers "$1") | sed "s/^\([^ ]*\) /\1 address $1 retire /" >"$folder/old-$1"
  redirect_narrow "$1" "$(stand_in_of "$1")"
  [ "$1" = "$PROXY" ] || kept_of_stand_in "$(stand_in_of "$1")"
  stand_in_end "$1" 10
  # The proxy may still hold addresses that no container has any more.
  if [ "$1" != "$PROXY" ] && [ -e "$RB_STEP/serves-$1" ]; then ask_again; fi
  rm -f "$RB_STEP/divert-$1" "$RB_STEP/returned-$1"
  host_ports_divert
}

# op_replace_behind SERVICE DRAIN: stops the old container with its own signal, and has Compose create the real one
op_replace_behind() {
  local service drain old
  service=$1 drain=$2
  old=$(cat "$RB_STEP/stood-$service")
  say "$service: the stand-in serves; the old container is being stopped"
  serve_out "$old" "$drain"
  undo_push "replace_behind_back $service"
  mv "$RB_STEP/candidate-$service" "$RB_STEP/serves-$service"
  restart_at_boot "$old"
  docker stop -t "$drain" "$old" >/dev/null || { fail stop "$service"; return 1; }
  redirect_guard "$service" || { fail_redirect "$service"; return 1; }
  up "$service" 1 || return 1
  hide_real "$service" || fail_redirect "$service"
}

# hide_real SERVICE: callers stay with the stand-in, also when they resolve the name
hide_real() {
  local real
  real=$(containers "$1") && echo "$real" >>"$RB_STEP/redirect/hidden-$1" && redirect_phase stood "$1"
}

# replace_behind_back SERVICE: starts the former release's container again; the stand-in serves until that container
# listens and is no longer unhealthy
replace_behind_back() {
  local until
  report_logs_of "$1"
  [ -n "$OLD" ] || return 1
  files_back || :
  redirect_guard "$1"
  start_own "$OLD" "$1"
  hide_real "$1"
  until=$(($(uptime_seconds) + 30))
  until is_back "$1" || [ "$(uptime_seconds)" -ge "$until" ]; do sleep 0.1; done
  ! is_back "$1" || restart_as_before
}

# restart_at_boot ID: a container that was stopped by hand stays stopped when the host reboots, and the rules that lead
# to its stand-in are gone then. With the policy `always` it starts again. Its own policy is kept below .runbook.
restart_at_boot() {
  local policy
  policy=$(docker inspect --format '{{with .HostConfig.RestartPolicy}}{{.Name}}{{if .MaximumRetryCount}}:{{.MaximumRetryCount}}{{end}}{{end}}' "$1")
  case $policy in
    '' | no | always) return 0 ;;
  esac
  mkdir -p "$RB_ROOT/restart" && echo "$policy" >"$RB_ROOT/restart/$1" && docker update --restart always "$1" >/dev/null || :
}

# restart_as_before: gives each of these containers its own policy back, if the container still exists
restart_as_before() {
  local kept
  for kept in "$RB_ROOT"/restart/*; do
    [ -s "$kept" ] && docker update --restart "$(cat "$kept")" "${kept##*/}" >/dev/null 2>&1
    rm -f "$kept"
  done
}

# start_own RELEASE SERVICE: starts its container as the release has it. Compose leaves a container alone that Docker
# lists as running, even if it has ended.
start_own() {
  former_up "$1" --scale "$2=1" "$2" && docker start $(containers "$2")
}

is_back() {
  local id
  id=$(containers "$1")
  [ -n "$id" ] && [ -n "$(listening_ports "$(pids_of "$id")")" ] || return 1
  case $(docker inspect --format '{{with index .State "Health"}}{{.Status}}{{end}}' "$id") in
    starting | unhealthy) return 1 ;;
  esac
}

# op_return SERVICE: leads new connections to the real container
op_return() {
  undo_push "return_back $1"
  callers_divert "$1" "$(containers "$1")" || { fail_redirect "$1"; return 1; }
  : >"$RB_STEP/returned-$1"
  host_ports_divert || { fail_redirect "$1"; return 1; }
  [ "$1" = "$PROXY" ] || kept_of_stand_in "$(cat "$RB_STEP/serves-$1")" || return 1
  event returned "service=$1"
}

return_back() {
  rm -f "$RB_STEP/returned-$1"
  callers_divert "$1" "$(cat "$RB_STEP/serves-$1")"
  hide_real "$1"
  host_ports_divert
}

# op_end_stand_in SERVICE DRAIN: removes the stand-in when its requests have ended
op_end_stand_in() {
  stand_in_end "$1" "$2" || fail stop "$1"
  rm -f "$RB_STEP/divert-$1" "$RB_STEP/returned-$1"
  host_ports_divert
}
