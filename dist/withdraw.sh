# Removes the redirect in two steps, without harm to connections that exist.
#
# Given: what redirect.sh gives

# redirect_detach: stops redirecting new connections; connections that are redirected stay
redirect_detach() {
  local tool
  redirect_look || return 1
  rm -f "$RB_STEP/redirect/applied" "$RB_STEP/redirect/applied.sh" "$RB_STEP/redirect/host-applied"
  [ ! -e "$RB_STEP/redirect/host-touched" ] || host_callers_detach || return 1
  for tool in iptables ip6tables; do
    echo "while $tool -w 5 -t nat -D OUTPUT -j $RB_CHAIN 2>/dev/null; do :; done"
  done | redirect_everywhere
}

# redirect_remove [SECONDS]: removes the chain. Deleting the last rule with a NAT target in a namespace makes the kernel
# stop tracking its connections, and those that were translated hang. So where no other rule translates addresses of the
# family, this waits until no such connection is open. If that takes longer than SECONDS (default 5), the chain stays in
# place but unused; the next redirect reuses it.
redirect_remove() {
  local patience
  [ ! -e "$RB_STEP/redirect/host-touched" ] || host_callers_remove || return 1
  remove_rules | redirect_everywhere || return 1
  patience=$(($(hundredths) + ${1:-5} * 100))
  while grep -qx 'still in use' "$RB_STEP/redirect/helper.log" && [ "$(hundredths)" -lt "$patience" ]; do
    sleep 0.4
    remove_rules | redirect_everywhere || return 1
  done
  rm -rf "$RB_STEP/redirect"
}

# remove_rules: prints a part of a script for a caller's namespace
remove_rules() {
  local tool
  translates_piece
  for tool in iptables ip6tables; do
    cat <<SCRIPT
if $tool -w 5 -t nat -S $RB_CHAIN >/dev/null 2>&1; then
  if $tool -w 5 -t nat -S | grep -v RUNBOOK | grep -Eq -- '-j (DNAT|SNAT|REDIRECT|MASQUERADE)' || ! translates ${tool%tables}; then
    $tool -w 5 -t nat -F $RB_CHAIN && $tool -w 5 -t nat -X $RB_CHAIN
  else
    echo still in use
  fi
fi
SCRIPT
  done
  redirect_attempts 1 120
}

# translates_piece: prints a part of a script for a namespace: `translates ip` or `translates ip6` is true while a
# connection of that family is open whose address was translated. The kernel may list a connection for days after it
# ended unseen; it counts only if a socket still has its port. Where the kernel does not list what it tracks, every open
# connection counts.
# Source: nf_conntrack's lines in /proc/net (the answer comes from another address than was dialled), proc_net_tcp(5)
translates_piece() {
  cat <<'SCRIPT'
translates() {
  family=ipv4
  [ "$1" = ip ] || family=ipv6
  if [ -r /proc/net/nf_conntrack ]; then
    cat /proc/net/tcp /proc/net/tcp6 /proc/net/nf_conntrack 2>/dev/null | awk -v family="$family" '
      $1 ~ /^[0-9]+:$/ {
        port = $2
        sub(/.*:/, "", port)
        if ($4 != "06" && $4 != "07" && $4 != "0A") held[port] = 1
      }
      $1 == family && $3 == "tcp" && /ESTABLISHED|SYN_|FIN_WAIT|CLOSE_WAIT|LAST_ACK/ {
        dialled = answers = port = ""
        for (i = 4; i <= NF; i++) {
          if ($i ~ /^dst=/ && dialled == "") dialled = substr($i, 5)
          else if ($i ~ /^sport=/ && port == "") port = sprintf("%04X", substr($i, 7))
          else if ($i ~ /^src=/ && dialled != "") answers = substr($i, 5)
        }
        if (answers != dialled && port in held) found = 1
      }
      END { exit !found }'
  else
    awk -v family="$family" '
      $4 != "01" { next }
      { mapped = $3 ~ /^0000000000000000FFFF0000/; six = length($3) > 16 && !mapped }
      (family == "ipv6") == six && $3 !~ /^[0-9A-F]*7F:/ { found = 1 }
      END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
  fi
}
SCRIPT
}

# redirect_withdraw: undoes the whole redirect of a step that failed; connections meant for the new containers are
# redirected to the old ones by now. If a run waits for this step's end, chains still in use are left to that run's
# sweep.
redirect_withdraw() {
  [ -e "$RB_STEP/redirect/touched" ] || return 0
  redirect_detach || return 1
  if [ -s "$RB_STEP/end" ]; then redirect_remove 0; else redirect_remove; fi
}
