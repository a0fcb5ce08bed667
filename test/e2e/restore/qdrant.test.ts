/** Qdrant brought back, against a stand-in that says of itself what it is: all or nothing, and always with a way back. */
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LabQdrant, QDRANT_KEY } from '../../lab/qdrant-host';
import { annotation, type Stage, succeeded } from '../stage';
import { sql } from './backups';
import { LIVE, QdrantStage, RESTORED, SAVED } from './qdrant-stage';

let at: QdrantStage;
let stage: Stage;
let qdrant: LabQdrant;

beforeAll(async () => {
  at = await QdrantStage.open();
  ({ stage, qdrant } = at);
});
afterAll(() => stage?.close());
beforeEach(() => at.begin());

it('a restore of Qdrant brings back everything, keeps the former data, and is reverted by undo', async () => {
  const result = await stage.restore();
  succeeded(result);
  expect(await qdrant.state()).toEqual(RESTORED);
  expect(await at.note()).toBe('backed up');
  const former = JSON.parse(result.outputs.former ?? '') as Record<string, string>;
  expect(Object.keys(former).sort()).toEqual(['acme', 'qdrant/docs', 'qdrant/my users']);
  // The safety snapshots and nothing else, each as it is called.
  const saved = [`docs/${former['qdrant/docs']}`, `my%20users/${former['qdrant/my users']}`].sort();
  expect(await qdrant.snapshots()).toEqual(saved);
  expect(result.summary).toContain('To remove it: DELETE /collections/docs/snapshots/');
  expect(result.summary).toContain('keeps collections that the backup does not have: scratch');
  expect(result.shown).not.toContain(QDRANT_KEY);
  expect(await stage.host.root(`grep -r ${QDRANT_KEY} /srv/stack/.runbook || :`)).toBe('');
  expect(await at.left()).toBe('qdrant.done\n');

  succeeded(await stage.restore({ undo: 'true' }));
  expect(await qdrant.state()).toEqual(LIVE);
  expect(await at.note()).toBe('live');
  // What was restored, once more as snapshots; those that are live again are gone.
  const undone = await qdrant.snapshots();
  expect(undone).toHaveLength(2);
  expect(undone.filter((name) => saved.includes(name))).toEqual([]);
  expect(await at.left()).toBe('');
  expect(annotation(await stage.restore({ undo: 'true', qdrant: '*' }))).toMatch(/^RB-UNDO-UNKNOWN: /);
});

it('a restore of Qdrant is limited to the named services', { tags: ['exhaustive'] }, async () => {
  const only = await stage.restore({ qdrant: 'qdrant' });
  succeeded(only);
  expect(await qdrant.state()).toEqual(RESTORED);
  expect(await at.note()).toBe('live');
  expect(only.stdout).not.toContain('writers');
  // The databases have nothing to go back to of this restore.
  succeeded(await stage.restore({ undo: 'true', qdrant: '*' }));
  expect(await qdrant.state()).toEqual(LIVE);
  succeeded(await stage.restore({ databases: '*' }));
  expect(await qdrant.state()).toEqual(LIVE);
  expect(await at.note()).toBe('backed up');
  expect(annotation(await stage.restore({ qdrant: 'other' }))).toMatch(/^RB-BACKUP-UNKNOWN: .*other/);
});

it('a restore of Qdrant fills an empty server, and undo empties it', { tags: ['exhaustive'] }, async () => {
  const empty = { collections: {}, aliases: {} };
  await qdrant.become(empty);
  succeeded(await stage.restore({ qdrant: '*' }));
  expect(await qdrant.state()).toEqual(SAVED);
  expect(await qdrant.snapshots()).toEqual([]);
  const undone = await stage.restore({ undo: 'true' });
  succeeded(undone);
  expect(undone.summary).toContain(`The backup ${at.backup} has them.`);
  expect(await qdrant.state()).toEqual(empty);
});

it('an encrypted backup of Qdrant is restored from elsewhere', { tags: ['exhaustive'] }, async () => {
  await qdrant.become(SAVED);
  const identity = await generateX25519Identity();
  succeeded(await stage.backup({ to: 'file', recipients: await identityToRecipient(identity) }));
  await qdrant.become(LIVE);
  succeeded(await stage.restore({ from: 'file', path: 'backup', identity, qdrant: '*' }));
  expect(await qdrant.state()).toEqual(RESTORED);
});

