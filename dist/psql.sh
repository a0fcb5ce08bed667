# PostgreSQL in a container of the stack, by the container's own client tools over its own socket.
# Given: PROJECT, and `event` where something is reported.
# Shared: database_options (see database_tool)

# database_container SERVICE: the one that runs
database_container() {
  docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False | head -n 1
}

# database_session: what every session of ours begins with, for a shell in the container. What the server says for its
# users and databases does not reach it: no timeout ends it, it may write, it sees all rows or fails, and it takes no
# table of somebody else's schema for the one it means. The socket may want the password, which the container has in
# its environment or in the file that is named there; as entrypoints do, line feeds at its end are no part of it.
database_session() {
  cat <<'SCRIPT'
PGPASSWORD=${PGPASSWORD:-${POSTGRES_PASSWORD:-}}
[ -n "$PGPASSWORD" ] || [ ! -r "${POSTGRES_PASSWORD_FILE:-}" ] || PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
PGOPTIONS='-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0'
PGOPTIONS="$PGOPTIONS -c default_transaction_read_only=off -c row_security=off -c search_path=pg_catalog -c role=none"
LC_ALL=C
export PGPASSWORD PGOPTIONS LC_ALL
SCRIPT
}

# session_sql: the same for settings that not every version has, and not everybody may change. Our own readers know
# English and UTF-8, whatever the database's encoding is; one without an
# encoding gives its bytes as they are. In a session of psql, before all else.
session_sql() {
  cat <<'SQL'
select set_config('client_encoding', case getdatabaseencoding() when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end, false)
\g /dev/null
select set_config(name, case name when 'lc_messages' then 'C' else '0' end, false) from pg_settings
where name in ('transaction_timeout', 'idle_session_timeout')
  or name = 'lc_messages' and (select rolsuper from pg_roles where rolname = current_user)
\g /dev/null
SQL
}

# database_tool CONTAINER COMMAND…: standard input goes to the command. `database_options`: more of PGOPTIONS, without quotes
database_tool() {
  local database_in
  database_in=$1
  shift
  docker exec -i "$database_in" sh -c "$(database_session)
PGOPTIONS=\"\$PGOPTIONS ${database_options:-}\"
exec \"\$@\"" sh "$@"
}

# sql CONTAINER USER CONNECTION: statements from standard input, rows to standard output
sql() {
  { session_sql && cat; } | database_tool "$1" psql -XqAt -v ON_ERROR_STOP=1 -U "$2" -d "$3"
}
