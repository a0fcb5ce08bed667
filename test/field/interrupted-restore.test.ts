/** A restore that a reboot interrupted in its swap: nobody decides for a person which data stays, and nothing that was live goes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../e2e/restore/backups';
import { annotation, Stage, succeeded } from '../e2e/stage';

let stage: Stage;

const FOLDER = '/var/lib/docker/volumes/acme_uploads/_data';
const database = 'docker exec $(docker ps -q --filter label=com.docker.compose.service=db) pg_isready -q -U acme';

beforeAll(async () => {
  stage = await Stage.open();
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace('    stop_signal: SIGINT', '    volumes: [uploads:/uploads]\n    stop_signal: SIGINT')
      .replace('  db-data: {}', '  db-data: {}\n  uploads: {}'),
  );
  stage.edit('runbook.yml', (text) => text.replace('backup:\n', 'backup:\n  volumes: [uploads]\n'));
  succeeded(await stage.deploy('v1', { 'health-timeout': '120s' }));
  await stage.host.root('mkdir -p /opt/backups && chown deploy: /opt/backups');
  await stage.host.root(`echo 'backed up' >${FOLDER}/letter`);
  await sql(stage.host, "create table orders (note text); insert into orders values ('backed up')");
  succeeded(await stage.backup());
});
afterAll(() => stage?.close());

const notes = async (name = 'acme'): Promise<string[]> => sql(stage.host, 'select note from orders order by 1', name);
const letter = async (): Promise<string> => (await stage.host.root(`cat ${FOLDER}/letter`)).trim();
const beside = async (word: string): Promise<string[]> => [
  ...(await sql(stage.host, `select datname from pg_database where datname like 'acme\\_${word}\\_%' order by 1`)),
  ...(await stage.host.root(`ls -A ${FOLDER} | grep '^[.]${word}-' || :`)).split('\n').filter((line) => line !== ''),
];

beforeEach(async () => {
  await sql(stage.host, "truncate orders; insert into orders values ('former')");
  await stage.host.root(`echo former >${FOLDER}/letter`);
});

/** Step and guard are killed at that call of Docker's client, and the host is started anew. */
async function interrupt(when: string): Promise<void> {
  await stage.host.root('cat >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker', {
    input: `#!/bin/sh
case "$*" in
  ${when})
    folder=$(ls -td /srv/stack/.runbook/steps/*-swap 2>/dev/null | head -n 1)
    if [ -n "$folder" ] && [ ! -e "$folder/status" ] && [ ! -e /tmp/interrupted ]; then
      [ "$1" != start ] || /usr/bin/docker "$@"
      : >/tmp/interrupted
      pkill -KILL -f "$folder/guard"
      kill -s KILL -- -"$(cut -d ' ' -f 1 "$folder/process")"
    fi ;;
esac
exec /usr/bin/docker "$@"
`,
  });
  await stage.host.root('rm -f /tmp/interrupted');
  const result = await stage.restore();
  expect(result.code, result.shown).toBe(1);
  await stage.host.root(
    '[ -e /tmp/interrupted ] && rm /usr/local/bin/docker && [ -e /srv/stack/.runbook/restore.pending ]',
  );
  await stage.host.reboot();
  await stage.host.root(`until ${database}; do sleep 0.2; done`, { timeout: 60_000 });
}

describe('after its writers were started', () => {
  it('every procedure refuses by name, and the way back keeps what was written since', {
    tags: ['exhaustive'],
  }, async () => {
    await interrupt('"start "*');
    expect(await notes()).toEqual(['backed up']);
    await sql(stage.host, "insert into orders values ('paid a week later')");
    await stage.host.root(`echo later >${FOLDER}/letter`);
    for (const refused of [
      await stage.deploy('v2'),
      await stage.rollback(),
      await stage.backup(),
      await stage.backup({ drill: 'only' }),
      await stage.restore(),
      await stage.restore({ undo: 'true' }),
    ]) {
      expect(annotation(refused)).toMatch(/^RB-RESTORE-UNSETTLED: .*interrupted: forward .* interrupted: back /s);
    }
    expect(await notes()).toEqual(['backed up', 'paid a week later']);

    const back = await stage.restore({ interrupted: 'back' });
    succeeded(back);
    expect(await notes()).toEqual(['former']);
    expect(await letter()).toBe('former');
    const [undone = '', folder = ''] = await beside('undone');
    expect(await notes(undone)).toEqual(['backed up', 'paid a week later']);
    expect((await stage.host.root(`cat ${FOLDER}/${folder}/letter`)).trim()).toBe('later');
    expect(back.summary).toContain('reversed');

    // Nothing that clears up takes it for what a restore was only filling.
    succeeded(await stage.restore());
    expect(await notes(undone)).toEqual(['backed up', 'paid a week later']);
    expect((await stage.host.root(`cat ${FOLDER}/${folder}/letter`)).trim()).toBe('later');
    await stage.serving();
  });

  it('the way forward keeps what was restored, and what was live before beside it', {
    tags: ['exhaustive'],
  }, async () => {
    await interrupt('"start "*');
    await sql(stage.host, "insert into orders values ('paid a week later')");
    const known = await beside('before');
    succeeded(await stage.restore({ interrupted: 'forward' }));
    expect(await notes()).toEqual(['backed up', 'paid a week later']);
    expect(await letter()).toBe('backed up');
    expect(await beside('before')).toEqual(known);
    expect(await notes(known.filter((name) => name.startsWith('acme')).at(-1))).toEqual(['former']);
    succeeded(await stage.deploy('v1'));
    const again = await stage.restore({ interrupted: 'forward' });
    succeeded(again);
    expect(again.summary).toContain('nothing to settle');
  });
});

it('before anything was exchanged, the next restore puts it right by itself, and a deploy is refused', {
  tags: ['exhaustive'],
}, async () => {
  await interrupt('"stop "*');
  expect(annotation(await stage.deploy('v1'))).toMatch(/^RB-RESTORE-UNSETTLED: /);
  const result = await stage.restore();
  succeeded(result);
  expect(result.summary).toContain('An unfinished swap was reversed');
  expect(await notes()).toEqual(['backed up']);
});

it('half exchanged, there is only the way back', { tags: ['exhaustive'] }, async () => {
  await interrupt('*"--network none"*"exchange"*');
  const forward = await stage.restore({ interrupted: 'forward' });
  expect(annotation(forward)).toMatch(/^RB-RESTORE-UNSETTLED: .*not everything was exchanged/);
  succeeded(await stage.restore({ interrupted: 'back' }));
  expect(await notes()).toEqual(['former']);
  expect(await letter()).toBe('former');
  await stage.serving();
});

it('a reversal whose writers do not start says so, and not that all is as it was', {
  tags: ['exhaustive'],
}, async () => {
  await stage.host.root('cat >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker', {
    input: `#!/bin/sh
case "$*" in "start "*) echo 'Error response from daemon: port is already allocated' >&2; exit 1 ;; esac
exec /usr/bin/docker "$@"
`,
  });
  const result = await stage.restore();
  await stage.host.root('rm /usr/local/bin/docker');
  expect(annotation(result)).toMatch(/^RB-WRITERS-DOWN: .*backend, worker do not run/);
  expect(result.summary).not.toContain('The former data still serves.');
  expect(await notes()).toEqual(['former']);
  await stage.host.root('docker start acme-backend-1 acme-worker-1');
  await stage.serving();
});
