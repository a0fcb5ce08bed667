# The helper: a short-lived container that enters the network namespaces of others with the host's own tools.
# It has no image of anybody's, and needs no more of its user than to be in the group `docker`.

redirect_image=runbook-helper:empty

# redirect_helper: runs the script on standard input as root of the host
redirect_helper() {
  docker image inspect "$redirect_image" >/dev/null 2>&1 </dev/null ||
    tar -c -T /dev/null | docker import - "$redirect_image" >/dev/null || return 1
  set -- --mount type=bind,source=/usr,target=/usr,readonly --mount type=bind,source=/,target=/host,readonly
  for folder in /lib /lib64 /bin /sbin; do
    [ ! -e "$folder" ] || set -- "$@" --mount "type=bind,source=$folder,target=$folder,readonly"
  done
  # The legacy iptables wants its lock there.
  [ ! -d /run ] || set -- "$@" --mount type=bind,source=/run,target=/host/run
  docker run --rm -i --pull never --label runbook.helper=redirect --network none --pid=host --userns=host \
    --security-opt label=disable --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --cap-add NET_ADMIN --cap-add SYS_ADMIN --cap-add SYS_PTRACE "$@" \
    --entrypoint /usr/sbin/chroot "$redirect_image" /host /bin/sh -s
}

# redirect_probe: whether the helper may do its work here; prints `ok`, or why not
redirect_probe() {
  if docker info --format '{{.SecurityOptions}}' 2>/dev/null </dev/null | grep -q rootless; then
    echo 'Docker runs rootless'
    return
  fi
  answer=$(redirect_helper 2>&1 <<'SCRIPT'
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
nsenter -t $$ -n iptables -w 5 -t nat -S OUTPUT && echo granted
SCRIPT
  )
  case $answer in
    *granted) echo ok ;;
    *) printf '%s\n' "${answer:-the helper container did not start}" | tail -n 1 | cut -c 1-300 ;;
  esac
}

# processes_of ID…: lines `ID PID STARTED` of those that run
processes_of() {
  [ $# -eq 0 ] || docker inspect --format '{{.Id}} {{.State.Pid}} {{.State.StartedAt}}' "$@" 2>/dev/null |
    awk '$2 > 0' | sort
}

# redirect_everywhere CALLERS: runs the script on standard input in the network namespace of each caller, a line
# of `processes_of` each. PIDs are given out again: the control group names the container, and the host's own
# namespace is never entered.
redirect_everywhere() {
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
  nsenter -t "$pid" -n sh -c "$enter" </dev/null || { is_container "$pid" "$id" && failed=1; }
done <<'CALLERS'
SCRIPT
    cat "$1"
    printf 'CALLERS\nexit $failed\n'
  } >"$1.sh"
  said=$(redirect_helper <"$1.sh" 2>&1) && return 0
  printf '%s\n' "${said:-the helper container failed}"
  return 1
}

# The script that keeps new connections from being redirected, for redirect_everywhere; those that are stay.
detach_script() {
  for tool in iptables ip6tables; do
    echo "while $tool -w 5 -t nat -D OUTPUT -j RUNBOOK 2>/dev/null; do :; done"
  done
  echo :
}

# remove_script CONDITION: the script that takes the chain away. When the last rule with a NAT target goes, the
# kernel stops tracking connections there, and those still open hang: where nothing else translates addresses
# and CONDITION is false, the chain stays without a jump to it. The next redirect takes it over.
remove_script() {
  for tool in iptables ip6tables; do
    cat <<SCRIPT
if $tool -w 5 -t nat -S RUNBOOK >/dev/null 2>&1; then
  if $1 || $tool -w 5 -t nat -S | grep -v RUNBOOK | grep -Eq -- '-j (DNAT|SNAT|REDIRECT|MASQUERADE)'; then
    $tool -w 5 -t nat -F RUNBOOK && $tool -w 5 -t nat -X RUNBOOK || exit 1
  fi
fi
SCRIPT
  done
}

# redirect_cleanup_all: takes our chain out of every container of the host, whoever left it there. Needs nothing
# but Docker and these functions.
redirect_cleanup_all() {
  cleanup=$(mktemp -d) || return 1
  processes_of $(docker ps -q --no-trunc) >"$cleanup/callers"
  result=0
  [ ! -s "$cleanup/callers" ] || {
    detach_script
    remove_script "! grep -Eq '^ *[0-9]+: [^ ]+ [^ ]+ 01' /proc/net/tcp /proc/net/tcp6"
  } | redirect_everywhere "$cleanup/callers" || result=1
  rm -rf "$cleanup"
  return $result
}

# redirect_recover: the same, if a step that was killed left anything. For whoever holds the lock of the stack.
redirect_recover() {
  set --
  for left in "$RB_ROOT"/steps/*/redirect; do
    [ ! -d "$left" ] || [ "$left" = "$RB_STEP/redirect" ] || set -- "$@" "$left"
  done
  [ $# -eq 0 ] || { redirect_cleanup_all && rm -rf "$@"; }
}
