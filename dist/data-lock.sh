# Who copies data and who replaces it keep apart: backups share this lock, a restore or a migration has it alone.
# Given: RB_DATA_LOCK (file), and the prelude of steps

# data_lock shared|exclusive SECONDS: false when others still have it after so many seconds
data_lock() {
  exec 6>>"$RB_DATA_LOCK" || return 1
  [ "$1" = shared ] && data_how=-s || data_how=-x
  flock -n "$data_how" 6 && return 0
  [ "$1" = shared ] && data_other='a restore or a migration' || data_other='a backup'
  say "waiting for the end of $data_other"
  flock -w "$2" "$data_how" 6
}

data_unlock() {
  exec 6>&-
}
