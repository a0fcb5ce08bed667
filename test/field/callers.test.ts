/** Callers of another project on a network that two stacks share, which has IPv6 besides. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killStep, when } from '../e2e/moments';
import { Stage, succeeded } from '../e2e/stage';
import { expectNothingLeft, useNginx } from '../e2e/stand-in-stage';

const COMPOSE = 'docker-compose.prod.yml';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.host.root(
    'docker network create --ipv6 --subnet 10.93.0.0/24 --subnet fd93::/64 shared && docker run -d --name foreign --network shared localhost:5000/acme/backend:v1',
  );
  stage.edit(COMPOSE, (text) => text.replace('  edge: {}\n', '  edge: { name: shared, external: true }\n'));
  succeeded(await stage.deploy('v1'));
  await stage.serving();
});
afterAll(() => stage?.close());

/** A command in the network namespace of the other project's container. */
const foreign = (command: string): Promise<string> =>
  stage.host.root(`nsenter -t "$(docker inspect -f '{{.State.Pid}}' foreign)" -n ${command}`);

it('a connection by IPv6 to a new release outlives the rules that led it there', { tags: ['exhaustive'] }, async () => {
  const address = await stage.host.root(
    "docker inspect -f '{{.NetworkSettings.Networks.shared.GlobalIPv6Address}}' acme-backend-1",
  );
  let answer = Promise.resolve('');
  // An upload that ends when the deploy has.
  const asks = when(/cut over: /, () => {
    answer = stage.host.root(
      `{ until [ -e /tmp/over ]; do sleep 0.1; done; echo over; } |
         nsenter -t "$(docker inspect -f '{{.State.Pid}}' foreign)" -n curl -sg -m 250 -D - -T - 'http://[${address.trim()}]:8080/work' || echo "curl: $?"`,
    );
  });
  const result = await stage.deploy('backend=v2\nworker=v1', {}, { onLine: asks });
  await stage.host.root(': >/tmp/over');
  const said = await answer;
  succeeded(result);
  expect(said).toMatch(/x-version: v2/i);
  expect(said).toMatch(/over\n$/);
});

it('no rule stays with a caller of another project where a deploy was killed', { tags: ['exhaustive'] }, async () => {
  const killed = await stage.deploy(
    'backend=v1\nworker=v1',
    { 'watch-duration': '20s' },
    { onLine: when(/cut over: /, killStep(stage)) },
  );
  expect(killed.code).toBe(1);
  expect(await foreign('iptables -t nat -S')).toContain('RUNBOOK');
  succeeded(await stage.deploy('backend=v2\nworker=v1'));
  await expectNothingLeft(stage);
});

/** Calls backend every 0.1 s at an address that it keeps until /tmp/again is there; ends at /tmp/over, and prints the failures. */
const KEEPS = `const { request } = require('http'), { lookup } = require('dns').promises, { existsSync, rmSync, writeFileSync } = require('fs');
(async () => {
  let address, calls = 0;
  const failures = {};
  while (!existsSync('/tmp/over')) {
    if (calls === 0 || existsSync('/tmp/again')) { address = (await lookup('backend', 4)).address; rmSync('/tmp/again', { force: true }); }
    await new Promise((resolve) => {
      const failed = (error) => { failures[error.code] = (failures[error.code] ?? 0) + 1; resolve(); };
      request({ host: address, port: 8080, path: '/version', agent: false, timeout: 5000 }, (answer) => answer.resume().on('end', resolve)).on('error', failed).on('timeout', function () { this.destroy(new Error('timeout')); }).end();
    });
    calls += 1;
    writeFileSync('/tmp/calls', '');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  console.log(JSON.stringify({ calls, failures }));
})();`;

/** Begins to call; resolves, once it has called, with what it prints at its end. */
async function keepsCalling(): Promise<{ readonly printed: Promise<string> }> {
  await stage.host.put('/tmp/keeps.js', KEEPS);
  await stage.host.root(
    'docker exec foreign rm -f /tmp/again /tmp/calls /tmp/over; docker cp -q /tmp/keeps.js foreign:/tmp/keeps.js',
  );
  const printed = stage.host.root('docker exec foreign node /tmp/keeps.js');
  await stage.host.root('until docker exec foreign test -e /tmp/calls; do sleep 0.2; done');
  return { printed };
}

it('a caller that keeps an address for some seconds is served until it asks for the name again', {
  tags: ['exhaustive'],
}, async () => {
  const { printed } = await keepsCalling();
  let asked = Promise.resolve('');
  const asks = when(/still calling former addresses: foreign - waiting/, () => {
    asked = stage.host.root('sleep 4; docker exec foreign touch /tmp/again');
  });
  const result = await stage.deploy('backend=v1\nworker=v1', { 'drain-timeout': '60s' }, { onLine: asks });
  await asked;
  await stage.host.root('docker exec foreign touch /tmp/over');
  const { calls, failures } = JSON.parse(await printed) as { calls: number; failures: object };
  succeeded(result);
  expect(result.stdout).toContain('still calling former addresses: foreign - waiting');
  expect(result.stdout).not.toContain('::warning::foreign');
  expect(failures).toEqual({});
  expect(calls).toBeGreaterThan(50);
  await expectNothingLeft(stage);
});

it('a caller that never asks for a name again is named', { tags: ['exhaustive'] }, async () => {
  const { printed } = await keepsCalling();
  const result = await stage.deploy('backend=v2\nworker=v1', { 'drain-timeout': '6s' });
  await stage.host.root('docker exec foreign touch /tmp/over');
  await printed;
  succeeded(result);
  expect(result.stdout).toMatch(/^::warning::foreign: keeps addresses that names resolved to/m);
  await expectNothingLeft(stage);
});

it('a container that joins the network while a stand-in serves is called at its own address', {
  tags: ['exhaustive'],
}, async () => {
  const server = "require('http').createServer((_, answer) => answer.end('stranger ')).listen(80)";
  let answers = Promise.resolve('');
  const comes = when(/cut over: /, () => {
    answers = stage.host.root(
      `docker run -d --name stranger --network shared localhost:5000/acme/backend:v1 node -e "${server}" >/dev/null
       address=$(docker inspect -f '{{.NetworkSettings.Networks.shared.IPAddress}}' stranger)
       i=0; while [ $i -lt 40 ]; do
         nsenter -t "$(docker inspect -f '{{.State.Pid}}' foreign)" -n curl -s -m 2 "http://$address/" | head -c 100; i=$((i+1)); sleep 0.05
       done`,
    );
  });
  useNginx(stage, 'v2');
  succeeded(await stage.deploy('backend=v2\nworker=v1', { 'watch-duration': '8s' }, { onLine: comes }));
  expect([...new Set((await answers).trim().split(' '))]).toEqual(['stranger']);
  await expectNothingLeft(stage);
});
