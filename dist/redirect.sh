# The redirect: sends new connections of all callers in the stack to other containers of a service, in the
# callers' own network namespaces. Connections that exist stay. The wanted rules are written to files below
# $RB_STEP/redirect, and every change applies all of them at once, so any function may be repeated or interrupted.
#
# Given: RB_ROOT RB_STEP RB_COMMENT REDIRECT_RULES (text of rules.awk) and namespaces.sh
# Shared: redirect_begun (set once redirect_withdraw is noted for a failure) interfaces_seen interfaces_until (see
#         redirect_refresh)
#
# Files below $RB_STEP/redirect. Of each service:
#   old-SERVICE new-SERVICE had-SERVICE leaving-SERVICE   lines `ID address SERVICE ROLE NETWORK FAMILY ADDRESS`
#   ports-SERVICE subnets-SERVICE phase-SERVICE   its ports, its subnets, and guard, narrow, cut, moved or stood
#   hidden-SERVICE                                IDs of containers that no caller may reach
# Of all services:
#   known callers                       addresses of all containers; containers that may call
#   table rules-FAMILY apply.sh         the wanted state: as a table, as rules, as a script
#   applied applied.sh lacking          callers that have the rules; the script that they got; callers without the rules
#   uses-FAMILY touched                 the rules need this address family; some rules may have been applied
#   table-host rules-host host.sh host-applied host-touched host.log    the same for callers on the host
#   helper.sh helper.log                the last script for namespaces, and its output
#   kept                                containers whose kept connections end

