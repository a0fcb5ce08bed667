/** A migration whose files are mounted, and which keeps a table as golang-migrate does. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from './stage';

const OWN = '    image: localhost:5000/acme/migrate:${MIGRATE_TAG:-v1}\n';
const MOUNTED = `    image: localhost:5000/acme/migrate:\${MIGRATE_TAG:-v1}
    entrypoint: [sh, -c, 'for file in /sql/*.sql; do psql -qX -v ON_ERROR_STOP=1 -f "$$file" || exit 1; done']
    volumes: [./sql:/sql:ro]
`;

/** As golang-migrate: refused while dirty, and each version marked dirty until it is whole. */
const FIRST = `create table if not exists schema_migrations (version bigint primary key, dirty boolean not null);
do $$ begin if exists (select from schema_migrations where dirty) then raise 'Dirty database version %. Fix and force version.', (select version from schema_migrations); end if; end $$;
create table if not exists orders (id int);
insert into schema_migrations select 1, false where not exists (select from schema_migrations);
`;
export const step = (
  version: number,
  statement: string,
): string => `select version >= ${version} as done from schema_migrations \\gset
\\if :done
\\else
update schema_migrations set version = ${version}, dirty = true;
${statement};
update schema_migrations set dirty = false;
\\endif
`;

/** Before the first deploy. */
export function keepTable(stage: Stage): void {
  stage.edit('docker-compose.prod.yml', (text) => text.replace(OWN, () => MOUNTED));
  stage.edit('runbook.yml', (text) =>
    text
      .replace('files: [nginx]', 'files: [nginx, sql]')
      .replace('  timeout: 2m', '  timeout: 2m\n  blocked-timeout: 4s\n  grace: 5s'),
  );
  mkdirSync(join(stage.workspace, 'sql'));
  stage.write('sql/1_orders.sql', FIRST);
}

export async function askDatabase(stage: Stage, query: string): Promise<string> {
  const text = await stage.host.root(
    `docker exec $(docker ps -q --filter label=com.docker.compose.service=db) psql -qAtX -h /var/run/postgresql -U acme -d acme -c "${query}"`,
  );
  return text.trim();
}
