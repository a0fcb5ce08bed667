# Talks to PostgreSQL in a container of the stack, with the container's own client tools, by its own socket.
# Given: PROJECT, and `event` where something is reported.
# Shared: database_options (see database_tool)

# database_container SERVICE: prints the ID of the running container
database_container() {
  docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False | head -n 1
}

# database_session: prints the beginning of every session of ours, for a shell in the container. It overrides settings
# of the server for users and databases: no timeout ends the session, it may write, it sees all rows or fails, and names
# without a schema lead only to the catalogue. The first argument of the shell is the user. The socket may ask for the
# password, which the container has in its environment or in a file that is named there; as in entrypoints, line feeds
# at its end do not belong to it. Bitnami's image has names of its own, and some for `postgres` beside another user.
database_session() {
  cat <<'SCRIPT'
names='POSTGRES_PASSWORD POSTGRESQL_PASSWORD'
[ "${1:-}" != postgres ] || names="POSTGRESQL_POSTGRES_PASSWORD POSTGRES_POSTGRES_PASSWORD $names"
for name in $names; do
  [ -z "${PGPASSWORD:-}" ] || break
  eval "PGPASSWORD=\${$name:-} file=\${${name}_FILE:-}"
  [ -n "$PGPASSWORD" ] || [ ! -r "$file" ] || PGPASSWORD=$(cat "$file")
done
PGOPTIONS='-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0'
PGOPTIONS="$PGOPTIONS -c default_transaction_read_only=off -c row_security=off -c search_path=pg_catalog -c role=none"
LC_ALL=C
export PGPASSWORD PGOPTIONS LC_ALL
SCRIPT
}

# session_sql: prints the same as statements, for settings that not every version has, or that only a superuser may
# change. Comes first in a session of psql. Our readers understand English and UTF-8, whatever the database's encoding;
# a database without an encoding gives its bytes as they are.
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

# database_tool CONTAINER COMMAND…: runs the command in the container, with this script's standard input. The word after
# `-U` in the command is the user. `database_options`: more words for PGOPTIONS, without quotes
database_tool() {
  local database_in database_user database_word database_option
  database_in=$1 database_user='' database_option=''
  shift
  for database_word in "$@"; do
    [ "$database_option" != -U ] || database_user=$database_word
    database_option=$database_word
  done
  docker exec -i "$database_in" sh -c "$(database_session)
PGOPTIONS=\"\$PGOPTIONS ${database_options:-}\"
shift
exec \"\$@\"" sh "$database_user" "$@"
}

# sql CONTAINER USER CONNECTION: runs statements from standard input, and prints their rows
sql() {
  { session_sql && cat; } | database_tool "$1" psql -XqAt -v ON_ERROR_STOP=1 -U "$2" -d "$3"
}

# sql_told CONTAINER USER CONNECTION: the same, and prints what the server said if that fails. Otherwise nothing but the
# rows is an answer: a server may greet every session with a warning, such as that the library of its locale changed.
sql_told() {
  local sql_said
  { sql_said=$(sql "$@" 2>&1 >&3) || printf '%s\n' "$sql_said"; } 3>&1
}
