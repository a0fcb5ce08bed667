/** Shell functions that talk to PostgreSQL in a container of the stack, with the container's own client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The functions `database_container`, `database_tool` and `sql`. */
export function psqlPiece(): string {
  return readFileSync(join(__dirname, 'psql.sh'), 'utf8');
}

/** The functions `asks` and `waits_sql`; comes after {@link psqlPiece}. */
export function waitsPiece(): string {
  return readFileSync(join(__dirname, 'waits.sh'), 'utf8');
}

/** A connection string for `-d`: psql would read a bare name that looks like a connection string as one. */
export function connection(database: string): string {
  return `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
}
