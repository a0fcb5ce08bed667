# Finds changed files that the proxy would not see. Who replaces a file on the host, as git, an editor or `sed -i` do,
# makes another file of the same name: a container that mounts that file, or a folder that was replaced, goes on with the
# former one, also after a reload, until it is started again.
#
# Given: what apply.sh gives

# mounts_seen ID: lines of /proc/PID/mountinfo of the container, whichever way they can be read. Source:
# proc_pid_mountinfo(5)
mounts_seen() {
  local pid
  pid=$(pids_of "$1")
  cat "/proc/$pid/mountinfo" 2>/dev/null && return
  docker exec "$1" cat /proc/self/mountinfo </dev/null 2>/dev/null && return
  echo "cat /proc/$pid/mountinfo" | redirect_helper 2>/dev/null
}

# unescaped: writes what the kernel writes as `\040` as it is
unescaped() {
  printf '%b\n' "$(printf '%s\n' "$1" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')"
}

# is_former SOURCE ROOT: whether ROOT, the place in its file system that a container mounts, is no longer at SOURCE
is_former() {
  local now
  case $2 in
    *//deleted) return 0 ;;
    /) return 1 ;;
  esac
  now=$(readlink -f "$1") && [ "${now##*/}" != "${2##*/}" ]
}

# stale_mounts ID PATH…: prints those of these files, below DIRECTORY, of which the container has a former one
stale_mounts() {
  local id source destination path root at seen
  id=$1
  shift
  seen=$(mounts_seen "$id" | cut -d ' ' -f 4,5)
  docker inspect --format '{{range .Mounts}}{{if eq .Type "bind"}}{{.Source}}	{{.Destination}}
{{end}}{{end}}' "$id" | while IFS='	' read -r source destination; do
    [ -n "$source" ] || continue
    printf '%s\n' "$seen" | while read -r root at; do
      [ "$(unescaped "$at")" = "$destination" ] && is_former "$source" "$(unescaped "$root")" || continue
      for path in "$@"; do
        case $DIRECTORY/$path in "$source" | "$source"/*) printf '%s\n' "$path" ;; esac
      done
    done
  done
}

# refuse_stale PATH…: refuses to have the proxy reload for files of which it would not see the new content
refuse_stale() {
  local id
  for id in $([ -z "$PROXY" ] || alive "$PROXY"); do
    stale_mounts "$id" "$@" >"$RB_STEP/stale"
    [ ! -s "$RB_STEP/stale" ] || { fail proxy-stale "$PROXY" "$RB_STEP/stale"; return 1; }
  done
}