it('a dry run of a restore of Qdrant shows its effects, and changes nothing', async () => {
  const result = await stage.restore({ 'dry-run': 'true', confirm: '' });
  succeeded(result);
  expect(result.stdout).toMatch(/qdrant\/docs: 2 MiB in the backup; 1 points now/);
  expect(result.stdout).toContain('qdrant: alias old goes');
  expect(result.stdout).toContain('not in the backup, so it stays: scratch');
  await at.untouched();
  expect(await at.left()).toBe('');
});

describe('refuses before anything changes', { tags: ['exhaustive'] }, () => {
  it.each([['a bit was turned', 'printf x | dd of="$file" bs=1 seek=100000 conv=notrunc', /^RB-ARCHIVE-DAMAGED/]])(
    '%s',
    refusesAfter,
  );
  it.each([
    ['it is gone', 'rm "$file"', /^RB-BACKUP-UNKNOWN/],
    ['the end is missing', 'truncate -s -5000 "$file"', /^RB-ARCHIVE-DAMAGED/],
    ['half of it is missing', 'truncate -s 2000000 "$file"', /^RB-ARCHIVE-DAMAGED/],
  ])('%s', { tags: ['exhaustive'] }, refusesAfter);

  async function refusesAfter(_what: string, harm: string, code: RegExp): Promise<void> {
    await stage.host.root(
      `cp -a /opt/backups/acme/${at.backup} /root/kept; file=/opt/backups/acme/${at.backup}/qdrant.qdrant.snapshot; ${harm}`,
    );
    try {
      const result = await stage.restore({ backup: at.backup });
      expect(annotation(result)).toMatch(code);
      expect(result.stdout).not.toContain('filling');
      await at.untouched();
    } finally {
      await stage.host.root(`rm -rf /opt/backups/acme/${at.backup} && mv /root/kept /opt/backups/acme/${at.backup}`);
    }
  }

  it('the disk is short', { tags: ['exhaustive'] }, async () => {
    const df = 'docker exec -u 0 acme-qdrant-1 sh -c';
    await stage.host.root(
      `${df} 'printf "#!/bin/sh\\necho /dev/x 9 9 40000 1%% /\\n" >/usr/local/bin/df; chmod 755 /usr/local/bin/df'`,
    );
    try {
      expect(annotation(await stage.restore())).toMatch(/^RB-DISK-SHORT: .*Qdrant \(service qdrant\), 40 MiB are free/);
      await at.untouched();
    } finally {
      await stage.host.root(`${df} 'rm /usr/local/bin/df'`);
    }
  });

  it('the key is wrong', { tags: ['exhaustive'] }, async () => {
    stage.edit('runbook.yml', (text) =>
      text.replace('{ service: qdrant }', '{ service: qdrant, api-key-variable: PATH }'),
    );
    expect(annotation(await stage.restore())).toMatch(/^RB-QDRANT-FAILED: [\s\S]*401[\s\S]*api-key-variable/);
    await at.untouched();
  });

  it('the runbook does not know the service', { tags: ['exhaustive'] }, async () => {
    stage.edit('runbook.yml', (text) => text.replace('  qdrant: [{ service: qdrant }]\n', ''));
    expect(annotation(await stage.restore())).toMatch(/^RB-QDRANT-FAILED: [\s\S]*add \{ service: qdrant \}/);
    succeeded(await stage.restore({ databases: '*', 'dry-run': 'true' }));
    await at.untouched();
  });

  it('a collection of the backup is an alias of another one', { tags: ['exhaustive'] }, async () => {
    const live = { collections: { scratch: [6] }, aliases: { docs: 'scratch' } };
    await qdrant.become(live);
    expect(annotation(await stage.restore())).toMatch(/^RB-QDRANT-FAILED: .*alias and a collection docs/);
    expect(await qdrant.state()).toEqual(live);
  });
});

