# Releases on the host: `blobs/<SHA-256>` (uploaded files, each content once), `releases/<id>/`
# {release.json, compose.json, files.list, images.list, shared/}, and `current`, which names one of them.
# All of these are below RB_ROOT, with mode 0600. Given: RB_ROOT DIRECTORY TARGET (release that is being made, or
# empty), `to_disk`
#
# files.list: lines `SHA-256 MODE PATH`, PATH below DIRECTORY; `- - PATH` stands for a file that is not there.
# images.list: lines `REFERENCE TAG`.

# split_entry LINE: puts a line of files.list into `entry_sha`, `entry_mode` and `entry_path`; the path may hold spaces
split_entry() {
  entry_sha=${1%% *}
  entry_path=${1#* * }
  entry_mode=${1#* }
  entry_mode=${entry_mode%% *}
}

# store_blob SHA-256 FILE: stores a copy of FILE, unless that content is there already
store_blob() {
  [ ! -e "$RB_ROOT/blobs/$1" ] || return 0
  (umask 077 && mkdir -p "$RB_ROOT/blobs" && cp "$2" "$RB_ROOT/blobs/.$1.part") || return 1
  to_disk "$RB_ROOT/blobs/.$1.part" || return 1
  mv -f "$RB_ROOT/blobs/.$1.part" "$RB_ROOT/blobs/$1"
}

# store_release ID FOLDER: stores the release whose files are in FOLDER, as a whole or not at all
store_release() {
  local name file
  rm -rf "$RB_ROOT/releases/.$1.part" "$RB_ROOT/releases/$1"
  (
    umask 077
    mkdir -p "$RB_ROOT/releases/.$1.part" || exit 1
    for name in release.json compose.json files.list images.list; do
      cat "$2/$name" >"$RB_ROOT/releases/.$1.part/$name" || exit 1
      to_disk "$RB_ROOT/releases/.$1.part/$name" || exit 1
    done
    [ -d "$2/shared" ] || exit 0
    mkdir "$RB_ROOT/releases/.$1.part/shared" || exit 1
    for file in "$2"/shared/*; do
      cat "$file" >"$RB_ROOT/releases/.$1.part/shared/${file##*/}" || exit 1
      to_disk "$RB_ROOT/releases/.$1.part/shared/${file##*/}" || exit 1
    done
  ) && mv "$RB_ROOT/releases/.$1.part" "$RB_ROOT/releases/$1"
}

current_release() {
  cat "$RB_ROOT/current" 2>/dev/null || :
}

# note_commit ID: adds a line to the history before the release becomes current. If the release never does, readers
# ignore the line.
note_commit() {
  local history
  history=$RB_ROOT/history.jsonl
  if [ ! -e "$history" ] && [ -n "${HISTORY:-}" ]; then
    (umask 077 && printf '%s\n' "$HISTORY" >"$RB_ROOT/.history.part") && mv "$RB_ROOT/.history.part" "$history" || return 1
  fi
  [ -z "$(tail -c 1 "$history" 2>/dev/null)" ] || echo >>"$history" || return 1
  (umask 077 && printf '{"release":"%s","from":"%s","procedure":"%s",%s"at":"%s"}\n' \
    "$1" "$(current_release)" "${PROCEDURE:-}" "${BACK:+\"back\":\"$BACK\",}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$history") &&
    to_disk "$history"
}

# commit_release ID: makes the release current by one atomic rename, the commit point of every procedure
commit_release() {
  [ -e "$RB_ROOT/releases/$1/release.json" ] || return 1
  note_stack || return 1
  note_commit "$1" || return 1
  (umask 077 && printf '%s\n' "$1" >"$RB_ROOT/.current.part") || return 1
  to_disk "$RB_ROOT/.current.part" || return 1
  : >"$RB_ROOT/releases/$1/committed"
  mv -f "$RB_ROOT/.current.part" "$RB_ROOT/current" || return 1
  # The release is current from here on, even if syncing the folder fails.
  to_disk "$RB_ROOT" || :
}

# note_stack: writes once which stack this directory belongs to. Given: PROJECT
note_stack() {
  [ -n "${PROJECT:-}" ] && [ ! -e "$RB_ROOT/stack" ] || return 0
  (umask 077 && printf '%s\n' "$PROJECT" >"$RB_ROOT/.stack.part") && to_disk "$RB_ROOT/.stack.part" &&
    mv -f "$RB_ROOT/.stack.part" "$RB_ROOT/stack"
}

# files_between FROM TO: prints the files.list of the release TO, and removals of the files that only FROM has; either
# ID may be empty
files_between() {
  local from to
  from=$RB_ROOT/releases/$1/files.list
  to=$RB_ROOT/releases/$2/files.list
  [ -n "$1" ] && [ -e "$from" ] || from=/dev/null
  [ -n "$2" ] && [ -e "$to" ] || to=/dev/null
  cat "$to"
  cut -d ' ' -f 3- "$to" | { cut -d ' ' -f 3- "$from" | grep -vxF -f /dev/fd/3; } 3<&0 | sed 's/^/- - /'
}

# note_made LIST RELEASE: notes which files of LIST, a list of remember_files, did not exist before the release
note_made() {
  sed -n 's/^- - //p' "$1" >>"$RB_ROOT/releases/$2/made.list" && to_disk "$RB_ROOT/releases/$2/made.list"
}

# overlay_copy SOURCE DESTINATION LIST: copies a file or folder below DIRECTORY as it will be once LIST is placed
overlay_copy() {
  local entry entry_sha entry_path entry_mode whole below
  if [ -d "$1" ]; then
    cp -RL "$1" "$2"
  elif [ -e "$1" ]; then
    cp -L "$1" "$2"
  fi || return 1
  while IFS= read -r entry; do
    split_entry "$entry"
    whole=$DIRECTORY/$entry_path
    case $whole in
      "$1") below=$2 ;;
      "$1"/*) below=$2/${whole#"$1"/} ;;
      *) continue ;;
    esac
    if [ "$entry_sha" = - ]; then
      rm -f "$below"
    else
      mkdir -p "${below%/*}" && cp "$RB_ROOT/blobs/$entry_sha" "$below" && chmod "$entry_mode" "$below" || return 1
    fi
  done <"$3"
}

# discard_release ID: removes the release, its tags, and the images and blobs that nothing else names
discard_release() {
  local list
  [ "$1" != "$(current_release)" ] || return 1
  [ ! -e "$RB_ROOT/releases/$1/images.list" ] || mv -f "$RB_ROOT/releases/$1/images.list" "$RB_ROOT/releases/.$1.images"
  rm -rf "$RB_ROOT/releases/$1" "$RB_ROOT/releases/.$1.part"
  # Includes the list that a run left when it was killed at this point.
  for list in "$RB_ROOT"/releases/.*.images; do
    if [ -e "$list" ]; then discard_images "$list"; fi
  done
  collect_blobs
}

# discard_uncommitted: removes releases that were never current, and the files that did not exist before them
discard_uncommitted() {
  local current folder path
  rm -rf "$RB_ROOT/staging" "$RB_ROOT"/releases/.*.part "$RB_ROOT"/.current.part
  current=$(current_release)
  for folder in "$RB_ROOT"/releases/*/; do
    folder=${folder%/}
    [ -d "$folder" ] && [ ! -e "$folder/committed" ] && [ "${folder##*/}" != "$current" ] || continue
    remove_files "${folder##*/}" "$current"
    discard_release "${folder##*/}"
  done
  [ -z "$current" ] || cut -d ' ' -f 3- "$RB_ROOT/releases/$current/files.list" | while IFS= read -r path; do
    [ ! -e "$DIRECTORY/$path.rb-part" ] || rm -f "$DIRECTORY/$path.rb-part"
  done
  collect_blobs
}

