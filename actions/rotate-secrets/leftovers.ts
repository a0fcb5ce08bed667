/** Finds places where an old value would stay, and servers that would not get the new one. Pure; names only, never values. */
import { createHash } from 'node:crypto';
import type { UploadedFile } from '../lib/config/files';
import { UserError } from '../lib/errors';
import { createRedactor } from '../lib/procedure/redact';
import type { Rotated } from '../lib/secrets/derive';
import { fitsOauth2Proxy } from '../lib/secrets/effects';
import { isTelling } from '../lib/secrets/rewrite';
import type { ComposeModel } from '../lib/stack/compose-model';
import { firstStarts } from '../lib/stack/plan/first-start';
import { environmentOf } from './environment';
import { rolesThatStay } from './role-users';

export interface Looked {
  readonly rotated: readonly Rotated[];
  /** The stack with the old env file and with the new one. */
  readonly before: ComposeModel;
  readonly after: ComposeModel;
  /** Services that are recreated. */
  readonly changed: readonly string[];
  /** Of the release, without the env file. */
  readonly files: readonly UploadedFile[];
  /** Password of a database that its server gets too → the service of its server. */
  readonly servers?: Readonly<Record<string, string>>;
  /** Variables that a server reads only at its first start, and that it is given before. */
  readonly setFirst?: readonly { readonly service: string; readonly name: string }[];
}

/** @throws {UserError} RB-SECRET-SHARED, RB-SECRET-SERVER, RB-SECRET-POLICY */
export function checkLeftovers(looked: Looked): void {
  const left = leftIn(looked);
  if (left.length > 0)
    throw new UserError('RB-SECRET-SHARED', {
      what: left.join('; '),
      why: 'the old value would stay there, and would be refused where it is checked',
      remedy: 'make that place take the value from the env file (`${NAME}`), and deploy it; then rotate',
    });
  const kept = [...serversThatKeep(looked), ...rolesThatStay(looked)];
  if (kept.length > 0)
    throw new UserError('RB-SECRET-SERVER', {
      what: kept.join('; '),
      why: 'its clients would be refused as soon as they have the new value',
      remedy: 'change it in the server first and give that value: `external: true` in its policy, and the input values',
    });
  const cookies = Object.entries(looked.after.services).filter(([, service]) => {
    const value = environmentOf(service.environment).OAUTH2_PROXY_COOKIE_SECRET;
    return value !== undefined && !fitsOauth2Proxy(value);
  });
  if (cookies.length > 0)
    throw new UserError('RB-SECRET-POLICY', {
      what: `${cookies.map(([name]) => name).join(', ')} would not start: oauth2-proxy takes a cookie secret of 16, 24 or 32 bytes`,
      remedy: 'write `generate: base64` and `length: 32` in its policy',
    });
}

/** Services whose clients cannot log in between the service's new container and their own; sentences. */
export function gaps({ rotated, before, changed }: Looked): string[] {
  return loginsOf(before, rotated).flatMap(({ name, client, server }) =>
    server !== null && server !== client && changed.includes(server) && changed.includes(client)
      ? [
          `${client} logs in at ${server} with ${name}: its logins fail after one of the two was recreated and before the other is.`,
        ]
      : [],
  );
}

function leftIn({ rotated, after, files }: Looked): string[] {
  return rotated
    .filter(({ old }) => isTelling(old))
    .flatMap(({ name, old, unrelated }) => {
      const held = holds(old);
      const models = Object.entries(after.services).flatMap(([service, { environment, ...rest }]) => {
        const variables = Object.entries(environmentOf(environment)).filter(([key]) => !unrelated.includes(key));
        const own = variables.filter(([, value]) => held(value)).map(([key]) => `${key} of ${service}`);
        return held(JSON.stringify(rest).replaceAll('$$', '$')) ? [...own, `the definition of ${service}`] : own;
      });
      const texts = files.filter(({ content }) => held(content.toString('utf8'))).map(({ path }) => path);
      return [...models, ...texts].map((where) => `${where} holds the old value of ${name} itself`);
    });
}

