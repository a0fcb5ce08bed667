# Networks and volumes of the stack, made before anything starts. Given: what apply.sh gives
#
# Shared: COMPOSE_VARIABLES (see compose.sh)

# op_make_shared [KIND NAME FILE]…: created by Compose, from files of the release that define nothing else. KIND is
# network, volume, or filled: a volume whose content only one-shots of this run make
op_make_shared() {
  local kind name file whose files='' made='' filled=''
  while [ $# -gt 0 ]; do
    kind=$1 name=$2 file=$3 whose=
    shift 3
    [ "$kind" != filled ] || kind=volume whose=ours
    # Another process may have created it meanwhile.
    ! docker "$kind" inspect "$name" >/dev/null 2>&1 || continue
    files="$files $file"
    [ -z "$whose" ] || filled="$filled $name"
    made="$made$kind $name $file$rb_newline"
  done
  [ -n "$made" ] || return 0
  # Without its definition the next run would find a network of an unknown release.
  undo_push "unmake_networks '$(printf %s "$made" | sed -n 's/^network \([^ ]*\) .*/\1/p' | tr '\n' ' ')'"
  [ -z "$filled" ] || undo_push "unmake_filled '$filled'"
  set --
  for file in $files; do set -- "$@" -f "$RB_ROOT/releases/$TARGET/shared/$file.json"; done
  # The file defines no services: all running containers look like orphans to Compose.
  COMPOSE_VARIABLES='COMPOSE_REMOVE_ORPHANS=false COMPOSE_IGNORE_ORPHANS=true'
  compose_alone /dev/null "$PROJECT" "$DIRECTORY" "$@" \
    up -d --no-deps --no-build --pull never $files </dev/null >"$RB_STEP/shared.log" 2>&1 ||
    { fail shared "$(printf %s "$made" | cut -d ' ' -f 1,2 | tr '\n' ' ' | sed 's/ $//')" "$RB_STEP/shared.log"; return 1; }
  COMPOSE_VARIABLES=
  printf %s "$made" | while read -r kind name file; do
    docker "$kind" inspect "$name" >/dev/null 2>&1 || { fail shared "$kind $name" "$RB_STEP/shared.log"; return 1; }
  done
}

# unmake_networks NAMES: removes the empty ones. A volume may hold data by now: it stays.
unmake_networks() {
  local name
  for name in $1; do
    ! docker network inspect "$name" >/dev/null 2>&1 || docker network rm "$name" >/dev/null 2>&1 ||
      say "network $name stays: a container is connected to it"
  done
}

# unmake_filled NAMES: removes those that no container has: the run after this one would take them for filled. The
# container of a one-shot that filled its volume is still there, and so is the volume.
unmake_filled() {
  local name
  for name in $1; do docker volume rm "$name" >/dev/null 2>&1 || :; done
}
