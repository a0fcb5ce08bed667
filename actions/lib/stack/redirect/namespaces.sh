# What works inside network namespaces of others: a helper container with the rights for it, and nothing more.
#
# Given: RB_ROOT RB_STEP, and the piece for the empty image

# redirect_helper: runs the script on standard input as root of the host, by means of the host's own tools
redirect_helper() {
  empty_image || return 1
  set -- --mount type=bind,source=/usr,target=/usr,readonly --mount type=bind,source=/,target=/host,readonly
  for folder in /lib /lib64 /bin /sbin; do
    [ ! -e "$folder" ] || set -- "$@" --mount "type=bind,source=$folder,target=$folder,readonly"
  done
  # Whose settings these are is a matter of the namespace that is entered.
  [ ! -d /proc/sys/net ] || set -- "$@" --mount type=bind,source=/proc/sys/net,target=/host/proc/sys/net
  # The legacy iptables wants its lock there.
  [ ! -d /run ] || set -- "$@" --mount type=bind,source=/run,target=/host/run
  docker run --rm -i --pull never --label runbook.helper=redirect --label "runbook.root=${RB_ROOT:-}" \
    --network none --pid=host --userns=host \
    --security-opt label=disable --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --cap-add NET_ADMIN --cap-add SYS_ADMIN --cap-add SYS_PTRACE "$@" \
    --entrypoint /usr/sbin/chroot "$EMPTY_IMAGE" /host /bin/sh -s
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

# redirect_everywhere: runs the script on standard input in the network namespace of each caller. PIDs are
# given out again: the control group names the container, and the host's own namespace is never entered.
redirect_everywhere() {
  folder=$RB_STEP/redirect
  {
    printf "enter=\$(cat <<'ENTER'\n"
    cat
    printf "ENTER\n)\n"
    cat <<'SCRIPT'
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
host=$(readlink /proc/1/ns/net)
failed=0
is_container() {
  grep -q "$2" "/proc/$1/cgroup" 2>/dev/null && [ "$(readlink "/proc/$1/ns/net")" != "$host" ]
}
while read -r id pid started; do
  is_container "$pid" "$id" || continue
  nsenter -t "$pid" -n sh -c "$enter" || { is_container "$pid" "$id" && failed=1; }
done <<'CALLERS'
SCRIPT
    cat "$folder/callers"
    printf 'CALLERS\nexit $failed\n'
  } >"$folder/helper.sh"
  redirect_helper <"$folder/helper.sh" >"$folder/helper.log" 2>&1 && return 0
  cat "$folder/helper.log"
  return 1
}
