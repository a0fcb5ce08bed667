# What works inside network namespaces of others: a helper container with the rights for it, and nothing more.
#
# Given: PROJECT RB_ROOT, and the piece for the empty image. Where a step says by RB_HELPER (a file) that it has more than
# one use for the helper, it stays until the step's end; its room on Docker's disk is then there for a way back.
# Shared: HELPER_ROOM (bytes)

HELPER_ROOM=16777216
# Two stacks may have a network in common, and one host always: each has chains of its own, with names of 28 bytes at
# most (XT_EXTENSION_MAXNAMELEN of Linux).
RB_CHAIN=RUNBOOK-$(printf %s "$PROJECT" | cksum | cut -d ' ' -f 1)

# helper_run [docker run options] -- COMMAND ARG…: one with the host's own tools, which sees the host's files in /host
helper_run() {
  local folder
  empty_image || return 1
  set -- --mount type=bind,source=/usr,target=/usr,readonly --mount type=bind,source=/,target=/host,readonly "$@"
  for folder in /lib /lib64 /bin /sbin; do
    [ ! -e "$folder" ] || set -- --mount "type=bind,source=$folder,target=$folder,readonly" "$@"
  done
  # Whose settings these are is a matter of the namespace that is entered.
  [ ! -d /proc/sys/net ] || set -- --mount type=bind,source=/proc/sys/net,target=/host/proc/sys/net "$@"
  # The legacy iptables wants its lock there.
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
    helper_run -i --entrypoint /usr/sbin/chroot "$EMPTY_IMAGE" /host /bin/sh -s
  fi
}

# helper_again: the same in the step's own helper; scripts may be repeated, so one that lost its helper is
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

# helper_stay: starts one that waits. A way back that has begun needs room itself.
helper_stay() {
  [ -z "$RB_CODE" ] || HELPER_ROOM=0
  helper_run -d --entrypoint /bin/sh "$EMPTY_IMAGE" -c \
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin; head -c $HELPER_ROOM /dev/zero >/room; exec sleep 86400" >"$RB_HELPER.new" &&
    mv "$RB_HELPER.new" "$RB_HELPER"
}

# in_host_network: runs the script on standard input in the host's namespace, as root
in_host_network() {
  {
    printf "enter=\$(cat <<'ENTER'\n"
    echo 'PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin'
    cat
    printf "ENTER\n)\n/usr/bin/nsenter -t 1 -n sh -c \"\$enter\"\n"
  } | redirect_helper
}

# redirect_attempts SECONDS-NOW SECONDS: part of a script for a caller's namespace. Linux remembers for 120 s where a
# SYN without an answer was sent, and sends there whoever gets the same port meanwhile, although the rules changed and
# nobody is there any more. After 1 s each SYN that is sent again is sent by the rules. A stack's own setting stays.
# Source: nf_conntrack-sysctl.rst, nf_conntrack_tcp_timeout_syn_sent.
redirect_attempts() {
  cat <<SCRIPT
attempts=/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent
[ "\$(cat \$attempts 2>/dev/null)" != $1 ] || { echo $2 >\$attempts; } 2>/dev/null || :
SCRIPT
}

# redirect_everywhere [FILE]: runs the script on standard input in the network namespace of each caller, or of those
# in FILE, with the container's ID as its argument. PIDs are given out again: the control group names the container, and the host's own namespace is never entered.
redirect_everywhere() {
  local folder
  folder=$RB_STEP/redirect
  {
    printf "enter=\$(cat <<'ENTER'\n" && cat && printf "ENTER\n)\n" && cat <<'SCRIPT' &&
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
host=$(readlink /proc/1/ns/net)
failed=0
# One that is dead and not yet waited for has a control group still, and no namespace.
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
