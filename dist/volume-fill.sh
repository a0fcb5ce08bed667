# Fills a folder inside a volume, beside its live content and on the same disk. Nothing else uses the folder before the
# swap; if the run ends early, the folder is removed. Runs on the host after the pieces for archives and the helper.

# fill_volume INDEX NAME FOLDER SOURCE SHA256: SOURCE and SHA256 are those of load_archive
fill_volume() {
  local volume
  volume=$(volume_mount "$2") || { fail no-volume "$2"; return 1; }
  event loading "index=$1"
  undo_push "volume_forget '$volume' '$3'"
  # shellcheck disable=SC2016 # for the helper's shell
  volume_helper "$volume" write 'mkdir -m 700 "/volume/$1"' "$3" </dev/null >"$RB_STEP/create-$1.log" 2>&1 ||
    { fail fill "$2" "$RB_STEP/create-$1.log"; return 1; }
  load_archive "$1" "$2" "$4" "$5" '' volume_helper "$volume" write "$(fill_script)" "$3" || return 1
  event entries "index=$1" "count=$(($(sed -n 's/^#entries //p' "$RB_STEP/load-$1.log") - 1))"
}

# What runs in the helper: it exits with tar's status, and reads what tar leaves unread
fill_script() {
  cat <<'SCRIPT'
cd "/volume/$1" || exit 1
set --
! tar --xattrs --acls --version >/dev/null 2>&1 ||
  set -- --xattrs '--xattrs-include=user.*' --xattrs-include=security.capability --acls
exec 3>&1
code=$({
  { tar -x -v -p -f - --numeric-owner "$@"; echo $? >&4; cat >/dev/null; } | { printf '#entries %d\n' "$(wc -l)" >&3; }
} 4>&1)
[ "$code" = 0 ] || exit "${code:-1}"
sync -f . 2>/dev/null || sync
SCRIPT
}

# volume_forget MOUNT FOLDER…: removes folders that a restore was filling; may be run again
volume_forget() {
  local mount
  mount=$1
  shift
  volume_helpers_end
  # shellcheck disable=SC2016 # for the helper's shell
  volume_helper "$mount" write 'cd /volume && rm -rf -- "$@"' "$@" </dev/null
}
