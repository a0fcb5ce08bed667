# The lease: one run at a time changes a stack. `lease` holds token, state, owner, procedure and boot;
# `heartbeat` the uptime of the owner's last sign. The token grows with every owner and fences off the ones
# before. Steps hold `lock` while they run, so nobody gets the lease before the last step has ended.
# Given: RB_ROOT.

lease_value() {
  sed -n "s/^$1=//p" "$RB_ROOT/lease" 2>/dev/null
}

lease_write() {
  printf '%s\n' "$@" >"$RB_ROOT/lease.new" && mv "$RB_ROOT/lease.new" "$RB_ROOT/lease"
}

# True while the owner gave a sign within so many seconds, and the host was not started anew since.
lease_alive() {
  read -r beat 2>/dev/null <"$RB_ROOT/heartbeat" || beat=0
  [ "$(lease_value state)" = held ] && [ "$(lease_value boot)" = "$boot" ] && [ $((now - ${beat:-0})) -le "$1" ]
}

# lease_refuse WORD: says who stands in the way, for how many seconds, and at which step
lease_refuse() {
  since=$(lease_value since)
  printf '%s\n' "$1" "$(lease_value owner)" "$(lease_value procedure)" "$((now - ${since:-$now}))"
  tail -n 1 "$RB_ROOT/journal.jsonl" 2>/dev/null
  exit 0
}

# lease_take OWNER PROCEDURE EXPIRY WAIT: prints `token N`; or `held` while its owner lives, `busy` while a step
# that was left alone goes on after WAIT seconds, with lines for owner, procedure, seconds, last journal entry
lease_take() {
  (
    umask 077
    mkdir -p "$RB_ROOT/steps" && chmod 700 "$RB_ROOT" || exit 1
    exec 7>>"$RB_ROOT/lease.lock" 8>>"$RB_ROOT/lock" || exit 1
    flock -w $(($4 + 10)) 7 || exit 1
    boot=$(cat /proc/sys/kernel/random/boot_id)
    read -r now _ </proc/uptime
    now=${now%.*}
    ! lease_alive "$3" || lease_refuse held
    flock -w "$4" 8 || lease_refuse busy
    # What steps that were killed could not take with them.
    rm -f "$RB_ROOT"/steps/*/input
    token=$(($(lease_value token || echo 0) + 1))
    read -r now _ </proc/uptime
    now=${now%.*}
    printf '%-12s\n' "$now" >"$RB_ROOT/heartbeat" &&
      lease_write "token=$token" state=held "owner=$1" "procedure=$2" "boot=$boot" "since=$now" &&
      echo "token $token"
  )
}

# lease_release TOKEN: does nothing when another run took it over
lease_release() {
  (
    umask 077
    flock -w 10 7 || exit 1
    [ "$(lease_value token)" = "$1" ] || exit 0
    sed 's/^state=.*/state=free/' "$RB_ROOT/lease" >"$RB_ROOT/lease.new" && mv "$RB_ROOT/lease.new" "$RB_ROOT/lease"
  ) 7>>"$RB_ROOT/lease.lock"
}
