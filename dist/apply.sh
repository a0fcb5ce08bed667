# Carries a plan out, operation by operation. Runs on the host after the pieces for steps, the redirect
# and the store. The runner judges; this script measures, waits for its word, and reverses everything
# on failure up to the commit.
#
# Given: PROJECT DIRECTORY TARGET (release) OLD (release or empty) PROXY (service or empty)
#        PATIENCE (seconds without a verdict after which it reverses)
# Shared: kept_reloaded (see kept.sh) RB_LEFT (see step.sh)

compose() {
  local release
  release=$1
  shift
  compose_alone /dev/null "$PROJECT" "$DIRECTORY" -f "$RB_ROOT/releases/$release/compose.json" "$@" </dev/null
}

# containers SERVICE [docker ps options]: IDs, one per line
containers() {
  local service
  service=$1
  shift
  docker ps -q --no-trunc "$@" --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$service" --filter label=com.docker.compose.oneoff=False
}

# listed SERVICE: lines `ID STATE` of its containers, running or not
listed() {
  docker ps -a --no-trunc --format '{{.ID}} {{.State}}' --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False
}

# alive SERVICE: IDs of containers whose process lives: `docker ps` can still list one as running that ended while
# the disk was full
alive() {
  local ids
  ids=$(containers "$1")
  # shellcheck disable=SC2086 # IDs
  [ -z "$ids" ] || processes $ids | cut -d ' ' -f 1
}

# fresh SERVICE: IDs of containers that this run made; until the real container exists, that of the stand-in
fresh() {
  if [ -e "$RB_STEP/candidate-$1" ]; then
    cat "$RB_STEP/candidate-$1"
  else
    containers "$1" -a | grep -vxF -f "$RB_STEP/before-$1"
  fi
}

# fail_redirect SERVICE: fails with the output of the helper
fail_redirect() {
  fail redirect "$1" "$RB_STEP/redirect/helper.log"
}

report_logs_of() {
  local id
  for id in $(fresh "$1"); do
    docker logs --tail 50 "$id" 2>&1 | report_log "$1"
  done
}

# up SERVICE TOTAL [options]: `docker compose up` for one service, from local images only
up() {
  local service total
  service=$1 total=$2
  shift 2
  if [ -n "$(assets_of "$service")" ]; then
    assets_before_start "$service" up_with "$service" "$total" --no-start "$@" || return 1
    set -- --no-recreate
  fi
  up_with "$service" "$total" -d "$@"
}

# up_with SERVICE TOTAL [options]: the same, but without assets
up_with() {
  local service total
  service=$1 total=$2
  shift 2
  compose "$TARGET" up --no-deps --no-build --pull never --scale "$service=$total" "$@" "$service" \
    >"$RB_STEP/up-$service.log" 2>&1 || fail start "$service" "$RB_STEP/up-$service.log"
}

# remember SERVICE: the containers that exist before this run starts others beside them; stopped leftovers are removed. Puts
# those that run, or are paused or start again, into `running`.
remember() {
  local there
  clear_stopped "$1" && refuse_held "$1" && note_before "$1" || return 1
  # As `docker ps` lists them without -a.
  running=$(printf '%s\n' "$there" | awk '$2 == "running" || $2 == "paused" || $2 == "restarting" { print $1 }')
}

# note_before SERVICE: notes the containers in `there`, see clear_stopped. If the list were empty by mistake, a failing
# run would take all of them for its own, and remove them.
note_before() {
  printf '%s\n' "$there" | cut -d ' ' -f 1 >"$RB_STEP/before-$1" || fail unnoted "$1"
}

remove_fresh() {
  local made
  made=$(fresh "$1")
  [ -n "$made" ] || return 0
  report_logs_of "$1"
  let_go "$1" $made
}

op_create() {
  local there
  clear_stopped "$1" && note_before "$1" || return 1
  undo_push "remove_fresh $1"
  if [ -s "$RB_STEP/held-$1" ]; then
    say "$1: the new container takes over the volume of its stopped one"
    up "$1" "$2" --force-recreate && handed_on "$1" || return 1
  else
    up "$1" "$2" --no-recreate || return 1
  fi
  addresses_new "$1"
}

op_start_beside() {
  local service total running
  service=$1 total=$2
  shift 2
  remember "$service" || return 1
  redirect_old "$service" "$running" "$@" || { fail_redirect "$service"; return 1; }
  redirect_begin
  redirect_guard "$service" || { fail_redirect "$service"; return 1; }
  undo_push "remove_fresh_after_drain $service"
  up "$service" "$total" --no-recreate || return 1
  redirect_narrow "$service" $(fresh "$service") || fail_redirect "$service"
}

# op_redirect_away SERVICE RETIRE…: prepares the redirect from containers that will be removed (RETIRE) to those that
# stay
op_redirect_away() {
  redirect_service "$@" || { fail_redirect "$1"; return 1; }
  redirect_begin
}

# remove_fresh_after_drain SERVICE: removes the new containers once the connections that real traffic opened to them
# have ended. From the moment of turning back these have 10 s, or 6 s if a run waits for the end of this step.
remove_fresh_after_drain() {
  local patience until made met
  if [ -e "$RB_STEP/turned-back" ]; then
    [ -s "$RB_STEP/end" ] && patience=600 || patience=1000
    until=$(($(cat "$RB_STEP/turned-back") + patience))
    made=$(fresh "$1")
    while [ "$(connections_to $made)" -gt 0 ] && [ "$(hundredths)" -lt "$until" ]; do
      sleep 0.2
    done
  fi
  met=$(proxy_started_after $(fresh "$1"))
  remove_fresh "$1"
  # This runs while the rules still lead to the old containers.
  [ -z "$met" ] || ask_again
}

