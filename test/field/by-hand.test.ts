/** What people did by hand or wrote in another way than ours is not undone unasked, and data never gets two servers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';

const RUNBOOK = `stack: acme
directory: /srv/stack
compose: [compose.yaml]
env-file: null
versioned: []
proxy: { service: null }
migration: { service: null }
defaults: { stable-for: 1s }
watch: { duration: 1s }
`;
const IMAGE = 'localhost:5000/acme/backend:v1';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open({ kind: 'sid' });
  stage.write('runbook.yml', RUNBOOK);
});
afterAll(() => stage?.close());

interface Wish {
  readonly edition?: string;
  /** Name of the service that has the data. */
  readonly keeper?: string;
  readonly mount?: string;
}

function compose({ edition = 'first', keeper = 'db', mount = 'data:/data' }: Wish = {}): string {
  return `name: acme
services:
  api: { image: "${IMAGE}", environment: { EDITION: "${edition}" } }
  worker: { image: "${IMAGE}" }
  docs: { image: "${IMAGE}", profiles: [docs] }
  ${keeper}: { image: "${IMAGE}", volumes: ["${mount}"] }
volumes: { data: {} }
`;
}

/** That a deploy is refused with these words, and nothing is touched. */
async function refused(words: string, wish: Wish): Promise<void> {
  const before = await stage.running();
  stage.write('compose.yaml', compose(wish));
  expect(annotation(await stage.deploy(''))).toContain(words);
  expect(await stage.running()).toEqual(before);
}

const count = async (service: string): Promise<number> =>
  (await stage.running()).filter((container) => container.service === service).length;

it('a first deploy leaves what was scaled and started with a profile by hand', { tags: ['exhaustive'] }, async () => {
  await stage.host.root(`mkdir -p /srv/stack && cat >/srv/stack/compose.yaml <<'END'
${compose()}END
    chown -R deploy: /srv/stack
    cd /srv/stack && docker compose --profile docs up -d --scale worker=3`);
  await refused('RB-PROFILE-INACTIVE: docs runs here', {});
  stage.write('runbook.yml', `${RUNBOOK}profiles: [docs]\n`);
  const result = await stage.deploy('');
  succeeded(result);
  expect(result.stdout).toContain('worker keeps its number of containers, 3, which people set');
  expect([await count('worker'), await count('docs')]).toEqual([3, 1]);
});

it('a container that was connected to a further network is not replaced by one that is not on it', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root(
    `docker network create edge && docker run -d --name outside --network edge ${IMAGE} && docker network connect edge acme-api-1`,
  );
  await refused('RB-DRIFT: acme-api-1 was connected by hand to the network edge, on which outside is', {
    edition: 'second',
  });
  await stage.host.root('docker network disconnect edge acme-api-1');
  succeeded(await stage.deploy(''));
  await stage.host.root('docker rm -f outside');
});

it('limits and a restart policy of `docker update` are named while the container stays, and as undone where it goes', {
  tags: ['exhaustive'],
}, async () => {
  const api = '$(docker ps -q --filter label=com.docker.compose.service=api)';
  await stage.host.root(`docker update --cpu-shares 512 --restart always ${api}`);
  const found =
    'api acme-api-\\d+ has by docker update: CPU shares 512 instead of none, restart policy always instead of no';
  const kept = await stage.deploy('');
  succeeded(kept);
  expect(kept.outputs['changed-services']).toBe('[]');
  expect(kept.stdout).toMatch(new RegExp(`changed by hand, left alone: ${found}`));
  stage.write('compose.yaml', compose({ edition: 'third' }));
  const replaced = await stage.deploy('');
  succeeded(replaced);
  expect(replaced.stdout).toMatch(new RegExp(`changed by hand, undone by this plan: ${found}`));
  const policy = await stage.host.root(`docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' ${api}`);
  expect(policy.trim()).toBe('no');
});

it('a renamed service does not start on the data that the former one still writes to', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root('docker exec acme-db-1 node -e \'require("fs").writeFileSync("/data/value", "kept")\'');
  const renamed = { edition: 'second', keeper: 'store' };
  await refused('RB-VOLUME-IN-USE: store would write to acme_data while acme-db-1 of db', renamed);
  await stage.host.root('docker stop acme-db-1');
  succeeded(await stage.deploy(''));
  const read = 'docker exec acme-store-1 node -p \'require("fs").readFileSync("/data/value", "utf8")\'';
  expect((await stage.host.root(read)).trim()).toBe('kept');
});

it('a path above the directory of the stack is refused by its name', { tags: ['exhaustive'] }, async () => {
  await refused("RB-SOURCE-ABOVE: store uses ../common, which lies above the stack's directory /srv/stack", {
    edition: 'second',
    keeper: 'store',
    mount: '../common:/data',
  });
});
