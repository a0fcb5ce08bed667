# Copies files that pages of former releases still request into the new containers of services that name their folder.
#
# Given: what apply.sh gives, ASSETS (lines `SERVICE FOLDER IMAGE…`: images of former releases, the newest last)

# assets_of SERVICE: `FOLDER IMAGE…`; empty where it has none
assets_of() {
  printf '%s\n' "$ASSETS" | awk -v service="$1" '$1 == service { sub(/^[^ ]* /, ""); print }'
}

# assets_clear: removes the containers that were created to read from
assets_clear() {
  local left
  left=$(docker ps -aq --filter label=runbook.helper=assets --filter "label=runbook.root=$RB_ROOT")
  # shellcheck disable=SC2086 # IDs
  [ -z "$left" ] || docker rm -fv $left >/dev/null
}

# assets_stream IMAGE FOLDER ID: copies the folder of the image, with owners and modes, into the container's
assets_stream() {
  local from failed
  failed=$RB_STEP/assets.failed
  rm -f "$failed" && : >"$RB_STEP/assets-out.log" || return 1
  from=$(docker create --pull never --network none --label runbook.helper=assets --label "runbook.root=$RB_ROOT" "$1" none 2>"$RB_STEP/assets.log") || return 1
  { docker cp "$from:$2/." - 2>"$RB_STEP/assets-out.log" || : >"$failed"; } | docker cp - "$3:$2" >"$RB_STEP/assets.log" 2>&1 || : >"$failed"
  docker rm -fv "$from" >/dev/null || return 1
  [ -e "$failed" ] || return 0
  cat "$RB_STEP/assets-out.log" >>"$RB_STEP/assets.log"
  return 1
}

# assets_into ID FOLDER IMAGE…: of files with the same name the newest stays, and the container's own in any case. An image that a
# cleanup removed from the host, or that lacks the folder, is skipped.
assets_into() {
  local id folder image
  id=$1 folder=$2
  shift 2
  for image in "$@"; do
    has_image "$image" || continue
    assets_stream "$image" "$folder" "$id" || grep -Eqi 'could not find|no such file' "$RB_STEP/assets-out.log" || return 1
  done
  # Also where no image had files: a folder that the new image lacks is a mistake.
  assets_stream "$(docker inspect --format '{{.Image}}' "$id")" "$folder" "$id"
}

# assets_before_start SERVICE COMMAND…: copies before the start, as a program may look for its files then. COMMAND makes the containers.
assets_before_start() {
  local service id
  service=$1
  shift
  assets_clear && "$@" || return 1
  for id in $(fresh "$service"); do
    # shellcheck disable=SC2046 # words
    assets_into "$id" $(assets_of "$service") || { fail assets "$service" "$RB_STEP/assets.log"; return 1; }
  done
  say "$service: the files of former releases at $(assets_of "$service" | cut -d ' ' -f 1) are in the new containers as well"
}
