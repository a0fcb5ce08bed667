# Backups in a directory of the host. Runs there after the prelude of steps and the piece for psql (`fail`).

# publish FOLDER PLACE: the manifest is the step's input. The rename makes it a backup.
publish() {
  local published
  # A folder would be moved into another one.
  [ ! -e "$2" ] || { fail publish "$2"; return 1; }
  cat "$RB_INPUT" >"$1/manifest.json" 2>"$RB_STEP/publish.log" || { fail publish "$2" "$RB_STEP/publish.log"; return 1; }
  for published in "$1"/* "$1"; do
    to_disk "$published" 2>"$RB_STEP/publish.log" || { fail publish "$2" "$RB_STEP/publish.log"; return 1; }
  done
  mv "$1" "$2" 2>"$RB_STEP/publish.log" || { fail publish "$2" "$RB_STEP/publish.log"; return 1; }
  # It is a backup now, whatever the disk makes of the folder.
  to_disk "${2%/*}" || :
}

# remove_backups DIRECTORY ID…: each first ceases to be a backup, by one rename, so that what is cut off here is known
# for what it is
remove_backups() {
  local backups id
  backups=$1
  shift
  for id in "$@"; do
    remove_folder "$backups/$id" "$backups/.$id.gone" || { fail remove "$backups/$id"; return 1; }
    event removed "id=$id"
  done
}

# remove_folder FOLDER GONE
remove_folder() {
  rm -rf "$2" && { [ ! -e "$1" ] || mv "$1" "$2"; } && rm -rf "$2"
}

# sweep_backups DIRECTORY DAYS: what killed runs left. A removal that was cut off is ended. A folder that was never
# published, or lost its manifest to a removal of before, goes when nothing in it changed for so many days: another host
# may write to the same disk, or a person copy a backup there.
sweep_backups() {
  local backups left name
  backups=$1
  for left in "$backups"/.[0-9]*T[0-9]*Z.gone "$backups"/.[0-9]*T[0-9]*Z.part "$backups"/.[0-9]*T[0-9]*Z.*.part "$backups"/[0-9]*T[0-9]*Z; do
    [ -d "$left" ] && [ ! -h "$left" ] || continue
    name=${left##*/}
    case $name in
      .*.gone) ;;
      *)
        [ ! -e "$left/manifest.json" ] || [ "$name" != "${name#.}" ] || continue
        [ -z "$(find "$left" -ctime "-$2" 2>&1 | head -n 1)" ] || continue
        ;;
    esac
    remove_folder "$left" "$backups/.$(backup_id "$name").gone" || { fail remove "$left"; return 1; }
    event swept "name=$name"
  done
}

# backup_id NAME: that of the backup which a folder here is, or was to be
backup_id() {
  local rest
  rest=${1#.}
  printf '%s\n' "${rest%%.*}"
}
