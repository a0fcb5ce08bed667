# Tries each way to a service's published ports: from the host itself, and from a container of the stack by the host's
# address. Given: RB_STEP RB_CHAIN and in_host_network
#
# A way is a line `FROM CHAIN TOOL PID ADDRESS PORT`: FROM is the caller (`host` or `stack`), PID a process in its
# network namespace, CHAIN the chain that must redirect the connection, TOOL the program that counts the chain's
# packets.

# host_paths PID: reads lines of files divert-SERVICE from standard input, and prints their ways; PID belongs to a
# container
host_paths() {
  local own own6
  own=$(ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
  own6=$(ip -6 route get 2001:db8::1 2>/dev/null | sed -n 's/.* src \([0-9a-f:]*\).*/\1/p')
  awk -v pid="$1" -v chain="$RB_CHAIN" -v own="$own" -v own6="$own6" '
    function way(from, chain, tool, of, address) { if (address != "") print from, chain, tool, (of == "" ? 0 : of), address, $3 }
    $2 == "0.0.0.0" {
      way("host", chain "-OUT", "iptables", 1, "127.0.0.1")
      way("host", chain "-OUT", "iptables", 1, own)
      way("stack", chain "-IN", "iptables", pid, own)
      next
    }
    $2 == "::" {
      way("host", chain "-OUT", "ip6tables", 1, "::1")
      way("host", chain "-OUT", "ip6tables", 1, own6)
      next
    }
    {
      way("host", chain "-OUT", $1 == 4 ? "iptables" : "ip6tables", 1, $2)
      if ($1 == 4 && $2 !~ /^127\./) way("stack", chain "-IN", "iptables", pid, $2)
    }' | sort -u
}

# host_paths_try FILE: tries the ways in FILE, and prints each behind a word: `taken` (its chain redirected the
# connection), `open` (connected, but not by the chain), `closed`, or `unknown` (the host has no bash)
host_paths_try() {
  {
    cat <<'SCRIPT'
sum() { $1 -w 5 -t nat -nvxL "$2" 2>/dev/null | awk '$3 ~ /DNAT|REDIRECT/ { sum += $1 } END { print sum + 0 }'; }
while read -r from chain tool pid address port; do
  before=$(sum "$tool" "$chain") how=open
  if ! command -v bash >/dev/null; then how=unknown
  elif ! timeout 3 nsenter -t "$pid" -n bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null; then how=closed
  elif [ "$(sum "$tool" "$chain")" -gt "$before" ]; then how=taken; fi
  echo "$how $from $chain $tool $pid $address $port"
done <<'WAYS'
SCRIPT
    cat "$1"
    echo WAYS
  } | in_host_network
}
