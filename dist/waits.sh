# Finds sessions of PostgreSQL that wait for a lock, and the sessions that hold it. Comes after the piece for psql.

# asks SERVICE USER CONNECTION: runs a query from standard input, and prints nothing if the server does not answer in
# time
asks() {
  local container
  container=$(database_container "$1")
  [ -n "$container" ] || return 1
  {
    session_sql
    printf "set lock_timeout = '2s';\nset statement_timeout = '5s';\n"
    cat
  } | database_tool "$container" env PGCONNECT_TIMEOUT=5 psql -XqAt -v ON_ERROR_STOP=1 -U "$2" -d "$3" 2>/dev/null
}

# waits_sql CONDITION: prints a query for one row of JSON for each session of ours that waits for a lock, with the
# sessions that hold it. CONDITION selects our sessions in `pg_stat_activity`. `circular`: in the end the session waits
# for a lock of another session of ours, and gets it when that one ends. The rows have no text of queries, which may
# hold values.
waits_sql() {
  cat <<SQL
with recursive mine as (
  select pid, wait_event_type, pg_blocking_pids(pid) as blockers from pg_stat_activity where $1
), own as (select coalesce(array_agg(pid), '{}') as pids from mine), edges as (
  select pid, unnest(pg_blocking_pids(pid)) as by from pg_stat_activity where wait_event_type = 'Lock'
), chain as (
  select mine.pid, edges.by from mine join edges using (pid)
  union select chain.pid, edges.by from chain join edges on edges.pid = chain.by
)
select json_build_object('pid', w.pid, 'lock', (
    select case l.locktype when 'relation' then 'table ' || l.relation::regclass::text when 'advisory' then 'an advisory lock'
      else 'a lock of the kind ' || l.locktype end
    from pg_locks l where l.pid = w.pid and not l.granted limit 1),
  'circular', exists (select from chain where chain.pid = w.pid and chain.by = any(own.pids)),
  'behind', (select count(*) from pg_stat_activity o where o.wait_event_type = 'Lock' and o.pid <> all(own.pids)
    and pg_blocking_pids(o.pid) && own.pids),
  'by', (select json_agg(json_build_object('pid', x.pid, 'own', x.pid = any(own.pids), 'user', b.usename,
      'app', b.application_name, 'from', host(b.client_addr), 'state', b.state, 'waits', b.wait_event_type = 'Lock',
      'begun', to_char(coalesce(b.xact_start, b.state_change) at time zone 'UTC', 'HH24:MI:SS'),
      'seconds', floor(extract(epoch from clock_timestamp() - coalesce(b.xact_start, b.state_change)))::int,
      'silent', floor(extract(epoch from clock_timestamp() - b.state_change))::int) order by x.pid)
    from (select distinct unnest(w.blockers) as pid) as x left join pg_stat_activity b on b.pid = x.pid))
from mine w, own where w.wait_event_type = 'Lock' and cardinality(w.blockers) > 0 order by w.pid;
SQL
}
