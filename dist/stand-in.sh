# Replaces what cannot run twice: the new release runs as a stand-in, takes all new connections, and gives them
# to the real container once Compose has made it anew. Until then the way back is open.
#
# Given: what apply.sh gives

stand_in_name() {
  echo "$PROJECT-$1-stand-in"
}

stand_in_of() {
  docker ps -aq --no-trunc --filter "name=^/?$(stand_in_name "$1")\$"
}

# op_start_stand_in SERVICE DRAIN
op_start_stand_in() {
  service=$1
  stand_in_sweep
  remember "$service"
  containers "$service" | head -n 1 >"$RB_STEP/stood-$service"
  old=$(cat "$RB_STEP/stood-$service")
  # In IPv6 the host's own address takes the place of the one that was dialled, hence any.
  set -- $(published_ports "$old" | awk '{ print ($1 ~ /:/ ? "[::]::" : "127.0.0.1::") $3 }' | sort -u | sed 's/^/-p /')
  undo_push "stand_in_end $service 10"
  compose "$TARGET" run -d -T --no-deps --label runbook.stand-in="$PROJECT" --name "$(stand_in_name "$service")" "$@" \
    "$service" >"$RB_STEP/up-$service.log" 2>&1 || { fail start "$service" "$RB_STEP/up-$service.log"; return 1; }
  stand_in_of "$service" >"$RB_STEP/candidate-$service"
  divert_plan "$old" "$(cat "$RB_STEP/candidate-$service")" >"$RB_STEP/planned-$service" || {
    # One that has ended already has no ports: the gate says why it ended.
    case $(docker inspect --format '{{.State.Status}} {{.RestartCount}}' "$(cat "$RB_STEP/candidate-$service")") in
      'running 0') fail redirect "$service"; return 1 ;;
    esac
    : >"$RB_STEP/planned-$service"
  }
  event stand-in "service=$service" "ports=$(awk '{ printf "%s:%s,", $3, $4 }' "$RB_STEP/planned-$service")"
  redirect_refresh
}

# stand_in_end SERVICE SECONDS: it serves what it has begun, then it goes
stand_in_end() {
  id=$(stand_in_of "$1")
  [ -n "$id" ] || return 0
  [ ! -e "$RB_STEP/candidate-$1" ] || docker logs --tail 50 "$id" 2>&1 | report_log "$1"
  docker stop -t "$2" "$id" >/dev/null
  docker rm -f "$id" >/dev/null
}

# stand_in_sweep: what a run that could not clear up left behind
stand_in_sweep() {
  left=$(docker ps -aq --filter "label=runbook.stand-in=$PROJECT")
  [ -n "$left" ] || return 0
  host_ports_remove
  docker rm -f $left >/dev/null
}

# op_divert SERVICE: new connections to the host's ports, and of callers in the stack, go to the stand-in
op_divert() {
  service=$1
  follow_access_log
  if [ "$service" = "$PROXY" ]; then
    stop_access_log
    docker logs -f --since 0s "$(cat "$RB_STEP/candidate-$service")" >>"$RB_STEP/access" 2>/dev/null 8<&- 9>&- &
    access_follower=$!
  fi
  cp "$RB_STEP/planned-$service" "$RB_STEP/divert-$service"
  undo_push "divert_back $service"
  callers_divert "$service" "$(cat "$RB_STEP/candidate-$service")" >"$RB_STEP/divert.log" 2>&1 &&
    host_ports_divert >>"$RB_STEP/divert.log" 2>&1 || { fail redirect "$service" "$RB_STEP/divert.log"; return 1; }
  event cut "services=$service"
  event divert "service=$service"
  await_word $((PATIENCE * 10)) "go divert-$service" "abort divert-$service" ||
    { fail no-verdict "$service"; return 1; }
  [ "$RB_WORD" = "go divert-$service" ] || return 1
  [ ! -s "$RB_STEP/divert-$service" ] || [ "$service" != "$PROXY" ] || [ "$(host_ports_taken)" -gt 0 ] ||
    fail redirect "$service"
}

# callers_divert SERVICE ID: every address of the service that is not known is the container's
callers_divert() {
  folder=$RB_STEP/redirect
  redirect_service "$1" $(cat "$RB_STEP/stood-$1")
  [ -e "$folder/leaving-$1" ] || cp "$folder/old-$1" "$folder/leaving-$1"
  addresses_of "$2" | sed "s/^\([^ ]*\) /\1 address $1 retire /" >"$folder/old-$1"
  cat "$RB_STEP/stood-$1" >"$folder/hidden"
  redirect_guard "$1"
}

divert_back() {
  event turned-back
  rm -f "$RB_STEP/divert-$1"
  host_ports_detach
  folder=$RB_STEP/redirect
  rm -f "$folder/phase-$1" "$folder/hidden"
  if [ -n "$(redirect_services)" ]; then
    redirect_look && redirect_apply
  else
    redirect_withdraw
  fi
  stand_in_end "$1" 10
  host_ports_remove
}

# op_replace_behind SERVICE DRAIN: stops the old one by its own signal, has Compose make the real one
op_replace_behind() {
  service=$1 drain=$2
  old=$(cat "$RB_STEP/stood-$service")
  undo_push "replace_behind_back $service"
  mv "$RB_STEP/candidate-$service" "$RB_STEP/serves-$service"
  say "$service: the stand-in serves; stopping the old"
  docker stop -t "$drain" "$old" >/dev/null || { fail stop "$service"; return 1; }
  up "$service" 1 || return 1
  containers "$service" >>"$RB_STEP/redirect/hidden"
  redirect_refresh
}

replace_behind_back() {
  replace_back "$1" 1
  tenths=100
  until [ -n "$(for pid in $(pids_of $(containers "$1")); do listening_ports "$pid"; done)" ] || [ "$tenths" = 0 ]; do
    tenths=$((tenths - 1))
    sleep 0.1
  done
}

# op_return SERVICE: new connections go to the real container
op_return() {
  undo_push "host_ports_divert"
  callers_divert "$1" "$(containers "$1")" || { fail redirect "$1"; return 1; }
  host_ports_detach || fail redirect "$1"
  event returned "service=$1"
}

# op_end_stand_in SERVICE DRAIN
op_end_stand_in() {
  stand_in_end "$1" "$2" || fail stop "$1"
  rm -f "$RB_STEP/divert-$1"
  host_ports_remove
}
