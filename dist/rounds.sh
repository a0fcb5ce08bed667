# The measurements that a procedure repeats while it waits. Each round asks Docker a fixed number of questions, however
# many services it is about. Given: what apply.sh gives
#
# Shared: stayed_up (the processes that stay_up saw run)

# fresh_of SERVICE…: lines `SERVICE ID` of the containers that this run made, see fresh
fresh_of() {
  local there service
  there=$(docker ps -a --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
    --filter label=com.docker.compose.oneoff=False --format '{{.Label "com.docker.compose.service"}} {{.ID}}')
  for service in "$@"; do
    if [ -e "$RB_STEP/candidate-$service" ]; then
      cat "$RB_STEP/candidate-$service"
    else
      printf '%s\n' "$there" | awk -v service="$service" '$1 == service { print $2 }' | grep -vxF -f "$RB_STEP/before-$service"
    fi | sed "s/^/$service /"
  done
}

# sample SERVICE…: one event for each new container. The containers are looked up once for a gate, and again after one
# of them is gone: `sampled` has their IDs.
sample() {
  local made service id state health restarts code oom pid network addresses check takes last
  made=$(cat "$RB_STEP/sampled" 2>/dev/null)
  if [ -z "$made" ]; then
    made=$(fresh_of "$@" | cut -d ' ' -f 2)
    [ -n "$made" ] || return 0
    { echo "$made" >"$RB_STEP/sampled"; } 2>/dev/null || rm -f "$RB_STEP/sampled"
  fi
  # shellcheck disable=SC2086 # IDs
  { docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.Status}} {{with index .State "Health"}}{{.Status}}{{else}}none{{end}} {{.RestartCount}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Pid}} {{.HostConfig.NetworkMode}} {{range .NetworkSettings.Networks}}{{json .IPAddress}}/{{json .GlobalIPv6Address}},{{end}}, {{json (index .Config "Healthcheck")}}' $made 2>/dev/null || rm -f "$RB_STEP/sampled"; } |
    while read -r service id state health restarts code oom pid network addresses check; do
      addresses=$(addresses_by "$network" "$addresses")
      [ "$health" != healthy ] || is_proved "$service" "$id" || health=starting
      [ "$health" != none ] || check=
      check_takes "$check"
      last=
      case $state/$restarts in running/0 | created/0) ;; *) last_end "$id" ;; esac
      event sample "service=$service" "id=$id" "state=$state" "health=$health" "restarts=$restarts" \
        "exit=$code" "last=$last" "memory=$oom" "takes=$takes" "addresses=$addresses" "ports=$(listening_ports "$pid")" \
        "called=$(cat "$RB_STEP/redirect/ports-$service" 2>/dev/null)"
    done
}

# last_end ID: puts into `last` the exit status of a container's last end, and into `oom` whether it was killed because
# memory ran out. Docker forgets both as soon as it starts the container again, but its events of the last minutes have
# them.
last_end() {
  local action status
  while read -r action status; do
    case $action in
      oom) oom=true ;;
      die) last=$status ;;
    esac
  done <<END
$(timeout 5 docker events --since 15m --until 0s --filter "container=$1" --filter event=die --filter event=oom \
    --format '{{.Action}} {{index .Actor.Attributes "exitCode"}}' 2>/dev/null)
END
}

# addresses_by NETWORK_MODE PAIRS: addresses at which the host reaches a container, each with a comma: its own, or those
# of the container whose network it uses
addresses_by() {
  case $1 in
    host) echo 127.0.0.1, ;;
    container:*) addresses_of_pairs "$(docker inspect --format '{{range .NetworkSettings.Networks}}{{json .IPAddress}}/{{json .GlobalIPv6Address}},{{end}}' "${1#container:}" 2>/dev/null)" ;;
    *) addresses_of_pairs "$2" ;;
  esac
}

# addresses_of_pairs `"IPV4"/"IPV6",…`: prints one address for each network, with a comma: by IPv6 where it has no IPv4.
# As JSON, because Docker's client 29 prints `invalid IP` for an address that is not there.
addresses_of_pairs() {
  local rest found
  rest=$1 found=
  while [ -n "$rest" ]; do
    set -- "${rest%%,*}"
    rest=${rest#*,}
    case $1 in '""/'* | '') set -- "${1#*/}" ;; esac
    set -- "${1%%/*}"
    set -- "${1#\"}"
    found="$found${1%\"},"
  done
  echo "$found"
}

