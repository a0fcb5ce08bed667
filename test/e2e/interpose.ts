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
