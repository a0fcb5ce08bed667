/**
 * The secret of a client in Keycloak, which has two sides: Keycloak gets the new one first, then the services that sign in with it. A client policy that rotates secrets keeps the former one valid meanwhile; without such a policy logins fail in between.
 */
import type { SecretPolicy } from '../lib/config/sections/secrets';
import { UserError } from '../lib/errors';
import { type Client, look, type SeenClient, setSecret, signIn, takes } from '../lib/keycloak/client-secret';
import { KeycloakFailed, type KeycloakServer } from '../lib/keycloak/http';
import type { Run } from '../lib/procedure/define';
import { addressOf } from '../lib/stack/address';
import type { RotateSecretsInputs } from './inputs';
import type { OtherSide } from './other-side';

type Running = Run<RotateSecretsInputs>;
type Settings = NonNullable<SecretPolicy['keycloak']>;

/** Milliseconds to reach Keycloak, for which the way back waits while it starts, and between two tries. */
const DIAL = 20_000;
const PATIENCE = 120_000;
const PAUSE = 2000;

/** Keys whose client gets another secret, each as its other side. */
export function issuersOf(run: Running): OtherSide[] {
  const { runbook, rotation } = run.inputs;
  return rotation!.rotated.flatMap(({ name, old, fresh }) => {
    const settings = runbook.secrets[name]?.keycloak;
    return settings === undefined ? [] : [issuer(run, { name, settings, from: old, to: fresh })];
  });
}

/**
 * Refuses to overwrite the only copy of a secret that an earlier run set in Keycloak, for keys that this run does not
 * rotate.
 *
 * @param kept what that run stored
 * @throws {UserError} RB-SECRET-SERVER
 */
export async function refuseIssued(run: Running, kept: ReadonlyMap<string, string>): Promise<void> {
  const { runbook, keys, rotation } = run.inputs;
  for (const [name, { keycloak: settings }] of Object.entries(runbook.secrets)) {
    const [from, to] = [rotation!.before.get(name), kept.get(name)];
    if (settings === undefined || keys.includes(name) || from === to || from === undefined || to === undefined)
      continue;
    const left = await said(settings, async () => {
      const at = await clientOf(run, settings);
      return !(await takes(at, from)) && (await takes(at, to));
    });
    if (!left) continue;
    throw new UserError('RB-SECRET-SERVER', {
      what: `${settings.service} has a secret of ${settings.client} that an earlier run set, but the services do not have it`,
      why: 'that run did not finish, and this run would replace the file with that secret',
      remedy: `rotate ${name} first: logins fail until then`,
    });
  }
}

interface Issued {
  readonly name: string;
  readonly settings: Settings;
  readonly from: string;
  readonly to: string;
}

