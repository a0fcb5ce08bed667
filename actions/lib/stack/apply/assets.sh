# Files that pages of former releases still ask for, in the new containers of services that say where theirs are.
#
# Given: what apply.sh gives, ASSETS (lines `SERVICE FOLDER IMAGE…`: of former releases, the newest last)

# assets_of SERVICE: `FOLDER IMAGE…`; nothing where it has none
assets_of() {
  printf '%s\n' "$ASSETS" | awk -v service="$1" '$1 == service { sub(/^[^ ]* /, ""); print }'
}

# assets_gather SERVICE FOLDER IMAGE…: what these images have in the folder, once for a step; of the same name the newest.
# An image that a cleaning took from the host, or that has no such folder, has nothing to give.
assets_gather() {
  local service folder image id failed
  service=$1 folder=$2
  shift 2
  [ ! -e "$RB_STEP/assets-$service" ] || return 0
  undo_push "rm -rf '$RB_STEP/assets-$service'"
  mkdir -p "$RB_STEP/assets-$service" || { fail unnoted "$service"; return 1; }
  for image in "$@"; do
    has_image "$image" || continue
    id=$(docker create --pull never --network none --label runbook.helper=assets --label "runbook.root=$RB_ROOT" "$image" none 2>"$RB_STEP/assets.log") ||
      { fail assets "$service" "$RB_STEP/assets.log"; return 1; }
    failed=
    docker cp "$id:$folder/." "$RB_STEP/assets-$service" >"$RB_STEP/assets.log" 2>&1 || failed=1
    docker rm -fv "$id" >/dev/null
    [ -z "$failed" ] || grep -Eqi 'could not find|no such file' "$RB_STEP/assets.log" ||
      { fail assets "$service" "$RB_STEP/assets.log"; return 1; }
  done
}

# assets_into SERVICE ID…: what of that its own image does not have
assets_into() {
  local service folder id own
  service=$1 folder=$(assets_of "$1") own=$RB_STEP/assets-own
  folder=${folder%% *}
  shift
  for id in "$@"; do
    if [ ! -e "$RB_STEP/assets-$service.lacking" ]; then
      rm -rf "$own" && mkdir -p "$own" || { fail unnoted "$service"; return 1; }
      docker cp "$id:$folder/." "$own" >"$RB_STEP/assets.log" 2>&1 || { fail assets "$service" "$RB_STEP/assets.log"; return 1; }
      (cd "$own" && find . ! -type d) | (cd "$RB_STEP/assets-$service" && in_chunks remove_many) && rm -rf "$own" &&
        find "$RB_STEP/assets-$service" ! -type d | wc -l >"$RB_STEP/assets-$service.lacking" || { fail unnoted "$service"; return 1; }
      say "$service: $(($(cat "$RB_STEP/assets-$service.lacking"))) files of former releases stay at $folder"
    fi
    [ "$(cat "$RB_STEP/assets-$service.lacking")" -gt 0 ] || continue
    docker cp "$RB_STEP/assets-$service/." "$id:$folder" >"$RB_STEP/assets.log" 2>&1 || { fail assets "$service" "$RB_STEP/assets.log"; return 1; }
  done
}

# assets_before_start SERVICE COMMAND…: a program may look for its files as it starts. COMMAND makes the containers.
assets_before_start() {
  local service
  service=$1
  shift
  # shellcheck disable=SC2046 # words
  assets_gather "$service" $(assets_of "$service") && "$@" && assets_into "$service" $(fresh "$service")
}
