# What Docker calls the images of a release, and what of it goes with the release. Given: what store.sh gives

# tag_images ID [REFERENCE]: names of our own keep a release's images, or that one, from `docker image prune`. Each is given
# once in a step; `tagged` lists them. Given: RB_STEP
tag_images() {
  local reference tag failed=0
  while read -r reference tag; do
    [ "$reference" = "${2:-$reference}" ] || continue
    ! grep -qxF -e "$tag" "$RB_STEP/tagged" 2>/dev/null || continue
    docker tag "$reference" "$tag" || { failed=1; continue; }
    # Where the disk has no room it is given again.
    { printf '%s\n' "$tag" >>"$RB_STEP/tagged"; } 2>/dev/null || :
  done <"$RB_ROOT/releases/$1/images.list"
  return $failed
}

# discard_images LIST: tags of an images.list go, and it; its references only where they are the last that hold their image. Another stack
# of this host may name the same one, and has a tag or a container by it: without the reference it cannot be made again,
# and as long as the image stays nothing is freed.
discard_images() {
  local kept reference tag found id
  while read -r reference tag; do
    # A release that never became current leaves its name to the next one.
    cut -d ' ' -f 2 "$RB_ROOT"/releases/*/images.list 2>/dev/null | grep -qxF -e "$tag" || docker rmi "$tag" >/dev/null 2>&1 || :
  done <"$1"
  kept=$(used_images; cut -d ' ' -f 1 "$RB_ROOT"/releases/*/images.list 2>/dev/null)
  case $kept in *'?'*) : >"$1" ;; esac
  cut -d ' ' -f 1 "$1" | sort -u | while read -r reference; do
    found=$(docker image inspect --format '{{.Id}}{{range .RepoTags}} {{.}}{{end}}' "$reference" 2>/dev/null) || continue
    id=${found%% *}
    [ -n "$id" ] && [ "$found" = "$id" ] || continue
    printf '%s\n' "$kept" | grep -qxF -e "$reference" -e "$id" || docker rmi "$reference" >/dev/null 2>&1 || :
  done
  rm -f "$1"
}

# used_images: IDs and references that containers of this host have, running or not; `?` where Docker does not tell
used_images() {
  local ids tries=0
  while ids=$(docker ps -aq --no-trunc) && [ "$tries" -lt 3 ]; do
    [ -n "$ids" ] || return 0
    # shellcheck disable=SC2086 # IDs
    docker inspect --format '{{.Image}}{{println}}{{.Config.Image}}' $ids 2>/dev/null && return
    # One of them went meanwhile.
    tries=$((tries + 1))
  done
  echo '?'
}
