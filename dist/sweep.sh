# Removes the chains of this stack wherever a run left them; needs redirect.sh. Given: RB_STEP PROJECT RB_CHAIN

# redirect_sweep: removes the chains in every network namespace of the host and in the host's own, because callers may
# belong to other projects, or may have left the stack's networks. Where no other rule has a NAT target, connections
# that the chain translated would hang without it: there the chain stays, unused.
redirect_sweep() {
  local folder
  folder=$RB_STEP/redirect
  mkdir -p "$folder" || return 1
  {
    printf "enter=\$(cat <<'ENTER'\n" && sweep_rules && printf "ENTER\n)\n" && cat <<'SCRIPT'
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
seen=" $(readlink /proc/1/ns/net) "
failed=0
for file in /proc/[0-9]*/ns/net; do
  ns=$(readlink "$file" 2>/dev/null) || continue
  case $seen in *" $ns "*) continue ;; esac
  pid=${file#/proc/} && pid=${pid%%/*}
  if nsenter -t "$pid" -n sh -c "$enter"; then
    seen="$seen$ns "
  else
    # If this process ended, another process of the same namespace comes later in the loop.
    [ "$(readlink "$file" 2>/dev/null)" != "$ns" ] || { failed=1; seen="$seen$ns "; }
  fi
done
exit $failed
SCRIPT
  } >"$folder/helper.sh" || return 1
  redirect_helper <"$folder/helper.sh" >"$folder/helper.log" 2>&1 || { cat "$folder/helper.log"; return 1; }
  host_callers_remove || return 1
  rm -rf "$folder"
}

sweep_rules() {
  local tool
  translates_piece
  echo found=
  for tool in iptables ip6tables; do
    cat <<SCRIPT
if $tool -w 5 -t nat -S $RB_CHAIN >/dev/null 2>&1; then
  found=1
  while $tool -w 5 -t nat -D OUTPUT -j $RB_CHAIN 2>/dev/null; do :; done
  if $tool -w 5 -t nat -S | grep -v RUNBOOK | grep -Eq -- '-j (DNAT|SNAT|REDIRECT|MASQUERADE)' || ! translates ${tool%tables}; then
    $tool -w 5 -t nat -F $RB_CHAIN && $tool -w 5 -t nat -X $RB_CHAIN || exit 1
  fi
fi
SCRIPT
  done
  # In a namespace without a chain of ours the setting is not ours either.
  echo '[ -n "$found" ] || exit 0'
  redirect_attempts 1 120
}