# remove_files RELEASE CURRENT: removes the files that RELEASE made, unless they were edited since or CURRENT has such a
# file
remove_files() {
  local entry entry_sha entry_path entry_mode
  [ -e "$RB_ROOT/releases/$1/files.list" ] || return 0
  while IFS= read -r entry; do
    split_entry "$entry"
    rm -f "$DIRECTORY/$entry_path.rb-part"
    grep -qxF -e "$entry_path" "$RB_ROOT/releases/$1/made.list" 2>/dev/null && [ -f "$DIRECTORY/$entry_path" ] || continue
    if [ -n "$2" ] && cut -d ' ' -f 3- "$RB_ROOT/releases/$2/files.list" | grep -qxF -e "$entry_path"; then continue; fi
    [ "$(sha256sum <"$DIRECTORY/$entry_path" | cut -d ' ' -f 1)" != "$entry_sha" ] || rm -f "$DIRECTORY/$entry_path"
  done <"$RB_ROOT/releases/$1/files.list"
}

# retain COUNT: keeps this many releases: always the current one and TARGET, then those of PREFERRED in their order,
# then the newest. Prints the releases that it discarded. Removes what interrupted runs staged, too.
retain() {
  local kept release
  rm -rf "$RB_ROOT/staging"
  kept=''
  for release in "$(current_release)" "$TARGET" ${PREFERRED:-} $(releases_newest_first); do
    [ -n "$release" ] && [ -d "$RB_ROOT/releases/$release" ] || continue
    case " $kept " in *" $release "*) continue ;; esac
    # shellcheck disable=SC2086
    set -- "$1" $kept
    if [ $# -le "$1" ] || [ "$release" = "$TARGET" ]; then
      kept="$kept $release"
    else
      discard_release "$release" && printf '%s\n' "$release"
    fi
  done
}

releases_newest_first() {
  local folder
  for folder in "$RB_ROOT"/releases/*/; do
    [ -d "$folder" ] || continue
    folder=${folder%/}
    printf '%s\n' "${folder##*/}"
  done | sort -rn
}
