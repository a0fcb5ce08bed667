/** Registry credentials in the two forms that Docker needs. Neither is ever an argument of a command. */
import type { RegistryLogin } from './types';

/** Content of a `config.json` for a private `DOCKER_CONFIG` folder (mode 0600). */
export function dockerConfig(logins: readonly RegistryLogin[]): string {
  const auths = logins.map(({ registry, username, password }) => [
    serverOf(registry),
    { auth: Buffer.from(`${username}:${password}`).toString('base64') },
  ]);
  return `${JSON.stringify({ auths: Object.fromEntries(auths) })}\n`;
}

/** Value of the header `X-Registry-Auth` of Docker's API. */
export function registryAuth({ registry, username, password }: RegistryLogin): string {
  return Buffer.from(JSON.stringify({ username, password, serveraddress: serverOf(registry) })).toString('base64url');
}

/** Docker keeps credentials of Docker Hub under this address. */
function serverOf(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}
