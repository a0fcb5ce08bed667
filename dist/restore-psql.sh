# PostgreSQL in a container of the stack, by the container's own client tools over its own socket.
# Given: PROJECT, and `event` where something is reported.

# database_container SERVICE: the one that runs
database_container() {
  docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False | head -n 1
}

# database_tool CONTAINER COMMAND…: standard input goes to the command. The socket may want the password, which the
# container has in its environment already.
database_tool() {
  database_in=$1
  shift
  docker exec -i "$database_in" \
    sh -c 'export PGPASSWORD="${PGPASSWORD:-${POSTGRES_PASSWORD:-}}"; exec "$@"' sh "$@"
}

# sql CONTAINER USER CONNECTION: statements from standard input, rows to standard output
sql() {
  database_tool "$1" psql -XqAt -v ON_ERROR_STOP=1 -U "$2" -d "$3"
}

# fail KIND SUBJECT [FILE]: tells the runner why, with the last lines of FILE
fail() {
  [ ! -s "${3:-}" ] || tail -n 50 "$3" | cut -c 1-2000 | while IFS= read -r line || [ -n "$line" ]; do
    event log "of=$2" "line=$line"
  done
  event failed "kind=$1" "subject=$2"
  return 1
}
