# The lease: one run at a time changes a stack. `lease` holds owner, procedure, boot and token; `heartbeat`
# the uptime of the owner's last sign. The token grows with every owner and fences off the ones before.
# Given: RB_ROOT.

lease_value() {
  sed -n "s/^$1=//p" "$RB_ROOT/lease" 2>/dev/null
}

lease_uptime() {
  cut -d . -f 1 /proc/uptime
}

# lease_take OWNER PROCEDURE EXPIRY: prints `token N`, or `held`, and who holds it since how many seconds
lease_take() {
  mkdir -p "$RB_ROOT/steps" && chmod 700 "$RB_ROOT" || return 1
  (
    flock 7
    boot=$(cat /proc/sys/kernel/random/boot_id)
    now=$(lease_uptime)
    beat=$(cat "$RB_ROOT/heartbeat" 2>/dev/null)
    if [ "$(lease_value state)" = held ] && [ "$(lease_value boot)" = "$boot" ] && [ $((now - ${beat:-0})) -le "$3" ]; then
      echo held
      lease_value owner
      lease_value procedure
      echo $((now - $(lease_value since)))
      exit 0
    fi
    token=$(($(lease_value token || echo 0) + 1))
    printf '%s\n' "$now" >"$RB_ROOT/heartbeat"
    printf '%s\n' state=held "token=$token" "owner=$1" "procedure=$2" "boot=$boot" "since=$now" >"$RB_ROOT/lease.new"
    mv "$RB_ROOT/lease.new" "$RB_ROOT/lease"
    echo "token $token"
  ) 7>>"$RB_ROOT/lease.lock"
}

# lease_release TOKEN: does nothing when another run took it over
lease_release() {
  (
    flock 7
    if [ "$(lease_value token)" = "$1" ]; then
      sed 's/^state=.*/state=free/' "$RB_ROOT/lease" >"$RB_ROOT/lease.new"
      mv "$RB_ROOT/lease.new" "$RB_ROOT/lease"
    fi
  ) 7>>"$RB_ROOT/lease.lock"
}
