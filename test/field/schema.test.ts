/**
 * The schema on a host: what migrates it runs when something of it changed, and after a restore. The migration's
 * image stays the same for ever; its SQL is mounted. Each test goes on where the one before ended.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../e2e/restore/backups';
import { annotation, Stage, succeeded } from '../e2e/stage';
import type { ActionResult } from '../run-action';

let stage: Stage;

const VERSION = 'backend=v1\nworker=v2';

const BACKEND = '    image: localhost:5000/acme/migrate:${MIGRATE_TAG:-v1}\n';
const STOCK = `    image: localhost:5000/acme/migrate:v1
    entrypoint: [sh, -c, 'for file in /sql/*.sql; do psql -qX -v ON_ERROR_STOP=1 -f "$$file" || exit 1; done; echo migrated $$0']
    command: [once]
    volumes: [./sql:/sql:ro]
`;

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('docker-compose.prod.yml', (text) => text.replace(BACKEND, () => STOCK));
  stage.edit('runbook.yml', (text) => text.replace('files: [nginx]', 'files: [nginx, sql]'));
  mkdirSync(join(stage.workspace, 'sql'));
  write('V1__orders.sql', 'create table if not exists orders (id int);');
  succeeded(await stage.deploy('v1', { 'health-timeout': '2m' }));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
});
afterAll(() => stage?.close());

function write(name: string, text: string): void {
  writeFileSync(join(stage.workspace, 'sql', name), `${text}\n`);
}

/** Services that the plan changes. */
function changed(result: ActionResult): string[] {
  const plan = JSON.parse(result.outputs.plan ?? '') as { changes: { service: string }[] };
  return plan.changes.map(({ service }) => service);
}

function columns(): Promise<string[]> {
  return sql(
    stage.host,
    "select column_name from information_schema.columns where table_name = 'orders' and table_schema = 'public' order by 1",
  );
}

describe('a migration whose image never changes', () => {
  it('runs when it gets a new file, and not again', async () => {
    write('V2__note.sql', 'alter table orders add column if not exists note text;');
    const result = await stage.deploy('v1');
    succeeded(result);
    expect(changed(result)).toEqual(['migrate']);
    expect(result.stdout).toContain('migration: sql/V2__note.sql');
    expect(await columns()).toEqual(['id', 'note']);
    const again = await stage.deploy(VERSION);
    succeeded(again);
    expect(changed(again)).toEqual(['worker']);
  });

  it('runs when its command or its environment changes', { tags: ['exhaustive'] }, async () => {
    stage.edit('docker-compose.prod.yml', (text) => text.replace('command: [once]', 'command: [more]'));
    const commanded = await stage.deploy(VERSION);
    succeeded(commanded);
    expect(changed(commanded)).toEqual(['migrate']);
    expect(commanded.stdout).toContain('migrated more');
    stage.edit('docker-compose.prod.yml', (text) =>
      text
        .replace('command: [more]', 'command: [more]\n    environment: { TARGET: "2", <<: *database }')
        .replace(
          '    environment:\n      <<: *database\n    networks: [internal]\n    depends_on:\n      db:',
          '    networks: [internal]\n    depends_on:\n      db:',
        ),
    );
    const valued = await stage.deploy(VERSION);
    succeeded(valued);
    expect(changed(valued)).toEqual(['migrate']);
  });

  it('runs once where an earlier version recorded only its image', async () => {
    await stage.host.root(
      `cd /srv/stack/.runbook && digest=$(sed 's/.*"migrate":{[^}]*"digest":"\\([^"]*\\)".*/\\1/' "releases/$(cat current)/release.json") &&
       printf '{"schema":"%s","release":"%s","compatible":true}\\n' "$digest" "$(cat current)" >>migrations.jsonl`,
    );
    const planned = await stage.deploy('v1', { 'dry-run': 'true' });
    succeeded(planned);
    expect(changed(planned)).toEqual(['migrate', 'worker']);
    expect(planned.stdout).toContain('by its image only');
    await stage.host.root('sed -i "\\$d" /srv/stack/.runbook/migrations.jsonl');
  });
});

describe('a restore', () => {
  const record = () => stage.host.root('cat /srv/stack/.runbook/migrations.jsonl');

  it('of an older schema says so, and lets the next deploy migrate, of the same version', {
    tags: ['exhaustive'],
  }, async () => {
    succeeded(await stage.backup());
    write('V3__price.sql', 'alter table orders add column if not exists price int;');
    succeeded(await stage.deploy(VERSION));
    expect(await columns()).toEqual(['id', 'note', 'price']);
    const restored = await stage.restore();
    succeeded(restored);
    expect(restored.summary).toMatch(/schema of release .* is older .* deploy after the restore/);
    expect(await columns()).toEqual(['id', 'note']);
    const deployed = await stage.deploy(VERSION);
    succeeded(deployed);
    expect(changed(deployed)).toEqual(['migrate']);
    expect(deployed.stdout).toContain('migration: the data was restored from the backup');
    expect(await columns()).toEqual(['id', 'note', 'price']);
  });

  it('that is undone, or whose swap is reversed, leaves the schema as it was', { tags: ['exhaustive'] }, async () => {
    const before = await record();
    // The writers are not healthy in time.
    const reversed = await stage.restore({ 'health-timeout': '1s' });
    expect(reversed.code).toBe(1);
    expect(annotation(reversed)).toMatch(/^RB-/);
    expect(await record()).toBe(before);
    succeeded(await stage.restore());
    succeeded(await stage.restore({ undo: 'true' }));
    expect(await columns()).toEqual(['id', 'note', 'price']);
    const deployed = await stage.deploy(VERSION);
    succeeded(deployed);
    expect(deployed.stdout).toContain('nothing to do');
  });

  it('of a backup that was made after a rollback brings the schema of the data, not that of the release', {
    tags: ['exhaustive'],
  }, async () => {
    succeeded(await stage.rollback({ release: '2-v1' }));
    succeeded(await stage.backup());
    const manifest = await stage.host.root('cat "$(ls -d /opt/backups/acme/*/ | tail -n 1)manifest.json"');
    const lines = (await record())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    const ran = lines.findLast(({ swap }) => swap === undefined);
    expect(JSON.parse(manifest)).toMatchObject({ release: '2-v1', schema: ran?.schema, migrated: ran?.release });
  });
});
