/** Which containers of the backend answer what nginx, or a caller inside the stack, asks. */
import type { LabHost } from '../lab/host';

/** For each of nginx's configurations: it tells which address answered. */
export function tellReplica(configuration: string): string {
  return configuration.replace(
    /^( *)(proxy_pass http:\/\/\$?backend[^;]*;)/m,
    '$1$2\n$1add_header x-replica $upstream_addr always;',
  );
}

/**
 * How many of so many requests each container answered, the fewest first. Each request has a connection of its own:
 * every worker of nginx knows addresses by itself, and a connection belongs to one of them.
 */
export async function shares(host: LabHost, requests = 100): Promise<number[]> {
  const text = await host.root(
    `curl -sk -H 'Connection: close' -o /dev/null -w '%header{x-replica}\\n' 'https://localhost/version?[1-${requests}]' | sort | uniq -c | sort -n`,
  );
  return numbersIn(text);
}

/**
 * The same for a caller inside the stack that asks Docker's DNS for each connection and takes the first answer. A
 * caller that asks by getaddrinfo gets the answers in an order of its own: of addresses in its subnet the nearest first.
 */
export async function sharesInside(host: LabHost, requests = 100): Promise<number[]> {
  const script = `
    const { Resolver } = require('node:dns').promises;
    const { get } = require('node:http');
    const seen = {};
    const ask = (address) => new Promise((answered, failed) => {
      get({ host: address, port: 8080, path: '/version', agent: false }, (response) => {
        response.resume().on('end', answered);
      }).on('error', failed);
    });
    (async () => {
      for (let index = 0; index < ${requests}; index++) {
        // A new one each time: a resolver keeps an answer for as long as Docker's DNS allows, ten minutes.
        const [address] = await new Resolver().resolve4('backend');
        await ask(address);
        seen[address] = (seen[address] ?? 0) + 1;
      }
      console.log(Object.values(seen).sort((a, b) => a - b).join('\\n'));
    })();`;
  const text = await host.root(`docker exec -i ${ofWorker} node - <<'SCRIPT'\n${script}\nSCRIPT`);
  return numbersIn(text);
}

/** The calls of the worker to the backend since it started, over kept and over new connections. */
export async function callsInside(host: LabHost): Promise<{ readonly calls: number; readonly failed: number }> {
  const text = await host.root(
    `docker logs --tail 50 ${ofWorker} 2>&1 | sed -n 's/^calls=\\([0-9]*\\) failed=\\([0-9]*\\)$/\\1\\n\\2/p' | tail -n 2`,
  );
  const [calls, failed] = numbersIn(text);
  if (calls === undefined || failed === undefined) throw new Error('the worker has counted no calls');
  return { calls, failed };
}

const ofWorker = '$(docker ps -q --filter label=com.docker.compose.service=worker)';

function numbersIn(text: string): number[] {
  return text
    .trim()
    .split('\n')
    .map((line) => Number.parseInt(line, 10));
}
