/** Finds places where an old value would stay, and servers that would not get the new one. Pure; names only, never values. */
import { createHash } from 'node:crypto';
import type { UploadedFile } from '../lib/config/files';
import { UserError } from '../lib/errors';
import { isVerifierOf } from '../lib/postgres/scram';
import { createRedactor } from '../lib/procedure/redact';
import type { Rotated } from '../lib/secrets/derive';
import { fitsOauth2Proxy } from '../lib/secrets/effects';
import { isTelling, rewriteIn } from '../lib/secrets/rewrite';
import type { ComposeModel } from '../lib/stack/compose-model';
import { firstStarts } from '../lib/stack/plan/first-start';
import { environmentOf } from './environment';
import { CLIENTS, loginsOf, SERVERS } from './logins';
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
  const words = rotated.filter(({ old }) => !isTelling(old)).flatMap((one) => loginsLeft(one, after));
  const telling = rotated
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
  return [...words, ...telling];
}

/** A short value or a word may stand anywhere by chance, but not as the password of a URL, or of a client. */
function loginsLeft({ name, old, unrelated }: Rotated, after: ComposeModel): string[] {
  return Object.entries(after.services).flatMap(([service, { environment, image }]) =>
    Object.entries(environmentOf(environment)).flatMap(([key, value]) => {
      const isClient = CLIENTS.test(key) && value === old && !SERVERS.test(String(image));
      const isLeft = isClient || rewriteIn(value, old, `${old}\u0000`, false) !== value;
      return isLeft && !unrelated.includes(key) ? [`${key} of ${service} holds the old value of ${name} itself`] : [];
    }),
  );
}

/** In every form that a log is searched for, and as programs store passwords to compare: user lists of PgBouncer, htpasswd. */
function holds(old: string): (text: string) => boolean {
  const redactor = createRedactor();
  redactor.add(old);
  const sums = ['md5', 'sha1', 'sha256', 'sha512'].map((kind) => createHash(kind).update(old).digest('hex'));
  const short = `{SHA}${createHash('sha1').update(old).digest('base64')}`;
  return (text) =>
    redactor.apply(text) !== text ||
    sums.some((sum) => text.includes(sum)) ||
    text.includes(short) ||
    [...text.matchAll(/SCRAM-SHA-256\$[^"'\s]+/g)].some(([verifier]) => isVerifierOf(verifier, old)) ||
    [...text.matchAll(/"([^"\n]+)"\s+"md5([0-9a-f]{32})"/g)].some(
      ([, user = '', sum]) => createHash('md5').update(`${old}${user}`).digest('hex') === sum,
    );
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
