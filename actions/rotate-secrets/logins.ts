/** How services log in at servers with a secret, by their variables. Pure. */
import type { Rotated } from '../lib/secrets/derive';
import { encodedForms } from '../lib/secrets/rewrite';
import type { ComposeModel } from '../lib/stack/compose-model';
import { environmentOf } from './environment';

interface Login {
  readonly name: string;
  readonly client: string;
  /** `null`: not a service of the stack, or not known. */
  readonly server: string | null;
  /** The host's name, where it is known. */
  readonly host: string | null;
}

const URLS = /[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:([^\s@/]+)@([^\s:/?,@]+)/gi;
/** Names of variables by which a program logs in at a database, a queue or a mail server. */
export const CLIENTS =
  /^(?:\w*_)?(?:PG|POSTGRES(?:QL)?_?|DB_|DATABASE_|DATASOURCE_|R2DBC_|MYSQL_|MARIADB_|REDIS_|MONGO(?:DB)?_|RABBITMQ_|AMQP_|SMTP_|MAIL_|EMAIL_)(?:\w*_)?(?:PASS|PASSWORD|PWD)$/;
/** Images of servers, which have the same variables for their own password. */
export const SERVERS = /redis|valkey|postg|timescale|pgvector|mysql|mariadb|mongo|rabbit/;

/** The server in the same URL, or in the same connection string. */
const IN_URL = /:\/\/(?:[^\s/?@]*@)?([^\s:/?,;@]+)/;
const KEYWORD =
  /(?:^|[;\s])(?:host|hostaddr|hostname|server|address|addr|data source)\s*=\s*["']?(?:tcp:)?([^;,:\s"']+)/i;

/**
 * Servers of `?password=…` in a URL, of `password=…` in a connection string, and of a line of a `.pgpass`.
 *
 * @returns `null`: not told there
 */
function hostsBeside(value: string, old: string): (string | null)[] {
  const forms = encodedForms(old).map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const any = `(?:${forms.join('|')})`;
  const lines = [...value.matchAll(new RegExp(`^([^\\s#:]+):[^:\\n]*:[^:\\n]*:[^:\\n]*:${any}$`, 'gm'))];
  const found = lines.map(([, host = '']) => host);
  if (!new RegExp(`(?:^|[?&;,\\s])(?:password|passwd|pwd)\\s*=\\s*["']?${any}(?=$|["'&;,\\s])`, 'i').test(value))
    return found;
  return [...found, IN_URL.exec(value)?.[1] ?? KEYWORD.exec(value)?.[1] ?? null];
}

/** Services that log in with one of these, by their environment. */
export function loginsOf(before: ComposeModel, rotated: readonly Rotated[]): Login[] {
  return Object.entries(before.services).flatMap(([client, { environment, image }]) => {
    const variables = environmentOf(environment);
    return rotated.flatMap(({ name, old }) =>
      Object.entries(variables).flatMap(([key, value]) => {
        const urls = [...value.matchAll(URLS)].filter(
          ([, password = '']) => password === old || decoded(password) === old,
        );
        const hosts = [...urls.map(([, , host = '']) => host), ...hostsBeside(value, old)];
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
