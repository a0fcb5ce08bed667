# Keeps runs that copy data and runs that replace it apart: backups share this lock, a restore or a migration holds it
# alone. A confirmed restore claims the data from its load to its commit: a backup under way is ended, because it can be
# made again, and no other backup begins in between.
# Given: RB_DATA_LOCK (file), and the prelude of steps; for a claim also the functions of process.sh

# data_lock shared|exclusive|claim SECONDS: takes the lock; false when others still hold it after SECONDS
data_lock() {
  local until said force
  exec 6>>"$RB_DATA_LOCK" || return 1
  [ "$1" != claim ] || printf '%s\n' "$RB_TOKEN" >"${RB_DATA_LOCK%/*}/data.claim" || return 1
  force=$(($(uptime_seconds) + 30)) until=$(($(uptime_seconds) + $2)) said=
  until data_try "$1"; do
    if [ -z "$said" ] || [ $(($(uptime_seconds) - said)) -ge 30 ]; then
      said=$(uptime_seconds)
      say "waiting for the end of $(data_holder "$1")"
    fi
    [ "$(uptime_seconds)" -lt "$until" ] || return 1
    [ "$1" != claim ] || data_end_backup "$force"
  done
}

# data_try HOW: waits at most one second for the lock
data_try() {
  if [ "$1" != shared ]; then
    flock -w 1 -x 6
  elif flock -w 1 -s 6; then
    data_claimed || return 0
    flock -u 6
    sleep 1
    return 1
  else
    return 1
  fi
}

# data_claimed: true while a living restore is between its load and its commit
data_claimed() {
  local stack claim beat
  stack=${RB_DATA_LOCK%/*}
  { read -r claim <"$stack/data.claim" && read -r beat <"$stack/heartbeat"; } 2>/dev/null || return 1
  grep -qx "token=$claim" "$stack/lease" && grep -qx state=held "$stack/lease" &&
    grep -qx "boot=$(cat /proc/sys/kernel/random/boot_id)" "$stack/lease" && [ $(($(uptime_seconds) - ${beat:-0})) -le 45 ]
}

# data_holder HOW: prints what holds the lock; also its run and since when, if a lease tells
data_holder() {
  local lease since
  case $1 in
    shared)
      lease=${RB_DATA_LOCK%/*}/lease
      printf '%s' 'a restore or a migration'
      ;;
    *)
      lease=${RB_DATA_LOCK%/*}/backup/lease
      printf '%s' 'a backup'
      ;;
  esac
  grep -qx state=held "$lease" 2>/dev/null || return 0
  since=$(($(uptime_seconds) - $(sed -n 's/^since=//p' "$lease")))
  printf ' (%s, for %s s%s)' "$(sed -n 's/^owner=//p' "$lease")" "$since" \
    "$(date -u -d "@$(($(date +%s) - since))" +', since %H:%M:%S UTC' 2>/dev/null)"
}

# data_end_backup UPTIME: tells the dump of a running backup to end and clear up after itself; kills it after UPTIME
data_end_backup() {
  local folder
  for folder in "${RB_DATA_LOCK%/*}"/backup/steps/*-dump; do
    [ -e "$folder/script" ] && [ ! -e "$folder/status" ] || continue
    [ -s "$folder/end" ] || say 'the backup is ended for this restore; it can be made again'
    step_end "$folder" "restore $(sed -n 's/^owner=//p' "$RB_ROOT/lease")"
    [ "$(uptime_seconds)" -le "$1" ] || step_signal KILL "$folder"
  done
}

data_unlock() {
  exec 6>&-
}
