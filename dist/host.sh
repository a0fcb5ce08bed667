# Backups in a directory of the host. Runs there after the prelude of steps and the piece for psql (`fail`).

# publish FOLDER PLACE: the manifest is the step's input. The rename makes it a backup.
publish() {
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

# remove_backups DIRECTORY ID…: each first ceases to be a backup
remove_backups() {
  backups=$1
  shift
  for id in "$@"; do
    rm -f "$backups/$id/manifest.json" && rm -rf "${backups:?}/$id" || { fail remove "$backups/$id"; return 1; }
    event removed "id=$id"
  done
}
