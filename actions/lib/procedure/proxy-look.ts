/** Reads the configuration that the running nginx in front of a stack has loaded. Changes nothing. */

import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import type { Door } from '../nginx/close';
import { type Files, filesIn } from '../nginx/tree';
import type { Container, State } from '../stack/model';
import { sectionsOf } from '../stack/sections';

export interface SeenNginx {
  readonly container: Container;
  readonly files: Files;
  /** Variables of the container. Hold secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Paths that the container's healthcheck requests from itself. */
  readonly own: readonly string[];
  /** TCP port of the container → places of the host that lead to it. */
  readonly ports: ReadonlyMap<number, readonly Pick<Door, 'address' | 'port'>[]>;
}

/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE, RB-CONNECTION-LOST */
export async function lookAtNginx(host: Host, state: State, { proxy }: Pick<Runbook, 'proxy'>): Promise<SeenNginx> {
  const container = nginxOf(state, proxy.service);
  const outcome = await host.run(lookScript(container.id));
  if (outcome.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the configuration of the proxy could not be read',
      why: outcome.reason,
      remedy: 'run it again; nothing was changed',
    });
  }
  const sections = sectionsOf(outcome.stdout);
  const bytes = (name: string): Buffer => Buffer.from((sections.get(name) ?? []).join(''), 'base64');
  const text = (name: string): string => bytes(name).toString('utf8');
  const files = filesIn(bytes('config').toString('latin1'));
  if (files.size === 0) {
    const [said = ''] = text('errors')
      .split('\n')
      .filter((line) => /\[emerg\]|rror/.test(line));
    throw unsuitable(
      `${proxy.service} does not show its configuration (\`nginx -T\`)`,
      said || text('errors').trim().slice(0, 300) || 'nginx said nothing',
      'correct what is wrong with it, e.g. by a deploy, then run this again',
    );
  }
  return {
    ...{ container, files, environment: environmentOf(text('environment')) },
    ...{ own: ownPaths(text('healthcheck')), ports: portsOf(text('ports')) },
  };
}

/** @throws {UserError} RB-MAINTENANCE-UNSUITABLE */
function nginxOf(state: State, service: string | null): Container {
  const remedy =
    'close the site at its entrance: at the load balancer, or at an nginx in front of it that is `proxy.service` of runbook.yml';
  if (service === null)
    throw unsuitable(
      'this stack has no proxy that could serve the page',
      'runbook.yml says proxy.service: null',
      remedy,
    );
  const running = state.containers.filter((one) => one.service === service && one.state === 'running' && !one.oneOff);
  const [first] = running;
  if (first === undefined)
    throw unsuitable(`${service} does not run`, 'its configuration is read from the container', 'start it first');
  const other = running.find(({ proxy }) => proxy?.program !== 'nginx');
  if (other === undefined) return first;
  const what = other.proxy === undefined ? 'a proxy that this action does not know' : NAMES[other.proxy.program];
  throw unsuitable(`${service} cannot serve the page of a closed site`, `it runs ${what}; only nginx can`, remedy);
}

const NAMES = { nginx: 'nginx', haproxy: 'HAProxy', caddy: 'Caddy', traefik: 'Traefik', apache: 'Apache' } as const;

/**
 * nginx may be installed elsewhere and read another file: its master process shows its arguments as one text. Angie's
 * shows them in brackets, behind its version and the number of its configuration.
 */
function lookScript(id: string): string {
  return `id=${quote(id)}
line=$(docker top "$id" -o args 2>/dev/null | grep -E '(nginx|angie): master process' | head -n 1)
program=nginx
case $line in *angie:*) program=angie ;; esac
line=$(printf '%s\\n' "$line" | sed -E 's/.*: master process ?//; s/^v[0-9][^[]*(\\[(.*)\\])?$/\\2/')
[ -z "\${line%% *}" ] || program=\${line%% *}
set --
for option in p c; do
  value=$(printf '%s\\n' "$line" | sed -n "s/.* -$option  *\\([^ ]*\\).*/\\1/p")
  [ -z "$value" ] || set -- "$@" "-$option" "$value"
done
errors=$(mktemp) || exit 1
printf '#rb-section config\\n'; docker exec "$id" "$program" -T "$@" 2>"$errors" </dev/null | base64
printf '#rb-section errors\\n'; base64 <"$errors"; rm -f "$errors"
printf '#rb-section environment\\n'; docker inspect --format '{{json .Config.Env}}' "$id" | base64
printf '#rb-section healthcheck\\n'; docker inspect --format '{{json .Config.Healthcheck}}' "$id" | base64
printf '#rb-section ports\\n'; docker inspect --format '{{json .NetworkSettings.Ports}}' "$id" | base64`;
}

function environmentOf(json: string): Record<string, string> {
  const lines = (JSON.parse(json || 'null') ?? []) as string[];
  return Object.fromEntries(lines.map((line) => [line.replace(/=.*/s, ''), line.replace(/^[^=]*=/, '')]));
}

/** Paths of URLs such as `http://localhost:80/ok` in the command. */
export function ownPaths(json: string): string[] {
  const { Test = [] } = (JSON.parse(json || 'null') ?? {}) as { Test?: string[] };
  const found = Test.join(' ').matchAll(
    /(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(\/[^\s"'|;&)]*)?(?=[\s"'|;&)]|$)/g,
  );
  return [...new Set([...found].map(([, path]) => path ?? '/'))];
}

/** `{"8080/tcp":[{"HostIp":"0.0.0.0","HostPort":"80"}],"8443/tcp":null}` */
export function portsOf(json: string): SeenNginx['ports'] {
  const all = (JSON.parse(json || 'null') ?? {}) as Record<string, { HostIp?: string; HostPort: string }[] | null>;
  const found = Object.entries(all).flatMap(([port, places]) => {
    if (!port.endsWith('/tcp') || places === null) return [];
    const made = places.map(({ HostIp = '', HostPort }) => ({
      port: Number(HostPort),
      ...(HostIp === '' || HostIp === '0.0.0.0' || HostIp === '::' ? {} : { address: HostIp }),
    }));
    // A port is published for IPv4 and for IPv6.
    const each = new Map(made.map((place) => [JSON.stringify(place), place]));
    return [[Number.parseInt(port, 10), [...each.values()]] as const];
  });
  return new Map(found);
}

export function unsuitable(what: string, why: string, remedy: string): UserError {
  return new UserError('RB-MAINTENANCE-UNSUITABLE', { what, why, remedy });
}
