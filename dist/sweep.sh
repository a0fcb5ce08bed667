# Takes chains away whoever left them; needs redirect.sh. Given: RB_STEP PROJECT

# redirect_sweep: takes every chain away that somebody left in the namespaces of this stack and its neighbours
redirect_sweep() {
  folder=$RB_STEP/redirect
  mkdir -p "$folder"
  networks=$(docker network ls -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT")
  {
    containers_of_project
    [ -z "$networks" ] || docker network inspect --format '{{range $id, $at := .Containers}}{{println $id}}{{end}}' $networks
  } | sort -u >"$folder/everybody"
  xargs -r docker inspect --format '{{.Id}} {{.State.Pid}} {{.State.StartedAt}}' <"$folder/everybody" 2>/dev/null |
    awk '$2 > 0' >"$folder/callers"
  [ -s "$folder/callers" ] || return 0
  for tool in iptables ip6tables; do
    cat <<SCRIPT
while $tool -w 5 -t nat -D OUTPUT -j RUNBOOK 2>/dev/null; do :; done
if $tool -w 5 -t nat -S RUNBOOK >/dev/null 2>&1; then $tool -w 5 -t nat -F RUNBOOK; $tool -w 5 -t nat -X RUNBOOK; fi
SCRIPT
  done | { cat; echo :; } | redirect_everywhere
  rm -rf "$folder"
}

containers_of_project() {
  docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT"
}
