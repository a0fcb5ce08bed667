/**
 * Which installation of a stack a backup belongs to. Staging and production often share the stack's name, the runbook
 * file and the bucket; only the host of the backup tells them apart.
 */
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import type { Installation, Manifest } from './manifest';

/** The identity that a host tells. */
export interface HostIdentity {
  readonly host: string;
  readonly machine: string;
  /** Content of `.runbook/installation`; `null`: there is none. */
  readonly noted: { readonly id: string; readonly machine: string } | null;
}

/** Whose a backup is. `unknown`: it was made before backups named their installation. */
export type Owner = 'own' | 'foreign' | 'unknown';

/** The installation that asks. */
export interface Asker {
  /** `null`: it has no ID yet. */
  readonly id: string | null;
  /** Name of its host. */
  readonly host: string;
}

/** What a person types for an `unknown` installation. */
export const UNKNOWN = 'unknown';

/** @param root `<directory>/.runbook` */
export async function readIdentity(host: Host, root: string): Promise<HostIdentity> {
  const outcome = await host.run(
    `uname -n
if [ -s /etc/machine-id ]; then { echo runbook; cat /etc/machine-id; } | sha256sum | cut -c 1-16; else echo; fi
cat ${quote(fileOf(root))} 2>/dev/null || :`,
  );
  const [name = '', machine = '', noted = ''] = outcome.stdout.split('\n').map((line) => line.trim());
  return { host: name, machine, noted: parseNote(noted) };
}

/** @param line of `.runbook/installation`, empty where there is none */
export function parseNote(line: string): HostIdentity['noted'] {
  const [, id, on = ''] = /^([0-9a-f]{16})(?: ([0-9a-f]{16}))?$/.exec(line.trim()) ?? [];
  return id === undefined ? null : { id, machine: on };
}

/**
 * The ID of this installation. If the file was lost together with `.runbook`, the backups that this machine made in its
 * own folder tell it. If the file came here with a copy of another machine's disk, it does not count.
 *
 * @param manifests those in the host's own folder, oldest first
 * @returns `null` where there is no ID yet
 */
export function installationOf(
  { host, machine, noted }: HostIdentity,
  manifests: readonly Pick<Manifest, 'installation'>[],
): string | null {
  if (noted !== null && !isCopy(noted, machine)) return noted.id;
  const own = manifests.findLast(
    ({ installation }) =>
      !!installation &&
      installation.uid !== noted?.id &&
      installation.machine === machine &&
      (machine !== '' || installation.host === host),
  );
  return own?.installation?.uid ?? null;
}

/** A sentence on a note that another machine made; `null`: this machine made it. */
export function sayCopy({ machine, noted }: HostIdentity, root: string): string | null {
  if (noted === null || !isCopy(noted, machine)) return null;
  return `${fileOf(root)} comes from another machine (installation ${noted.id}), so this host counts as an installation of its own. If it replaces the other for good: echo '${noted.id} ${machine}' >${fileOf(root)}`;
}

function isCopy(noted: { readonly machine: string }, machine: string): boolean {
  return noted.machine !== '' && machine !== '' && noted.machine !== machine;
}

/** Written once; a killed run leaves the whole line or nothing. */
export async function noteInstallation(host: Host, root: string, { uid, machine }: Installation): Promise<boolean> {
  const file = quote(fileOf(root));
  const outcome = await host.run(
    `umask 077 && printf '%s\\n' ${quote(`${uid} ${machine}`.trim())} >${file}.part && mv -f ${file}.part ${file} && echo noted`,
  );
  return outcome.stdout.trim() === 'noted';
}

/**
 * @param id this installation's; `null`: it has none yet
 * @param onHost the backup lies in the host's own folder, where old backups can only be its own
 */
export function ownerOf({ installation }: Pick<Manifest, 'installation'>, id: string | null, onHost: boolean): Owner {
  if (!installation) return onHost ? 'own' : 'unknown';
  return installation.uid === id ? 'own' : 'foreign';
}

/**
 * Backups in the name of this installation from another host: a machine that was started from a snapshot of this one may
 * have brought its ID along, and then has its data. They are known by this host's own backups from before. A host that
 * was only renamed made none under its present name before.
 *
 * @param manifests oldest first
 */
export function madeByCopy<T extends Pick<Manifest, 'installation'>>(
  manifests: readonly T[],
  asker: Asker,
): readonly T[] {
  const own = manifests.filter(({ installation }) => asker.id !== null && installation?.uid === asker.id);
  const first = own.findIndex(({ installation }) => installation?.host === asker.host);
  return first === -1 ? [] : own.slice(first).filter(({ installation }) => installation?.host !== asker.host);
}

/** This installation's backups, oldest first. @param manifests of one place, oldest first */
export function ownOf(manifests: readonly Manifest[], asker: Asker, onHost: boolean): readonly Manifest[] {
  const copied = new Set(madeByCopy(manifests, asker));
  return manifests.filter((one) => ownerOf(one, asker.id, onHost) === 'own' && !copied.has(one));
}

/** A sentence on such backups; `null`: there are none. */
export function sayTwin(copied: readonly Pick<Manifest, 'installation'>[], place: string): string | null {
  const hosts = [...new Set(copied.map(({ installation }) => installation?.host))];
  if (hosts.length === 0) return null;
  return `${place}: ${hosts.join(', ')} ${hosts.length === 1 ? 'makes' : 'make'} backups in the name of this installation, as a copy of this machine does: they are neither counted nor removed. Give the copy a machine ID of its own: on it, rm /etc/machine-id && systemd-machine-id-setup.`;
}

/** The name in messages. */
export function titleOfInstallation(installation: Installation | null): string {
  return !installation ? 'an unknown installation' : `${installation.host} (${installation.uid})`;
}

function fileOf(root: string): string {
  return `${root}/installation`;
}
