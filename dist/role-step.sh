# Runs statements about roles as a change of the stack: under its lock, in its journal, and only with the run's lease.
# Given: PROJECT, the functions of psql.sh, and RB_INPUT with the statements, which make up a whole transaction.

# role_statements OPERATION SERVICE ADMIN CONNECTION: runs the statements of RB_INPUT
role_statements() {
  local id state
  operation "$1"
  id=$(database_container "$2")
  [ -n "$id" ] || { fail no-server "$2"; return 1; }
  sql "$id" "$3" "$4" <"$RB_INPUT" >/dev/null 2>"$RB_STEP/said" && { rm -f "$RB_STEP/said"; return 0; }
  # Only the SQLSTATE is shown: the rest of the message may quote a statement.
  state=$(sed -nE 's/^.*(ERROR|FATAL):  ?([0-9A-Z]{5})([^0-9A-Z].*)?$/\2/p' "$RB_STEP/said" | head -n 1)
  rm -f "$RB_STEP/said"
  fail statement "$state"
}
