#!/bin/sh
# The sample stack's migration: brings the schema to the version of its image.
set -eu
echo "migrating the schema to $VERSION"
if [ "$BEHAVIOUR" = fails ]; then
  echo 'ERROR: column "email" of relation "users" contains null values' >&2
  exit 1
fi
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set version="$VERSION" <<'SQL'
create table if not exists schema_version (version text primary key, at timestamptz not null default now());
insert into schema_version (version) values (:'version') on conflict do nothing;
SQL
echo 'done'
