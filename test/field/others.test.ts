/** Stacks of others, whole: there and back under load. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage, succeeded } from '../e2e/stage';
import { expectNothingLeft } from '../e2e/stand-in-stage';
import type { HostKind } from '../lab/host-image';
import { total } from '../load/report';

const COMPOSE = 'docker-compose.prod.yml';

interface Other {
  readonly name: string;
  readonly kind: HostKind;
  edit(stage: Stage): void;
}

const others: readonly Other[] = [
  {
    name: 'of two containers behind nginx on networks with addresses of their own',
    kind: 'sid',
    edit: (stage) => {
      stage.edit(COMPOSE, (text) =>
        text
          .replace(
            '  edge: {}\n',
            '  edge:\n    name: acme.front\n    enable_ipv6: true\n    ipam: { config: [{ subnet: 10.91.0.0/24 }, { subnet: "fd91::/64" }] }\n',
          )
          .replace(
            '    networks: [edge]\n    depends_on:\n      backend:',
            '    networks: { edge: { ipv4_address: 10.91.0.10 } }\n    depends_on:\n      backend:',
          )
          .replace('      replicas: 1\n', '      replicas: 2\n')
          .replace(
            '    depends_on:\n      backend:\n        condition: service_healthy\n    deploy:',
            '    depends_on:\n      backend:\n        condition: service_healthy\n        restart: true\n    deploy:',
          )
          .replace('  db-data: {}\n', '  db-data: { name: Acme_Data.1 }\n'),
      );
    },
  },
];

describe.each(others)('a stack $name', ({ kind, edit }) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ kind });
    edit(stage);
    succeeded(await stage.deploy('v1', { 'health-timeout': '90s' }));
    await stage.serving();
  });
  afterAll(() => stage?.close());

  it('goes to another version and back while all requests are answered', { tags: ['exhaustive'] }, async () => {
    const load = await stage.load();
    const forward = await stage.deploy('v2');
    const back = await stage.rollback();
    const report = await load.stop();
    succeeded(forward);
    succeeded(back);
    expect(total(report).failed, await stage.failures(report)).toBe(0);
    expect(Object.keys(total(report).versions).sort()).toEqual(['v1', 'v2']);
    expect(new Set(await stage.images('backend'))).toEqual(new Set(['v1']));
    await expectNothingLeft(stage);
    expect((await stage.deploy('v1')).outputs['changed-services']).toBe('[]');
  });
});
