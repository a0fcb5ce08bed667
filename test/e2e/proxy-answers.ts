/** What the proxy answers to whom, and how long it takes until it answers by files that have changed. */
import type { Stage } from './stage';

const nginx = '$(docker ps -q --filter label=com.docker.compose.service=nginx)';

/** Seconds from a reload of nginx by hand until the first answer by a changed file, which is then as it was. */
export async function untilReloaded(stage: Stage, path: string): Promise<number> {
  const text = await stage.host.root(`cd /srv/stack && cp -p ${path} /tmp/as-it-was
    sed -i 's/^\\( *listen 443 .*\\)/\\1 add_header x-reloaded 1 always;/' ${path}
    began=$(date +%s.%N)
    docker exec ${nginx} nginx -s reload 2>/dev/null
    until curl -sk -o /dev/null -D - https://localhost/version | grep -qi x-reloaded; do :; done
    echo "$began $(date +%s.%N)"
    cat /tmp/as-it-was >${path} && docker exec ${nginx} nginx -s reload 2>/dev/null
    while curl -sk -o /dev/null -D - https://localhost/version | grep -qi x-reloaded; do :; done`);
  const [began = 0, ended = 0] = text.trim().split(' ').map(Number);
  return Number((ended - began).toFixed(3));
}

interface Answers {
  /** Seconds from the change of the file until an answer with that status came; stops asking. */
  first(status: number): Promise<number>;
}

/** Asks the proxy, one request after the other, until it is told to stop. */
export async function answersSince(stage: Stage, path: string): Promise<Answers> {
  const asking = stage.host.root(`rm -f /tmp/enough
    until [ -e /tmp/enough ]; do
      curl -sk -m 20 -o /dev/null -w '%{http_code} ' https://localhost/version; date +%s.%N; sleep 0.02
    done`);
  return {
    first: async (status) => {
      await stage.host.root('touch /tmp/enough');
      const lines = (await asking).trim().split('\n');
      const at = lines.find((line) => line.startsWith(`${status} `))?.split(' ')[1];
      if (at === undefined) throw new Error(`no answer was ${status}`);
      // When the directory had it, not when its content was written.
      const changed = await stage.host.root(`stat -c %.9Z /srv/stack/${path}`);
      return Number((Number(at) - Number(changed)).toFixed(3));
    },
  };
}

/** Address of the container of a service on the network of nginx. */
export async function addressOf(stage: Stage, service: string): Promise<string> {
  const id = `$(docker ps -q --filter label=com.docker.compose.service=${service})`;
  return (await stage.host.root(`docker inspect -f '{{.NetworkSettings.Networks.acme_edge.IPAddress}}' ${id}`)).trim();
}

/** What nginx answers to a container of a service. */
export function answerTo(stage: Stage, service: string): Promise<string> {
  const script = `require("https").get({host:"nginx",path:"/version",rejectUnauthorized:false},(r)=>{console.log(r.statusCode);process.exit()})`;
  return stage.host.root(
    `docker exec $(docker ps -q --filter label=com.docker.compose.service=${service}) node -e '${script}'`,
  );
}
