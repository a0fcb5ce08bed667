/** Finds the values in env files, environments and secret files that must never be shown. Pure. */
import { assignmentsIn } from '../../secrets/assignments';
import { readEnv } from '../../secrets/dotenv';
import type { ComposeModel } from '../compose-model';
import { credentialsIn, isPlain } from './secret-shapes';

/** Names of secrets, matched by whole words: KEYCLOAK_REALM does not contain the word KEY. */
const TELLING =
  /(?:^|[_.-])(?:PASS|PASSWD|PASSWORD|PASSPHRASE|PW|PWD|SECRETS?|TOKENS?|KEYS?|APIKEY|CREDENTIALS?|PRIVATE|DSN|SALT|COOKIE|AUTH|SIGNATURE|WEBHOOK|HASH|PIN|OTP|CERT|LICENSE)\d*(?:[_.-]|$)/i;
/** Names such as PGPASSWORD and dbPassword. */
const TELLING_END = /(?:PASSWORD|PASSWD|SECRET|TOKEN|APIKEY)$/i;
/** Endings of names that are about a secret but do not hold one, such as TOKEN_TTL. */
const ABOUT =
  /(?:^|[_.-])(?:TTL|PORTS?|HOSTS?|HOSTNAME|DOMAINS?|URL|URI|REALM|USER|USERNAME|DB|DATABASE|NAME|ENABLED|TIMEOUT|EXPIRY|EXPIRES|EXPIRATION|LIFETIME|MAXAGE|AGE|INTERVAL|SIZE|LENGTH|TYPE|METHOD|PROVIDER|ALGORITHM|ALG|ISSUER|AUDIENCE|SCOPES?|HEADER|MODE|LEVEL|FILE|PATH|DIR|PREFIX|ID|EMAIL|ROUNDS|COST|COUNT)$/i;
/** Length in characters. Shorter values stand in every log by chance, and masking them would make logs unreadable. */
const SHORTEST = 4;

/** Secret values of an env file, in every way to read them: with and without a trailing comment, quotes and escapes. */
export function secretsIn(envFile: string): string[] {
  const meant = readEnv(envFile).entries.flatMap(({ name, value }) => secretsOf(name, value));
  const possible = assignmentsIn(envFile).flatMap(({ name, double, single, plain }) =>
    readings(double, single, plain).flatMap((value) => secretsOf(name, value)),
  );
  return unique([...meant, ...possible]);
}

/**
 * Secret values in the environments of all services, from whichever env file, and credentials anywhere in the model.
 */
export function secretsInModel(model: ComposeModel): string[] {
  const found = Object.values(model.services).flatMap(({ environment }) =>
    Object.entries((environment ?? {}) as Record<string, string | null>).flatMap(([key, value]) =>
      withDollars([value ?? '']).flatMap((reading) => secretsOf(key, reading)),
    ),
  );
  const texts: string[] = [];
  JSON.stringify(model, (_key, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return unique([...found, ...texts.flatMap((text) => withDollars([text]).flatMap(credentialsIn))]);
}

/**
 * The whole content of uploaded files that are secrets in the model, and what looks like a secret in those that are
 * configs.
 *
 * @param directory of the stack, absolute
 */
export function secretsInFiles(
  model: ComposeModel,
  files: readonly { readonly path: string; readonly content: Buffer }[],
  directory: string,
): string[] {
  const sources = (kind: string): Set<string> =>
    new Set(Object.values((model[kind] ?? {}) as Record<string, { file?: string }>).map(({ file = '' }) => file));
  const [secrets, configs] = [sources('secrets'), sources('configs')];
  return unique(
    files.flatMap(({ path, content }) => {
      const text = content.toString('utf8');
      const place = `${directory}/${path}`;
      if (secrets.has(place)) return [text.trim(), ...secretsIn(text)];
      return configs.has(place) ? secretsIn(text) : [];
    }),
  );
}

function secretsOf(key: string, value: string): string[] {
  const telling = (TELLING.test(key) || TELLING_END.test(key)) && !ABOUT.test(key);
  const whole = telling ? !/^(?:true|false|none|null|yes|no|on|off)$/i.test(value) : !isPlain(value);
  return [...(whole ? [value] : []), ...credentialsIn(value)];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value.length >= SHORTEST);
}

function readings(double?: string, single?: string, plain?: string): string[] {
  if (single !== undefined) return [single];
  if (double !== undefined)
    return withDollars([double, double.replace(/\\([\s\S])/g, (_all, c: string) => ESCAPES[c] ?? c)]);
  const trimmed = (plain ?? '').trim();
  return withDollars([trimmed, trimmed.replace(/\s+#.*$/, '')]);
}

/** Compose reads `$$` as `$`, and its output writes `$` as `$$`. */
function withDollars(values: readonly string[]): string[] {
  return values.flatMap((value) => [value, value.replaceAll('$$', '$'), value.replaceAll('$', '$$$$')]);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
