# After the undo of a step the containers from before run again on their networks: starts them and checks that. Given:
# what apply.sh gives, and HOOKED (services of OLD whose hooks Compose runs as it starts them)
#
# Shared: without_unnamed (see unnamed.sh)

# ran_format: state, ID, service, restart policy, and `NETWORK=ALIAS,…;` for each network
ran_format='{{.State.Status}} {{.Id}} {{index .Config.Labels "com.docker.compose.service"}} {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}} {{range $name, $at := .NetworkSettings.Networks}}{{$name}}={{range $at.Aliases}}{{.}},{{end}};{{end}}'

# known_format: what is known of a container from then on, see know_processes and unnamed_volumes
known_format='process {{.Id}} {{.State.Pid}}
mounts {{.Id}}{{range .Mounts}}{{if .RW}} {{.Type}}:{{if eq .Type "volume"}}{{.Name}}{{end}}{{end}}{{end}} end
'

# note_ran: notes the containers before anything is changed
note_ran() {
  local ids
  ids=$(docker ps -q --no-trunc --filter status=running --filter "label=com.docker.compose.project=$PROJECT" \
    --filter label=com.docker.compose.oneoff=False) &&
    { [ -z "$ids" ] || docker inspect --format "$known_format$ran_format" $ids; } >"$RB_STEP/ran.all" &&
    sed -n 's/^running //p' "$RB_STEP/ran.all" >"$RB_STEP/ran" || { fail unnoted "$PROJECT"; return 1; }
  sed -n 's/^process //p' "$RB_STEP/ran.all" | know_processes >/dev/null
  without_unnamed=$(sed -n '/ volume:[0-9a-f]\{64\}/!s/^mounts \([0-9a-f]*\) .*end$/\1/p' "$RB_STEP/ran.all" | tr '\n' ' ')
  undo_push bring_back
}

# bring_back: ends an undo: starts what no longer runs, and reports only what it has seen
bring_back() {
  local id service policy networks changed='' missing=''
  [ ! -s "$RB_STEP/ran" ] || docker inspect --format "$ran_format" $(cut -d ' ' -f 1 "$RB_STEP/ran") >"$RB_STEP/ran.now" 2>/dev/null
  while read -r id service policy networks; do
    ! grep -qxF -e "running $id $service $policy $networks" "$RB_STEP/ran.now" || continue
    case " $changed " in *" $service "*) ;; *) changed="$changed $service" ;; esac
    ! grep -qF -e " $id " "$RB_STEP/ran.now" || as_it_was "$id" "$service" "$policy" "$networks"
  done <"$RB_STEP/ran"
  for service in $changed; do
    runs_again "$service" || missing="$missing $service"
  done
  # Containers that were started again have other addresses.
  [ -z "$changed" ] || ask_again || :
  for service in $missing; do event not-back "service=$service"; done
  [ -z "$missing" ] || return 1
  event back "containers=$(wc -l <"$RB_STEP/ran" | tr -d ' ')"
}

# as_it_was ID SERVICE POLICY NETWORKS: connects it to its networks under its names there, with its restart policy, and
# starts it; a container with hooks is left to Compose, see runs_again
as_it_was() {
  local id=$1 service=$2 policy=${3%:0} now network aliases
  now=$(docker inspect --format '{{range $name, $at := .NetworkSettings.Networks}};{{$name}}{{end}};' "$id")
  printf '%s' "$4" | tr ';' '\n' | while IFS='=' read -r network aliases; do
    case $now in *";$network;"*) continue ;; esac
    docker network connect $(printf '%s' "$aliases" | tr ',' '\n' | sed 's/^/--alias /') "$network" "$id" </dev/null
  done
  [ "$(docker inspect --format '{{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}' "$id")" = "$3" ] ||
    docker update --restart "${policy:-no}" "$id" >/dev/null
  [ "$(docker inspect --format '{{.State.Status}}' "$id")" != running ] || return 0
  case " $HOOKED " in *" $service "*) ;; *) docker start "$id" >/dev/null ;; esac
}

# runs_again SERVICE: whether as many of its containers run as before, each on every network that one of them had
runs_again() {
  local wanted seen networks network id
  wanted=$(awk -v service="$1" '$2 == service { n++ } END { print n + 0 }' "$RB_STEP/ran")
  if [ "$(alive "$1" | wc -l)" -lt "$wanted" ] && [ -n "$OLD" ]; then
    former_up "$OLD" --no-recreate --scale "$1=$wanted" "$1" >"$RB_STEP/back.log" 2>&1
  fi
  # A container that has only just started may end at once, and start again.
  seen=$(started "$1")
  sleep 2
  seen=$(started "$1" | grep -xF -e "${seen:-none}" | cut -d ' ' -f 1)
  [ "$(printf '%s' "$seen" | grep -c .)" -ge "$wanted" ] || return 1
  networks=$(awk -v service="$1" '$2 == service { print $4 }' "$RB_STEP/ran" | tr ';' '\n' | sed -n 's/=.*//p' | sort -u)
  for id in $seen; do
    for network in $networks; do
      docker inspect --format '{{range $name, $at := .NetworkSettings.Networks}};{{$name}}{{end}};' "$id" | grep -qF ";$network;" || return 1
    done
  done
}

# started SERVICE: lines `ID TIME` of its running containers
started() {
  docker inspect --format '{{.State.Status}} {{.Id}} {{.State.StartedAt}}' $(containers "$1") 2>/dev/null | sed -n 's/^running //p'
}
