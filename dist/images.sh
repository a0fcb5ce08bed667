# Gets a new release's files and images onto the host, before anything starts. Given as in apply.sh, and
# STAGING (folder with uploaded files), KEEP (releases that stay) and DOCKER_ROOT (Docker's folder, or empty).

# deliver IMAGE…: unpacks the step's input, stores the release beside the others, pulls its images
deliver() {
  local image
  mkdir -p "$RB_STEP/delivery"
  undo_push "rm -rf '$RB_STEP/delivery'"
  tar -x -f "$RB_INPUT" -C "$RB_STEP/delivery" || { fail deliver "$TARGET"; return 1; }
  rm -f "$RB_INPUT"
  if [ -d "$RB_STEP/delivery/adopted" ]; then adopt_running || { fail adopt "$OLD"; return 1; }; fi
  undo_push "discard_release '$TARGET'"
  { store_blobs "$STAGING/blobs" && store_blobs "$RB_STEP/delivery/blobs"; } || { fail deliver "$TARGET"; return 1; }
  # The current release is delivered again if only a part of it has to be carried out once more.
  [ "$TARGET" = "$(current_release)" ] || store_release "$TARGET" "$RB_STEP/delivery/release" || { fail deliver "$TARGET"; return 1; }
  rm -rf "$STAGING"
  # Tagged at once, so that another stack that removes its releases finds the images in use.
  tag_images "$TARGET" 2>/dev/null || :
  prune_former
  for image in "$@"; do
    pull "$image" || return 1
    # Another stack may have removed the image first.
    tag_images "$TARGET" "$image" 2>/dev/null || { pull "$image" && tag_images "$TARGET" "$image"; } || return 1
  done
  # A cleanup of the host may have removed images of services without a container. If nothing is pulled, what the plan
  # starts is fetched next, and the rest may stay away: no registry has to answer so that a site can be opened.
  tag_images "$TARGET" 2>"$RB_STEP/pull.log" || [ $# = 0 ] || { fetch_former "$TARGET" && tag_images "$TARGET" 2>"$RB_STEP/pull.log"; } ||
    { fail untagged "$TARGET" "$RB_STEP/pull.log"; return 1; }
  rm -rf "$RB_STEP/delivery"
}

# adopt_running: records the running containers, with the present files, as the release OLD. This record is never
# undone, because it changes no container.
adopt_running() {
  local entry entry_sha entry_path entry_mode
  while IFS= read -r entry; do
    split_entry "$entry"
    store_blob "$entry_sha" "$DIRECTORY/$entry_path" || return 1
  done <"$RB_STEP/delivery/adopted/files.list"
  store_release "$OLD" "$RB_STEP/delivery/adopted" && tag_images "$OLD" && commit_release "$OLD" || return 1
  [ -z "$ADOPTED_SCHEMA" ] || record_migration "$ADOPTED_SCHEMA" true "$OLD"
  event adopted "release=$OLD"
}

# has_login IMAGE: whether the step's input had a login for its registry
has_login() {
  local registry=${1%%/*}
  case $registry in
    "$1") registry=docker.io ;;
    *.* | *:* | localhost) ;;
    *) registry=docker.io ;;
  esac
  grep -qxF "$registry" "$RB_STEP/delivery/docker/registries" 2>/dev/null
}

# pull IMAGE: with the login from the step's input, which is stored nowhere else on the host; from other registries with
# the host's own
pull() {
  say "pulling $1"
  (
    ! has_login "$1" || export DOCKER_CONFIG="$RB_STEP/delivery/docker"
    docker pull -q "$1" >"$RB_STEP/pull.log" 2>&1
  ) || fail pull "$1" "$RB_STEP/pull.log"
}

# fetch REFERENCE…: of TARGET, which the host has; images that were removed from the host are pulled by digest, with the
# host's own login
fetch() {
  local image
  for image in "$@"; do
    has_image "$image" || pull_again "$image" || { fail fetch "$image" "$RB_STEP/pull.log"; return 1; }
    # The tag protects the image from the next cleanup; the container also starts without it.
    tag_images "$TARGET" "$image" 2>/dev/null || :
  done
}

has_image() {
  docker image inspect --format '{{.Id}}' "$1" >/dev/null 2>&1
}

# pull_again REFERENCE: by the digest in it
pull_again() {
  case $1 in *@sha256:*) ;; *) return 1 ;; esac
  say "pulling $1, which is no longer on the host"
  docker pull -q "$1" >"$RB_STEP/pull.log" 2>&1
}

# fetch_former RELEASE: pulls the images of a former release that are no longer on the host, as far as possible
fetch_former() {
  local reference
  cut -d ' ' -f 1 "$RB_ROOT/releases/$1/images.list" | sort -u | while read -r reference; do
    has_image "$reference" || pull_again "$reference" </dev/null || :
  done
}

# docker_free FOLDER: prints the KiB that are free on the folder's disk
docker_free() {
  df -Pk "$1" | awk 'NR == 2 { print $4 }'
}

# prune_former: removes images that only releases of this stack used which are no longer kept
prune_former() {
  local root before after
  [ "$(releases_newest_first | wc -l)" -gt "$KEEP" ] || { retain "$KEEP" >/dev/null; return; }
  # Asking for it starts each plugin of Docker's client.
  root=${DOCKER_ROOT:-$(docker info --format '{{.DockerRootDir}}')}
  before=$(docker_free "$root")
  retain "$KEEP" >/dev/null
  after=$(docker_free "$root")
  [ "$after" -le "$before" ] || event freed "bytes=$(((after - before) * 1024))"
}
