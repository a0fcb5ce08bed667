# The tags and references of a release's images in Docker, and which of them go with the release.
# Given: what store.sh gives

# tag_images ID [REFERENCE]: tags the images of a release, or only this one, so that `docker image prune` spares them. A
# step gives each tag once; the file `tagged` lists the tags that were given. Given: RB_STEP
tag_images() {
  local reference tag failed=0
  while read -r reference tag; do
    [ "$reference" = "${2:-$reference}" ] || continue
    ! grep -qxF -e "$tag" "$RB_STEP/tagged" 2>/dev/null || continue
    docker tag "$reference" "$tag" || { failed=1; continue; }
    # If the disk has no room for this line, the tag is given again.
    { printf '%s\n' "$tag" >>"$RB_STEP/tagged"; } 2>/dev/null || :
  done <"$RB_ROOT/releases/$1/images.list"
  return $failed
}

# discard_images LIST: removes the tags of an images.list, and the list. Removes a reference only where it is the last
# that holds its image: another stack of this host may use the image, by a tag or a container of its own. Without the
# reference that container could not be made again, and the disk gets no room as long as the image stays.
discard_images() {
  local tags references used reference found id tag held
  # The next release may have the name, and so the tags, of a release that never became current.
  tags=$(unlisted 2 "$1")
  # shellcheck disable=SC2086 # each tag goes by itself
  [ -z "$tags" ] || docker rmi $tags >/dev/null 2>&1 || :
  references=$(unlisted 1 "$1")
  # Another release may have the same image by its ID.
  used=$([ -z "$references" ] || { used_images; cut -d ' ' -f 1 "$RB_ROOT"/releases/*/images.list 2>/dev/null; })
  case $used in *'?'*) references='' ;; esac
  for reference in $references; do
    found=$(docker image inspect --format '{{.Id}}{{range .RepoTags}} {{.}}{{end}}' "$reference" 2>/dev/null) || continue
    id=${found%% *} held=
    # In containerd's store references by digest are among the tags; these go as well.
    for tag in ${found#"$id"}; do
      printf '%s\n' "$references" | grep -qxF -e "$tag" || held=1
    done
    [ -n "$id" ] && [ -z "$held" ] || continue
    printf '%s\n' "$used" | grep -qxF -e "$reference" -e "$id" || docker rmi "$reference" >/dev/null 2>&1 || :
  done
  rm -f "$1"
}

# unlisted FIELD LIST: prints the words of LIST, an images.list, in this column (1: references, 2: tags) that no release has in
# its own
unlisted() {
  {
    sed 's/^/listed /' "$RB_ROOT"/releases/*/images.list 2>/dev/null
    sed 's/^/own /' "$2"
  } | awk -v field="$1" '
    { word = $(field + 1) }
    word == "" { next }
    $1 == "listed" { listed[word]; next }
    !(word in listed) && !seen[word]++ { print word }'
}

# used_images: prints IDs and references of the images of all containers on this host, running or not; `?` where Docker
# does not answer
used_images() {
  local ids tries=0
  while ids=$(docker ps -aq --no-trunc) && [ "$tries" -lt 3 ]; do
    [ -n "$ids" ] || return 0
    # shellcheck disable=SC2086 # IDs
    docker inspect --format '{{.Image}}{{println}}{{.Config.Image}}' $ids 2>/dev/null && return
    # A container was removed meanwhile.
    tries=$((tries + 1))
  done
  echo '?'
}
