# Volumes of the stack and directories of the host, both by Docker alone: the SSH user need not be root. Runs on the
# host after the piece for the empty image. Given: RB_ROOT PROJECT

# Beside the live content of a volume: what was live before a restore, and what one is filling.
# shellcheck disable=SC2034 # for the pieces that follow
VOLUME_BESIDE='.before-[0-9]*T[0-9]*Z .restore-[0-9]*T[0-9]*Z .undone-[0-9]*T[0-9]*Z'

# volume_mount NAME: what Docker's --mount takes for it; false where there is none. A name is that in the Compose file,
# or else the volume's own; a path is a directory of the host. Nothing is made: `docker run -v` would.
volume_mount() {
  local found
  case $1 in
    /*)
      echo "type=bind,source=$1"
      return 0
      ;;
  esac
  found=$(docker volume ls -q --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.volume=$1" </dev/null | head -n 1)
  [ -n "$found" ] ||
    found=$(docker volume inspect --format '{{.Name}}' "$1" 2>/dev/null </dev/null) || return 1
  echo "type=volume,source=$found"
}

# volume_helper MOUNT read|write SCRIPT ARG…: the host's own shell and tools as root, with the volume at /volume, no
# network, and no right beyond reading (or changing) files of all users. The image is empty.
volume_helper() {
  local mount how script folder right
  empty_image || return 1
  mount=$1 how=$2 script=$3
  shift 3
  set -- "$EMPTY_IMAGE" -c "PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin LC_ALL=C
$script" sh "$@"
  for folder in /usr /lib /lib64 /bin /sbin; do
    [ ! -e "$folder" ] ||
      set -- --mount "type=bind,source=$folder,target=$folder,readonly" "$@"
  done
  if [ "$how" = read ]; then
    set -- --cap-add DAC_OVERRIDE --mount "$mount,target=/volume,readonly" "$@"
  else
    for right in CHOWN DAC_OVERRIDE FOWNER FSETID MKNOD SETFCAP; do
      set -- --cap-add "$right" "$@"
    done
    set -- --mount "$mount,target=/volume" "$@"
  fi
  # What it writes is data, and no log of Docker's is to keep it.
  docker run --rm -i --pull never --label runbook.helper=volume --label "runbook.root=${RB_ROOT:-}" \
    --log-driver none --network none --userns=host --read-only --cap-drop ALL --security-opt label=disable \
    --security-opt no-new-privileges --entrypoint /bin/sh "$@"
}

# volume_helpers_end: those of a step that was killed go on; nobody else moves or writes anything after this
volume_helpers_end() {
  local left
  left=$(docker ps -aq --filter label=runbook.helper=volume --filter "label=runbook.root=${RB_ROOT:-}" </dev/null)
  # shellcheck disable=SC2086 # IDs
  [ -z "$left" ] || docker rm -f $left >/dev/null 2>&1 </dev/null || :
}
