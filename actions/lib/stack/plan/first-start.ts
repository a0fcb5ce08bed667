/**
 * Finds changes of variables that servers read only when they make their data: with another value the container is made
 * anew, but the server keeps the old value. Source: the documentation of the images. Pure.
 */
import type { ComposeModel, ComposeService } from '../compose-model';

export interface FirstStart {
  readonly service: string;
  /** Names of the variables that would change. */
  readonly names: readonly string[];
  readonly server: 'postgres' | 'other';
  /** The environment that the service would get. */
  readonly environment: Readonly<Record<string, string>>;
}

const SERVERS: readonly { readonly image: RegExp; readonly names: RegExp; readonly server?: 'postgres' }[] = [
  {
    image: /postg|timescale|pgvector/,
    names: /^(?:POSTGRES|POSTGRESQL)_(?:PASSWORD|POSTGRES_PASSWORD|USER|USERNAME|DB|DATABASE|INITDB_ARGS)$/,
    server: 'postgres',
  },
  { image: /mysql|mariadb|percona/, names: /^(?:MYSQL|MARIADB)_(?:ROOT_PASSWORD|PASSWORD|USER|DATABASE)$/ },
  { image: /mongo/, names: /^(?:MONGO_INITDB_ROOT_(?:USERNAME|PASSWORD)|MONGODB_(?:ROOT_)?(?:USERNAME|PASSWORD))$/ },
  { image: /rabbitmq/, names: /^RABBITMQ_(?:DEFAULT_(?:USER|PASS|VHOST)|USERNAME|PASSWORD)$/ },
  { image: /keycloak/, names: /^(?:KEYCLOAK_ADMIN(?:_PASSWORD)?|KC_BOOTSTRAP_ADMIN_\w+)$/ },
  { image: /grafana/, names: /^GF_SECURITY_ADMIN_(?:USER|PASSWORD)$/ },
  { image: /influxdb/, names: /^DOCKER_INFLUXDB_INIT_\w+$/ },
  { image: /elasticsearch|opensearch/, names: /^(?:ELASTIC_PASSWORD|OPENSEARCH_INITIAL_ADMIN_PASSWORD)$/ },
  { image: /neo4j/, names: /^NEO4J_AUTH$/ },
  { image: /mssql/, names: /^(?:MSSQL_)?SA_PASSWORD$/ },
  { image: /nextcloud/, names: /^NEXTCLOUD_ADMIN_(?:USER|PASSWORD)$/ },
];

/** Images of clients that are named after a server: they read their variables at each start. */
const CLIENT =
  /backup|export|dump|bouncer|pool|postgrest|proxy|admin|client|operator|cron|migrat|config|express|render/;

/** @param names services that would be made anew, and ran before */
export function firstStarts(before: ComposeModel, after: ComposeModel, names: readonly string[]): FirstStart[] {
  return names.flatMap((service) => {
    const [was, is] = [environmentOf(before.services[service]), environmentOf(after.services[service])];
    const known = serverOf(after.services[service]);
    if (known === undefined) return [];
    const changed = Object.keys({ ...was, ...is }).filter((name) => isRead(name, known) && was[name] !== is[name]);
    return changed.length === 0 ? [] : [{ service, names: changed, server: known.server ?? 'other', environment: is }];
  });
}

/** Whether one of the services has such variables; if not, the former environments need not be read. */
export function readOnce(model: ComposeModel, names: readonly string[]): boolean {
  return names.some((name) => {
    const service = model.services[name];
    return Object.keys(environmentOf(service)).some((variable) => isRead(variable, serverOf(service)));
  });
}

type Server = (typeof SERVERS)[number];

/** Also as the path of a file with the value: `MYSQL_PASSWORD_FILE`, `GF_SECURITY_ADMIN_PASSWORD__FILE`. */
function isRead(variable: string, server: Server | undefined): boolean {
  return server?.names.test(variable.replace(/__?FILE$/, '')) === true;
}

function serverOf(service: ComposeService | undefined): Server | undefined {
  const name =
    String(service?.image ?? '')
      .split('@')[0]
      ?.split('/')
      .at(-1) ?? '';
  return CLIENT.test(name) ? undefined : SERVERS.find(({ image }) => image.test(name));
}

/** The environment of a service; Compose's output writes `$` as `$$`. */
function environmentOf(service: ComposeService | undefined): Record<string, string> {
  const entries = Object.entries((service?.environment ?? {}) as Record<string, string | null>);
  return Object.fromEntries(entries.map(([name, value]) => [name, (value ?? '').replaceAll('$$', '$')]));
}
