# An unnamed volume belongs to one container: if that is removed, its data is hard to find. It goes over to the
# new container when Compose makes that from the old one, running or not, and the image has a volume at the same place.
#
# Given: what apply.sh gives
# Shared: without_unnamed (IDs of containers that have no such volume; what a container mounts never changes)

# unnamed_volumes ID…: lines `VOLUME ID PATH` of unnamed volumes that they may write to
unnamed_volumes() {
  local id others=
  for id in "$@"; do
    case " ${without_unnamed:-} " in *" $id "*) ;; *) others="$others $id" ;; esac
  done
  [ -n "$others" ] || return 0
  # shellcheck disable=SC2086 # IDs
  docker inspect --format '{{$id := .Id}}{{range .Mounts}}{{if .RW}}{{if eq .Type "volume"}}{{println .Type .Name $id .Destination}}{{end}}{{end}}{{end}}' $others 2>/dev/null |
    sed -n 's/^volume \([0-9a-f]\{64\} \)/\1/p'
}

# sole_volumes ID…: the same, for volumes that no other container of the stack has; if two of these share one, for the
# first only
sole_volumes() {
  local own others
  own=$(unnamed_volumes "$@") || return 1
  [ -n "$own" ] || return 0
  others=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$PROJECT") || return 1
  others=$(printf '%s\n' $others | grep -vxF "$(printf '%s\n' "$@")")
  {
    unnamed_volumes $others | sed 's/^/there /'
    printf '%s\n' "$own"
  } | awk '$1 == "there" { there[$2] = 1; next } !($1 in there) && !seen[$1]++'
}

# clear_stopped SERVICE: removes stopped leftovers, except the only containers with their volumes: these become lines of
# held-SERVICE. Puts what is there then into `there`, as `listed` prints it.
clear_stopped() {
  local stopped id
  there=$(listed "$1" 2>"$RB_STEP/docker.log") || { fail start "$1" "$RB_STEP/docker.log"; return 1; }
  stopped=$(printf '%s\n' "$there" | awk '$2 == "exited" || $2 == "created" || $2 == "dead" { print $1 }')
  # shellcheck disable=SC2086 # IDs
  sole_volumes $stopped >"$RB_STEP/held-$1" || { fail unnoted "$1"; return 1; }
  [ -n "$stopped" ] || return 0
  for id in $stopped; do
    grep -q " $id " "$RB_STEP/held-$1" || docker rm -f "$id" >/dev/null
  done || return 1
  there=$(listed "$1" 2>"$RB_STEP/docker.log") || fail start "$1" "$RB_STEP/docker.log"
}

# refuse_held SERVICE: containers that start beside others cannot take over the volumes of stopped ones. Those of a release
# that was never current hold no older data.
refuse_held() {
  local release id
  for id in $(cut -d ' ' -f 2 "$RB_STEP/held-$1" | sort -u); do
    release=$(docker inspect --format '{{index .Config.Labels "runbook.release"}}' "$id")
    [ -n "$release" ] && [ -d "$RB_ROOT/releases/$release" ] && [ ! -e "$RB_ROOT/releases/$release/committed" ] || continue
    docker rm -f "$id" >/dev/null
    grep -v " $id " "$RB_STEP/held-$1" >"$RB_STEP/held.part"
    mv "$RB_STEP/held.part" "$RB_STEP/held-$1"
  done
  [ -s "$RB_STEP/held-$1" ] || return 0
  fail_held volume-held "$1"
}

# fail_held KIND SERVICE: lists each volume and the container that has it
fail_held() {
  local volume id path
  while read -r volume id path; do
    echo "volume $volume at $path of $(docker inspect --format '{{.Name}} ({{.State.Status}})' "$id" 2>/dev/null | cut -c 2-)"
  done <"$RB_STEP/held-$2" >"$RB_STEP/held.log"
  fail "$1" "$2" "$RB_STEP/held.log"
}

# handed_on SERVICE: whether its containers have every volume of held-SERVICE
handed_on() {
  [ -s "$RB_STEP/held-$1" ] || return 0
  unnamed_volumes $(containers "$1" -a) | cut -d ' ' -f 1 >"$RB_STEP/handed-$1"
  cut -d ' ' -f 1 "$RB_STEP/held-$1" | grep -vxF -f "$RB_STEP/handed-$1" | grep -q . || return 0
  fail_held volume-lost "$1"
}

# op_keep_volumes SERVICE TOTAL IMAGE [PATH…]: checks before anything is touched whether Compose can hand on the unnamed volumes that containers
# of the service have, running or not. PATHs are those at which the service itself asks for a volume without a name.
op_keep_volumes() {
  local service=$1 total=$2 image=$3 kept volume id path
  shift 3
  sole_volumes $(containers "$service" -a) >"$RB_STEP/held-$service" || { fail unnoted "$service"; return 1; }
  [ -s "$RB_STEP/held-$service" ] || return 0
  [ "$(cut -d ' ' -f 2 "$RB_STEP/held-$service" | sort -u | wc -l)" -le "$total" ] ||
    { fail_held volume-surplus "$service"; return 1; }
  kept=$(docker image inspect --format '{{json .Config.Volumes}}' "$image" 2>/dev/null)
  while read -r volume id path; do
    case $kept in *"\"$path\":"*) continue ;; esac
    ! printf '%s\n' "$@" | grep -qxF -e "$path" || continue
    fail_held volume-lost "$service"
    return 1
  done <"$RB_STEP/held-$service"
}

# let_go SERVICE ID…: removes these; a container that has a volume from before stays, stopped, so that the next run can take the volume over
let_go() {
  local id service=$1
  shift
  for id in "$@"; do
    if [ -s "$RB_STEP/held-$service" ] &&
      unnamed_volumes "$id" | cut -d ' ' -f 1 | grep -qxF -e "$(cut -d ' ' -f 1 "$RB_STEP/held-$service")"; then
      keep_stopped "$id"
    else
      docker rm -f "$id" >/dev/null
    fi
  done
}

# keep_stopped ID: with the policy `always` it would start with the host
keep_stopped() {
  docker update --restart no "$1" >/dev/null
  docker stop "$1" >/dev/null
  say "$(docker inspect --format '{{.Name}}' "$1" | cut -c 2-) stays, stopped: it alone has volume $(unnamed_volumes "$1" | cut -d ' ' -f 1 | tr '\n' ' ')"
}
