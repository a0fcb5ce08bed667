# Shows messages of PostgreSQL's programs without the rows that they quote. Runs after psql.sh.

# without_rows FILE: prints the messages in FILE, without what servers add about rows. A line that follows a message and
# is not a message itself may be a row. Lines that the step wrote itself, on exit statuses and hashes, stay.
without_rows() {
  awk '
    /^#exit [a-z_]+ [0-9]+$/ || /^#sha256 [0-9a-f]+$/ { print; next }
    /(ERROR|FATAL|PANIC|WARNING|NOTICE|HINT):  / || /^(pg_[a-z]+|psql|zstd|gzip|tar|sh|docker|Error)[: ]/ {
      if (sub(/: ".*$/, ": …")) some = 1
      print
      hidden = 1
      next
    }
    # Only this line names the function or the object; it has names and types, but no values.
    match($0, /^CONTEXT:  (SQL|PL\/pgSQL) function [^ ]+/) || match($0, /^Command was: (CREATE|ALTER|REFRESH) [A-Z ]+ [^ (;]+/) {
      print substr($0, 1, RLENGTH)
      hidden = some = 1
      next
    }
    hidden || /^(DETAIL|CONTEXT|STATEMENT|QUERY|LINE [0-9]+):/ { hidden = some = 1; next }
    { print }
    END { if (some) print "(rows and values are not shown here; the whole text is on the host)" }' "$1"
}

# shown_lines KIND FILE: prints FILE without rows and values. Messages of the services that write are shown as they are.
shown_lines() {
  case $1 in
    ended | unhealthy) cat "$2" ;;
    *) without_rows "$2" | sed "s|is on the host)\$|is in $2 on the host)|" ;;
  esac
}
