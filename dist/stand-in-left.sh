# Stand-ins that procedures had to leave because nothing else served: each goes once the service's own container serves.
#
# Given: what apply.sh gives
# Shared: stand_ins (lines of stand_ins_left, as stand_ins_end read them) STILL_NEEDED (a service, see stand_ins_end)

# stand_ins_left: lines `ID STATE SERVICE`
stand_ins_left() {
  docker ps -a --no-trunc --filter "label=runbook.stand-in=$PROJECT" \
    --format '{{.ID}} {{.State}} {{.Label "com.docker.compose.service"}}'
}

# stand_ins_end: removes the stand-ins of earlier runs. If one is all that serves its service, removes none, puts that service into STILL_NEEDED and returns false.
stand_ins_end() {
  local id state stood
  stand_ins=$(stand_ins_left) || return 1
  [ -n "$stand_ins" ] || return 0
  while read -r id state stood; do
    [ "$state" != running ] || comes_back "$stood" && continue
    say "$stood: does not start; the stand-in of an earlier run continues to serve"
    STILL_NEEDED=$stood
    return 1
  done <<END
$stand_ins
END
  host_ports_detach
  # The proxy may know the addresses of stand-ins.
  ask_again
  while read -r id state stood; do
    [ "$state" != running ] || { serve_out "$id" 10; docker stop -t 10 "$id" >/dev/null; }
    docker rm -f "$id" >/dev/null
  done <<END
$stand_ins
END
  host_ports_remove
}

# comes_back SERVICE: whether its own container serves, after another start if it does not. A service that the
# release no longer has is not waited for.
comes_back() {
  local id begun again waited
  is_back "$1" && return 0
  compose "$TARGET" config --services 2>/dev/null | grep -qxF "$1" || return 0
  # Docker may pause up to a minute before the next start.
  for id in $(containers "$1" --filter status=restarting); do docker restart "$id" >/dev/null; done
  say "$1: does not serve yet; the stand-in of an earlier run serves until then"
  begun=$(uptime_seconds)
  again=
  until is_back "$1"; do
    if [ -z "$again" ] && [ -z "$(alive "$1")" ]; then
      start_own "$TARGET" "$1" >"$RB_STEP/left.log" 2>&1 || return 1
      again=1
      begun=$(uptime_seconds)
    fi
    waited=$(($(uptime_seconds) - begun))
    [ "$waited" -lt 30 ] || { [ "$waited" -lt 300 ] && { is_starting "$1" || is_ending "$1"; }; } || return 1
    sleep 0.2
  done
}

is_starting() {
  docker inspect --format '{{with index .State "Health"}}{{.Status}}{{end}}' $(containers "$1") 2>/dev/null | grep -qx starting
}

# is_ending SERVICE: whether it takes no new connections and serves those it has, as after its stop signal
is_ending() {
  local pid
  for pid in $(pids_of $(containers "$1")); do
    cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null
  done | awk '$4 == "01" { found = 1 } END { exit !found }'
}

# fail_still_needed: tells the runner, with the container's own log
fail_still_needed() {
  local id
  for id in $(containers "$STILL_NEEDED" -a); do docker logs --tail 50 "$id" 2>&1 | report_log "$STILL_NEEDED"; done
  fail stood-for "$STILL_NEEDED"
}
