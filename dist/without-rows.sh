# What programs of PostgreSQL say, without the rows that it was about. After psql.sh.

# without_rows FILE: what programs say, without what servers add of the rows that it was about. What follows a message
# and is none itself may be a row; what ended how is said by the step itself.
without_rows() {
  awk '
    /^#exit [a-z_]+ [0-9]+$/ || /^#sha256 [0-9a-f]+$/ { print; next }
    /(ERROR|FATAL|PANIC|WARNING|NOTICE|HINT):  / || /^(pg_[a-z]+|psql|zstd|gzip|tar|sh|docker|Error)[: ]/ {
      if (sub(/: ".*$/, ": …")) some = 1
      print
      hidden = 1
      next
    }
    # Which function and which object it was is in no other line; names and types, no value.
    match($0, /^CONTEXT:  (SQL|PL\/pgSQL) function [^ ]+/) || match($0, /^Command was: (CREATE|ALTER|REFRESH) [A-Z ]+ [^ (;]+/) {
      print substr($0, 1, RLENGTH)
      hidden = some = 1
      next
    }
    hidden || /^(DETAIL|CONTEXT|STATEMENT|QUERY|LINE [0-9]+):/ { hidden = some = 1; next }
    { print }
    END { if (some) print "(rows and values are not shown here; the whole text is on the host)" }' "$1"
}

# shown_lines KIND FILE: no row of anybody, and no value. What a writer said itself is not read by us.
shown_lines() {
  case $1 in
    ended | unhealthy) cat "$2" ;;
    *) without_rows "$2" | sed "s|is on the host)\$|is in $2 on the host)|" ;;
  esac
}