describe('goes back to what was live, with databases and all', { tags: ['exhaustive'] }, () => {
  it.each([['the server refuses the second collection half-way', 'refuse', /HTTP 500: .*No space left/]])('%s', broken);
  it.each([
    ['the server ends in the second collection', 'crash', /did not restore my users/],
    ['the server calls the second collection red', 'once', /RB-QDRANT-FAILED/],
  ])('%s', { tags: ['exhaustive'] }, broken);

  async function broken(_what: string, fault: string, why: RegExp): Promise<void> {
    await qdrant.break(fault, 'my users');
    const result = await stage.restore({});
    expect(result.code, result.shown).toBe(1);
    expect(annotation(result)).toMatch(why);
    expect(result.summary).toContain('The former data still serves.');
    await qdrant.answers();
    await at.untouched();
    expect(await at.left()).toBe('');
    expect(await sql(stage.host, "select datname from pg_database where datname like '%restore%'")).toEqual([]);
  }

  it('an empty server is empty again', { tags: ['exhaustive'] }, async () => {
    const empty = { collections: {}, aliases: {} };
    await qdrant.become(empty);
    await qdrant.break('refuse', 'my users');
    const result = await stage.restore({ qdrant: '*' });
    expect(result.code, result.shown).toBe(1);
    expect(await qdrant.state()).toEqual(empty);
    expect(await qdrant.snapshots()).toEqual([]);
  });

  it('other vectors than the live collection has', { tags: ['exhaustive'] }, async () => {
    await qdrant.become(LIVE, 8);
    const result = await stage.restore();
    expect(annotation(result)).toMatch(/not compatible[\s\S]*rename or remove it in Qdrant/);
    await at.untouched();
  });

  it('through the runner, where the server cannot read from itself', { tags: ['exhaustive'] }, async () => {
    await qdrant.break('deaf', 'docs');
    await qdrant.break('refuse', 'my users');
    const result = await stage.restore({ qdrant: '*' });
    expect(result.code, result.shown).toBe(1);
    await at.untouched();
  });

  it('a writer does not come back after the swap', { tags: ['exhaustive'] }, async () => {
    await stage.host.root(`cat >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker`, {
      input: `#!/bin/sh\n/usr/bin/docker "$@"; code=$?\n[ "$1" != start ] || [ -e /tmp/killed ] || { : >/tmp/killed; /usr/bin/docker kill acme-worker-1 >/dev/null; }\nexit $code\n`,
    });
    const result = await stage.restore({ 'health-timeout': '30s' });
    await stage.host.root('rm -f /usr/local/bin/docker /tmp/killed');
    expect(annotation(result)).toMatch(/^RB-UNHEALTHY: worker/);
    await at.untouched();
    await stage.serving();
  });
});

it('a restore that cannot go back says so, and the next restore of any data does', {
  tags: ['exhaustive'],
}, async () => {
  await qdrant.break('red', 'docs');
  const result = await stage.restore({ qdrant: '*' });
  expect(result.code, result.shown).toBe(1);
  expect(result.summary).toContain('it is not known which data Qdrant serves');
  expect(result.summary).not.toContain('The former data still serves.');
  expect(await at.left()).toBe('qdrant.pending\n');
  expect(annotation(await stage.backup())).toMatch(/^RB-RESTORE-UNSETTLED: .*Qdrant/s);
  // Somebody may have written to what it serves: a person says which data stays.
  expect(annotation(await stage.restore({ databases: '*' }))).toMatch(/^RB-RESTORE-UNSETTLED: /);
  const back = { databases: '*', interrupted: 'back' };
  const stuck = await stage.restore(back);
  expect(annotation(stuck)).toMatch(/RB-QDRANT-FAILED/);
  expect(await at.note()).toBe('live');
  await qdrant.mend('red');
  const planned = await stage.restore({ ...back, 'dry-run': 'true' });
  expect(planned.summary).toContain('the next restore first puts that right');
  expect(await at.left()).toBe('qdrant.pending\n');
  const next = await stage.restore(back);
  succeeded(next);
  expect(next.summary).toContain('went back to what it was before an interrupted restore');
  // That run settles it, and nothing else.
  succeeded(await stage.restore({ databases: '*' }));
  expect(await qdrant.state()).toEqual(LIVE);
  expect(await qdrant.snapshots()).toEqual([]);
  expect(await at.note()).toBe('backed up');
});
