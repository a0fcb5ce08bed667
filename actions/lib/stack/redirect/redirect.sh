# The redirect: sends new connections of all callers in the stack to other containers of a service, in the
# callers' own network namespaces. Connections that exist stay. What is to hold stands in files below
# $RB_STEP/redirect and is brought about as a whole, so any function may be repeated or interrupted.
#
# A caller that starts again has lost its rules: redirect_refresh, called twice a second, gives them back.
# Containers on the host's own network are no callers: nothing is redirected for the host itself.
#
# Given: RB_STEP RB_COMMENT PROJECT REDIRECT_RULES (text of rules.awk)

# addresses_of ID…: lines `ID NETWORK FAMILY ADDRESS`
addresses_of() {
  [ $# -gt 0 ] || return 0
  docker inspect --format '{{$id := .Id}}{{range .NetworkSettings.Networks}}{{$id}} {{.NetworkID}} 4 {{.IPAddress}}
{{$id}} {{.NetworkID}} 6 {{.GlobalIPv6Address}}
{{end}}' "$@" | awk 'NF == 4 && $4 ~ /[.:]/'
}

pids_of() {
  [ $# -eq 0 ] || docker inspect --format '{{.State.Pid}}' "$@"
}

# redirect_service SERVICE RETIRE…: what runs of it now is old; RETIRE are the containers that will go
redirect_service() {
  service=$1 folder=$RB_STEP/redirect
  shift
  mkdir -p "$folder"
  old=$(containers "$service")
  addresses_of $old | while read -r id network family address; do
    role=keep
    for gone in "$@"; do [ "$gone" != "$id" ] || role=retire; done
    echo "address $service $role $network $family $address $id"
  done >"$folder/old-$service"
  [ -s "$folder/old-$service" ] || { echo "$service: no container of it has an address"; return 1; }
  for pid in $(pids_of $old); do listening_ports "$pid"; done | tr , '\n' | sort -u | while read -r port; do
    [ -z "$port" ] || printf '%d,' "0x$port"
  done >"$folder/ports-$service"
  : >"$folder/new-$service"
  docker network inspect --format '{{$id := .Id}}{{range .IPAM.Config}}{{$id}} {{.Subnet}} {{.Gateway}}
{{end}}' $(cut -d ' ' -f 4 "$folder/old-$service" | sort -u) | awk -v service="$service" '
    NF > 1 {
      family = $2 ~ /:/ ? 6 : 4
      print "subnet", service, $1, family, $2
      sub(/\/.*/, "", $3)
      if ($3 != "") print "allow", service, $1, family, $3
    }' >"$folder/subnets-$service"
  docker ps --filter "label=com.docker.compose.project=$PROJECT" --filter network=host --format '{{.Names}}' |
    while read -r name; do echo "$name is on the host's network: what it calls there by address is not redirected"; done
}

# redirect_guard SERVICE: from now on nobody reaches a container that is not there yet
redirect_guard() {
  redirect_look || return 1
  awk -v service="$1" '{ print "allow", service, $2, $3, $4 }' "$RB_STEP/redirect/known" >"$RB_STEP/redirect/allow-$1"
  redirect_phase guard "$1"
}

# redirect_narrow SERVICE NEW…: from now on only the new containers' addresses are hidden
redirect_narrow() {
  service=$1
  shift
  addresses_of "$@" | awk -v service="$service" '{ print "address", service, "new", $2, $3, $4, $1 }' \
    >"$RB_STEP/redirect/new-$service"
  redirect_phase narrow "$service"
}

redirect_cut() {
  redirect_phase cut "$@"
}

redirect_turn_back() {
  redirect_phase narrow $(redirect_services)
}

redirect_services() {
  for file in "$RB_STEP"/redirect/phase-*; do
    [ ! -e "$file" ] || echo "${file##*/phase-}"
  done
}

# redirect_phase PHASE SERVICE…
redirect_phase() {
  phase=$1
  shift
  for service in "$@"; do
    [ -s "$RB_STEP/redirect/old-$service" ] || { echo "$service is not registered"; return 1; }
    echo "$phase" >"$RB_STEP/redirect/phase-$service"
  done
  redirect_look && redirect_apply
}

# Who runs on the networks concerned: `known` lines for the rules, and the callers. False when Docker does not say.
redirect_look() {
  folder=$RB_STEP/redirect
  docker network inspect --format '{{$network := .Id}}{{range $id, $at := .Containers}}known {{$network}} 4 {{$at.IPv4Address}} {{$id}}
known {{$network}} 6 {{$at.IPv6Address}} {{$id}}
{{end}}' $(cat "$folder"/old-* | cut -d ' ' -f 4 | sort -u) 2>"$folder/error" |
    awk 'NF == 5 { sub(/\/.*/, "", $4); print }' >"$folder/known.new"
  [ -s "$folder/known.new" ] || { cat "$folder/error"; return 1; }
  mv "$folder/known.new" "$folder/known"
  processes_of $(cut -d ' ' -f 5 "$folder/known" | sort -u) >"$folder/callers"
}

# The whole table for rules.awk.
redirect_table() {
  folder=$RB_STEP/redirect
  for service in $(redirect_services); do
    ports=$(cat "$folder/ports-$service")
    ports=${ports%,}
    echo "service $service $(cat "$folder/phase-$service") ${ports:--}"
    cat "$folder/subnets-$service" "$folder/allow-$service" "$folder/old-$service" "$folder/new-$service"
  done
  cat "$folder/known"
}

redirect_apply() {
  folder=$RB_STEP/redirect
  redirect_table >"$folder/table"
  comment=$(printf 'runbook %s' "$RB_COMMENT" | LC_ALL=C tr -c 'A-Za-z0-9 ._:/@#-' _ | cut -c 1-200)
  for family in 4 6; do
    awk -v family="$family" -v comment="$comment" "$REDIRECT_RULES" "$folder/table" >"$folder/rules-$family" || return 1
  done
  : >"$folder/begun"
  for family in 4 6; do
    # IPv6 is left alone where nothing of ours ever has to stand in it.
    [ -e "$folder/uses-$family" ] || grep -q ' DNAT ' "$folder/rules-$family" || continue
    : >"$folder/uses-$family"
    [ "$family" = 4 ] && tool=iptables || tool=ip6tables
    printf "%s-restore -w 5 --noflush <<'RULES' || exit 1\n" "$tool"
    cat "$folder/rules-$family"
    printf 'RULES\n%s -w 5 -t nat -C OUTPUT -j RUNBOOK 2>/dev/null || %s -w 5 -t nat -I OUTPUT -j RUNBOOK || exit 1\n' "$tool" "$tool"
  done | redirect_everywhere "$folder/callers" || return 1
  cp "$folder/callers" "$folder/applied"
}

# redirect_refresh: gives the rules to callers that came or started again since; cheap when none did
redirect_refresh() {
  [ -e "$RB_STEP/redirect/applied" ] || return 0
  redirect_look || return 1
  cmp -s "$RB_STEP/redirect/callers" "$RB_STEP/redirect/applied" || redirect_apply
}

# redirect_detach: from now on no new connection is redirected; those that are stay
redirect_detach() {
  redirect_look
  rm -f "$RB_STEP/redirect/applied"
  detach_script | redirect_everywhere "$RB_STEP/redirect/callers"
}

# redirect_remove: takes the chain away once nobody needs it, after five seconds in any case
redirect_remove() {
  folder=$RB_STEP/redirect
  tenths=50
  while redirect_in_use && [ "$tenths" -gt 0 ]; do
    tenths=$((tenths - 2))
    sleep 0.2
  done
  free=true
  ! redirect_in_use || free=false
  remove_script "$free" | redirect_everywhere "$folder/callers" && rm -rf "$folder"
}

# True while a caller has a connection to an address that its container has no more: only by a redirect does
# such a connection live.
redirect_in_use() {
  folder=$RB_STEP/redirect
  cat "$folder"/old-* "$folder"/new-* "$folder/known" | awk '
    $1 == "known" { owner[$2, $4] = $5 }
    $1 == "address" { was[$4, $6] = $7; address[$4, $6] = $6 }
    END { for (at in was) if (owner[at] != was[at]) print address[at] }' | sort -u | proc_addresses >"$folder/addresses"
  while read -r id pid started; do
    cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null
  done <"$folder/callers" | awk -v list="$(tr '\n' ' ' <"$folder/addresses")" '
    BEGIN { split(list, wanted, " "); for (i in wanted) address[wanted[i]] = 1 }
    $4 != "06" && $4 != "07" { sub(/:.*/, "", $3); if ($3 in address) found = 1 }
    END { exit !found }'
}

# proc_addresses: addresses as /proc/net/tcp and tcp6 have them, in words of the machine's byte order (little
# endian, as on every machine that Docker Engine is released for but s390x); IPv4 ones alone and mapped into
# IPv6. Source: proc_net_tcp(5).
proc_addresses() {
  awk '
    function word(a, b, c, d) { return sprintf("%02X%02X%02X%02X", d, c, b, a) }
    function digits(text,    value, i) {
      for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
      return value + 0
    }
    # expand TEXT: the groups of one side of `::` in group[1…]; returns their number
    function expand(text, group,    list, n, i) {
      n = split(text, list, ":")
      for (i = 1; i <= n; i++) group[i] = digits(tolower(list[i]))
      return n
    }
    /:/ {
      at = index($0, "::")
      left = expand(at ? substr($0, 1, at - 1) : $0, head)
      right = at ? expand(substr($0, at + 2), tail) : 0
      for (i = 1; i <= 8; i++) group[i] = i <= left ? head[i] : i > 8 - right ? tail[i - 8 + right] : 0
      text = ""
      for (i = 1; i <= 8; i += 2)
        text = text word(int(group[i] / 256), group[i] % 256, int(group[i + 1] / 256), group[i + 1] % 256)
      print text
      next
    }
    split($0, byte, ".") == 4 {
      print word(byte[1], byte[2], byte[3], byte[4])
      print "0000000000000000FFFF0000" word(byte[1], byte[2], byte[3], byte[4])
    }'
}

# redirect_withdraw: undoes all of it, for a step that failed
redirect_withdraw() {
  [ -e "$RB_STEP/redirect/begun" ] || return 0
  redirect_detach
  redirect_remove
}

# connections_to ID…: established connections from elsewhere to the ports that these containers listen on
connections_to() {
  for pid in $(pids_of "$@" 2>/dev/null); do
    cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null | awk '
      $2 ~ /^([0-9A-F]*7F|0+1000000):/ { next }
      { port = $2; sub(/.*:/, "", port) }
      $4 == "0A" { listens[port] = 1 }
      $4 == "01" { open[port]++ }
      END { for (port in listens) sum += open[port]; print sum + 0 }'
  done | awk '{ sum += $1 } END { print sum + 0 }'
}

# drain_count SERVICE: connections to its containers that will go
drain_count() {
  connections_to $(awk '$3 == "retire" { print $7 }' "$RB_STEP/redirect/old-$1" | sort -u)
}