# op_replace SERVICE TOTAL TIED…: lets Compose replace the containers; on failure the services TIED go back with the
# service
op_replace() {
  local service total running tied group
  service=$1 total=$2
  shift 2
  remember "$service" || return 1
  # shellcheck disable=SC2086 # IDs
  { unnamed_volumes $running >"$RB_STEP/held-$service" && redirect_old "$service" "$running" $running; } ||
    { fail unnoted "$service"; return 1; }
  redirect_begin
  if ! grep -qxF -e "$service" "$RB_STEP/tied" 2>/dev/null; then
    # shellcheck disable=SC2086 # IDs
    group="$service $(printf '%s\n' $running | grep -c .)"
    for tied in "$@"; do group="$group $tied $(containers "$tied" | wc -l)"; done
    undo_push "group_back $group"
  fi
  printf '%s\n' "$@" >>"$RB_STEP/tied" || { fail unnoted "$service"; return 1; }
  say "$service: stopping the old containers, starting the new ones"
  up "$service" "$total" --force-recreate && handed_on "$service" || return 1
  addresses_follow "$service" || { fail_redirect "$service"; return 1; }
  redirect_refresh || fail_redirect "$service"
}

# group_back SERVICE TOTAL [SERVICE TOTAL]…: brings back the service and those tied to it, in this order
group_back() {
  local again failed
  again='' failed=0
  # The containers start again, so their files must be those of their release by then.
  files_back || :
  while [ $# -gt 0 ]; do
    # shellcheck disable=SC2086 # an option or none
    replace_back "$1" "$2" $again || failed=1
    again=--force-recreate
    shift 2
  done
  return "$failed"
}

# replace_back SERVICE TOTAL [option]: brings back the service's former containers
replace_back() {
  [ ! -e "$RB_STEP/before-$1" ] || report_logs_of "$1"
  if [ -n "$OLD" ]; then
    [ -z "${3:-}" ] || [ "$2" -gt 0 ] || return 0
    former_up "$OLD" --scale "$1=$2" ${3:+"$3"} "$1"
  else
    remove_fresh "$1"
  fi && addresses_follow "$1" && addresses_tell && redirect_refresh
}

# former_up RELEASE [options] SERVICE: starts it as that release defines it. Its image may have been removed since its
# container went.
former_up() {
  local release=$1
  shift
  compose "$release" up -d --no-deps --no-build --pull never "$@" && return
  fetch_former "$release" && compose "$release" up -d --no-deps --no-build --pull never "$@"
}

# entries_of PATH…: lines of files.list that bring these files from their present state to the new release
entries_of() {
  printf '%s\n' "$@" >"$RB_STEP/paths" || return 1
  files_between "$OLD" "$TARGET" | choose_files "$RB_STEP/paths"
}

# op_place NAME PATH…: puts the new release's files in place; NAME tells the operations of a plan apart, and with `apart`
# only new containers get these files
op_place() {
  local name former
  name=$1 former=
  [ "$name" != apart ] || former=$RB_STEP/former
  shift
  entries_of "$@" >"$RB_STEP/place-$name" && remember_files "$RB_STEP/place-$name" >"$RB_STEP/were-$name.part" &&
    note_made "$RB_STEP/were-$name.part" "$TARGET" && mv "$RB_STEP/were-$name.part" "$RB_STEP/were-$name" ||
    { fail place "$name"; return 1; }
  # The proxy has read the new files if it was reloaded since.
  case $name in others | apart) ;; *) undo_push 'proxy_reads_again' ;; esac
  undo_push "placed_back $name"
  { narrow_files "$RB_STEP/place-$name" >"$RB_STEP/placed-$name" && place_files "$RB_STEP/placed-$name" "$former"; } || fail place "$name"
}

# placed_back NAME: puts back the files that op_place of that name changed
placed_back() {
  [ "$1" != apart ] || return_files "$RB_STEP/former" || return 1
  [ ! -e "$RB_STEP/were-$1" ] || place_files "$RB_STEP/were-$1"
}

# files_back: puts back the files that any op_place changed
files_back() {
  local name failed=0
  for name in others apart both proxy; do placed_back "$name" || failed=1; done
  return "$failed"
}

op_cut() {
  follow_access_log
  undo_push turn_back
  redirect_cut "$@" || { fail_redirect "$*"; return 1; }
  event cut "services=$*"
  kept_reloaded=
  kept_end $(retiring "$@") || { fail proxy-reload "$PROXY" "$RB_STEP/reload.log"; return 1; }
}

turn_back() {
  local turned
  redirect_turn_back
  hundredths >"$RB_STEP/turned-back"
  event turned-back
  kept_reloaded=
  kept_end $(for turned in $(redirect_services); do
    ! grep -qx narrow "$RB_STEP/redirect/phase-$turned" || cut -d ' ' -f 1 "$RB_STEP/redirect/new-$turned"
  done | sort -u)
}

op_commit() {
  protect
  commit_release "$TARGET" || { fail commit "$TARGET"; return 1; }
  committed
  RB_LEFT=
  rm -rf "$RB_STEP/former"
  event committed "release=$TARGET"
}