# check_takes HEALTHCHECK: puts into `takes` the longest time in seconds until Docker has judged a container by it.
# HEALTHCHECK is Docker's JSON, with times in nanoseconds; missing or zero values stand for Docker's defaults. Empty:
# there is no healthcheck. The interval begins when the check before has ended. Source: Dockerfile reference, HEALTHCHECK
check_takes() {
  local start interval timeout retries longest number
  takes=0
  [ -n "$1" ] && [ "$1" != null ] || return 0
  number_in "$1" StartPeriod 0 && start=$number
  number_in "$1" Interval 30000000000 && interval=$number
  number_in "$1" Timeout 30000000000 && timeout=$number
  number_in "$1" Retries 3 && retries=$number
  takes=$(((start + (interval + timeout) * retries + 999999999) / 1000000000))
  longest=0
  [ ! -s "$RB_STEP/takes" ] || read -r longest <"$RB_STEP/takes"
  # If the disk has no room, the runner's verdict still comes in time, or the gate ends early.
  [ "$takes" -le "$longest" ] || { echo "$takes" >"$RB_STEP/takes"; } 2>/dev/null || :
}

# number_in JSON KEY DEFAULT: puts into `number` the whole number at KEY
number_in() {
  number=0
  case $1 in *"\"$2\":"*) number=${1##*"\"$2\":"} ;; esac
  number=${number%%[!0-9]*}
  [ "${number:-0}" -gt 0 ] || number=$3
}

# is_proved SERVICE ID: whether its healthcheck passes now that its names lead only to itself. Docker's status
# may rest on a check before the rules, which an old container answered. The check runs as Docker runs it: in the shell
# of the image, and with its own timeout. Source: daemon/health.go of Moby
is_proved() {
  local service id separator allowed
  service=$1 id=$2
  grep -qx narrow "$RB_STEP/redirect/phase-$service" 2>/dev/null && [ ! -e "$RB_STEP/proved-$id" ] || return 0
  separator=$(printf '\037')
  IFS=$separator
  set -f
  # shellcheck disable=SC2046 # its words, one by one
  set -- $(docker inspect --format '{{with .Config.Healthcheck}}{{json .Timeout}}{{"\x1f"}}{{range $i, $word := .Test}}{{$word}}{{"\x1f"}}{{if and (not $i) (eq $word "CMD-SHELL")}}{{range $.Config.Shell}}{{.}}{{"\x1f"}}{{else}}{{"/bin/sh\x1f-c\x1f"}}{{end}}{{end}}{{end}}{{end}}' "$id")
  set +f
  unset IFS
  case ${2:-} in CMD-SHELL | CMD) ;; *) return 0 ;; esac
  number_in "\"Timeout\":$1" Timeout 30000000000
  # It waits here for no more than a minute, as nothing else is measured meanwhile.
  allowed=$(((number + 999999999) / 1000000000))
  [ "$allowed" -ge 10 ] || allowed=10
  [ "$allowed" -le 60 ] || allowed=60
  shift 2
  timeout "$allowed" docker exec "$id" "$@" </dev/null >/dev/null 2>&1
  # The check could not be run at all: only Docker's status is left.
  case $? in 0 | 125 | 126 | 127) : >"$RB_STEP/proved-$id" ;; *) return 1 ;; esac
}

# op_gate NAME SECONDS SERVICE…: measures the new containers until the runner's verdict, at most SECONDS
op_gate() {
  local name limit longest begun
  name=$1 limit=$2
  shift 2
  event gate "name=$name"
  rm -f "$RB_STEP/sampled" "$RB_STEP/takes"
  longest=0 begun=$(uptime_seconds)
  while :; do
    sample "$@"
    event sampled "name=$name"
    await_word 4 "go $name" "abort $name" && case $RB_WORD in
      go*) return 0 ;;
      *) break ;;
    esac
    [ ! -s "$RB_STEP/takes" ] || read -r longest <"$RB_STEP/takes"
    if [ $(($(uptime_seconds) - begun)) -gt $((limit + longest + PATIENCE)) ] || runner_lost; then
      fail no-verdict "$name" || :
      break
    fi
    redirect_refresh
  done
  return 1
}

# serving SERVICE…: lines `SERVICE ID` of new containers that already serve while they are judged
serving() {
  local service judged
  judged=
  for service in "$@"; do
    [ ! -e "$RB_STEP/before-$service" ] || judged="$judged $service"
  done
  # shellcheck disable=SC2086 # names
  [ -z "$judged" ] || fresh_of $judged
}

