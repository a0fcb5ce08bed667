# Swaps a volume's content: top-level entries change places by rename(2) within one disk, so their size does not matter.
# Runs on the host after the helper, in the step of the swap and in its reversal.

# volume_users NAME: prints the IDs of running containers, of any project, that may write to the volume, or that mount
# only a part of it and would go on using the old content
volume_users() {
  local mount ids found try
  mount=$(volume_mount "$1") || return 1
  # A container may end between the two commands.
  for try in 1 2 3; do
    ids=$(docker ps -q --no-trunc </dev/null) || return 1
    [ -n "$ids" ] || return 0
    # Bind mounts have no .Name, and a template fails on a field that is not there: hence the two branches.
    # shellcheck disable=SC2086 # IDs
    found=$(docker inspect --format '{{$id := .Id}}{{range .Mounts}}{{$id}}|{{.RW}}|{{.Type}}|{{if eq .Type "volume"}}{{.Name}}|{{else if eq .Type "bind"}}|{{.Source}}{{end}}
{{end}}' $ids </dev/null) && break
    [ "$try" -lt 3 ] || return 1
  done
  printf '%s\n' "$found" | awk -F '|' -v source="${mount##*source=}" -v volume="${mount%%,*}" '
    volume == "type=volume" { if ($3 == "volume" && $4 == source && $2 == "true") print $1; next }
    $3 != "bind" { next }
    $5 == source || index(source, ($5 == "/" ? "" : $5) "/") == 1 { if ($2 == "true") print $1; next }
    index($5, source "/") == 1 { print $1 }' | sort -u
}

# volume_swap NAME INCOMING OUTGOING REVERSED: makes the content of the folder INCOMING live; moves what was live to
# OUTGOING
volume_swap() {
  local mount
  mount=$(volume_mount "$1") && volume_helper "$mount" write "$(volume_moves)
exchange" "$2" "$3" "$4" </dev/null
}

# volume_whole NAME INCOMING OUTGOING REVERSED: whether all of volume_swap was done
volume_whole() {
  local mount
  mount=$(volume_mount "$1") || return 1
  volume_helpers_end
  # shellcheck disable=SC2016 # for the helper's shell
  volume_helper "$mount" read 'cd /volume && [ ! -e "$1" ] && [ -d "$2" ]' "$2" "$3" </dev/null
}

# volume_reverse NAME INCOMING OUTGOING REVERSED: undoes as much of volume_swap as was done; may be run again. The
# restored content is in REVERSED then, or still in INCOMING if not all live content had been moved away yet.
volume_reverse() {
  local mount
  mount=$(volume_mount "$1") || return 1
  volume_helpers_end
  volume_helper "$mount" write "$(volume_moves)
reverse" "$2" "$3" "$4" </dev/null
}

# volume_moves: prints the script for the helper. The folders that exist show how far the swap has come: OUTGOING.new
# (nothing was moved), OUTGOING.part (live entries are being moved there, or back), OUTGOING (all live entries are
# there; those of INCOMING are being moved up, or back).
volume_moves() {
  cat <<'SCRIPT'
cd /volume || exit 1
incoming=$1 outgoing=$2 reversed=$3

# like FROM TO: gives TO the owner and mode of FROM
like() {
  chown --reference="$1" -- "$2" && chmod --reference="$1" -- "$2"
}

# move_all FROM TO: moves all entries but folders of ours, many in one call
move_all() {
  local from=$1 to=$2 entry
  set --
  for entry in "$from"/* "$from"/.[!.]* "$from"/..?*; do
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    [ "$from" != . ] || case $entry in
      ./.before-[0-9]*T[0-9]*Z* | ./.restore-[0-9]*T[0-9]*Z* | ./.undone-[0-9]*T[0-9]*Z*) continue ;;
    esac
    set -- "$@" "$entry"
    if [ $# -ge 200 ]; then
      mv -- "$@" "$to/" || return 1
      set --
    fi
  done
  [ $# -eq 0 ] || mv -- "$@" "$to/"
}

exchange() {
  [ -d "$incoming" ] || { echo "there is no $incoming"; return 1; }
  mkdir -m 700 "$outgoing.new" && like . "$outgoing.new" && mv -T "$outgoing.new" "$outgoing.part" &&
    move_all . "$outgoing.part" && mv -T "$outgoing.part" "$outgoing" &&
    like "$incoming" . && move_all "./$incoming" . && rmdir "$incoming" && { sync -f . 2>/dev/null || sync; }
}

reverse() {
  local empty
  if [ -d "$outgoing" ]; then
    if [ "$incoming" = "$reversed" ] || [ ! -d "$reversed" ]; then
      if [ ! -d "$incoming" ]; then
        mkdir -p -m 700 "$incoming.new" && like . "$incoming.new" && mv -T "$incoming.new" "$incoming" || return 1
      fi
      move_all . "$incoming" || return 1
      # This content was live: under this name, clearing up does not take it for a folder that was being filled.
      [ "$incoming" = "$reversed" ] || mv -T "$incoming" "$reversed" || return 1
    fi
    mv -T "$outgoing" "$outgoing.part" || return 1
  fi
  if [ -d "$outgoing.part" ]; then
    like "$outgoing.part" . && move_all "./$outgoing.part" . && rmdir "$outgoing.part" || return 1
  fi
  for empty in "$outgoing.new" "$incoming.new"; do [ ! -d "$empty" ] || rmdir "$empty" || return 1; done
  sync -f . 2>/dev/null || sync
}
SCRIPT
}
