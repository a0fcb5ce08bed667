# Idle connections that callers keep for later requests. They outlive a redirect, so that a request on one of them is
# served by containers that are about to go. Open connections are measured; no configuration is read. nginx closes its own on a reload;
# those of all other callers are ended while no request is under way, and the callers connect again as after any idle time.
#
# Given: what apply.sh gives
# Shared: kept_reloaded (set once nginx has reloaded for it) proxy_reloaded (see addresses.sh)

# kept_script ADDRESS…: part of a script for the namespace of a container that is about to go. Prints `nginx LOCAL PEER` for connections
# kept by one of these addresses, ends those that others keep, and prints `stays LOCAL PEER` where that was refused.
# A connection is kept if the answer was the last data, up to 5 s after the request: on a stream, as of a WebSocket, the
# other end may have been silent for longer. A connection in constant use by these addresses is never so quiet: it is kept
# if it carried two requests and two answers within a quarter of a second (kept_window). Prints `blind` where the host has
# no `ss`, or an old one without the option -H. Source: ss(8), tcp_info in linux/tcp.h
kept_script() {
  cat <<SCRIPT
ss -tlnH >/dev/null 2>&1 || { echo blind; exit 0; }
{ ss -tlnH | sed 's/^/listen /'; ${1:+ss -tinH state established; sleep ${kept_window:-0.25};} echo now; ss -tinH state established; } 2>/dev/null | awk -v list="$*" '
SCRIPT
  cat <<'SCRIPT'
  function number(name,    text) {
    if (!match(line, "[ \t]" name ":[0-9]+")) return 0
    text = substr(line, RSTART, RLENGTH)
    sub(/.*:/, "", text)
    return text + 0
  }
  function end(    port, address, sent, got, requests, answers) {
    port = at; sub(/.*:/, "", port)
    address = peer; sub(/:[0-9]+$/, "", address); gsub(/[][]/, "", address); sub(/^::ffff:/, "", address)
    if (line == "" || !(port in listens)) return
    requests = number("data_segs_in"); answers = number("data_segs_out")
    if (!now) { asked[at, peer] = requests; answered[at, peer] = answers; return }
    if ((address in spared) && ((at, peer) in asked) && requests >= asked[at, peer] + 2 && answers >= answered[at, peer] + 2) {
      print "nginx", at, peer
      return
    }
    sent = number("lastsnd"); got = number("lastrcv")
    if (queued || !number("bytes_acked")) return
    if (sent >= 50 && sent <= got && got - sent <= 5000) print ((address in spared) ? "nginx" : "other"), at, peer
  }
  BEGIN { split(list, given, " "); for (i in given) spared[given[i]] = 1 }
  $1 == "listen" { sub(/.*:/, "", $5); listens[$5] = 1; next }
  $1 == "now" { end(); line = ""; now = 1; next }
  !/^[ \t]/ { end(); queued = $1 + $2; at = $3; peer = $4; line = "" }
  { line = line " " $0 }
  END { end() }' | while read -r whose at peer; do
  [ "$whose" = other ] || { echo "$whose $at $peer"; continue; }
  ss -tKH state established src "$at" dst "$peer" >/dev/null 2>&1
  ! ss -tnH state established src "$at" dst "$peer" 2>/dev/null | grep -q . || echo "stays $at $peer"
done
SCRIPT
}

# kept_end ID…: ends all kept connections to these containers. If that reloads nginx, sets `kept_reloaded`.
kept_end() {
  local found spared proxies id
  [ $# -gt 0 ] || return 0
  proxies=$(closing_proxies)
  # shellcheck disable=SC2086 # IDs
  spared=$(addresses_of $proxies | cut -d ' ' -f 4)
  processes "$@" >"$RB_STEP/redirect/kept" || return 1
  # shellcheck disable=SC2086 # addresses
  found=$(kept_script $spared | redirect_everywhere kept >/dev/null && cat "$RB_STEP/redirect/helper.log") || found=blind
  case $found in
    *stays\ *) say "callers keep idle connections to containers that are about to be removed, and this host cannot end them: $(echo "$found" | sed -n 's/^stays //p' | sort -u | head -n 5 | tr '\n' ';')" ;;
  esac
  [ -z "${kept_reloaded:-}" ] && [ -n "$proxies" ] || return 0
  case $found in
    *nginx\ *) ;;
    *blind*) outlives "$proxies" "$@" || return 0 ;;
    *) return 0 ;;
  esac
  kept_reloaded=1
  say "$PROXY: keeps connections to containers that are about to be removed; it reloads"
  proxy_reloaded=1
  for id in $proxies; do proxy_reload "$id" || return 1; done
}

# kept_leave ID…: runs before these containers go with the connections still open. Long requests take longer to be seen,
# and end with the workers of before nginx's reload.
kept_leave() {
  local until kept_window
  [ -z "${kept_reloaded:-}" ] && [ $# -gt 0 ] || return 0
  kept_window=1
  kept_end "$@" || return 1
  [ -n "${kept_reloaded:-}" ] || return 0
  until=$(($(uptime_seconds) + 5))
  while [ "$(open_between "$(closing_proxies)" "$@")" -gt 0 ] && [ "$(uptime_seconds)" -lt "$until" ]; do sleep 0.2; done
}

# closing_proxies: IDs of the proxy's containers that run nginx, HAProxy with a master, or Apache: a worker that ends
# keeps nothing.
# The file `nginx` lists those found so far.
closing_proxies() {
  local id
  for id in $([ -z "$PROXY" ] || alive "$PROXY"); do
    if ! grep -qxF -e "$id" "$RB_STEP/nginx" 2>/dev/null; then
      case $(proxy_in "$(pids_of "$id")") in 'nginx '* | 'haproxy '*' reloads' | 'apache '*) ;; *) continue ;; esac
      # If the disk has no room, the container is looked at again next time.
      { echo "$id" >>"$RB_STEP/nginx"; } 2>/dev/null || :
    fi
    echo "$id"
  done
}

# outlives CALLERS ID…: whether callers have connections to these containers that do not end within half a second
outlives() {
  local began callers
  callers=$1 began=$(hundredths)
  shift
  while [ "$(open_between "$callers" "$@")" -gt 0 ]; do
    [ $(($(hundredths) - began)) -lt 50 ] || return 0
    sleep 0.1
  done
  return 1
}

# open_between CALLERS ID…: connections between them, found by an address and port that the lists of both ends have
open_between() {
  local callers pid
  callers=$1
  shift
  {
    for pid in $(pids_of $callers); do sed 's/^/from /' "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6"; done
    for pid in $(pids_of "$@"); do sed 's/^/to /' "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6"; done
  } 2>/dev/null | awk '
    $5 == "01" { sub(/^0000000000000000FFFF0000/, "", $3); sub(/^0000000000000000FFFF0000/, "", $4) }
    $1 == "from" && $5 == "01" { from[$3] = 1 }
    $1 == "to" && $5 == "01" && $4 in from { open++ }
    END { print open + 0 }'
}