# stay_up SERVICE ID…: false when one of these containers ended or started again. Docker is asked at first, and again
# once one of their processes has ended.
stay_up() {
  local ids all ended
  [ $# -gt 0 ] || return 0
  all=$* ids=
  while [ $# -gt 0 ]; do
    ids="$ids $2"
    shift 2
  done
  # shellcheck disable=SC2086 # IDs
  if [ -n "${stayed_up:-}" ] && [ "$(processes $ids)" = "$stayed_up" ]; then return 0; fi
  # shellcheck disable=SC2086 # IDs
  ended=$(docker inspect --format '{{.Id}} {{.State.Status}} {{.RestartCount}}' $ids | awk -v all="$all" '
    BEGIN { split(all, part, " "); for (i = 1; i in part; i += 2) of[part[i + 1]] = part[i] }
    $2 != "running" || $3 > 0 { print of[$1]; exit }')
  [ -z "$ended" ] || { fail ended "$ended"; return 1; }
  # shellcheck disable=SC2086 # IDs
  stayed_up=$(processes $ids)
}

# still_healthy SERVICE ID…: false when one of these containers became unhealthy while it served
still_healthy() {
  local ailing
  [ $# -gt 0 ] || return 0
  # shellcheck disable=SC2046 # IDs
  ailing=$(docker inspect --format '{{with index .State "Health"}}{{.Status}}{{end}} {{index .Config.Labels "com.docker.compose.service"}}' \
    $(printf '%s\n' "$@" | sed -n 'n;p') | sed -n 's/^unhealthy //p' | head -n 1)
  [ -z "$ailing" ] || fail ailing "$ailing"
}

# op_watch SECONDS DRAIN SERVICE…: waits for the verdict, then until old connections have ended or DRAIN is over
op_watch() {
  local limit drain begun verdict leaving judged looks left reloaded_before now
  limit=$1 drain=$2
  shift 2
  event watch
  begun=$(uptime_seconds)
  verdict='' leaving=''
  judged=$(serving "$@") looks=0
  while :; do
    [ -n "$verdict" ] || count_answers_on
    [ -n "$verdict" ] || stay_up $judged || return 1
    left=$(drain_count "$@")
    event draining "left=$left" "of=$*"
    # A connection in use at the cutover may be kept idle now.
    if [ -z "$verdict" ] && [ "$left" -gt 0 ] && [ "$looks" -lt 5 ]; then
      looks=$((looks + 1)) reloaded_before=${kept_reloaded:-}
      kept_end $(retiring "$@") || { fail proxy-reload "$PROXY" "$RB_STEP/reload.log"; return 1; }
      # Only from now on the measurements are those of the new release.
      [ "${kept_reloaded:-}" = "$reloaded_before" ] || { begun=$(uptime_seconds); event watch; }
    fi
    now=$(uptime_seconds)
    if [ -n "$verdict" ]; then
      [ "$left" -gt 0 ] && [ $((now - begun)) -lt "$drain" ] || break
      [ $((now - begun)) -lt $((drain - 2)) ] || watch_leaves "$@" || return 1
      sleep 0.4
    else
      await_word 4 'good watch' 'bad watch' && verdict=$RB_WORD
      [ "$verdict" != 'bad watch' ] || return 1
      # shellcheck disable=SC2086 # names and IDs
      [ -z "$verdict" ] || still_healthy $judged || return 1
      if [ -z "$verdict" ] && { [ $((now - begun)) -gt $((limit + PATIENCE)) ] || runner_lost; }; then
        fail no-verdict watch
        return 1
      fi
    fi
    redirect_refresh
  done
  forget_access_log
  [ "$left" -gt 0 ] || return 0
  watch_leaves "$@" || return 1
  say "drain-timeout is over: connections still open to the old containers end when they stop"
}

# watch_leaves SERVICE…: runs once, shortly before the end; `leaving` says that it has run
watch_leaves() {
  [ -z "$leaving" ] || return 0
  leaving=1
  # shellcheck disable=SC2046 # IDs
  kept_leave $(retiring "$@") || { fail proxy-reload "$PROXY" "$RB_STEP/reload.log"; return 1; }
}

# op_drain SECONDS SERVICE…: waits until old connections have ended, at most SECONDS
op_drain() {
  local until left
  forget_access_log
  until=$(($(uptime_seconds) + $1))
  shift
  while :; do
    left=$(drain_count "$@")
    event draining "left=$left" "of=$*"
    [ "$left" -gt 0 ] && [ "$(uptime_seconds)" -lt "$until" ] || break
    sleep 0.4
    redirect_refresh
  done
}
