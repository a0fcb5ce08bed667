/**
 * Whether databases come back as they were: many kinds of them on servers of several versions are backed up, the
 * servers are thrown away, the databases are restored onto new and empty ones, and both are compared, by the catalogue
 * and by `pg_dumpall`. What differs is silent where no sentence of the restore's plan names it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPostgres, type PostgresVersion } from '../lab/postgres';
import type { ActionResult } from '../run-action';
import { DATABASES, KIT, type Made, serverStatements, TABLESPACES } from './comeback-databases';
import { DATABASE_FACTS, differences, type Fact, parseDump, parseFacts, SERVER_FACTS } from './comeback-facts';
import { Site } from './site';

const VERSIONS: readonly PostgresVersion[] = [15, 17, 18];
const serviceOf = (version: PostgresVersion): string => `pg${version}`;
const databasesOf = (version: PostgresVersion): readonly Made[] =>
  DATABASES.filter(({ since = 0 }) => since <= version);

/** What a server is, by the database that it is of; `''`: the server itself. */
interface Picture {
  readonly facts: ReadonlyMap<string, readonly Fact[]>;
  readonly dump: ReadonlyMap<string, readonly string[]>;
}

export async function run(): Promise<object> {
  const site = await Site.open();
  try {
    const versions = wanted();
    await begin(site, versions);
    for (const version of versions) await make(site, version);
    const before = new Map<PostgresVersion, Picture>();
    for (const version of versions) before.set(version, await picture(site, version));
    await site.run('backup', {});
    await site.host.root('cd /srv/stack && docker compose -f docker-compose.prod.yml down -v 2>&1');
    await up(site, versions);
    const plan = await site.run('restore', { ...ANSWERS, 'dry-run': 'true' });
    await site.run('restore', { ...ANSWERS, confirm: 'comeback' });
    const counts = { databases: 0, identical: 0, named: 0, silent: 0 };
    for (const version of versions) {
      const after = await picture(site, version);
      for (const name of ['', ...databasesOf(version).map(({ database }) => database)]) {
        if (name !== '') counts.databases += 1;
        const found = compare(before.get(version)!, after, name);
        if (found.length === 0 && name !== '') counts.identical += 1;
        for (const text of found) {
          const told = isTold(text, plan);
          counts[told ? 'named' : 'silent'] += 1;
          console.log(`${told ? 'named ' : 'SILENT'} ${version} ${name || '(server)'}: ${text}`);
        }
      }
    }
    return counts;
  } finally {
    await site.close();
  }
}

/** What somebody answers to what the plan asks. */
const ANSWERS = { roles: 'true', locale: 'backup' };

/** Versions that were asked for, e.g. `npm run bench -- comeback 17`. */
function wanted(): readonly PostgresVersion[] {
  const asked = process.argv.slice(3);
  return asked.length === 0 ? VERSIONS : VERSIONS.filter((version) => asked.includes(String(version)));
}

async function begin(site: Site, versions: readonly PostgresVersion[]): Promise<void> {
  const services = versions.map(
    (version) => `  ${serviceOf(version)}:
    image: lab-postgres:${version}
    command: ["-c", "wal_level=logical", "-c", "fsync=off"]
    environment: { POSTGRES_USER: acme, POSTGRES_PASSWORD: secret, POSTGRES_DB: acme, LANG: en_US.UTF-8 }
    volumes: ["data${version}:/var/lib/postgresql/data"]
`,
  );
  const compose = `name: comeback\nservices:\n${services.join('')}volumes:\n${versions.map((version) => `  data${version}: {}\n`).join('')}`;
  const listed = versions.flatMap((version) =>
    databasesOf(version).map(
      ({ database }) => `    - { service: ${serviceOf(version)}, user: acme, database: ${JSON.stringify(database)} }\n`,
    ),
  );
  writeFileSync(join(site.workspace, 'docker-compose.prod.yml'), compose);
  writeFileSync(
    join(site.workspace, 'runbook.yml'),
    `stack: comeback
directory: /srv/stack
compose: [docker-compose.prod.yml]
versioned: []
proxy: { service: null }
migration: { service: null }
backup:
  databases:
${listed.join('')}`,
  );
  const { host } = site;
  for (const version of versions) await installPostgres(host, version, `lab-postgres:${version}`);
  await host.put(`${host.directory}/docker-compose.prod.yml`, compose);
  await host.put(`${host.directory}/.env.production`, '');
  await host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await up(site, versions);
}

