# Sends new connections for ports that the host publishes to another container, in the host's own network
# namespace. Connections that exist stay, and clients keep their addresses. The wanted rules are written to files
# $RB_STEP/divert-SERVICE, and every change applies all of them at once. A file $RB_STEP/returned-SERVICE says that new
# connections take Docker's way again; connections that were redirected before still need to be accepted.
#
# Given: RB_STEP RB_COMMENT and namespaces.sh; chains are $RB_CHAIN-IN, -OUT, -POST and -ACCEPT

# published_ports ID: prints lines `ADDRESS PORT CONTAINER-PORT`
published_ports() {
  docker inspect --format '{{range $port, $at := .NetworkSettings.Ports}}{{range $at}}{{.HostIp}} {{.HostPort}} {{$port}}
{{end}}{{end}}' "$1" | awk 'NF == 3 && sub(/\/tcp$/, "", $3)'
}

# endpoint_of ID: prints the `ADDRESS/LENGTH` by which Docker reaches the container's published ports: that of the
# interface with the default route. Names of networks and their gateways do not decide this.
# Source: /proc/net/route, whose numbers have the byte order of the host (little endian)
endpoint_of() {
  {
    sed 's/^/route /' "/proc/$(pids_of "$1")/net/route"
    docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.IPPrefixLen}}
{{end}}' "$1" | sed 's/^/has /'
  } 2>/dev/null | endpoint_in
}

# endpoint_in: the same, from lines `route …` (the rest as in /proc/net/route) and `has ADDRESS LENGTH` on standard
# input
endpoint_in() {
  awk '
    function byte(text) { return (index("0123456789ABCDEF", substr(text, 1, 1)) - 1) * 16 + index("0123456789ABCDEF", substr(text, 2, 1)) - 1 }
    function number(text) { return ((byte(substr(text, 7, 2)) * 256 + byte(substr(text, 5, 2))) * 256 + byte(substr(text, 3, 2))) * 256 + byte(substr(text, 1, 2)) }
    $1 == "route" && $3 == "00000000" && $9 == "00000000" && $4 != "00000000" && (metric == "" || $8 + 0 < metric) { from = $2; metric = $8 + 0 }
    $1 == "route" && $3 != "00000000" && $4 == "00000000" { subnet[$2] = $3 }
    $1 == "has" && $2 ~ /^[0-9]+[.]/ { address[++n] = $2; size[n] = $3 }
    END {
      for (i = 1; i <= n; i++) {
        split(address[i], part, ".")
        value = ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4]
        step = 2 ^ (32 - size[i])
        if (from in subnet && int(value / step) * step == number(subnet[from])) { print address[i] "/" size[i]; exit }
      }
    }'
}

# divert_plan OLD NEW: prints lines `FAMILY ADDRESS PORT CONTAINER-PORT EPHEMERAL TARGET SUBNET`. NEW is published on
# ephemeral ports, so Docker's own rules accept what is forwarded to the endpoint of NEW.
divert_plan() {
  local target
  target=$(endpoint_of "$2")
  {
    published_ports "$2" | sed 's/^/new /'
    published_ports "$1" | sed 's/^/old /'
  } | awk -v target="${target%% *}" '
    { family = ($2 ~ /:/ ? 6 : 4) }
    $1 == "new" { ephemeral[family, $4] = $3 }
    $1 == "old" {
      if (!((family, $4) in ephemeral) || (family == 4 && target == "")) exit 1
      print family, $2, $3, $4, ephemeral[family, $4], substr(target, 1, index(target, "/") - 1), target
    }'
}

