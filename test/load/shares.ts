/** Which containers of the backend answer what nginx is asked. */
import type { LabHost } from '../lab/host';

/** For each of nginx's configurations: it tells which address answered. */
export function tellReplica(configuration: string): string {
  return configuration.replace(
    /^( *)(proxy_pass http:\/\/\$?backend[^;]*;)/m,
    '$1$2\n$1add_header x-replica $upstream_addr always;',
  );
}

/** How many of so many requests each container answered, the fewest first; on one connection of the client. */
export async function shares(host: LabHost, requests = 100): Promise<number[]> {
  const text = await host.root(
    `curl -sk -o /dev/null -w '%header{x-replica}\\n' 'https://localhost/version?[1-${requests}]' | sort | uniq -c | sort -n`,
  );
  return text
    .trim()
    .split('\n')
    .map((line) => Number.parseInt(line, 10));
}
