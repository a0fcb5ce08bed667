# Reads what a restore must know before it begins. Runs on the host after the pieces for sections and psql.
# Given: PROJECT RB_ROOT FACTS_SQL WRITERS (services)

# facts_of SERVICE USER CONNECTION: prints the facts of one server
facts_of() {
  local container directory
  section "container:$1"
  container=$(database_container "$1")
  [ -n "$container" ] || return 0
  echo "$container"
  section "image:$1"
  docker inspect --format '{{.Image}} {{.Config.Image}}' "$container"
  section "server:$1"
  printf '%s\n' "$FACTS_SQL" | sql_told "$container" "$2" "$3"
  section "disk:$1"
  directory=$(echo 'show data_directory' | sql "$container" "$2" "$3" 2>/dev/null)
  docker exec "$container" df -Pk "${directory:-/}" </dev/null 2>/dev/null | awk 'NR == 2 { print $4 }'
  section "unpacks:$1"
  docker exec "$container" zstd --version </dev/null >/dev/null 2>&1 && echo yes
}

facts_begin() {
  local service
  section now
  date -u +%Y%m%dT%H%M%SZ
  section pending
  [ ! -e "$RB_ROOT/restore.pending" ] || echo pending
  section unpacks
  zstd --version >/dev/null 2>&1 && echo yes
  section writers
  for service in $WRITERS; do
    [ -z "$(database_container "$service")" ] || echo "$service"
  done
}
