# Takes chains away whoever left them; needs redirect.sh. Given: RB_STEP PROJECT RB_CHAIN

# redirect_sweep: in the namespaces of the stack's containers and of their neighbours. Where a chain's rules are
# the only ones with a NAT target, established connections would hang without them: there it stays, unused.
redirect_sweep() {
  folder=$RB_STEP/redirect
  mkdir -p "$folder"
  networks=$(docker network ls -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT")
  {
    docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT"
    [ -z "$networks" ] || docker network inspect --format '{{range $id, $at := .Containers}}{{println $id}}{{end}}' $networks
  } | grep . | sort -u >"$folder/everybody" || return 1
  xargs -r docker inspect --format '{{.Id}} {{.State.Pid}} {{.State.StartedAt}}' <"$folder/everybody" 2>/dev/null |
    awk '$2 > 0' >"$folder/callers" || return 1
  if [ -s "$folder/callers" ]; then sweep_rules | redirect_everywhere || return 1; fi
  host_callers_remove || return 1
  rm -rf "$folder"
}

sweep_rules() {
  for tool in iptables ip6tables; do
    cat <<SCRIPT
while $tool -w 5 -t nat -D OUTPUT -j $RB_CHAIN 2>/dev/null; do :; done
if $tool -w 5 -t nat -S $RB_CHAIN >/dev/null 2>&1; then
  if $tool -w 5 -t nat -S | grep -v RUNBOOK | grep -Eq -- '-j (DNAT|SNAT|REDIRECT|MASQUERADE)' ||
    ! cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '\$4 == "01" { found = 1 } END { exit !found }'; then
    $tool -w 5 -t nat -F $RB_CHAIN && $tool -w 5 -t nat -X $RB_CHAIN
  fi
fi
SCRIPT
  done
  redirect_attempts 1 120
}