function issuer(run: Running, { name, settings, from, to }: Issued): OtherSide {
  const { service, client } = settings;
  const { recorder, notes } = run;
  let seen: SeenClient;
  /** Whether Keycloak refuses the secret of the services, because an earlier run set another one. */
  let ahead = false;
  /** When Keycloak took the new secret and no longer the former one; `null`: it takes both. */
  let since: number | null = null;
  const give = async (secret: string): Promise<Client> => {
    // Keycloak may have been recreated meanwhile; and a token is valid for a minute only.
    const at = await clientOf(run, settings);
    const admin = await signedIn(run, at, settings);
    recorder.changed = true;
    await setSecret(at, admin, secret, from);
    if (await takes(at, secret)) return at;
    throw new KeycloakFailed(`it does not take the secret that it was given for ${client}`);
  };
  return {
    name,
    prove: (pending) =>
      said(settings, async () => {
        const at = await clientOf(run, settings);
        seen = await look(at, await signedIn(run, at, settings));
        recorder.secret(seen.secret);
        const present = await takes(at, from);
        // Keycloak has it, and does not take it any more.
        const expired = !present && seen.rotates && seen.secret === from;
        ahead = !present && !expired && pending !== null && (await takes(at, pending));
        if (!present && !expired && !ahead)
          throw new KeycloakFailed(
            `it does not take the present ${name}: is it the secret of another client or realm?`,
          );
        return [
          seen.rotates
            ? `${name}: a client policy of ${service} rotates the secret of ${client}, so that the former secret stays valid for some time, and no login fails.`
            : `${name}: by what ${service} shows, it takes one secret of ${client} at a time. It gets the new secret just before services are recreated: from then on logins by each of them fail until it is recreated. With a client policy that rotates secrets (executor \`secret-rotation\`) no login would fail.`,
          ...(expired
            ? [`The present secret of ${client} has expired in ${service}: logins fail until this run is done.`]
            : []),
          ...(ahead
            ? [
                `${service} has a secret of ${client} that an earlier run set, but the services do not have it: logins fail until this run is done.`,
              ]
            : []),
        ];
      }),
    takeBack: async () => {
      if (!ahead) return;
      await said(settings, () => give(from));
      recorder.info(`${service} takes the secret of the services for ${client} again`);
    },
    set: async () => {
      const both = await said(settings, async () => takes(await give(to), from));
      since = both ? null : Date.now();
      if (seen.rotates && !both) {
        const text = `${service} does not take the former secret of ${client} any more, although a client policy rotates it: logins by each service fail until it is recreated.`;
        recorder.warning(text);
        notes.push(text);
      }
      recorder.info(
        `${service} takes the new ${name} for ${client}${both ? ', and the former one for some time' : '; logins with the former one fail from now on'}`,
      );
    },
    undo: async () => {
      const why = await patiently(() => give(from));
      if (why === null) {
        recorder.info(`${service} has the former secret of ${client} again`);
        return true;
      }
      const text = `${service} may still have the new secret of ${client}, which the services do not have, so that their logins fail (${why}): run this again; the new run sets another secret and gives it to them.`;
      recorder.warning(text);
      notes.push(text);
      return false;
    },
    finish: async () => {
      if (since === null) return;
      notes.push(
        `${client} of ${service}: at most ${Math.ceil((Date.now() - since) / 1000)} s passed between the new secret there and the last service that has it.`,
      );
    },
  };
}

/** @throws {KeycloakFailed} */
async function clientOf({ inputs, session }: Running, settings: Settings): Promise<Client> {
  const { service, realm, client } = settings;
  const { host } = session;
  const address = await addressOf(host, inputs.runbook.stack, service);
  if (address === null) throw new KeycloakFailed('it does not run, or is on no network of its own', true);
  const url = new URL(settings.url);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const server: KeycloakServer = { service, url, dial: () => host.forward(address, port, DIAL) };
  return { server, realm, client };
}

/** @throws {KeycloakFailed} */
async function signedIn({ inputs, recorder }: Running, { server }: Client, settings: Settings): Promise<string> {
  const { adminUser, adminPassword, adminRealm: realm } = settings;
  const [user, password] = [adminUser, adminPassword].map((name) => inputs.rotation!.before.get(name));
  if (user === undefined || password === undefined)
    throw new KeycloakFailed(
      `the env file has no ${user === undefined ? adminUser : adminPassword}, which the policy names`,
    );
  const token = await signIn(server, { realm, user, password });
  recorder.secret(token);
  return token;
}

/** @returns why not, after some time; `null`: done */
async function patiently(work: () => Promise<unknown>): Promise<string | null> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    try {
      await work();
      return null;
    } catch (error) {
      if (!(error instanceof KeycloakFailed) && !(error instanceof UserError)) throw error;
      const passing = error instanceof KeycloakFailed && error.passing;
      if (!passing || Date.now() >= until) return error instanceof UserError ? error.details.what : error.message;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** @throws {UserError} RB-SECRET-SERVER for what Keycloak refuses */
async function said<T>(settings: Settings, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KeycloakFailed)) throw error;
    throw refusal(settings, error.message);
  }
}

function refusal({ service, client }: Settings, why: string): UserError {
  return new UserError('RB-SECRET-SERVER', {
    what: `the secret of ${client} cannot be changed in ${service}`,
    why,
    remedy: 'put that right in Keycloak, or correct `keycloak` of the policy; no service was changed',
  });
}
