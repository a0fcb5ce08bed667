# Takes the redirect away again, in two steps, without harm to connections that exist.
#
# Given: what redirect.sh gives

# redirect_detach: from now on no new connection is redirected; those that are stay
redirect_detach() {
  redirect_look || return 1
  rm -f "$RB_STEP/redirect/applied" "$RB_STEP/redirect/applied.sh" "$RB_STEP/redirect/host-applied"
  [ ! -e "$RB_STEP/redirect/host-touched" ] || host_callers_detach || return 1
  for tool in iptables ip6tables; do
    echo "while $tool -w 5 -t nat -D OUTPUT -j $RB_CHAIN 2>/dev/null; do :; done"
  done | redirect_everywhere
}

# redirect_remove [old|new [SECONDS]]: takes the chain away. When the last rule with a NAT target goes, the kernel stops
# tracking connections there, and those still open hang: where nothing else translates addresses, it goes once no caller
# has a connection to the old (or new) addresses any more. After so many seconds one still in use stays, without a jump
# to it. The next redirect takes it over.
redirect_remove() {
  whose=${1:-old} in_use=0
  [ ! -e "$RB_STEP/redirect/host-touched" ] || host_callers_remove || return 1
  redirect_in_use "$whose" && in_use=1
  remove_rules $in_use | redirect_everywhere || return 1
  if grep -qx 'still in use' "$RB_STEP/redirect/helper.log"; then
    patience=$(($(hundredths) + ${2:-5} * 100))
    while redirect_in_use "$whose" && [ "$(hundredths)" -lt "$patience" ]; do sleep 0.4; done
    redirect_in_use "$whose" || remove_rules 0 | redirect_everywhere || return 1
  fi
  rm -rf "$RB_STEP/redirect"
}

# remove_rules IN-USE: part of a script for a caller's namespace
remove_rules() {
  for tool in iptables ip6tables; do
    cat <<SCRIPT
if $tool -w 5 -t nat -S $RB_CHAIN >/dev/null 2>&1; then
  if [ $1 = 0 ] || $tool -w 5 -t nat -S | grep -v RUNBOOK | grep -Eq -- '-j (DNAT|SNAT|REDIRECT|MASQUERADE)'; then
    $tool -w 5 -t nat -F $RB_CHAIN && $tool -w 5 -t nat -X $RB_CHAIN
  else
    echo still in use
  fi
fi
SCRIPT
  done
  redirect_attempts 1 120
}

# redirect_in_use old|new: true while a caller has a connection to an address that was redirected
redirect_in_use() {
  folder=$RB_STEP/redirect
  for turned in $(redirect_services); do
    case "$1 $(cat "$folder/phase-$turned")" in
      old\ * | *\ moved) if [ -e "$folder/leaving-$turned" ]; then cat "$folder/leaving-$turned"; else cat "$folder/old-$turned"; fi ;;
      *) cat "$folder/new-$turned" ;;
    esac
  done | cut -d ' ' -f 7 | sort -u | redirect_hexadecimal >"$folder/addresses" || return 0
  while read -r id pid started; do
    cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null
  done <"$folder/callers" | awk -v list="$(tr '\n' ' ' <"$folder/addresses")" '
    BEGIN { split(list, wanted, " "); for (i in wanted) address[wanted[i]] = 1 }
    $4 != "06" && $4 != "07" { sub(/:.*/, "", $3); if ($3 in address) found = 1 }
    END { exit !found }'
}

# IPv4 addresses as /proc/net/tcp has them, alone and mapped into IPv6. Source: proc_net_tcp(5).
redirect_hexadecimal() {
  awk -F . 'NF == 4 { hex = sprintf("%02X%02X%02X%02X", $4, $3, $2, $1); print hex; print "0000000000000000FFFF0000" hex }'
}

# redirect_withdraw: undoes all of it, for a step that failed. By now connections that were meant for the new
# containers are redirected to the old ones. Whoever waits for this step's end sweeps away what is still in use.
redirect_withdraw() {
  [ -e "$RB_STEP/redirect/touched" ] || return 0
  redirect_detach || return 1
  if [ -s "$RB_STEP/end" ]; then redirect_remove new 0; else redirect_remove new; fi
}
