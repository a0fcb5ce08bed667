/** A freeze on one host. Each test goes on where the one before ended. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActionResult } from '../run-action';
import { annotation, Stage, succeeded } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  succeeded(await stage.deploy('v1'));
});
afterAll(() => stage?.close());

const REASON = 'the database moves, ask `Kim` ::error::or $(id)';
const maintenance = (mode: string, inputs: Readonly<Record<string, string>> = {}): Promise<ActionResult> =>
  stage.run('maintenance', { mode, ...inputs });
const stack = (): Promise<string> =>
  stage.host.root(`docker ps -aq --no-trunc | sort; find /srv/stack -exec stat -c '%n %a %Y' {} + | sort
    find /srv/stack -type f -exec sha256sum {} + | sort`);

it('a dry run and a look at the status change nothing', async () => {
  const before = await stack();
  const planned = await maintenance('freeze', { reason: REASON, until: '2h', 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.outputs.frozen).toBe('false');
  const status = await maintenance('status');
  succeeded(status);
  expect(status.stdout).toContain('Changes are not frozen.');
  expect(await stack()).toBe(before);
});

it('while changes are frozen a procedure that changes the stack is refused with the reason, and its dry run says so', async () => {
  const frozen = await maintenance('freeze', { reason: REASON, until: '2h' });
  succeeded(frozen);
  expect(frozen.outputs).toMatchObject({ frozen: 'true', reason: REASON });
  const running = await stage.running();
  const said =
    /^RB-FROZEN: changes are frozen until \S+Z \(another 1 h 5\d min\): the database moves, ask `Kim` ::error::or \$\(id\)\nCause: octocat froze them at /;
  expect(annotation(await stage.deploy('v2'))).toMatch(said);
  expect(annotation(await stage.run('scale', { replicas: 'worker=2' }))).toMatch(said);
  expect(annotation(await stage.run('restart', { services: 'worker' }))).toMatch(said);
  const planned = await stage.deploy('v2', { 'dry-run': 'true' });
  succeeded(planned);
  expect(planned.summary).toMatch(/Changes are frozen until .*A run that is not a dry run would be refused\./);
  expect(await stage.running()).toEqual(running);
  expect(await stage.host.root('grep ^state= /srv/stack/.runbook/lease')).toBe('state=free\n');
});

it('a rollback runs in spite of a freeze, and names it', { tags: ['exhaustive'] }, async () => {
  succeeded(await maintenance('unfreeze'));
  succeeded(await stage.deploy('v2'));
  succeeded(await maintenance('freeze', { reason: REASON, until: '2h' }));
  const back = await stage.rollback();
  succeeded(back);
  expect(back.summary).toMatch(/Changes are frozen until .*This procedure may run nevertheless\./);
  expect(await stage.images('backend')).toEqual(['v1']);
});

it('a backup and a restore run in spite of a freeze, and name it; a migration is refused before its backup', {
  tags: ['exhaustive'],
}, async () => {
  const copies = (): Promise<string> => stage.host.root('ls /opt/backups/acme');
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  const copied = await stage.backup();
  succeeded(copied);
  const before = await copies();
  expect(annotation(await stage.run('migrate'))).toMatch(/^RB-FROZEN: /);
  expect(await copies()).toBe(before);
  const back = await stage.restore();
  succeeded(back);
  for (const { summary } of [copied, back])
    expect(summary).toMatch(/Changes are frozen until .*This procedure may run nevertheless\./);
  const held = JSON.parse(await stage.host.root('cat /srv/stack/.runbook/freeze')) as { reason: string };
  expect(held.reason).toBe(REASON);
});

it('a damaged record freezes changes, too, until it is lifted; then deploys run again', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root(`printf '{"reason":' >/srv/stack/.runbook/freeze`);
  expect(annotation(await stage.deploy('v2'))).toMatch(
    /^RB-FROZEN: changes are frozen, and the record .* cannot be read/,
  );
  const lifted = await maintenance('unfreeze');
  succeeded(lifted);
  expect(lifted.outputs.frozen).toBe('false');
  succeeded(await stage.deploy('v2'));
  const again = await maintenance('unfreeze');
  succeeded(again);
  expect(again.summary).toContain('(nothing to do)');
});

it('a freeze ends by itself', { tags: ['exhaustive'] }, async () => {
  succeeded(await maintenance('freeze', { reason: 'short', until: '1h' }));
  await stage.host.root(`sed -i 's/"until":"20/"until":"19/' /srv/stack/.runbook/freeze`);
  const status = await maintenance('status');
  succeeded(status);
  expect(status.stdout).toMatch(/Changes are not frozen\.[\s\S]*The last freeze ended by itself at 19\d\d-.*: short/);
  succeeded(await stage.deploy('v1', { 'dry-run': 'true' }));
  succeeded(await stage.run('restart', { services: 'worker' }));
});
