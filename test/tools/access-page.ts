/** What `access` does for a host and a repository where nothing is there yet: the commands of ACCESS.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionsIn } from '../../actions/command';
import { parseRunbook } from '../../actions/lib/config/load';
import type { AccessLook } from '../../actions/lib/init/access-look';
import { gitHubSteps, hostSteps, keySteps, type Step } from '../../actions/lib/init/access-steps';
import { needsOf } from '../../actions/lib/init/needs';
import { reviewerSteps } from '../../actions/lib/init/reviewers';

const root = join(import.meta.dirname, '..', '..');

export const KEY = '~/.config/runbook-actions/shop@203.0.113.7';

export const NOTHING: AccessLook = {
  me: 'root',
  root: true,
  tool: 'useradd',
  docker: '28.2.2',
  dockerGroup: true,
  known: false,
  inGroup: false,
  answers: false,
  hasKey: false,
  places: new Map([
    ['/srv/shop', 'folder'],
    ['/srv/shop/caddy', 'folder'],
    ['/srv/shop/.env', 'file'],
    ['/srv/shop/compose.yaml', 'ready'],
    ['/srv/shop/.runbook', 'missing'],
    ['/opt/backups', 'missing'],
  ]),
  hostKeys: [],
};

export function accessByHand(): Readonly<Record<'here' | 'host' | 'github', readonly Step[]>> {
  const workflows = join(root, '.github', 'workflows');
  const named = ['deploy.yml', 'rollback.yml', 'backup.yml', 'restore.yml'];
  const texts = new Map(
    readdirSync(workflows)
      .filter((name) => named.includes(name))
      .map((name) => [name, readFileSync(join(workflows, name), 'utf8')]),
  );
  const facts = needsOf(texts, actionsIn(root), parseRunbook('', 'runbook.yml'));
  const told = { host: '203.0.113.7', port: '22', user: 'deploy', key: KEY };
  return {
    here: keySteps(KEY, 'shop'),
    host: hostSteps(NOTHING, {
      user: 'deploy',
      publicKey: 'PUBLIC_KEY',
      folders: ['/srv/shop', '/opt/backups'],
      inner: ['/srv/shop/caddy'],
      files: ['/srv/shop/compose.yaml', '/srv/shop/.env'],
      trees: ['/srv/shop/.runbook'],
    }),
    github: [
      ...gitHubSteps(facts, { ...told, knownHosts: '203.0.113.7 ssh-ed25519 THE_HOSTS_KEY' }, null),
      ...reviewerSteps(facts, ['ann', 'bob'], null).steps,
    ],
  };
}
