/** Where a service of a stack answers, as the host reaches it. */
import type { Host } from '../host/host';
import { quote } from '../host/quote';

/**
 * Part of a script: puts the ID of the service's first container that runs into `id`, and ends where there is none.
 */
export function containerScript(stack: string, service: string): string {
  return `id=$(docker ps -q --no-trunc --filter label=com.docker.compose.project=${quote(stack)} \\
  --filter label=com.docker.compose.service=${quote(service)} --filter label=com.docker.compose.oneoff=False | head -n 1)
[ -n "$id" ] || exit 0`;
}

/** Part of a script: prints the address of that container in its first network, by IPv6 where it has no IPv4. */
export const ADDRESS_SCRIPT = `docker inspect --format '{{range .NetworkSettings.Networks}}{{json .IPAddress}} {{json .GlobalIPv6Address}} {{end}}' "$id" | tr -d '"' | tr ' ' '\\n' | grep . | head -n 1`;

/** @returns `null`: it does not run, or is on no network of its own */
export async function addressOf(host: Host, stack: string, service: string): Promise<string | null> {
  const outcome = await host.run(`${containerScript(stack, service)}\n${ADDRESS_SCRIPT}`);
  return outcome.stdout.trim() || null;
}
