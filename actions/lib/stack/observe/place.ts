/**
 * Checks that stack and directory belong together: the directory belongs to the runbook's stack, the stack runs from
 * it, and no other project does. A wrong name would start a second stack with empty volumes beside the real one. Pure.
 */
import { posix } from 'node:path';
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { Release } from '../model';
import { sectionsOf } from '../sections';

/** A container that Compose made, by its labels. */
export interface Tenant {
  readonly project: string;
  readonly service: string;
  readonly running: boolean;
  readonly configHash: string;
  /** Project directory, by the path with which the container was made. */
  readonly directory: string;
  /** Absolute paths of the Compose files that the container was made from. */
  readonly files: readonly string[];
}

/** Facts of the runbook's directory on the host. */
export interface Place {
  /** The stack whose releases are in the directory; `null` if no record says so. */
  readonly owner: string | null;
  /** Containers of all projects, without those of `docker compose run`. */
  readonly tenants: readonly Tenant[];
  /** Path → device and inode; without paths that lead nowhere. */
  readonly places: ReadonlyMap<string, string>;
}

type PlaceRunbook = Pick<Runbook, 'stack' | 'directory' | 'compose'>;

/** @param output output of a script with `observe_place` */
export function parsePlace(output: string): Place {
  const sections = sectionsOf(output);
  const tenants = (sections.get('tenants') ?? []).map((line) => line.split('\t'));
  const places = (sections.get('places') ?? []).map((line) => line.split('\t'));
  return {
    owner: sections.get('owner')?.[0] ?? null,
    tenants: tenants
      .filter(([, , , oneOff]) => oneOff !== 'True')
      .map(([state = '', project = '', service = '', , configHash = '', directory = '', files = '']) => ({
        project,
        service,
        running: state !== 'exited' && state !== 'created' && state !== 'dead',
        configHash,
        directory,
        files: files.split(',').filter((file) => file !== ''),
      })),
    places: new Map(places.map(([key = '', path = '']) => [path, key])),
  };
}

/**
 * Checks what must hold for every procedure.
 *
 * @param services services of the release that is to run; `null`: the run finds them out later; `all`: the procedure
 *   works with what runs
 * @throws {UserError} RB-STACK-MISMATCH, RB-DIRECTORY-MISMATCH
 */
export function checkPlace(
  place: Place,
  runbook: PlaceRunbook,
  current: Pick<Release, 'stack' | 'services'> | null,
  services: readonly string[] | null | 'all',
): void {
  const owner = place.owner ?? current?.stack ?? null;
  if (owner !== null && owner !== runbook.stack) throw otherOwner(owner, runbook);
  const own = place.tenants.filter(({ project }) => project === runbook.stack);
  const elsewhere = runningOrAll(own).filter((tenant) => !belongs(tenant, place, runbook, current));
  if (elsewhere.length > 0) throw otherDirectory(elsewhere, place, runbook);
  if (own.some(({ running }) => running)) return;
  const neighbours = place.tenants.filter(
    (tenant) =>
      tenant.project !== runbook.stack && (isHere(tenant, place, runbook) || sharesFiles(tenant, place, runbook)),
  );
  const rival = neighbours.find(
    (tenant) =>
      sharesFiles(tenant, place, runbook) ||
      (services === 'all' ? owner === null : services?.includes(tenant.service) === true),
  );
  if (rival !== undefined) throw otherProject(rival, runbook);
}

/** The running containers; if none runs, the stopped ones, as their data is there. */
function runningOrAll(tenants: readonly Tenant[]): readonly Tenant[] {
  const running = tenants.filter((tenant) => tenant.running);
  return running.length > 0 ? running : tenants;
}

/** The same files with another project directory are the same stack; other checks find out whether its mounts stay. */
function belongs(
  tenant: Tenant,
  place: Place,
  runbook: PlaceRunbook,
  current: Pick<Release, 'services'> | null,
): boolean {
  // An adopted container keeps the labels with which it was made.
  const known = current?.services[tenant.service]?.configHash;
  if (known !== null && known !== undefined && known === tenant.configHash) return true;
  return (
    tenant.directory === '' ||
    isHere(tenant, place, runbook) ||
    (tenant.files.length > 0 && tenant.files.every((file) => isOwnFile(file, place, runbook)))
  );
}

function isHere({ directory }: Tenant, place: Place, runbook: PlaceRunbook): boolean {
  return isSame(directory, runbook.directory, place);
}

function sharesFiles({ files }: Tenant, place: Place, runbook: PlaceRunbook): boolean {
  return files.some((file) => isOwnFile(file, place, runbook) || isBelow(`${runbook.directory}/.runbook`, file));
}

function isOwnFile(file: string, place: Place, { directory, compose }: PlaceRunbook): boolean {
  return compose.some((path) => isSame(file, posix.join(directory, path), place));
}

function isSame(a: string, b: string, { places }: Place): boolean {
  const [first, second] = [places.get(a), places.get(b)];
  if (first !== undefined && second !== undefined) return first === second;
  return plain(a) === plain(b);
}

function plain(path: string): string {
  return posix.normalize(path).replace(/\/+$/, '');
}

function isBelow(folder: string, path: string): boolean {
  return plain(path).startsWith(`${plain(folder)}/`);
}

function otherOwner(owner: string, { stack, directory }: PlaceRunbook): UserError {
  return new UserError('RB-STACK-MISMATCH', {
    what: `${directory} is the directory of the stack ${owner}, and runbook.yml says stack: ${stack}`,
    why: `a stack ${stack} would start beside it, with empty volumes of its own, and would use the releases and files of ${owner}`,
    remedy: `write "stack: ${owner}" in runbook.yml; if ${stack} is another stack, give it a "directory:" of its own`,
  });
}

function otherDirectory(tenants: readonly Tenant[], place: Place, { stack, directory }: PlaceRunbook): UserError {
  const folders = [...new Set(tenants.map((tenant) => plain(tenant.directory)))].sort();
  const [first = ''] = folders;
  const gone = tenants.every((tenant) => !place.places.has(tenant.directory));
  return new UserError('RB-DIRECTORY-MISMATCH', {
    what: `the stack ${stack} runs from ${folders.join(' and ')}, and runbook.yml says directory: ${directory}`,
    why: `its paths (./data) lead to other places there, and its releases would not be found: ${[...new Set(tenants.map(({ service }) => service))].join(', ')} would be recreated`,
    remedy: gone
      ? `the SSH user no longer finds ${first} on the host: put it back, or put a link to ${directory} in its place; if it should run from ${directory} from now on, remove its containers first (docker compose -p ${stack} down, without -v: volumes stay)`
      : `write "directory: ${first}" in runbook.yml; if that is another stack of the same name, write a "stack:" of its own`,
  });
}

function otherProject({ project, service, running }: Tenant, { stack, directory }: PlaceRunbook): UserError {
  return new UserError('RB-STACK-MISMATCH', {
    what: `${running ? 'from' : 'of'} ${directory} ${running ? 'runs' : 'there are stopped containers of'} the Compose project ${project} (${service}), and runbook.yml says stack: ${stack}`,
    why: `no container of a project ${stack} runs; it would start beside ${project}, with empty volumes of its own`,
    remedy: `write "stack: ${project}" in runbook.yml; if ${stack} is another stack, give it a "directory:" of its own; if ${project} should be replaced, end it first (docker compose -p ${project} down, without -v: volumes stay)`,
  });
}
