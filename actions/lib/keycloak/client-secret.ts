/**
 * The secret of a client in Keycloak, by its admin API. Sources: Keycloak's documentation of the Admin REST API and of
 * client secret rotation, ClientResource and ClientSecretRotationExecutor of its source.
 */
import { z } from 'zod';
import { type Answer, ask, errorOf, KeycloakFailed, type KeycloakServer } from './http';

export interface Client {
  readonly server: KeycloakServer;
  readonly realm: string;
  /** The client ID. */
  readonly client: string;
}

interface Administrator {
  readonly realm: string;
  readonly user: string;
  readonly password: string;
}

/** A client as the administrator sees it. */
export interface SeenClient {
  /** Keycloak's own ID of it. */
  readonly id: string;
  /** The secret that Keycloak has for it. A secret. */
  readonly secret: string;
  /** Whether a client policy rotates its secret: Keycloak takes the former secret for some time, too. */
  readonly rotates: boolean;
  /** Everything that Keycloak knows of it, as it wants it back. */
  readonly representation: Readonly<Record<string, unknown>>;
}

const token = z.object({ access_token: z.string() });
const representation = z.looseObject({
  id: z.string(),
  clientId: z.string(),
  enabled: z.boolean(),
  publicClient: z.boolean().optional(),
  bearerOnly: z.boolean().optional(),
  clientAuthenticatorType: z.string().optional(),
  secret: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
});
const credential = z.object({ value: z.string() });

/** Set by the executor `secret-rotation`, in seconds since 1970. */
const EXPIRES = 'client.secret.expiration.time';
/** How a client shows that it has the secret: by the secret itself. Keycloak leaves the default out. */
const BY_SECRET = [undefined, 'client-secret'];

/** @returns an access token, a secret @throws {KeycloakFailed} */
export async function signIn(server: KeycloakServer, { realm, user, password }: Administrator): Promise<string> {
  const answer = await ask(server, {
    method: 'POST',
    path: `/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token`,
    form: { grant_type: 'password', client_id: 'admin-cli', username: user, password },
  });
  return read(answer, token, `${user} cannot sign in to the realm ${realm} as administrator`).access_token;
}

/** @throws {KeycloakFailed} also for a client without a secret */
export async function look({ server, realm, client }: Client, admin: string): Promise<SeenClient> {
  const path = `/admin/realms/${encodeURIComponent(realm)}/clients?clientId=${encodeURIComponent(client)}`;
  const answer = await ask(server, { method: 'GET', path, token: admin });
  const what = `the client ${client} of the realm ${realm} cannot be read`;
  const [found] = read(answer, z.array(representation), what).filter(({ clientId }) => clientId === client);
  if (found === undefined) throw new KeycloakFailed(`the realm ${realm} has no client ${client}`);
  const { id, secret, enabled, publicClient, bearerOnly, clientAuthenticatorType, attributes = {} } = found;
  if (!enabled) throw new KeycloakFailed(`the client ${client} is disabled`);
  if (publicClient === true || bearerOnly === true || !BY_SECRET.includes(clientAuthenticatorType))
    throw new KeycloakFailed(`the client ${client} does not authenticate by its secret itself`);
  if (secret === undefined)
    throw new KeycloakFailed(
      `the administrator may not read the secret of ${client}: he needs the role manage-clients`,
    );
  return { id, secret, rotates: attributes[EXPIRES] !== undefined, representation: found };
}

/**
 * Whether Keycloak takes this secret, by a question that every client with a secret may ask: what it knows of a token
 * that does not exist.
 *
 * @throws {KeycloakFailed}
 */
export async function takes({ server, realm, client }: Client, secret: string): Promise<boolean> {
  const answer = await ask(server, {
    method: 'POST',
    path: `/realms/${encodeURIComponent(realm)}/protocol/openid-connect/token/introspect`,
    form: { token: 'none', client_id: client, client_secret: secret },
  });
  if (answer.status === 200) return true;
  // It does not tell a wrong secret from one that has expired.
  if (answer.status === 401) return false;
  throw new KeycloakFailed(`the secret of ${client} cannot be tried: ${errorOf(answer)}`);
}

/**
 * Gives the client this secret. With a policy that rotates secrets, the present secret stays valid for some time: only a
 * new secret that Keycloak makes itself puts the present one aside; ours then takes the place of that one.
 *
 * @param inUse the secret that the services have; it must not be pushed out by another one
 * @throws {KeycloakFailed}
 */
export async function setSecret(at: Client, admin: string, secret: string, inUse: string): Promise<void> {
  const { server, realm, client } = at;
  let now = await look(at, admin);
  const path = `/admin/realms/${encodeURIComponent(realm)}/clients/${encodeURIComponent(now.id)}`;
  // Keycloak wants everything back, also what it noted of a secret that it put aside.
  const put = async (wanted: string): Promise<void> => {
    const answer = await ask(server, {
      method: 'PUT',
      path,
      token: admin,
      json: { ...now.representation, secret: wanted },
    });
    if (answer.status !== 204) throw new KeycloakFailed(`${client} did not get the secret: ${errorOf(answer)}`);
    now = await look(at, admin);
  };
  if (now.secret === inUse && secret !== inUse) {
    // Only an update shows whether a policy holds for the client now. A secret that has expired is put aside by it.
    await put(now.secret);
    if (now.rotates && now.secret === inUse) {
      const answer = await ask(server, { method: 'POST', path: `${path}/client-secret`, token: admin });
      read(answer, credential, `${client} did not get another secret`);
      now = await look(at, admin);
    }
  }
  await put(secret);
  // After the update Keycloak makes a secret of its own if the one before had expired.
  if (now.secret !== secret) await put(secret);
}

function read<T>(answer: Answer, shape: z.ZodType<T>, what: string): T {
  if (answer.status !== 200) throw new KeycloakFailed(`${what}: ${errorOf(answer)}`);
  const found = shape.safeParse(answer.body);
  if (found.success) return found.data;
  throw new KeycloakFailed(`${what}: it answers in a way that its documentation does not describe`);
}
