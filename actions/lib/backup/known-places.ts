/**
 * What the host remembers of the places that its backups are in. A folder whose disk is not mounted, or a bucket that
 * somebody emptied, looks as if this were the first backup.
 */
import { z } from 'zod';
import type { Host } from '../host/host';
import { quote } from '../host/quote';

const schema = z.array(z.object({ place: z.string(), newest: z.string(), mount: z.string().nullable() }));

/** The state of a place when the last backup was published there. */
export interface KnownPlace {
  /** The place's name. */
  readonly place: string;
  /** ID of the last backup. */
  readonly newest: string;
  /** Its disk, `/mnt/nas (nas:/backups)`; `null`: it does not lie on the host. */
  readonly mount: string | null;
}

/** `null`: the record is damaged. @param root `<directory>/.runbook` */
export async function readKnown(host: Host, root: string): Promise<readonly KnownPlace[] | null> {
  const outcome = await host.run(`f=${quote(knownFile(root))}; [ ! -e "$f" ] || { cat "$f" && echo; }`);
  if (outcome.outcome !== 'exited' || outcome.code !== 0) return null;
  if (outcome.stdout.trim() === '') return [];
  try {
    return schema.parse(JSON.parse(outcome.stdout));
  } catch {
    return null;
  }
}

/** A killed run leaves the whole record or the former one. @returns false where it cannot be written */
export async function noteKnown(host: Host, root: string, known: readonly KnownPlace[]): Promise<boolean> {
  const file = quote(knownFile(root));
  const outcome = await host.run(
    `umask 077 && printf '%s\\n' ${quote(JSON.stringify(known))} >${file}.part && mv -f ${file}.part ${file} && echo noted`,
  );
  return outcome.stdout.trim() === 'noted';
}

/**
 * Whether the backups that were in a place are not there any more, although nobody can have removed them there: a folder
 * lies on another disk now, or a bucket is empty. What is gone from the same disk, somebody removed.
 *
 * @param ids of what is there, with those whose manifest cannot be read
 * @param mount disk of the place now; `null`: it does not lie on the host
 */
export function lacksFormer(known: KnownPlace, ids: readonly string[], mount: string | null): boolean {
  if (ids.some((id) => id >= known.newest)) return false;
  return known.mount === null ? ids.length === 0 : known.mount !== mount;
}

export function knownFile(root: string): string {
  return `${root}/backup-places.json`;
}
