/** What happens on the host just before a command does, e.g. between a script's look and its deed. */
import type { Stage } from './stage';

export interface Interposed {
  /** Name of a program that scripts find by `PATH`. */
  readonly tool: string;
  /** Pattern of the shell that its arguments, with a space between, must match. */
  readonly when: string;
  /** Shell commands; `"$@"` are the tool's arguments. */
  readonly first: string;
  /** Where it is found first; the helper looks into `/usr/local/sbin`, and writes only to `/run`. */
  readonly folder?: string;
}

/** The program itself is still run. @returns the way back */
export async function interpose(
  stage: Stage,
  { tool, when, first, folder = '/usr/local/bin' }: Interposed,
): Promise<() => Promise<void>> {
  const path = `${folder}/${tool}`;
  await stage.host.root(`real=$(command -v ${tool}) && cat >${path} <<END && chmod 755 ${path}
#!/bin/sh
case "\\$*" in
  ${when})
${first.replace(/[\\$`]/g, '\\$&')} ;;
esac
exec $real "\\$@"
END`);
  return async () => {
    await stage.host.root(`rm ${path}`);
  };
}

/**
 * At its next reload the master of nginx is stopped for 8 s, as by other work of the host; its workers serve. The
 * host has `/tmp/stopped` then. @param also what else happens as Docker is called, see {@link Interposed.first}
 * @returns the way back
 */
export async function slowReload(stage: Stage, also = ''): Promise<() => Promise<void>> {
  await stage.host.root(`rm -f /tmp/reloads /tmp/stopped
master=$(docker inspect --format '{{.State.Pid}}' acme-nginx-1)
setsid sh -c "until [ -e /tmp/reloads ]; do sleep 0.05; done; kill -STOP $master; : >/tmp/stopped; sleep 8; kill -CONT $master" >/dev/null 2>&1 &`);
  return interpose(stage, {
    tool: 'docker',
    when: '*',
    first: `${also}
case "$*" in *"nginx -s reload") : >/tmp/reloads; until [ -e /tmp/stopped ]; do sleep 0.05; done ;; esac`,
  });
}

/** As soon as the new backend runs, the worker asks at its address; `/tmp/met` has the version that answered. */
export function askedFromInside(stage: Stage): Promise<() => Promise<void>> {
  const of = (service: string): string => `/usr/bin/docker ps -q --filter label=com.docker.compose.service=${service}`;
  return interpose(stage, {
    tool: 'docker',
    when: '*compose*up*backend',
    first: `/usr/bin/docker "$@"
code=$?
new=$(${of('backend')} | head -n 1)
address=$(/usr/bin/docker inspect -f '{{(index .NetworkSettings.Networks "acme_internal").IPAddress}}' "$new")
until /usr/bin/docker exec "$new" busybox wget -q -O /dev/null http://127.0.0.1:8080/healthz; do sleep 0.1; done
/usr/bin/docker exec "$(${of('worker')})" busybox wget -q -O - "http://$address:8080/version" >/tmp/met 2>&1
exit $code`,
  });
}
