# Callers that keep what a name resolved to: Java for 30 s, Envoy for 5 s, a resolver that obeys Docker's DNS for 600 s.
# Once the old containers are gone, new connections by rules of the redirect come from such callers alone. The rules stay
# while there are such connections, and callers for which that was not long enough are named.
#
# Given: what apply.sh gives. The file `calls` has lines `ID NUMBER`: how many connections each caller has opened by rules
# when it was last asked.

# Seconds without such a connection, after which nobody seems to need the rules.
LATE_QUIET=3

# calls_by_rules: prints lines `ID NUMBER`, one for each caller and address family. In the nat table a rule counts the
# first packet of a connection alone. Source: iptables(8), iptables-extensions(8)
calls_by_rules() {
  local family tool
  for family in 4 6; do
    [ -e "$RB_STEP/redirect/uses-$family" ] || continue
    [ "$family" = 4 ] && tool=iptables || tool=ip6tables
    echo "$tool -w 5 -t nat -nvxL $RB_CHAIN 2>/dev/null | awk -v id=\"\$1\" '\$3 == \"DNAT\" { calls += \$1 } END { print id, calls + 0 }'"
  done | redirect_everywhere && cat "$RB_STEP/redirect/helper.log"
}

# note_calls: notes how many there are, once the old containers are gone
note_calls() {
  [ -e "$RB_STEP/redirect/touched" ] || return 0
  rm -f "$RB_STEP/redirect/told"
  calls_by_rules >"$RB_STEP/redirect/calls" 2>/dev/null || rm -f "$RB_STEP/redirect/calls"
}

# called_since: prints the IDs of callers that have opened a connection by a rule since it was noted, and notes it again.
# A caller whose rules were replaced counts from zero.
called_since() {
  local folder
  folder=$RB_STEP/redirect
  calls_by_rules >"$folder/calls-now" 2>/dev/null || { rm -f "$folder/calls"; return 0; }
  awk 'NR == FNR { was[$1] += $2; next } { now[$1] += $2 }
    END { for (id in now) if (now[id] > was[id] || (now[id] < was[id] && now[id] > 0)) print id }' "$folder/calls" "$folder/calls-now" 2>/dev/null
  mv "$folder/calls-now" "$folder/calls"
}

# callers_let_go SECONDS: waits until no caller has used a rule for LATE_QUIET seconds; whoever uses one after SECONDS is
# named. Proxies in `told` called by former addresses until they were told to resolve names again: the first look leaves
# them out.
callers_let_go() {
  local found now until last id
  [ -s "$RB_STEP/redirect/calls" ] || return 0
  : >>"$RB_STEP/redirect/told"
  found=$(called_since | grep -vxF -f "$RB_STEP/redirect/told")
  [ -n "$found" ] || return 0
  say "still calling former addresses: $(for id in $found; do name_of "$id"; done | tr '\n' ' ')- waiting until they resolve the names again, at most $1 s"
  last=$(uptime_seconds) until=$(($(uptime_seconds) + $1 + LATE_QUIET))
  while [ "$(uptime_seconds)" -lt "$until" ]; do
    sleep 1
    redirect_refresh
    now=$(called_since)
    [ -z "$now" ] || { found=$now; last=$(uptime_seconds); }
    [ $(($(uptime_seconds) - last)) -lt "$LATE_QUIET" ] || return 0
  done
  for id in $found; do event untold "service=$(name_of "$id")" why=late; done
}