# host_rules FAMILY: prints the input of iptables-restore(8) for all files divert-SERVICE
host_rules() {
  local file state
  for file in "$RB_STEP"/divert-*; do
    [ -e "$RB_STEP/returned-${file##*/divert-}" ] && state=returned || state=diverted
    sed "s/\$/ $state/" "$file"
  done | awk -v family="$1" -v chain="$RB_CHAIN" -v comment="$RB_COMMENT" '
    $1 == family {
      say = " -m comment --comment \"" comment "\" -j "
      to = ($2 == "0.0.0.0" || $2 == "::") ? "" : " -d " $2
      tcp = to " -p tcp --syn --dport " $3
      if ($8 == "returned") {
        # New connections reach the real container by the rules of Docker.
      } else if (family == 4) {
        nat = nat "-A " chain "-IN" tcp say "DNAT --to-destination " $6 ":" $4 "\n"
        # A connection to a loopback address must be sent to a loopback address.
        if (to == "") nat = nat "-A " chain "-OUT -d 127.0.0.0/8" tcp say "DNAT --to-destination 127.0.0.1:" $5 "\n"
        nat = nat "-A " chain "-OUT" tcp say "DNAT --to-destination " ($2 ~ /^127\./ ? "127.0.0.1:" $5 : $6 ":" $4) "\n"
        # A neighbour on the same bridge called the host: the answer must come by way of the host, not over the bridge.
        nat = nat "-A " chain "-POST -s " $7 " -d " $6 " -p tcp --dport " $4 " -m conntrack --ctstate DNAT" say "MASQUERADE\n"
      } else {
        # Where the network has no IPv6, a process of Docker serves IPv6 on the host.
        nat = nat "-A " chain "-IN" tcp say "REDIRECT --to-ports " $5 "\n"
        nat = nat "-A " chain "-OUT" tcp say "REDIRECT --to-ports " $5 "\n"
      }
      # A firewall of the host allows the port that clients asked for, and not the one that they are redirected to.
      accept = accept "-A " chain "-ACCEPT -p tcp -m conntrack --ctstate DNAT --ctorigdstport " $3 say "ACCEPT\n"
    }
    END {
      empty = " - [0:0]\n"
      printf "*nat\n%sCOMMIT\n", ":" chain "-IN" empty ":" chain "-OUT" empty ":" chain "-POST" empty nat
      printf "*filter\n%sCOMMIT\n", ":" chain "-ACCEPT" empty accept
    }'
}

# host_ports_divert: makes the rules on the host what the files say
host_ports_divert() {
  local family tool jump rule
  cat "$RB_STEP"/divert-* 2>/dev/null | grep -q . || { host_ports_remove; return; }
  for family in 4 6; do
    grep -hq "^$family " "$RB_STEP"/divert-* || continue
    [ "$family" = 4 ] && tool=iptables || tool=ip6tables
    printf "%s-restore -w 5 --noflush <<'RULES' || exit 1\n" "$tool"
    host_rules "$family"
    echo RULES
    for jump in 'nat POSTROUTING POST' 'filter INPUT ACCEPT' 'nat PREROUTING IN' 'nat OUTPUT OUT'; do
      set -- $jump
      case $3 in
        IN | OUT) rule="-m addrtype --dst-type LOCAL -j $RB_CHAIN-$3" ;;
        *) rule="-j $RB_CHAIN-$3" ;;
      esac
      echo "$tool -w 5 -t $1 -C $2 $rule 2>/dev/null || $tool -w 5 -t $1 -I $2 $rule || exit 1"
    done
  done >"$RB_STEP/divert.sh"
  in_host_network <"$RB_STEP/divert.sh"
}

# host_ports_detach: lets all new connections take Docker's way again; connections that exist stay
host_ports_detach() {
  in_host_network <<SCRIPT
chain=$RB_CHAIN
for tool in iptables ip6tables; do
  while \$tool -w 5 -t nat -D PREROUTING -m addrtype --dst-type LOCAL -j \$chain-IN 2>/dev/null; do :; done
  while \$tool -w 5 -t nat -D OUTPUT -m addrtype --dst-type LOCAL -j \$chain-OUT 2>/dev/null; do :; done
done
SCRIPT
}

# host_ports_remove: removes every rule of ours; may be repeated
host_ports_remove() {
  host_ports_detach
  in_host_network <<SCRIPT
chain=$RB_CHAIN
for tool in iptables ip6tables; do
  while \$tool -w 5 -D INPUT -j \$chain-ACCEPT 2>/dev/null; do :; done
  while \$tool -w 5 -t nat -D POSTROUTING -j \$chain-POST 2>/dev/null; do :; done
  for name in IN OUT POST; do
    \$tool -w 5 -t nat -F \$chain-\$name 2>/dev/null && \$tool -w 5 -t nat -X \$chain-\$name
  done
  \$tool -w 5 -F \$chain-ACCEPT 2>/dev/null && \$tool -w 5 -X \$chain-ACCEPT
done
:
SCRIPT
}
