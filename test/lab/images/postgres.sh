#!/bin/sh
# PostgreSQL in a container: makes the cluster in an empty volume, then becomes the server.
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
PGDATA=${PGDATA:-/var/lib/postgresql/data}
mkdir -p "$PGDATA" /run/postgresql
chown postgres:postgres "$PGDATA" /run/postgresql
chmod 700 "$PGDATA"
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  printf '%s\n' "$POSTGRES_PASSWORD" > /run/postgresql/password
  chown postgres /run/postgresql/password
  as_postgres "$bin/initdb" --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile /run/postgresql/password \
    --auth-local trust --auth-host scram-sha-256 --no-sync >/dev/null
  rm /run/postgresql/password
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo "create database \"$POSTGRES_DB\"" | as_postgres "$bin/postgres" --single -D "$PGDATA" postgres >/dev/null
fi
exec setpriv --reuid postgres --regid postgres --init-groups "$bin/postgres" -D "$PGDATA" -c 'listen_addresses=*' "$@"
