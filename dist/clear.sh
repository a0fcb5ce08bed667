# What comes after the commit: removes the old containers and leftovers. Given: what apply.sh
# gives, ONE_SHOTS (names of services) and KEEP (releases that stay), LEAVES (set: services that are not put right
# here are left to the new release), UNSETTLED (set: the step began from what an interrupted procedure left)
#
# Shared: stand_ins_stay (set: op_sweep could not end those of earlier runs) RB_LEFT (see step.sh), and what
# stand-in-left.sh shares

# stop_containers ID…: stops each with its own signal and grace period, all at once. Docker still does what a killed
# script asked it to do: a container that is gone already, or is about to be, is a success. The only container with an
# unnamed volume stays.
stop_containers() {
  local kept id until
  kept=$(sole_volumes "$@" | cut -d ' ' -f 2 | sort -u)
  if [ -n "$kept" ]; then
    for id in $kept; do keep_stopped "$id" || return 1; done
    set -- $(printf '%s\n' "$@" | grep -vxF "$kept")
    [ $# -gt 0 ] || return 0
  fi
  { docker stop "$@" && docker rm -f "$@"; } >/dev/null && return
  docker rm -f "$@" >/dev/null
  until=$(($(uptime_seconds) + 10))
  while docker inspect --format '{{.Id}}' "$@" 2>/dev/null | grep -q .; do
    [ "$(uptime_seconds)" -lt "$until" ] || return 1
    sleep 0.2
  done
}

op_retire() {
  local service
  service=$1
  shift
  say "$service: stopping $# old"
  stop_containers "$@" || fail stop "$service"
}

# op_remove_redirect SECONDS: removes the rules of the redirect once old workers of the proxy and callers that keep
# addresses have let go, each at most SECONDS later
op_remove_redirect() {
  [ -e "$RB_STEP/redirect/touched" ] || return 0
  proxies_let_go "$1"
  callers_let_go "$1"
  redirect_detach && redirect_remove && return
  # Nothing is reversed from here on: the room on the disk that was reserved for that is free to use.
  rm -f "$RB_STEP/room"
  redirect_detach && redirect_remove || fail redirect-left "$PROXY" "$RB_STEP/redirect/helper.log"
}

op_remove() {
  op_retire "$@"
}

# op_sweep: removes what interrupted procedures left in namespaces and on the disk, and containers that never started
op_sweep() {
  local stood state id service folder
  stood=
  assets_clear
  if stand_ins_end; then
    # A stand-in may be gone while its rules are still there.
    redirect_sweep && host_ports_remove || fail_redirect "$PROJECT"
    restart_as_before
  else
    stand_ins_stay=1
    stood=$(echo "$stand_ins" | cut -d ' ' -f 3 | tr '\n' ' ')
  fi
  for state in created exited dead; do
    docker ps -a --no-trunc --filter "label=com.docker.compose.project=$PROJECT" --filter label=runbook.stack --filter "status=$state" \
      --filter label=com.docker.compose.oneoff=False --format '{{.ID}} {{.Label "com.docker.compose.service"}}'
  done | while read -r id service; do
    case " $ONE_SHOTS $stood " in *" $service "*) ;; *) [ -n "$(sole_volumes "$id")" ] || docker rm -f "$id" >/dev/null ;; esac
  done
  for folder in "$RB_ROOT"/steps/*; do
    [ "$folder" = "$RB_STEP" ] || rm -rf "$folder/redirect" "$folder/proxy" "$folder/delivery" "$folder/input"
  done
  [ -n "$LEAVES" ] || discard_uncommitted
}

# op_finish: the last operation: removes stand-ins and releases that are no longer needed
op_finish() {
  local release left id state service
  # Containers of an interrupted release may have needed the leftovers until now.
  [ -z "$UNSETTLED" ] || op_sweep || return 1
  left=$(stand_ins_left)
  if [ -z "${stand_ins_stay:-}" ] && [ -n "$left" ]; then
    stand_ins_end || { fail_still_needed; return 1; }
    # The rules of the run that left them go as well.
    redirect_sweep && host_ports_remove || { fail_redirect "$PROJECT"; return 1; }
  fi
  [ -n "${stand_ins_stay:-}" ] || restart_as_before
  retain "$KEEP" | while read -r release; do say "release $release is no longer kept"; done
  [ -z "$left" ] || stand_ins_left | while read -r id state service; do
    [ "$state" != exited ] || docker rm "$id" >/dev/null
  done
  [ -n "$LEAVES" ] || RB_LEFT=
}
