/**
 * The state of Redpanda in a backup. There is no Redpanda to be had here: a container has a program that prints what
 * rpk prints, by its source. What a real one says is not tested.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Stage, succeeded } from '../stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await stage.host.root('mkdir -p /srv/redpanda && cat >/srv/redpanda/rpk && chmod 755 /srv/redpanda/rpk', {
    input: readFileSync(join(__dirname, '../../lab/rpk.sh')),
  });
  const labels = ['project=acme', 'service=redpanda', 'oneoff=False'].map((one) => `--label com.docker.compose.${one}`);
  await stage.host.root(
    `docker run -d --name acme-redpanda-1 ${labels.join(' ')} --network none -v /srv/redpanda/rpk:/usr/bin/rpk:ro \\
      --entrypoint sh $(docker inspect --format '{{.Image}}' $(docker ps -q --filter label=com.docker.compose.service=db)) -c 'sleep 100000'`,
  );
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  redpanda: [redpanda]\n'));
});
afterAll(() => stage?.close());

interface Broker {
  readonly topics: readonly unknown[];
  readonly problem: string | null;
}

async function brokersOf(id = ''): Promise<readonly Broker[]> {
  const text = await stage.host.root(`cat /opt/backups/acme/${id}/manifest.json`);
  return (JSON.parse(text) as { brokers: readonly Broker[] }).brokers;
}

it('a backup has topics, offsets and lag of Redpanda, and says that it has no messages', {
  tags: ['exhaustive'],
}, async () => {
  const result = await stage.backup();
  succeeded(result);
  const offsets = [
    { topic: 'evaluation-jobs', partition: 0, committed: 4700, end: 4711, lag: 11 },
    { topic: 'evaluation-jobs', partition: 1, committed: null, end: 36, lag: null },
  ];
  expect(await brokersOf(result.outputs.backup)).toEqual([
    {
      service: 'redpanda',
      topics: [
        {
          name: 'evaluation-jobs',
          partitions: [
            { partition: 0, start: 120, end: 4711 },
            { partition: 1, start: 0, end: 36 },
          ],
        },
        { name: 'dead.letters', partitions: [{ partition: 0, start: null, end: null }] },
      ],
      groups: [{ name: 'evaluation-consumer-group', state: 'Stable', lag: 11, offsets }],
      problem: null,
    },
  ]);
  expect(result.summary).toContain('Messages of redpanda are not in this backup');
  expect(result.summary).toContain('2 topics, 1 consumer groups, 11 messages not read yet');
});

it('a broker that does not answer or does not run is reported, and the backup is still made', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root('docker exec acme-redpanda-1 touch /tmp/refuse');
  const refused = await stage.backup();
  succeeded(refused);
  const [broker] = await brokersOf(refused.outputs.backup);
  expect(broker?.topics).toEqual([]);
  expect(broker?.problem).toMatch(/^rpk topic list: .*connection refused$/);
  expect(refused.stdout).toMatch(/::warning.*Its state is not known either/);

  await stage.host.root('docker stop -t 0 acme-redpanda-1');
  const absent = await stage.backup();
  succeeded(absent);
  expect((await brokersOf(absent.outputs.backup))[0]?.problem).toBe('none of its containers runs');
});
