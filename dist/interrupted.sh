# Reads what a restore left that was interrupted before its commit. Given: DIRECTORY

# interrupted_restore: prints `running` if a restore may still be at work; `data PHASE BOOT SINCE` for the swap of
# databases and volumes (BOOT: `same` or `other`); `qdrant SERVICE PHASE` for each Qdrant. Nothing if everything is
# settled.
interrupted_restore() {
  local root note phase
  root=$DIRECTORY/.runbook
  set -- "$root"/qdrant/*.pending
  [ -e "$root/restore.pending" ] || [ -e "$1" ] || return 0
  ! interrupted_goes_on "$root" || echo running
  if [ -e "$root/restore.pending" ]; then
    phase=$(interrupted_value phase "$root/restore.phase")
    printf 'data %s %s %s\n' "${phase:-unknown}" \
      "$([ "$(interrupted_value boot "$root/restore.phase")" = "$(cat /proc/sys/kernel/random/boot_id)" ] && echo same || echo other)" \
      "$(interrupted_value since "$root/restore.phase")"
  fi
  for note; do
    [ -e "$note" ] || continue
    phase=$(sed -n 's/.*"phase":"\([a-z]*\)".*/\1/p' "$note")
    printf 'qdrant %s %s\n' "$(basename "$note" .pending)" "${phase:-unknown}"
  done
}

interrupted_value() {
  sed -n "s/^$1=//p" "$2" 2>/dev/null
}

# interrupted_goes_on ROOT: whether a step or its guard holds the lock, or the runner of a restore gave a sign in the
# last 60 s
interrupted_goes_on() {
  local beat now
  (flock -n 9) 9>>"$1/lock" || return 0
  [ "$(interrupted_value state "$1/lease") $(interrupted_value procedure "$1/lease")" = 'held restore' ] || return 1
  [ "$(interrupted_value boot "$1/lease")" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 1
  read -r beat 2>/dev/null <"$1/heartbeat" || beat=0
  read -r now _ </proc/uptime
  [ $((${now%.*} - ${beat:-0})) -le 60 ]
}