# addresses_of ID…: prints lines `ID NETWORK FAMILY ADDRESS`. `processes` knows from the same answer who runs.
addresses_of() {
  local said
  [ $# -gt 0 ] || return 0
  said=$(docker inspect --format '{{$id := .Id}}{{$id}} {{.State.Pid}}{{range .NetworkSettings.Networks}}
{{$id}} {{.NetworkID}} 4 {{.IPAddress}}
{{$id}} {{.NetworkID}} 6 {{.GlobalIPv6Address}}{{end}}' "$@")
  printf '%s\n' "$said" | awk 'NF == 2' | know_processes >/dev/null
  printf '%s\n' "$said" | awk 'NF == 4 && $4 ~ /[.:]/'
}

pids_of() {
  processes "$@" | cut -d ' ' -f 2
}

# redirect_service SERVICE RETIRE…: notes the service's running containers as the old ones; RETIRE are those that will
# go
redirect_service() {
  local service old
  service=$1
  shift
  old=$(containers "$service") && redirect_old "$service" "$old" "$@"
}

# redirect_old SERVICE IDS RETIRE…: the same, where IDS are the containers that run of it
redirect_old() {
  local service folder old id network family address role gone pid port
  service=$1 old=$2 folder=$RB_STEP/redirect
  shift 2
  mkdir -p "$folder" || return 1
  addresses_of $old | while read -r id network family address; do
    role=keep
    for gone in "$@"; do [ "$gone" != "$id" ] || role=retire; done
    echo "$id address $service $role $network $family $address" || exit 1
  done >"$folder/old-$service" || return 1
  for pid in $(pids_of $old); do listening_ports "$pid"; done | tr , '\n' | sort -u | while read -r port; do
    [ -z "$port" ] || printf '%d,' "0x$port" || exit 1
  done >"$folder/ports-$service" || return 1
  : >"$folder/new-$service"
  : >"$folder/subnets-$service"
  # Containers that start again and again are on no network, so they have no callers that must stay with them.
  [ -s "$folder/old-$service" ] || return 0
  subnets_of $(cut -d ' ' -f 5 "$folder/old-$service" | sort -u) |
    awk -v service="$service" 'NF == 2 { print "subnet", service, $1, ($2 ~ /:/ ? 6 : 4), $2 }' >"$folder/subnets-$service"
}

# subnets_of NETWORK…: lines `NETWORK SUBNET`. They stay as long as a network is there: each is asked for once.
subnets_of() {
  local network known unknown=
  for network in "$@"; do
    known=$(cat "$RB_STEP/redirect"/subnets-* 2>/dev/null | awk -v network="$network" '$3 == network { print $3, $5 }' | sort -u)
    if [ -n "$known" ]; then echo "$known"; else unknown="$unknown $network"; fi
  done
  # shellcheck disable=SC2086 # IDs
  [ -z "$unknown" ] || docker network inspect --format '{{$id := .Id}}{{range .IPAM.Config}}{{$id}} {{.Subnet}}
{{end}}' $unknown
}

redirect_guard() {
  redirect_phase guard "$1"
}

# redirect_narrow SERVICE NEW…: hides the new containers' addresses only, no longer their whole subnets
redirect_narrow() {
  local service
  service=$1
  shift
  addresses_of "$@" | sed "s/^\([^ ]*\) /\1 address $service new /" >"$RB_STEP/redirect/new-$service" || return 1
  redirect_phase narrow "$service"
}

redirect_cut() {
  redirect_phase cut "$@"
}

redirect_turn_back() {
  local turned
  redirect_phase narrow $(for turned in $(redirect_services); do
    ! grep -qx cut "$RB_STEP/redirect/phase-$turned" || echo "$turned"
  done)
}

# redirect_begin: notes once that a failing step undoes its redirect, for all services together and as the last thing
redirect_begin() {
  [ -n "${redirect_begun:-}" ] || undo_push redirect_withdraw
  redirect_begun=1
}

redirect_services() {
  local file
  for file in "$RB_STEP"/redirect/phase-*; do
    [ ! -e "$file" ] || echo "${file##*/phase-}"
  done
}

# redirect_phase PHASE SERVICE…: notes the phase of these services and applies the rules
redirect_phase() {
  local phase turned
  phase=$1
  shift
  for turned in "$@"; do echo "$phase" >"$RB_STEP/redirect/phase-$turned" || return 1; done
  redirect_look && redirect_apply
}

# redirect_look: lists the containers on the networks concerned: in `known` their addresses, in `callers` lines `ID PID
# START`. Fails on a full disk: an empty file must not be taken for "there are no callers".
redirect_look() {
  local folder networks ids
  folder=$RB_STEP/redirect
  networks=$(cat "$folder"/old-* | cut -d ' ' -f 5 | sort -u)
  : >"$folder/known" && : >"$folder/callers" || return 1
  [ -n "$networks" ] || return 0
  docker network inspect --format '{{$network := .Id}}{{range $id, $at := .Containers}}{{$id}} {{$network}} 4 {{$at.IPv4Address}}
{{$id}} {{$network}} 6 {{$at.IPv6Address}}
{{end}}' $networks | awk 'NF == 4 && $4 ~ /[.:]/ { sub(/\/.*/, "", $4); print }' >"$folder/known" || return 1
  ids=$(cut -d ' ' -f 1 "$folder/known" | sort -u)
  [ -z "$ids" ] || processes $ids 2>/dev/null | sort >"$folder/callers"
}

# redirect_table: prints the table for rules.awk; without its last line the table counts as incomplete. If another
# container has got an old address meanwhile, that address is not redirected, as callers may mean that container. For a
# service that moved it is, unless the other container listens on the service's ports.
redirect_table() {
  local folder turned ports phase id rest taker
  folder=$RB_STEP/redirect
  for turned in $(redirect_services); do
    ports=$(cat "$folder/ports-$turned")
    ports=${ports%,}
    phase=$(cat "$folder/phase-$turned")
    echo "service $turned $phase ${ports:--}"
    cat "$folder/subnets-$turned"
    cat "$folder/old-$turned" "$folder/new-$turned" | while read -r id rest; do
      taker=$(taker_of "$id" "${rest##* }")
      [ -z "$taker" ] || { [ "$phase" = moved ] && ! is_called_by "$taker" "$ports"; } || continue
      echo "$rest"
    done
    sed "s/^\([^ ]*\) address $turned new /own $turned \1 /" "$folder/new-$turned"
    # No caller may reach a hidden container.
    [ ! -s "$folder/hidden-$turned" ] || awk -v list="$(tr '\n' ' ' <"$folder/hidden-$turned")" -v service="$turned" '
      BEGIN { split(list, ids, " "); for (i in ids) hidden[ids[i]] = 1 }
      $1 in hidden { print "address", service, "gone", $2, $3, $4 }' "$folder/known"
    [ ! -e "$folder/leaving-$turned" ] ||
      sed 's/^\([^ ]* address [^ ]*\) [^ ]* /\1 gone /' "$folder/leaving-$turned" | while read -r id rest; do
        is_called_by "$(taker_of "$id" "${rest##* }")" "$ports" || echo "$rest"
      done
  done
  # Skip hidden containers: their addresses belong to the service but must not be reached yet.
  awk -v list="$(cat "$folder"/hidden-* 2>/dev/null | tr '\n' ' ')" '
    BEGIN { split(list, ids, " "); for (i in ids) hidden[ids[i]] = 1 }
    !($1 in hidden) { print "known", $2, $3, $4 }' "$folder/known"
  echo end
}

# taker_of ID ADDRESS: prints the ID of the other container that has got this address of ID meanwhile
taker_of() {
  awk -v id="$1" -v address="$2" '$4 == address && $1 != id { print $1; exit }' "$RB_STEP/redirect/known"
}

# is_called_by ID PORTS: whether a caller that dials one of these ports may mean this container; it does where PORTS is
# empty
is_called_by() {
  local hex
  [ -n "$1" ] || return 1
  [ -n "$2" ] || return 0
  for hex in $(listening_ports "$(awk -v id="$1" '$1 == id { print $2 }' "$RB_STEP/redirect/callers")" | tr , ' '); do
    case ,$2, in *,$((0x$hex)),*) return 0 ;; esac
  done
  return 1
}

# redirect_unled SERVICE: whether another container, which callers may mean, has got a former address of the service
redirect_unled() {
  local ports id rest
  ports=$(cat "$RB_STEP/redirect/ports-$1")
  while read -r id rest; do
    ! is_called_by "$(taker_of "$id" "${rest##* }")" "${ports%,}" || return 0
  done <"$RB_STEP/redirect/old-$1"
  return 1
}

redirect_apply() {
  local folder family tool
  folder=$RB_STEP/redirect
  redirect_table >"$folder/table"
  for family in 4 6; do
    awk -v family="$family" -v chain="$RB_CHAIN" -v comment="$RB_COMMENT" "$REDIRECT_RULES" "$folder/table" >"$folder/rules-$family" || return 1
  done
  (
    # Even if one caller's namespace refuses the rules, others may have them by then.
    : >"$folder/touched" || exit 1
    redirect_attempts 120 1
    for family in 4 6; do
      # A family that no rule of ours ever needed is left alone.
      [ -e "$folder/uses-$family" ] || grep -q ' DNAT ' "$folder/rules-$family" || continue
      : >"$folder/uses-$family"
      [ "$family" = 4 ] && tool=iptables || tool=ip6tables
      # A rule behind `own ID` is for this container alone.
      printf "sed \"s/^own \$1 //; /^own /d\" <<'RULES' | %s-restore -w 5 --noflush || exit 1\n" "$tool"
      cat "$folder/rules-$family"
      echo RULES
      echo "$tool -w 5 -t nat -C OUTPUT -j $RB_CHAIN 2>/dev/null || $tool -w 5 -t nat -I OUTPUT -j $RB_CHAIN || exit 1"
    done
    echo '# whole'
  ) >"$folder/apply.sh" && [ "$(tail -n 1 "$folder/apply.sh")" = '# whole' ] || return 1
  # A caller that has these rules already keeps them as long as it runs.
  if [ -e "$folder/applied.sh" ] && cmp -s "$folder/apply.sh" "$folder/applied.sh"; then
    grep -vxF -f "$folder/applied" "$folder/callers" >"$folder/lacking" || [ $? = 1 ] || return 1
  else
    cat "$folder/callers" >"$folder/lacking" || return 1
  fi
  rm -f "$folder/applied.sh"
  [ ! -s "$folder/lacking" ] || redirect_everywhere lacking <"$folder/apply.sh" || return 1
  host_callers_apply "$folder/table" || return 1
  cp "$folder/callers" "$folder/applied" && cp "$folder/apply.sh" "$folder/applied.sh"
}

# interfaces: prints the names of the host's network interfaces. A container that joins a bridge, at its start or later,
# brings an interface with a new name.
interfaces() {
  cut -d : -f 1 /proc/net/dev
}

# redirect_refresh: gives the rules to callers that came or started again since; cheap if none did. A network that is
# not a bridge has no interfaces on the host: so callers are looked for every 5 s at least.
redirect_refresh() {
  local now
  [ -e "$RB_STEP/redirect/applied" ] || return 0
  now=$(interfaces)
  if [ -n "${interfaces_seen:-}" ] && [ "$now" = "$interfaces_seen" ] && [ "$(uptime_seconds)" -lt "$interfaces_until" ]; then
    return 0
  fi
  redirect_look || return 1
  cmp -s "$RB_STEP/redirect/callers" "$RB_STEP/redirect/applied" || redirect_apply || return 1
  interfaces_seen=$now interfaces_until=$(($(uptime_seconds) + 5))
}

# connections_to ID…: prints the number of established connections to the ports that these containers listen on
connections_to() {
  local pid
  for pid in $(pids_of "$@" 2>/dev/null); do
    cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null | awk '
      { port = $2; sub(/.*:/, "", port) }
      $4 == "0A" && $2 !~ /^[0-9A-F]*7F:/ { listens[port] = 1 }
      $4 == "01" { open[port]++ }
      END { for (port in listens) sum += open[port]; print sum + 0 }'
  done | awk '{ sum += $1 } END { print sum + 0 }'
}

# retiring SERVICE…: prints the IDs of the services' containers that will go
retiring() {
  local service
  for service in "$@"; do cat "$RB_STEP/redirect/old-$service"; done | awk '$4 == "retire" { print $1 }' | sort -u
}

# drain_count SERVICE…: prints the number of connections to those containers
drain_count() {
  connections_to $(retiring "$@")
}
