# Callers in the host's own network, which dial containers by their addresses: a Traefik with `network_mode: host`, a
# proxy of the host itself. They get the same rules as all other callers, in a chain of the host. Connections of the SSH
# user skip the chain, because the runner asks through that login and must reach the container that it means. If the
# login is root, its connections cannot be told from those of other callers, and the host gets no rules.
#
# A service that a stand-in serves on published ports is left out: only Docker's own proxy dials it from the host, and
# its ports are redirected already.
#
# Given: what redirect.sh gives
# Shared: host_called (`yes` or `no`, once known) host_told (set once a message said that the host refuses the rules)

# host_calls: whether there may be such a caller; looks once, then remembers
host_calls() {
  [ -n "${host_called:-}" ] || {
    host_called=no
    if [ "$(id -u)" != 0 ]; then
      if [ -n "$(docker ps -q --filter network=host | head -n 1)" ] || host_proxies | grep -q .; then host_called=yes; fi
    fi
  }
  [ "$host_called" = yes ]
}

# host_proxies: prints the names of proxies that run on the host, outside containers
host_proxies() {
  local comm
  grep -lxE 'nginx|haproxy|caddy|traefik|envoy|apache2|httpd' /proc/[0-9]*/comm 2>/dev/null | while read -r comm; do
    grep -Eq '[0-9a-f]{64}' "${comm%comm}cgroup" 2>/dev/null || cat "$comm" 2>/dev/null
  done | sort -u
}

# host_callers_apply TABLE: gives callers on the host the rules. If the host refuses the rules, a message says so once,
# and the step goes on.
host_callers_apply() {
  local folder family tool stood
  host_calls || return 0
  folder=$RB_STEP/redirect
  stood=$(for file in "$RB_STEP"/stood-*; do [ ! -e "$file" ] || echo "${file##*/stood-}"; done)
  awk -v list="$(echo $stood)" 'BEGIN { split(list, names, " "); for (i in names) skip[names[i]] = 1 } !($2 in skip)' "$1" >"$folder/table-host" || return 1
  for family in 4 6; do
    [ -e "$folder/uses-$family" ] || continue
    [ "$family" = 4 ] && tool=iptables || tool=ip6tables
    awk -v family="$family" -v chain="$RB_CHAIN" -v comment="$RB_COMMENT" "$REDIRECT_RULES" "$folder/table-host" >"$folder/rules-host" || return 1
    printf "%s-restore -w 5 --noflush <<'RULES' || exit 1\n" "$tool"
    sed "/^own /d; s/^:.*/&\n-A $RB_CHAIN -m owner --uid-owner $(id -u) -j RETURN/" "$folder/rules-host"
    echo RULES
    echo "$tool -w 5 -t nat -C OUTPUT -j $RB_CHAIN 2>/dev/null || $tool -w 5 -t nat -I OUTPUT -j $RB_CHAIN || exit 1"
  done >"$folder/host.sh" || return 1
  ! cmp -s "$folder/host.sh" "$folder/host-applied" || return 0
  : >"$folder/host-touched" || return 1
  rm -f "$folder/host-applied"
  if in_host_network <"$folder/host.sh" >"$folder/host.log" 2>&1; then
    cp "$folder/host.sh" "$folder/host-applied"
  elif [ -z "${host_told:-}" ]; then
    host_told=1
    event untold "service=$(cat /proc/sys/kernel/hostname)" why=host
  fi
}

# host_callers_detach: stops redirecting new connections of callers on the host
host_callers_detach() {
  local tool
  for tool in iptables ip6tables; do
    echo "while $tool -w 5 -t nat -D OUTPUT -j $RB_CHAIN 2>/dev/null; do :; done"
  done | in_host_network
}

# host_callers_remove: removes the chain at once. Docker has NAT rules on the host, so the kernel goes on tracking the
# connections that exist.
host_callers_remove() {
  local tool
  for tool in iptables ip6tables; do
    echo "while $tool -w 5 -t nat -D OUTPUT -j $RB_CHAIN 2>/dev/null; do :; done"
    echo "! $tool -w 5 -t nat -S $RB_CHAIN >/dev/null 2>&1 || { $tool -w 5 -t nat -F $RB_CHAIN && $tool -w 5 -t nat -X $RB_CHAIN; } || exit 1"
  done | in_host_network
}
