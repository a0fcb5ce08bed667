# Fills new databases beside the live ones. Nothing else uses them before this step has ended; if it ends early, it
# removes them. Runs on the host after the pieces for steps, psql and archives. Given: PROJECT
# Shared: container (the server's container, see restore_begin) database_options (see psql.sh)

# restore_begin INDEX SERVICE USER MAINTENANCE CONNECTION: makes the empty database
restore_begin() {
  container=$(database_container "$2")
  [ -n "$container" ] || { fail no-database "$2"; return 1; }
  undo_push "drop_sql_$1 | sql $container '$3' \"$4\""
  create_sql_"$1" | sql "$container" "$3" "$4" >"$RB_STEP/create-$1.log" 2>&1 &&
    { [ -z "$(empty_sql_"$1")" ] || empty_sql_"$1" | sql "$container" "$3" "$5" >"$RB_STEP/create-$1.log" 2>&1; } ||
    fail create "$2" "$RB_STEP/create-$1.log"
}

# restore_load INDEX SERVICE USER CONNECTION FORMAT SOURCE SHA256: fills the database from an archive. FORMAT is
# `custom` or `sql`, with `-plain` to put everything into the default tablespace; SOURCE and SHA256 are those of
# load_archive
restore_load() {
  local load_number load_service load_from load_sha256 load_language
  event loading "index=$1"
  # The step reads the server's errors, so these must be in English. Only a superuser may change this setting.
  load_language=$(echo "select '-c lc_messages=C' from pg_roles where rolname = current_user and rolsuper" |
    sql "$container" "$3" "$4" 2>"$RB_STEP/load-$1.log") || { fail load "$2" "$RB_STEP/load-$1.log"; return 1; }
  case $5 in
    sql*) set -- "$@" psql -Xq -o /dev/null -v ON_ERROR_STOP=1 -U "$3" -d "$4" -f - ;;
    *-plain) set -- "$@" pg_restore --exit-on-error --no-subscriptions --no-tablespaces -U "$3" -d "$4" ;;
    *) set -- "$@" pg_restore --exit-on-error --no-subscriptions -U "$3" -d "$4" ;;
  esac
  load_number=$1 load_service=$2 load_from=$6 load_sha256=$7
  shift 7
  # What the reader leaves unread is read, too, or the writer would die of SIGPIPE.
  load_archive "$load_number" "$load_service" "$load_from" "$load_sha256" "$container" \
    database_tool "$container" sh -c 'PGOPTIONS="$PGOPTIONS $1" && export PGOPTIONS && shift && "$@" && cat >/dev/null' sh "$load_language" "$@"
}

# analyze_sql: prints statements that make statistics for the planner. ANALYZE reads foreign tables if these are
# partitions or children of the table that it reads: the servers behind them may be out of reach, and must not be
# needed. Hence tables above a foreign table are left out. ANALYZE of a partitioned table includes its partitions, so
# these have no statement of their own.
analyze_sql() {
  cat <<'SQL'
with recursive above(id) as (
  select oid from pg_class where relkind = 'f'
  union
  select inhparent from pg_inherits join above on inhrelid = id
)
select format('analyze %I.%I', nspname, relname) from pg_class one join pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'm', 'p') and relpersistence <> 't' and one.oid not in (select id from above)
  and not exists (select from pg_inherits join pg_class parent on parent.oid = inhparent
    where inhrelid = one.oid and parent.relkind = 'p' and inhparent not in (select id from above))
\gexec
SQL
}

# restore_finish INDEX SERVICE USER MAINTENANCE CONNECTION OPTIONS: makes statistics for the planner, counts the rows
# for the runner to compare, and at the end makes settings and grants of the database itself
restore_finish() {
  event counting "index=$1"
  # A login trigger would add a row for this session of ours; the options keep it from running.
  database_options=$6
  { analyze_sql && counts_sql; } | sql "$container" "$3" "$5" >"$RB_STEP/counts-$1" 2>"$RB_STEP/counts-$1.log" ||
    { fail load "$2" "$RB_STEP/counts-$1.log"; return 1; }
  database_options=''
  finish_sql_"$1" | sql "$container" "$3" "$4" >"$RB_STEP/finish-$1.log" 2>&1 ||
    { fail load "$2" "$RB_STEP/finish-$1.log"; return 1; }
  sed "s/^/counts $1 /" "$RB_STEP/counts-$1"
}
