/** What a release's containers get as their environment: the run's env file, the host's, and nothing else. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation, Stage, succeeded } from '../e2e/stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

function envFile(): Promise<string> {
  return stage.host.root('stat -c %a /srv/stack/.env.production; cat /srv/stack/.env.production');
}

describe('a run that brings no env file', () => {
  it("keeps the host's, says so, and so does the next", async () => {
    const before = await envFile();
    rmSync(join(stage.workspace, '.env.production'));
    const planned = await stage.deploy('v2', { 'dry-run': 'true' });
    succeeded(planned);
    expect(planned.stdout).toMatch(
      /env file: \.env\.production as it is on the host, changed there on 20\S+Z;.*\nrelease/,
    );
    expect(planned.summary).toContain('as it is on the host');
    for (const version of ['v2', 'v1']) {
      succeeded(await stage.deploy(version));
      expect(await envFile()).toBe(before);
    }
    const rolledBack = await stage.rollback();
    succeeded(rolledBack);
    expect(rolledBack.stdout).toMatch(/env file: \.env\.production as release \S+ has it\nrelease/);
    expect(await envFile()).toBe(before);
  });

  it('is refused where a secret of that name does not exist, and where the host has lost its own', async () => {
    const before = await stage.running();
    const empty = await stage.deploy('v2', { 'env-content': '' });
    expect(annotation(empty)).toMatch(/^RB-INPUT-INVALID: env-content is given and empty/);
    await stage.host.root('mv /srv/stack/.env.production /tmp/kept');
    const lost = await stage.deploy('v2');
    const command = /install -m 600 \S+ \S+/.exec(annotation(lost))?.[0] ?? 'false';
    expect(annotation(lost)).toMatch(/^RB-FILE-MISSING: there is no env file/);
    expect(await stage.running()).toEqual(before);
    await stage.host.root(
      `${command} && cmp /srv/stack/.env.production /tmp/kept && mv /tmp/kept /srv/stack/.env.production`,
    );
  });
});