/** In every form that a log is searched for, and as programs store passwords to compare: user lists of PgBouncer. */
function holds(old: string): (text: string) => boolean {
  const redactor = createRedactor();
  redactor.add(old);
  const sums = ['md5', 'sha1', 'sha256', 'sha512'].map((kind) => createHash(kind).update(old).digest('hex'));
  return (text) =>
    redactor.apply(text) !== text ||
    sums.some((sum) => text.includes(sum)) ||
    [...text.matchAll(/"([^"\n]+)"\s+"md5([0-9a-f]{32})"/g)].some(
      ([, user = '', sum]) => createHash('md5').update(`${old}${user}`).digest('hex') === sum,
    );
}

interface Login {
  readonly name: string;
  readonly client: string;
  /** `null`: not a service of the stack, or not known. */
  readonly server: string | null;
  /** The host's name, where it is known. */
  readonly host: string | null;
}

const URLS = /[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:([^\s@/]+)@([^\s:/?,@]+)/gi;
/** Names of variables by which a program logs in at a database or a queue. */
const CLIENTS =
  /^(?:\w*_)?(?:PG|POSTGRES(?:QL)?_?|DB_|DATABASE_|MYSQL_|MARIADB_|REDIS_|MONGO(?:DB)?_|RABBITMQ_|AMQP_)(?:\w*_)?(?:PASS|PASSWORD|PWD)$/;
/** Images of servers, which have the same variables for their own password. */
const SERVERS = /redis|valkey|postg|timescale|pgvector|mysql|mariadb|mongo|rabbit/;

/** Services that log in with one of these, by their environment. */
function loginsOf(before: ComposeModel, rotated: readonly Rotated[]): Login[] {
  return Object.entries(before.services).flatMap(([client, { environment, image }]) => {
    const variables = environmentOf(environment);
    return rotated.flatMap(({ name, old }) =>
      Object.entries(variables).flatMap(([key, value]) => {
        const urls = [...value.matchAll(URLS)].filter(
          ([, password = '']) => password === old || decoded(password) === old,
        );
        const hosts = urls.map(([, , host = '']) => host);
        const host =
          CLIENTS.test(key) && value === old && !SERVERS.test(String(image)) ? hostFor(key, variables) : undefined;
        return [...hosts, ...(host === undefined ? [] : [host])].map((one) => ({
          name,
          client,
          host: one,
          server: one === null ? null : serviceOf(one, before),
        }));
      }),
    );
  });
}

function serversThatKeep({ rotated, before, after, changed, servers = {}, setFirst = [] }: Looked): string[] {
  const first = firstStarts(before, after, changed).flatMap(({ service, names }) =>
    names
      .filter((name) => !setFirst.some((one) => one.service === service && one.name === name))
      .map((name) => `${service} reads ${name} only at its first start`),
  );
  const own = firstStarts(before, after, changed).map(({ service }) => service);
  const invented = new Set(
    rotated.filter(({ external, role }) => !external && role === undefined).map(({ name }) => name),
  );
  const others = loginsOf(before, rotated).flatMap(({ name, client, server, host }) => {
    if (!invented.has(name) || client === server || own.includes(client)) return [];
    if (server !== null && changed.includes(server)) return [];
    // It gets the new value; if no variable names the server, the policy does.
    if (Object.hasOwn(servers, name) && (server === servers[name] || host === null)) return [];
    const where = server ?? host;
    return [
      `${client} logs in with ${name}${where === null ? ' at a server' : ` at ${where}`}, which would keep the old value`,
    ];
  });
  return [...new Set([...first, ...others])];
}

/** `DB_PASSWORD` → value of `DB_HOST`; `null`: there is none. */
function hostFor(key: string, variables: Readonly<Record<string, string>>): string | null {
  const stem = key.replace(/(?:PASS|PASSWORD|PWD)$/, '');
  for (const end of ['HOST', 'HOSTNAME', 'SERVER', 'ADDR', 'ADDRESS']) {
    const value = variables[`${stem}${end}`];
    if (value) return value.split(':')[0]!;
  }
  return null;
}

/** By its name, its container's name or an alias in a network. */
function serviceOf(host: string, model: ComposeModel): string | null {
  for (const [name, service] of Object.entries(model.services)) {
    const networks = Object.values((service.networks ?? {}) as Record<string, { aliases?: readonly string[] } | null>);
    if ([name, service.container_name, service.hostname].includes(host)) return name;
    if (networks.some((network) => network?.aliases?.includes(host))) return name;
  }
  return null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
