/** The backup that a restore takes, and what a person should know of it before. */
import { isAhead, sayAhead } from '../lib/backup/clock';
import { examine } from '../lib/backup/host-place';
import { installationOf, ownerOf, readIdentity, titleOfInstallation } from '../lib/backup/installation';
import { lacksFormer, readKnown } from '../lib/backup/known-places';
import { lossesIn } from '../lib/backup/loss';
import type { Manifest } from '../lib/backup/manifest';
import { hostSource, sayUnreadable } from '../lib/backup/source';
import { hasWanted } from '../lib/data/wanted';
import { UserError } from '../lib/errors';
import { chooseBackup } from '../lib/restore/choose';
import type { Scene } from './scene';

/** Notes what speaks against it. @throws {UserError} RB-BACKUP-UNKNOWN, RB-BACKUP-FOREIGN, RB-STORAGE-FAILED */
export async function chosen({ request, session, recorder, source, notes }: Scene): Promise<Manifest> {
  const { backup, stack } = request.runbook;
  const { manifests: all, unreadable } = await source.survey();
  const { wanted } = request;
  const found = wanted.by === 'id' ? unreadable.find(({ id }) => id === wanted.id) : undefined;
  if (found !== undefined)
    throw new UserError('RB-STORAGE-FAILED', {
      what: `the manifest of ${found.id} in ${source.name} cannot be read`,
      why: found.why,
      remedy: 'bring it back or allow reading it, or choose another backup; `list: true` shows the backups',
    });
  const unread = wanted.by === 'id' ? null : sayUnreadable(unreadable, source.name);
  if (unread !== null) {
    recorder.warning(unread);
    notes.push(unread);
  }
  const now = Date.now();
  const onHost = request.from === 'host';
  if (onHost && wanted.by !== 'id') await requireDisk(session, request, source.name, [...all, ...unreadable]);
  const local = onHost ? all : await hostSource(session.host, backup.directory, stack).list();
  const identity = await readIdentity(session.host, session.root);
  const installation = installationOf(identity, local);
  const asking = { installation, host: identity.host, onHost, fromHost: request.fromHost };
  const manifest = chooseBackup(all, wanted, source.name, now, asking, (one) => hasWanted(one, request));
  for (const { id, left } of wanted.by === 'latest' ? passedOver(all, manifest, now) : [])
    notes.push(
      `The newer backup ${id} lacks ${left.join(', ')}, so it was not used; name it to restore the parts that it has.`,
    );
  if (manifest.left.length > 0)
    notes.push(`The backup ${manifest.id} lacks ${manifest.left.join(', ')}: it could not be read when it was made.`);
  for (const { text } of lossesIn(upTo(all, manifest, now))) {
    recorder.warning(text);
    notes.push(text);
  }
  if (ownerOf(manifest, installation, onHost) !== 'own')
    notes.push(`The backup ${manifest.id} is of ${titleOfInstallation(manifest.installation)}.`);
  const ahead = all.map(({ id }) => id).filter((id) => isAhead(id, now));
  const said = sayAhead(ahead, source.name, now);
  if (said !== null && request.wanted.by !== 'id') {
    recorder.warning(said);
    notes.push(said);
  }
  return manifest;
}

/** Newer backups of the same installation that lack something. */
function passedOver(all: readonly Manifest[], { id, installation }: Manifest, now: number): readonly Manifest[] {
  const own = all.filter((one) => one.installation?.uid === installation?.uid && !isAhead(one.id, now));
  return own.filter((one) => one.id > id && one.left.length > 0);
}

/** The backup, and those of the same installation before it. */
function upTo(all: readonly Manifest[], { id, installation }: Manifest, now: number): readonly Manifest[] {
  return all.filter((one) => one.installation?.uid === installation?.uid && one.id <= id && !isAhead(one.id, now));
}

/**
 * The latest backup is not known where the disk of the backups is not mounted: an old one may lie below it.
 *
 * @throws {UserError} RB-BACKUP-UNKNOWN
 */
async function requireDisk(
  { host, root }: Scene['session'],
  { runbook: { backup, stack } }: Scene['request'],
  name: string,
  there: readonly { readonly id: string }[],
): Promise<void> {
  const { mount, unmounted } = await examine(host, backup.directory, stack);
  const known = (await readKnown(host, root))?.find(({ place }) => place === name);
  const lost =
    known !== undefined &&
    lacksFormer(
      known,
      there.map(({ id }) => id),
      mount,
    );
  if (unmounted === null && !lost) return;
  throw new UserError('RB-BACKUP-UNKNOWN', {
    what: lost
      ? `the last backup of this host, ${known.newest}, is not in ${name}`
      : `${name} belongs on a disk that is not mounted`,
    why: lost
      ? `the folder lay on the disk ${known.mount}, and now lies on ${mount ?? 'an unknown one'}`
      : `/etc/fstab has ${unmounted}, and nothing is mounted there`,
    remedy:
      'mount the disk of the backups, and run it again; or name the backup that you want, or another place with `from`',
  });
}
