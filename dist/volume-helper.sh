# Works in volumes of the stack and directories of the host by way of Docker only, so the SSH user need not be root.
# Runs on the host after the piece for the empty image. Given: RB_ROOT PROJECT

# Folders beside the live content of a volume: former content that a restore put aside, and content that it fills in.
# shellcheck disable=SC2034 # for the pieces that follow
VOLUME_BESIDE='.before-[0-9]*T[0-9]*Z .restore-[0-9]*T[0-9]*Z .undone-[0-9]*T[0-9]*Z'

# volume_mount NAME: prints the value of Docker's --mount for a volume; false if there is none. NAME is the name in the
# Compose file, or else the volume's own name, or the path of a directory of the host. Makes nothing, as `docker run -v`
# would.
volume_mount() {
  local found one
  case $1 in
    /*)
      echo "type=bind,source=$1"
      return 0
      ;;
  esac
  found=$(docker volume ls -q --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.volume=$1" </dev/null)
  # After the Compose file gave the volume another name, the former one still has these labels.
  for one in $found; do
    [ "$one" = "$found" ] || [ -n "$(docker ps -aq --filter "volume=$one" \
      --filter "label=com.docker.compose.project=$PROJECT" </dev/null)" ] || continue
    found=$one
    break
  done
  found=$(printf '%s\n' "$found" | head -n 1)
  [ -n "$found" ] ||
    found=$(docker volume inspect --format '{{.Name}}' "$1" 2>/dev/null </dev/null) || return 1
  echo "type=volume,source=$found"
}

# volume_helper MOUNT read|write SCRIPT ARG…: runs SCRIPT with the host's own shell and tools as root, in a container of
# an empty image that has the volume at /volume, no network, and no rights but to read (or change) files of all users.
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
  # The output is data of the stack, and must not get into a log of Docker.
  docker run --rm -i --pull never --label runbook.helper=volume --label "runbook.root=${RB_ROOT:-}" \
    --log-driver none --network none --userns=host --read-only --cap-drop ALL --security-opt label=disable \
    --security-opt no-new-privileges --entrypoint /bin/sh "$@"
}

# volume_helpers_end: ends helpers that go on after their step was killed; none of them moves or writes files after this
volume_helpers_end() {
  local left
  left=$(docker ps -aq --filter label=runbook.helper=volume --filter "label=runbook.root=${RB_ROOT:-}" </dev/null)
  # shellcheck disable=SC2086 # IDs
  [ -z "$left" ] || docker rm -f $left >/dev/null 2>&1 </dev/null || :
}
