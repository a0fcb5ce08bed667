# Makes roles from the step's input, which holds verifiers of passwords: so only the first line of an error is shown,
# and no text of it is kept. Runs on the host after the pieces for steps and psql. Given: PROJECT

# make_roles SERVICE USER MAINTENANCE: runs the statements of RB_INPUT in the database MAINTENANCE
make_roles() {
  local container said code
  container=$(database_container "$1")
  [ -n "$container" ] || { fail no-database "$1"; return 1; }
  said=$(sql "$container" "$2" "$3" <"$RB_INPUT" 2>&1 >/dev/null)
  code=$?
  [ "$code" != 0 ] || return 0
  printf '%s\n' "${said:-psql ended with exit status $code}" | sed -E -e '/^$/d' -e '/^(WARNING|NOTICE|DETAIL|HINT):  /d' -e "s/PASSWORD .*/PASSWORD …/" | head -n 1 >"$RB_STEP/roles.log"
  fail roles "$1" "$RB_STEP/roles.log"
}
