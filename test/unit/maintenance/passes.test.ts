import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backup } from '../../../actions/backup/backup';
import { deploy } from '../../../actions/deploy/deploy';
import { migrate } from '../../../actions/migrate/migrate';
import { renewCerts } from '../../../actions/renew-certs/renew-certs';
import { restart } from '../../../actions/restart/restart';
import { restore } from '../../../actions/restore/restore';
import { rollback } from '../../../actions/rollback/rollback';
import { rotateSecrets } from '../../../actions/rotate-secrets/rotate-secrets';
import { run } from '../../../actions/run/run';
import { scale } from '../../../actions/scale/scale';

it('the procedures that a freeze does not hold up are those that the page names', () => {
  const page = readFileSync(join(__dirname, '../../../actions/maintenance/README.md'), 'utf8');
  const [, listed = ''] = /\*\*Not held up\*\*: ([^.]*)\./.exec(page) ?? [];
  const all = [backup, deploy, migrate, renewCerts, restart, restore, rollback, rotateSecrets, run, scale];
  const passing = all.flatMap(({ name, passesFreeze }) => (passesFreeze === true ? [name] : []));
  expect(passing.sort()).toEqual(listed.split(', ').sort());
});
