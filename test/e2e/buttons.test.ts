/** Restart and scale on one host, under load. Each test goes on where the one before ended. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { total } from '../load/report';
import type { ActionResult } from '../run-action';
import { annotation, type Running, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('nginx/plain/default.conf', (text) =>
    text.replace(
      'proxy_pass http://backend:8080;',
      'proxy_pass http://backend:8080;\n        add_header x-replica $upstream_addr always;',
    ),
  );
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

/** All of the host that a dry run could have touched. */
const everything = (): Promise<string> =>
  stage.host.root(`docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.State}}' | sort
    docker image ls -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}' | sort
    docker network ls -q | sort; docker volume ls -q | sort
    find /srv/stack -exec stat -c '%n %a %Y' {} + | sort; find /srv/stack -type f -exec sha256sum {} + | sort`);

const only = (service: string, running: readonly Running[]): readonly Running[] =>
  running.filter((container) => container.service === service);
const but = (services: readonly string[], running: readonly Running[]): readonly Running[] =>
  running.filter(({ service }) => !services.includes(service));

/** Under load; no request may fail. */
async function unnoticed(run: () => Promise<ActionResult>): Promise<ActionResult> {
  await stage.serving();
  const load = await stage.load();
  const result = await run();
  const report = await load.stop();
  succeeded(result);
  expect(total(report).failed, (await stage.failures(report)) + result.shown).toBe(0);
  expect(total(report).requests).toBeGreaterThan(50);
  expect(await stage.redirected()).toBe('');
  return result;
}

describe('restart', () => {
  it('shows in a dry run what it would do and who depends on it, and changes nothing', async () => {
    const before = await everything();
    const planned = await stage.run('restart', { services: 'backend', 'dry-run': 'true' });
    succeeded(planned);
    expect(planned.stdout).toContain(
      'backend rolls: new containers beside the old, then the cutover: made anew, as asked',
    );
    expect(planned.stdout).toContain('nginx, worker depend on backend.');
    expect(await everything()).toBe(before);
  });

  it('refuses what it cannot do, by name, and changes nothing', async () => {
    const before = await everything();
    const refused = async (inputs: Readonly<Record<string, string>>, said: RegExp): Promise<void> => {
      const result = await stage.run('restart', inputs);
      expect(result.code).toBe(1);
      expect(annotation(result)).toMatch(said);
    };
    await refused({ services: 'bakend' }, /^RB-SERVICE-UNKNOWN: there is no service "bakend" in release 1-v1/);
    await refused(
      { services: 'db', mode: 'stop' },
      /^RB-DOWNTIME-REFUSED: db would be stopped, and backend depends on it/,
    );
    expect((await everything()).replace(/^.*\.runbook.*$/gm, '')).toBe(before.replace(/^.*\.runbook.*$/gm, ''));
  });

  it('makes the named services anew from the same images, and nobody notices', async () => {
    const before = await stage.running();
    const result = await unnoticed(() => stage.run('restart', { services: 'backend, worker' }));
    const after = await stage.running();
    expect(JSON.parse(result.outputs['changed-services'] ?? '')).toEqual(['backend', 'worker']);
    for (const service of ['backend', 'worker']) {
      const [was, is] = [only(service, before), only(service, after)];
      expect(is.map(({ image }) => image)).toEqual(was.map(({ image }) => image));
      expect(is.map(({ id }) => id)).not.toEqual(was.map(({ id }) => id));
    }
    expect(but(['backend', 'worker'], after)).toEqual(but(['backend', 'worker'], before));
    expect(await stage.current()).toBe('2-v1');
  });

  it('is no reason for a deploy of the same to change anything', async () => {
    const before = await stage.running();
    const result = await stage.deploy('v1');
    succeeded(result);
    expect(result.summary).toContain('nothing to do');
    expect(await stage.running()).toEqual(before);
  });
});
