# Statements about roles, as a change of the stack: under its lock, in its journal, and by nobody whose lease is gone.
# Given: PROJECT, the functions of psql.sh, and RB_INPUT with the statements, which end a transaction of their own.

# role_statements OPERATION SERVICE ADMIN CONNECTION
role_statements() {
  local id state
  operation "$1"
  id=$(database_container "$2")
  [ -n "$id" ] || { fail no-server "$2"; return 1; }
  sql "$id" "$3" "$4" <"$RB_INPUT" >/dev/null 2>"$RB_STEP/said" && { rm -f "$RB_STEP/said"; return 0; }
  # Nothing else of it: it may have a statement in it.
  state=$(sed -nE 's/^.*(ERROR|FATAL):  ?([0-9A-Z]{5})([^0-9A-Z].*)?$/\2/p' "$RB_STEP/said" | head -n 1)
  rm -f "$RB_STEP/said"
  fail statement "$state"
}
