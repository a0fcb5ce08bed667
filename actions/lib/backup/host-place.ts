/** The directory for backups on the host, `<root>/<stack>/<id>/`: its room, publishing, removing. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mib } from '../bytes';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { psqlScript } from '../postgres/scripts';
import { onHost } from '../steps/on-host';
import type { Steps } from '../steps/step';
import { explainBackup } from './failures';
import type { Manifest } from './manifest';
import { lookAtFolder } from './mount';

export interface Place {
  /** `<root>/<stack>` */
  readonly directory: string;
  readonly writable: boolean;
  /** Bytes; `null` where they cannot be measured. */
  readonly free: number | null;
  /** The disk that it lies on, `/mnt/nas (nas:/backups)`; `null` where it is not known. */
  readonly mount: string | null;
  /** Mount point of `/etc/fstab` that it should lie on and that is not mounted; `null`: none. */
  readonly unmounted: string | null;
}

/** Looks without changing anything; the directory need not exist yet. */
export async function examine(host: Host, root: string, stack: string): Promise<Place> {
  const directory = `${root}/${stack}`;
  const outcome = await host.run(lookAtFolder(directory));
  const [word, free = '', mount = '', unmounted = ''] = outcome.stdout.split('\n');
  return {
    directory,
    writable: word === 'writable',
    free: /^\d+$/.test(free) ? Number(free) * 1024 : null,
    mount: mount || null,
    unmounted: unmounted || null,
  };
}

/**
 * The folder of the files until they are published. Lists of backups do not show it. Its name holds the installation,
 * because other hosts may share the disk, and each removes only its own.
 */
export function partFolder({ directory }: Place, { id, uid }: { readonly id: string; readonly uid: string }): string {
  return `${directory}/.${id}.${uid}.part`;
}

/** @throws {UserError} RB-HOST-UNSUITABLE, RB-DISK-SHORT */
export function requireRoom(place: Place, root: string, needed: number): void {
  if (!place.writable) throw explainBackup({ kind: 'folder', subject: root, log: [] });
  if (place.free === null || place.free >= needed) return;
  throw new UserError('RB-DISK-SHORT', {
    what: `a backup takes about ${mib(needed)} MiB in ${place.directory}, and ${mib(place.free)} MiB are free`,
    why: 'a backup that fills the disk takes the stack down with it; the estimate comes from the last one',
    remedy: 'free space, or have fewer backups kept on the host (backup.keep), and run it again',
  });
}

/** Makes the files a backup, by renaming their folder. @throws {UserError} */
export function publish(place: Place, folder: string, manifest: Manifest, steps: Steps): Promise<void> {
  const script = `publish ${quote(folder)} ${quote(`${place.directory}/${manifest.id}`)} || exit 1\ncommitted`;
  return step(steps, 'publish', 'Publish', script, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
}

/** @throws {UserError} */
export function remove({ directory }: Pick<Place, 'directory'>, ids: readonly string[], steps: Steps): Promise<void> {
  const script = `remove_backups ${quote(directory)} ${ids.map(quote).join(' ')} || exit 1`;
  return step(steps, 'prune', 'Remove old backups', script);
}

/** Days after which an unpublished folder counts as left by a killed run. */
const LEFT_FOR = 2;

/**
 * Removes leftovers of killed runs, and completes interrupted removals. Not to be used while a clock is in doubt.
 * @throws {UserError}
 */
export function sweep(directory: string, steps: Steps, onGone: (name: string) => void): Promise<void> {
  const script = `sweep_backups ${quote(directory)} ${LEFT_FOR} || exit 1`;
  return step(steps, 'sweep', 'Remove leftovers of killed runs', script, undefined, onGone);
}

async function step(
  steps: Steps,
  id: string,
  title: string,
  script: string,
  input?: Buffer,
  onGone?: (name: string) => void,
): Promise<void> {
  const whole = [psqlScript(), readFileSync(join(__dirname, 'host.sh'), 'utf8'), script].join('\n');
  const error = await onHost(
    steps,
    { id, script: whole, input },
    {
      onEvent: ({ name, fields }) => {
        if (name === 'swept') onGone?.(fields.name ?? '');
      },
      lost: {
        what: `the connection to the host was lost: ${title.toLowerCase()}`,
        remedy: 'run it again; the action restore lists the backups that exist',
      },
      explain: (told) => explainBackup(told),
    },
  );
  if (error !== null) throw error;
}
