# Runs scripts inside network namespaces of containers and of the host, in a helper container that has just the rights
# for this.
#
# Given: PROJECT RB_ROOT, and the script for the empty image. If a step needs the helper more than once, it sets
# RB_HELPER (a file), and the helper stays until the step ends. That helper holds HELPER_ROOM on Docker's disk, so that
# a way back has room.
# Shared: HELPER_ROOM (bytes)

HELPER_ROOM=16777216
# Two stacks of one host share its network, and may share others: each has chains of its own. A chain's name has 28
# bytes at most (XT_EXTENSION_MAXNAMELEN of Linux).
RB_CHAIN=RUNBOOK-$(printf %s "$PROJECT" | cksum | cut -d ' ' -f 1)

# helper_run OPTION… IMAGE ARG…: `docker run` for a helper that has the host's own tools, and the host's files in /host.
# Exit status 125: Docker did not start it, as where its image is missing.
helper_run() {
  local folder
  set -- --mount type=bind,source=/usr,target=/usr,readonly --mount type=bind,source=/,target=/host,readonly "$@"
  for folder in /lib /lib64 /bin /sbin; do
    [ ! -e "$folder" ] || set -- --mount "type=bind,source=$folder,target=$folder,readonly" "$@"
  done
  # /proc/sys/net shows the settings of whichever network namespace a process has entered.
  [ ! -d /proc/sys/net ] || set -- --mount type=bind,source=/proc/sys/net,target=/host/proc/sys/net "$@"
  # The legacy iptables keeps its lock there.
  [ ! -d /run ] || set -- --mount type=bind,source=/run,target=/host/run "$@"
  docker run --rm --pull never --label runbook.helper=redirect --label "runbook.root=${RB_ROOT:-}" \
    --network none --pid=host --userns=host \
    --security-opt label=disable --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --cap-add NET_ADMIN --cap-add SYS_ADMIN --cap-add SYS_PTRACE "$@"
}

# redirect_helper: runs the script on standard input as root of the host
redirect_helper() {
  if [ -n "${RB_HELPER:-}" ]; then
    helper_again
  else
    helper_once
  fi
}

# helper_once: the same in a helper for this script alone. Where Docker did not start it, its image may be missing.
helper_once() (
  script=$(cat)
  for try in first second; do
    printf '%s\n' "$script" | helper_run -i --entrypoint /usr/sbin/chroot "$EMPTY_IMAGE" /host /bin/sh -s && exit 0
    code=$?
    [ "$code" = 125 ] && ! docker image inspect "$EMPTY_IMAGE" >/dev/null 2>&1 </dev/null && empty_image || exit "$code"
  done
  exit "$code"
)

# helper_again: the same in the helper that stays. If the helper is lost, the script runs again in a new one, because
# scripts may be repeated.
helper_again() (
  script=$(cat)
  for try in first second; do
    [ -s "$RB_HELPER" ] || helper_stay || exit 1
    id=$(cat "$RB_HELPER")
    printf '%s\n' "$script" | docker exec -i "$id" /usr/sbin/chroot /host /bin/sh -s && exit 0
    code=$?
    [ "$(docker inspect --format '{{.State.Running}}' "$id" 2>/dev/null)" != true ] || exit "$code"
    rm -f "$RB_HELPER"
  done
  exit "$code"
)

# helper_stay: starts the helper that stays. It holds no room on the disk once a way back has begun, which needs that
# room.
helper_stay() {
  [ -z "$RB_CODE" ] || HELPER_ROOM=0
  # The image is usually there: the host was observed with it. What fails for another reason fails again, and says why.
  helper_waits 2>/dev/null || { empty_image && helper_waits; } || return 1
  mv "$RB_HELPER.new" "$RB_HELPER"
}

helper_waits() {
  helper_run -d --entrypoint /bin/sh "$EMPTY_IMAGE" -c \
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin; head -c $HELPER_ROOM /dev/zero >/room; exec sleep 86400" >"$RB_HELPER.new"
}

# in_host_network: runs the script on standard input in the host's network namespace, as root
in_host_network() {
  {
    printf "enter=\$(cat <<'ENTER'\n"
    echo 'PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin'
    cat
    printf "ENTER\n)\n/usr/bin/nsenter -t 1 -n sh -c \"\$enter\"\n"
  } | redirect_helper
}

# redirect_attempts SECONDS-NOW SECONDS: prints a part of a script for a caller's namespace, which changes a timeout
# from SECONDS-NOW to SECONDS; any other value is the stack's own setting, and stays. For 120 s Linux remembers where it
# sent a SYN that got no answer, and sends a new connection from the same port to the same place, although the rules
# changed and no container is there any more. With 1 s, each SYN that is sent again follows the rules.
# Source: nf_conntrack-sysctl.rst, nf_conntrack_tcp_timeout_syn_sent.
redirect_attempts() {
  cat <<SCRIPT
attempts=/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent
[ "\$(cat \$attempts 2>/dev/null)" != $1 ] || { echo $2 >\$attempts; } 2>/dev/null || :
SCRIPT
}

# redirect_everywhere [FILE]: runs the script on standard input in the network namespace of each caller, or of each
# caller in FILE, with the container's ID as its argument. The kernel reuses PIDs: so the control group must name the
# container, and the host's own namespace is never entered.
redirect_everywhere() {
  local folder
  folder=$RB_STEP/redirect
  {
    printf "enter=\$(cat <<'ENTER'\n" && cat && printf "ENTER\n)\n" && cat <<'SCRIPT' &&
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
host=$(readlink /proc/1/ns/net)
failed=0
# A dead process that nobody has waited for still has a control group, but no namespace.
is_container() {
  ns=$(readlink "/proc/$1/ns/net" 2>/dev/null) && [ "$ns" != "$host" ] && grep -q "$2" "/proc/$1/cgroup" 2>/dev/null
}
while read -r id pid started; do
  is_container "$pid" "$id" || continue
  nsenter -t "$pid" -n sh -c "$enter" sh "$id" || { is_container "$pid" "$id" && failed=1; }
done <<'CALLERS'
SCRIPT
    cat "$folder/${1:-callers}" && printf 'CALLERS\nexit $failed\n'
  } >"$folder/helper.sh" || return 1
  redirect_helper <"$folder/helper.sh" >"$folder/helper.log" 2>&1 && return 0
  cat "$folder/helper.log"
  return 1
}
