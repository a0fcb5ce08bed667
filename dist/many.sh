# Handles any number of uploaded files with few processes: a tool that takes many names gets some hundreds per call.
# Given: RB_ROOT DIRECTORY, `to_disk` of many names, what store.sh gives

# in_chunks COMMAND: calls COMMAND with the lines of standard input as arguments, some hundreds at a time
in_chunks() {
  local line command=$1
  set --
  while IFS= read -r line; do
    set -- "$@" "$line"
    [ $# -lt 300 ] || { "$command" "$@" || return 1; set --; }
  done
  [ $# -eq 0 ] || "$command" "$@"
}

# sums PATH…: prints lines `SHA-256 PATH` for the files that can be read. sha256sum escapes a name that has a backslash,
# and puts a backslash before that line.
sums() {
  sha256sum -- "$@" 2>/dev/null | awk '{
    escaped = sub(/^\\/, ""); path = substr($0, 67)
    if (escaped) gsub(/\\\\/, "\\", path)
    print substr($0, 1, 64) " " path }'
}

# modes PATH…: prints lines `MODE PATH`; for a link, the mode of the file that it leads to
modes() {
  stat -L -c '%a %n' -- "$@" 2>/dev/null
}

# there: reads paths below DIRECTORY from standard input, and prints those where a file is
there() {
  local path
  while IFS= read -r path; do
    [ ! -f "$DIRECTORY/$path" ] || printf '%s\n' "$path"
  done
}

# below COMMAND: in_chunks in DIRECTORY; does nothing where that is missing
below() {
  (cd "$DIRECTORY" 2>/dev/null || exit 0; in_chunks "$1" || :)
}

# choose_files PATHS: reads a files.list from standard input, and prints the entries whose path is a line of the file
# PATHS
choose_files() {
  awk 'FILENAME == ARGV[1] { chosen[$0]; next } { path = $0; sub(/^[^ ]* [^ ]* /, "", path) } path in chosen' "$1" -
}

# remember_files LIST: prints a files.list of what is there now for every path of LIST, and keeps the content as blobs,
# so that place_files can put each file back, even if it was edited by hand
remember_files() {
  local sha path
  cut -d ' ' -f 3- "$1" | there >"$1.there" && below sums <"$1.there" >"$1.sums" && below modes <"$1.there" >"$1.modes" || return 1
  # A file that cannot be read now could not be put back.
  [ "$(wc -l <"$1.sums")" -eq "$(wc -l <"$1.there")" ] && [ "$(wc -l <"$1.modes")" -eq "$(wc -l <"$1.there")" ] || return 1
  while IFS= read -r path; do
    sha=${path%% *}
    [ -e "$RB_ROOT/blobs/$sha" ] || store_blob "$sha" "$DIRECTORY/${path#* }" || return 1
  done <"$1.sums"
  awk 'FILENAME == ARGV[1] { sum[substr($0, 66)] = substr($0, 1, 64); next }
    { path = $0 }
    FILENAME == ARGV[2] { sub(/^[^ ]* /, "", path); mode[path] = $1; next }
    { sub(/^[^ ]* [^ ]* /, "", path); print path in sum ? sum[path] " " mode[path] " " path : "- - " path }' "$1.sums" "$1.modes" "$1" &&
    rm -f "$1.there" "$1.sums" "$1.modes"
}

# narrow_files LIST: prints LIST, where the mode of an existing file gives group and others no more than the file gives
# them now
narrow_files() {
  cut -d ' ' -f 3- "$1" | there | below modes >"$1.modes" || return 1
  awk '
    function digits(mode) { return substr("000" mode, length(mode) + 1) }
    function bit(digit, value) { return int(digit / value) % 2 }
    function narrowed(want, have,   at, w, h, r, x, mode) {
      mode = ""
      for (at = 1; at <= 3; at++) {
        w = substr(want, at, 1); h = at == 1 ? 7 : substr(have, at, 1)
        r = bit(w, 4) * bit(h, 4)
        mode = mode (4 * r + 2 * bit(w, 2) * bit(h, 2) + bit(w, 1) * r)
      }
      sub(/^0+/, "", mode)
      return mode == "" ? "0" : mode
    }
    { path = $0 }
    FILENAME == ARGV[1] { sub(/^[^ ]* /, "", path); have[path] = digits($1); next }
    { sub(/^[^ ]* [^ ]* /, "", path)
      print $1 " " ($1 != "-" && path in have ? narrowed(digits($2), have[path]) : $2) " " path }' "$1.modes" "$1" &&
    rm -f "$1.modes"
}

# place_files LIST [FORMER]: makes the files in DIRECTORY what LIST says; with FORMER, a folder, by new inodes where that
# can be, see exchange_file
place_files() {
  local path entry have entry_sha entry_path entry_mode
  cut -d ' ' -f 3- "$1" | there | below modes >"$1.modes" && : >"$1.written" || return 1
  # The lines of LIST, each behind the mode that its file has now; `-`: there is no file.
  awk '{ path = $0 }
    FILENAME == ARGV[1] { sub(/^[^ ]* /, "", path); have[path] = $1; next }
    { sub(/^[^ ]* [^ ]* /, "", path); print (path in have ? have[path] : "-") " " $0 }' "$1.modes" "$1" >"$1.have" || return 1
  while IFS= read -r entry; do
    have=${entry%% *}
    split_entry "${entry#* }"
    path=$DIRECTORY/$entry_path
    if [ "$entry_sha" = - ]; then
      [ ! -e "$path" ] && [ ! -h "$path" ] || rm -f "$path"
    else
      place_file "$RB_ROOT/blobs/$entry_sha" "$path" "$entry_mode" "$have" "$1.written" "${2:-}" || return 1
    fi
  done <"$1.have"
  in_chunks to_disk <"$1.written" && rm -f "$1.modes" "$1.have" "$1.written"
}

# place_file BLOB TARGET MODE HAVE WRITTEN [FORMER]: without FORMER a file that exists (HAVE is its mode) keeps its
# inode, because a container that mounts this single file would go on with the old inode. A copy beside the file proves
# first that the disk has room. The path of a file that has yet to reach the disk becomes a line of the file WRITTEN.
place_file() {
  case $2 in
    */*) [ -d "${2%/*}" ] || (umask 022 && mkdir -p "${2%/*}") || return 1 ;;
  esac
  if [ ! -e "$2" ]; then
    install -m "$3" "$1" "$2.rb-part" && mv -f "$2.rb-part" "$2"
    return
  fi
  if ! cmp -s "$1" "$2"; then
    if [ -n "${6:-}" ] && exchange_file "$1" "$2" "$3" "$6"; then
      printf '%s\n' "$2" >>"$5"
      return
    fi
    { cp "$1" "$2.rb-part" && cat "$2.rb-part" >"$2" && printf '%s\n' "$2" >>"$5"; } || {
      rm -f "$2.rb-part"
      return 1
    }
    rm -f "$2.rb-part"
  fi
  [ "$4" = "$3" ] || chmod "$3" "$2"
}

# exchange_file BLOB TARGET MODE FORMER: a new inode takes the place of TARGET, as a whole, and the former one is kept in
# FORMER: containers that mount this single file go on with it. False, with nothing changed, for a link, for a file of
# another user, which the new inode would not belong to, and where a file system cannot do it.
exchange_file() {
  local kept number
  [ ! -h "$2" ] && [ -O "$2" ] && mkdir -p "$4" && number=$(($(ls "$4" | wc -l) + 1)) && kept=$4/$number || return 1
  ln "$2" "$kept.inode" 2>/dev/null && printf '%s\n' "$2" >"$kept.path" &&
    cp -a "$2" "$2.rb-part" && chmod u+w "$2.rb-part" && cat "$1" >"$2.rb-part" && chmod "$3" "$2.rb-part" && mv -f "$2.rb-part" "$2" || {
    rm -f "$2.rb-part" "$kept.inode" "$kept.path"
    return 1
  }
}

# return_files FORMER: puts the inodes back that exchange_file keeps there
return_files() {
  local kept path
  for kept in "$1"/*.inode; do
    [ -e "$kept" ] || continue
    { IFS= read -r path <"${kept%.inode}.path"; } 2>/dev/null && mv -f "$kept" "$path" || return 1
  done
}

# store_blobs FOLDER: stores the files of FOLDER, which are named by their SHA-256
store_blobs() {
  local blobs_from=$1 blob
  for blob in "$1"/*; do
    [ ! -f "$blob" ] || [ -e "$RB_ROOT/blobs/${blob##*/}" ] || printf '%s\n' "${blob##*/}"
  done | in_chunks store_many
}

# store_many NAME…: stores these files of the folder `blobs_from`, each as a whole or not at all
store_many() {
  local beside=$RB_ROOT/blobs/.many
  (umask 077 && rm -rf "$beside" && mkdir -p "$beside" && cd "$blobs_from" && cp -- "$@" "$beside") || return 1
  (cd "$beside" && to_disk "$@" && mv -f -- "$@" ..) && rm -rf "$beside"
}

# collect_blobs: removes the blobs that no release names
collect_blobs() {
  [ -d "$RB_ROOT/blobs" ] || return 0
  {
    cat "$RB_ROOT"/releases/*/files.list 2>/dev/null
    ls "$RB_ROOT/blobs" | sed 's/^/blob /'
  } | awk '$1 != "blob" { used[$1]; next } !($2 in used) { print $2 }' | (cd "$RB_ROOT/blobs" && in_chunks remove_many)
  rm -rf "$RB_ROOT"/blobs/.*.part "$RB_ROOT/blobs/.many"
}

remove_many() {
  rm -f -- "$@"
}
