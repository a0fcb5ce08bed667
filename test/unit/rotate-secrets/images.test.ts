/** Images that a cleanup of the host removed: another env file needs those of the services that it recreates, alone. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommonInputs } from '../../../actions/lib/config/inputs';
import type { Run } from '../../../actions/lib/procedure/define';
import { otherEnv } from '../../../actions/lib/procedure/other-env';
import { checkImages } from '../../../actions/rotate-secrets/scene';
import { localHost } from '../stack/local-host';
import { emptyHost, release, runbook, service, settings } from '../stack/model-host';

const OWN = `sha256:${'0'.repeat(64)}`;

describe('another env file', () => {
  const built = (name: string) => ({ ...service(name, 'v1', '1'), digest: null, imageId: OWN });
  const current = release('1', {
    api: built('api'),
    job: built('job'),
    none: { ...built('none'), replicas: 0 },
    other: built('other'),
  });
  const asked = { ...runbook, services: { job: { ...settings, strategy: 'one-shot' as const } } };

  it('is refused where a service that it recreates needs an image that is nowhere', () => {
    expect(() => checkImages(['api'], current, {}, asked)).toThrow(/^RB-IMAGE-MISSING: .*\(service api\)/);
    expect(() => checkImages(['api'], current, { [OWN]: OWN }, asked)).not.toThrow();
  });

  it('needs no image of a service that it does not start', () => {
    expect(() => checkImages([], current, {}, asked)).not.toThrow();
    expect(() => checkImages(['job', 'none'], current, {}, asked)).not.toThrow();
  });

  it('asks no registry for an image that the host lacks: the run has no login, and the digest is known', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'other-env-'));
    try {
      const directory = join(folder, 'stack');
      mkdirSync(directory);
      const config = JSON.stringify({ name: 'shop', services: { api: { image: 'registry/api:v1' } } });
      const docker = `#!/bin/sh
case "$1 $2" in
'compose -p') echo '${config}' ;;
'version --format') echo '1.45 linux/amd64' ;;
'system dial-stdio' | 'manifest inspect') echo "$*" >>${folder}/asked ;;
esac
exit 0
`;
      writeFileSync(join(folder, 'docker'), docker);
      chmodSync(join(folder, 'docker'), 0o755);
      const host = localHost({ PATH: `${folder}:${process.env.PATH}` });
      const now = release('1', { api: service('api', 'v1', '1') });
      const run = { inputs: {}, recorder: { secret: () => undefined }, session: { host, state: emptyHost } };
      const found = await otherEnv(run as unknown as Run<CommonInputs>, {
        release: now,
        runbook: { ...runbook, directory, compose: ['c.yml'], envFile: '.env' },
        there: [{ path: 'c.yml', content: Buffer.from('services: {}'), mode: 0o644 }],
        text: 'A=1',
      });
      expect(found.after.services.api?.digest).toBe(now.services.api?.digest);
      expect(existsSync(join(folder, 'asked'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