/** New and empty servers, with what is not in any backup: directories of tablespaces, and an extension's files. */
async function up(site: Site, versions: readonly PostgresVersion[]): Promise<void> {
  await site.host.root('cd /srv/stack && docker compose -f docker-compose.prod.yml up -d 2>&1');
  for (const version of versions) {
    const folders = TABLESPACES.map((name) => `/var/lib/postgresql/${name}`).join(' ');
    await inside(
      site,
      version,
      `until psql -XqAt -U acme -d acme -c 'select 1' >/dev/null 2>&1; do sleep 0.2; done; install -d -o postgres ${folders}`,
    );
    for (const [file, content] of Object.entries(KIT))
      await inside(site, version, `cat >/usr/share/postgresql/${version}/extension/${file}`, content);
    for (const name of TABLESPACES)
      await sql(site, version, 'postgres', `create tablespace ${name} location '/var/lib/postgresql/${name}'`);
  }
}

async function make(site: Site, version: PostgresVersion): Promise<void> {
  await sql(site, version, 'postgres', serverStatements(version));
  const made = databasesOf(version);
  for (const { database, create, inside: statements } of made) {
    await sql(site, version, 'postgres', create);
    await sql(site, version, database, statements);
  }
  for (const { finish = '' } of made) await sql(site, version, 'postgres', finish);
}

async function picture(site: Site, version: PostgresVersion): Promise<Picture> {
  const facts = new Map([['', parseFacts(await sql(site, version, 'postgres', SERVER_FACTS))]]);
  for (const { database, own = '' } of databasesOf(version)) {
    await sql(site, version, database, own);
    facts.set(database, parseFacts(await sql(site, version, database, DATABASE_FACTS)));
  }
  const dump = await inside(site, version, `${quiet(version)} pg_dumpall -U acme`);
  return { facts, dump: parseDump(dump) };
}

/** Facts first; a line of `pg_dumpall` only where they have nothing of it. */
function compare(before: Picture, after: Picture, database: string): string[] {
  const lines = (facts: readonly Fact[] = []): string[] =>
    facts.map(({ kind, name, value }) => `${kind} ${name}: ${value}`).sort();
  const dump = (lines: readonly string[] = []): readonly string[] => (database === '' ? lines.toSorted() : lines);
  return [
    ...differences(lines(before.facts.get(database)), lines(after.facts.get(database))),
    ...differences(dump(before.dump.get(database)), dump(after.dump.get(database))).map((line) => `dump, ${line}`),
  ];
}

/** Its kind and name stand in the plan. */
function isTold(text: string, { shown, summary }: ActionResult): boolean {
  const subject = SUBJECTS.map((pattern) => pattern.exec(text)).find((found) => found !== null);
  if (subject === null || subject === undefined) return false;
  const [, kind = '', name = ''] = subject;
  return `${shown}\n${summary}`.includes(`${kind.toLowerCase()} ${name}`);
}

const SUBJECTS = [
  /^(?:lost|new): ((?:[a-z]+ )*[a-z]+) (\S+): /,
  /^dump, (?:lost|new): (?:CREATE|ALTER) (SUBSCRIPTION|EXTENSION) (?:IF NOT EXISTS )?(\S+)/,
];

/** No trigger of the databases' own is to see who looks. */
function quiet(version: PostgresVersion): string {
  return version >= 17 ? 'PGOPTIONS="-c event_triggers=off"' : '';
}

/** One without an encoding gives its bytes as they are. */
const ENCODING = `select set_config('client_encoding', case getdatabaseencoding() when 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end, false)
\\g /dev/null
`;

async function sql(site: Site, version: PostgresVersion, database: string, statements: string): Promise<string[]> {
  const name = `dbname='${database.replace(/[\\']/g, '\\$&')}'`.replaceAll("'", "'\\''");
  const begin =
    'set statement_timeout to 0; set default_transaction_read_only to off; set search_path to public, pg_catalog;\n';
  const said = await inside(
    site,
    version,
    `${quiet(version)} psql -XqAt -v ON_ERROR_STOP=1 -U acme -d '${name}'`,
    `${ENCODING}${begin}${statements.trim()}${/;\s*$|\\gexec\s*$/.test(statements) ? '' : ';'}\n`,
  );
  return said.split('\n').filter((line) => line !== '');
}

/** Runs a script in the server's container. */
function inside(site: Site, version: PostgresVersion, script: string, input = ''): Promise<string> {
  return site.host.root(`docker exec -i comeback-${serviceOf(version)}-1 sh -c '${script.replaceAll("'", "'\\''")}'`, {
    input,
  });
}
