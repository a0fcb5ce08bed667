# Makes roles from the step's input, which holds verifiers of passwords: of an error only its first line is shown.
# Runs on the host after the pieces for steps and psql. Given: PROJECT

# make_roles SERVICE USER MAINTENANCE
make_roles() {
  container=$(database_container "$1")
  [ -n "$container" ] || { fail no-database "$1"; return 1; }
  sql "$container" "$2" "$3" <"$RB_INPUT" 2>&1 >/dev/null | sed -n 's/.*ERROR: */ERROR: /p' | head -n 1 >"$RB_STEP/roles.log"
  [ ! -s "$RB_STEP/roles.log" ] || fail roles "$1" "$RB_STEP/roles.log"
}
