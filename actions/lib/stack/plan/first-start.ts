/**
 * Finds changes of variables that servers read only when they make their data: with another value the container is made
 * anew, but the server keeps the old value. Source: the documentation of the images. Pure.
 */
import type { ComposeModel, ComposeService } from '../compose-model';
import type { FileAt } from './first-file';

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

/** The content of the files that variables name, before and after. */
interface Files {
  readonly before: FileAt;
  readonly after: FileAt;
}

/**
 * @param names services that would be made anew, and ran before
 * @param files default: the content of a file under the same path counts as unchanged
 */
export function firstStarts(
  before: ComposeModel,
  after: ComposeModel,
  names: readonly string[],
  files?: Files,
): FirstStart[] {
  return names.flatMap((service) => {
    const [was, is] = [environmentOf(before.services[service]), environmentOf(after.services[service])];
    const known = serverOf(after.services[service]);
    if (known === undefined) return [];
    const changed = Object.keys({ ...was, ...is }).filter((name) => isRead(name, known) && was[name] !== is[name]);
    const told = changed.length === 0 ? [] : [{ names: changed, server: known.server ?? ('other' as const) }];
    const same = Object.keys(is).filter(
      (name) => name.endsWith('FILE') && isRead(name, known) && was[name] === is[name],
    );
    const filled = same.filter((name) => differs(service, is[name] ?? '', files));
    // The container that runs still has the former content, so that a login by it would prove nothing.
    if (filled.length > 0) told.push({ names: filled, server: 'other' });
    return told.map((one) => ({ service, ...one, environment: is }));
  });
}

function differs(service: string, path: string, files: Files | undefined): boolean {
  const [was, is] = [files?.before(service, path), files?.after(service, path)];
  return was !== undefined && is !== undefined && was !== is;
}

/**
 * A model with the environments that its containers run with, for the variables that one of the two models has: other
 * ones come from the image.
 *
 * @param running service → environment; a service without one stays as it is
 */
export function asRunning(
  model: ComposeModel,
  after: ComposeModel,
  running: Readonly<Record<string, Readonly<Record<string, string>>>>,
): ComposeModel {
  const services = Object.entries(model.services).map(([name, service]) => {
    const found = running[name];
    if (found === undefined) return [name, service];
    const named = { ...environmentOf(service), ...environmentOf(after.services[name]) };
    const known = Object.entries(found).filter(([variable]) => Object.hasOwn(named, variable));
    const environment = Object.fromEntries(known.map(([variable, value]) => [variable, value.replaceAll('$', '$$$$')]));
    return [name, { ...service, environment }];
  });
  return { ...model, services: Object.fromEntries(services) as ComposeModel['services'] };
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
