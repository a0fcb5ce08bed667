/** PostgreSQL in a container of the stack, asked by the container's own client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `database_container`, `database_tool` and `sql`, for scripts on the host. */
export function psqlPiece(): string {
  return readFileSync(join(__dirname, 'psql.sh'), 'utf8');
}

/** `asks` and `waits_sql`, for scripts on the host, after {@link psqlPiece}. */
export function waitsPiece(): string {
  return readFileSync(join(__dirname, 'waits.sh'), 'utf8');
}

/** A connection string for `-d`, where a bare name that looks like one would be read as one. */
export function connection(database: string): string {
  return `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
}
