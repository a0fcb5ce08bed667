/** The name of a backup and its installation: two hosts that share a place do not get in each other's way. */
import { randomBytes } from 'node:crypto';
import { idOf } from '../lib/backup/clock';
import { noteInstallation } from '../lib/backup/installation';
import type { Installation } from '../lib/backup/manifest';
import { UserError } from '../lib/errors';
import { quote } from '../lib/host/quote';
import type { Prepared } from './prepare';
import type { Scene } from './scene';

/** Gives the installation its identity at its first backup. @throws {UserError} RB-HOST-UNSUITABLE */
export async function install({ session }: Scene, { installation, identity }: Prepared): Promise<Installation> {
  const { host, machine, noted } = identity;
  const uid = installation ?? randomBytes(8).toString('hex');
  const own = { uid, host, machine };
  if (noted?.id === uid && noted.machine === machine) return own;
  if (await noteInstallation(session.host, session.root, own)) return own;
  throw new UserError('RB-HOST-UNSUITABLE', {
    what: `${session.root}/installation could not be written`,
    why: 'the file says to which installation the backups belong, so that no other host with a stack of this name removes or restores them',
    remedy:
      'see that the disk of the host has room and the folder belongs to the user of ssh-user; nothing was backed up',
  });
}

/** Number of names to try, a second apart. */
const NAMES = 120;

/** The time as a name that no backup in any place has yet: another host may make one in the same second. */
export async function freeId({ session, remote }: Scene, { place, clock }: Prepared): Promise<string> {
  const seconds = Array.from({ length: NAMES }, (_, second) => idOf(clock.now + second * 1000));
  const outcome = await session.host.run(
    `cd ${quote(place.directory)} 2>/dev/null && for id in ${seconds.join(' ')}; do [ ! -e "$id" ] || echo "$id"; done; :`,
  );
  const taken = new Set(outcome.stdout.split('\n'));
  for (const id of seconds) {
    if (taken.has(id)) continue;
    const claimed = await Promise.all(remote.map((one) => one.claim(id)));
    if (claimed.every((one) => one)) return id;
  }
  throw new Error(`no name for a backup is free from ${clock.id} on`);
}
