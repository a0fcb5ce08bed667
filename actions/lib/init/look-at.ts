/** What an operator should look at in the Compose files, as sentences. Pure. */
import { posix } from 'node:path';
import type { Service } from './compose';
import type { Door } from './door';
import { type Role, roleOf } from './images';

export const MIGRATES =
  /\b(migrat(e|ions?)|alembic\s+upgrade|db:migrate|db:prepare|flyway|liquibase|goose\s+up|prisma\s+db\s+push)\b/i;

/** What to do about a migration that runs whenever a container starts. */
export const OWN_SERVICE =
  'Move the migration to a service of its own (depends_on: condition: service_completed_successfully). A deploy runs that service once, and changes nothing if it fails.';

interface Known {
  /** On the host. */
  readonly directory: string;
  readonly proxy: { readonly service: string; readonly kind: Role; readonly tls: boolean } | null;
  /** Where the stack answers without a proxy; `null`: not known. */
  readonly door: Door | null;
  /** The site's name; `null`: not known. */
  readonly domain: string | null;
  readonly migration: string | null;
  readonly databases: readonly unknown[];
  /** Other data that a backup copies. */
  readonly copied: readonly string[];
}

export function lookAt(
  services: readonly Service[],
  { directory, proxy, door, domain, migration, databases, copied }: Known,
): string[] {
  const look: string[] = [];
  for (const { name, image, command, entrypoint, builds } of services) {
    if (name !== migration && MIGRATES.test(`${command} ${entrypoint}`))
      look.push(
        `${name} migrates the database when it starts: each new container does this before its release is judged, and a rollback does not undo it. ${OWN_SERVICE}`,
      );
    if (image === null && builds)
      look.push(
        `${name} has build: and no image: in the Compose file. Give it an image: from a registry, and push that image from a workflow. The host builds nothing.`,
      );
    if (roleOf(image) === 'other-data')
      look.push(
        `${name} (${image}) holds data that no backup of these actions contains: back it up with its own tools.`,
      );
    if (roleOf(image) === 'certbot')
      look.push(`${name} renews certificates; nginx serves a renewed certificate only after a reload.`);
  }
  if (proxy === null)
    look.push(
      `No proxy was found in these files, so runbook.yml says proxy.service: null. Probes request ${
        door === null
          ? domain === null
            ? 'https://localhost on the host, where the proxy of another stack may answer. Set proxy.url and proxy.host-header so that the probes reach your site.'
            : `https://localhost on the host under the name ${domain}, where the proxy of another stack has to answer. If it does not listen on port 443 of the host, set proxy.url.`
          : `${door.url} on the host, a port of ${door.service}. If ${door.service} itself is a proxy, in an image of your own, name it as proxy.service. If a proxy outside of these files is in front of it, set proxy.url and proxy.host-header so that the probes reach your site through that proxy.`
      }`,
    );
  else if (proxy.kind !== 'nginx')
    look.push(
      `A deploy counts the answers of the proxy ${proxy.service}${proxy.service === proxy.kind ? '' : ` (${proxy.kind})`} only where it logs requests to its output, and sends its own probes in any case. PROXIES.md says what a changed configuration does.`,
    );
  if (proxy?.tls === true && domain === null)
    look.push(
      'The name of the site was not found. Write it in runbook.yml as proxy.host-header. Without it the probes ask for localhost, for which the proxy may have no certificate and no site, and probes that fail before a deploy are left out.',
    );
  look.push(...sayColours(services));
  look.push(...sayFolders(services, proxy?.service ?? null, directory));
  if (databases.length === 0)
    look.push(
      copied.length > 0
        ? 'No PostgreSQL was found: backups copy volumes only.'
        : 'No data was found that a backup could copy, so no workflow makes backups.',
    );
  return look;
}

/** Two services of which one stands still, and which people or scripts exchange. */
function sayColours(services: readonly Service[]): string[] {
  const names = new Set(services.map(({ name }) => name));
  return [...names].flatMap((blue) => {
    const [, start, mark] = /^(.*?)([-_]?)blue$/.exec(blue) ?? [];
    const green = `${start}${mark}green`;
    if (start === undefined || !names.has(green)) return [];
    const one = start === '' ? 'app' : start;
    return [
      `${blue} and ${green} seem to be a blue/green deployment of your own. A deploy would run both, and does not know which of them the proxy calls. Make one service of them (such as ${one}), let the proxy call it, and stop the scripts that exchange them: a deploy itself starts the new ${one} beside the old one.`,
    ];
  });
}

/** Folders that are the host's own, or not data. */
const HOSTS = /^\/(dev|etc|lib|proc|run|sys|usr|var\/(lib\/docker|log|run))(\/|$)|^\.\/?$/;

function sayFolders(services: readonly Service[], proxy: string | null, directory: string): string[] {
  return services.flatMap(({ name, image, mounts }) => {
    const binds = mounts.filter(({ kind }) => kind === 'bind');
    const outside = new Set(binds.filter(({ source }) => source.startsWith('../')).map(({ source }) => source));
    // A name with a dot in it is a file's.
    const data = binds.filter(
      ({ source, readOnly }) => !readOnly && !HOSTS.test(source) && !/[$]|\/[^/]+\.[^/]*$/.test(source),
    );
    const own =
      roleOf(image) === null && name !== proxy ? new Set(data.map(({ source }) => source)) : new Set<string>();
    return [
      ...(own.size === 0
        ? []
        : [
            `${name} writes to ${[...own].join(', ')} on the host, which no backup contains. If this is data, write in runbook.yml under backup: volumes: [${[...own].map((source) => (source.startsWith('~') ? source : posix.resolve(directory, source))).join(', ')}]`,
          ]),
      ...[...outside].map(
        (source) =>
          `${name} mounts ${source}, which is outside of the folder of runbook.yml, so a deploy does not upload it.`,
      ),
    ];
  });
}
