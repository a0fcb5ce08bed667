# Backups in a directory of the host. Runs there after the prelude of steps and the piece for psql (`fail`).

# publish FOLDER PLACE: renames FOLDER to PLACE, which makes it a backup. The manifest is the step's input.
publish() {
  local published
  # `mv` would move the folder into an existing one.
  [ ! -e "$2" ] || { fail publish "$2"; return 1; }
  cat "$RB_INPUT" >"$1/manifest.json" 2>"$RB_STEP/publish.log" || { fail publish "$2" "$RB_STEP/publish.log"; return 1; }
  for published in "$1"/* "$1"; do
    to_disk "$published" 2>"$RB_STEP/publish.log" || { fail publish "$2" "$RB_STEP/publish.log"; return 1; }
  done
  mv "$1" "$2" 2>"$RB_STEP/publish.log" || { fail publish "$2" "$RB_STEP/publish.log"; return 1; }
  # It is a backup now, even if the folder could not be flushed to the disk.
  to_disk "${2%/*}" || :
}

# remove_backups DIRECTORY ID…: first renames each backup, so that it is not a backup any more and an interrupted
# removal can be recognised
remove_backups() {
  local backups id
  backups=$1
  shift
  for id in "$@"; do
    remove_folder "$backups/$id" "$backups/.$id.gone" || { fail remove "$backups/$id"; return 1; }
    event removed "id=$id"
  done
}

# remove_folder FOLDER GONE: renames FOLDER to GONE and removes it
remove_folder() {
  rm -rf "$2" && { [ ! -e "$1" ] || mv "$1" "$2"; } && rm -rf "$2"
}

# sweep_backups DIRECTORY DAYS: removes what killed runs left, and completes interrupted removals. A folder that was
# never published, or that lost its manifest to an interrupted removal, is removed when nothing in it has changed for
# DAYS: another host may write to the same disk, or a person may copy a backup there.
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

# backup_id NAME: prints the ID of the backup that the folder NAME is, or was to become
backup_id() {
  local rest
  rest=${1#.}
  printf '%s\n' "${rest%%.*}"
}
