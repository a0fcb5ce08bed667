/** Turns a stack that already runs into release 0, from the data of Compose and Docker. Nothing is restarted. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UploadedFile } from '../../config/files';
import type { Runbook } from '../../config/runbook';
import { UserError } from '../../errors';
import type { Host } from '../../host/host';
import { quote } from '../../host/quote';
import { VERSION } from '../../version';
import type { ComposeModel, ComposeService } from '../compose-model';
import { composeScript } from '../compose-script';
import { repositoryOf } from '../identity';
import { schemaName } from '../migrations';
import type { Container, Release, ReleaseService, State } from '../model';
import { parseModel } from '../resolve/compose';
import { definitionOf } from '../resolve/definition';
import { hidden, runbookAt, sightsOf } from '../resolve/hidden';
import { namedBy } from '../resolve/named-by';
import { packPayload } from '../resolve/payload';
import { pin, sharedFiles } from '../resolve/pin';
import { parseReference } from '../resolve/reference';
import { resolveScript } from '../resolve/script';
import { mountsOf, replicasOf, traitsOf } from '../resolve/traits';
import { tagVariables } from '../resolve/versions';
import { sharedOf } from '../resources';
import { sectionsOf, sectionsScript } from '../sections';

export interface Adopted {
  readonly release: Release;
  /** Text of its `compose.json`. Holds secrets. */
  readonly compose: string;
  /** From {@link sharedFiles}. Holds secrets. */
  readonly sharedFiles: Readonly<Record<string, string>>;
  /** Lines of its `files.list`. */
  readonly filesList: string;
  readonly notes: readonly string[];
  /** Profiles of the services that have any, by the files that the stack was started from. */
  readonly profiles?: Readonly<Record<string, readonly string[]>>;
}

/** Whether containers run here that belong to no known release. */
export function needsAdoption(state: State): boolean {
  return (
    state.current === null && state.containers.some((container) => container.state === 'running' && !container.oneOff)
  );
}

/** Whether our releases made the running containers, but their records were removed. */
export function lostReleases(state: State): boolean {
  const { containers, folders, unfinished } = state;
  // Leftovers of a first release that never became current are not a lost release.
  if (!needsAdoption(state) || folders.length > 0 || unfinished !== null) return false;
  return containers.some((container) => container.state === 'running' && isOurs(container));
}

function isOurs({ release, definition, oneOff }: Container): boolean {
  return release !== null && definition !== null && !oneOff;
}

/**
 * Reads the running stack on one session channel; changes nothing.
 *
 * @param files uploaded files of this run. Where records are lost, these replace the recorded files, and name the
 *   variables for tags of images
 * @throws {UserError} RB-COMPOSE-INVALID
 */
export async function adopt(
  host: Host,
  state: State,
  runbook: Runbook,
  files: readonly UploadedFile[],
  run: string,
  now: Date,
): Promise<Adopted> {
  const lost = lostReleases(state);
  const gone = await packPayload(lost ? files.filter(({ path }) => state.files[path] === undefined) : [], {}, []);
  const variables = {
    PROJECT: runbook.stack,
    ...(lost ? { ...placesOf(state, runbook, files), KEEP: '0', BYTES: String(gone.archive.length) } : {}),
  };
  const pieces = [
    composeScript(),
    resolveScript(),
    sectionsScript(),
    readFileSync(join(__dirname, 'adopt.sh'), 'utf8'),
  ];
  const outcome = await host.run(
    [...Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`), ...pieces].join('\n'),
    lost ? { input: gone.archive } : {},
  );
  const sections = sectionsOf(outcome.stdout);
  const config = (sections.get('config') ?? []).join('\n');
  const [folder = runbook.directory] = sections.get('labels') ?? [];
  if (config === '') {
    throw new UserError('RB-COMPOSE-INVALID', {
      what: 'the running stack cannot be adopted',
      why: `Docker Compose does not read the files that it was started from: ${(sections.get('error') ?? []).join(' ')}`,
      remedy: lost
        ? `its releases are gone from ${runbook.directory}/.runbook, so put the env file back to its place in ${runbook.directory}, or give it to this run (nothing is restarted for that), or restore .runbook from a copy`
        : `put the Compose and env files back to their places in ${folder}, with a value for every variable that the login had when the stack was started, or stop the stack to start from scratch`,
    });
  }
  const model = parseModel(config, folder, lost ? runbook.directory : folder);
  const hashes = hashesOf(sections.get('hashes') ?? []);
  return { ...adoptFrom(model, hashes, state, runbook, run, now), profiles: profilesIn(config) };
}

/** @param config Compose's model with all profiles active */
function profilesIn(config: string): Record<string, readonly string[]> {
  const { services = {} } = JSON.parse(config) as { services?: Record<string, { profiles?: readonly string[] }> };
  return Object.fromEntries(Object.entries(services).map(([name, { profiles = [] }]) => [name, profiles]));
}

/** Where a release has put its files, and the variables that it gave Compose. */
function placesOf(state: State, runbook: Runbook, files: readonly UploadedFile[]): Record<string, string> {
  const tags = state.containers.filter(isOurs).flatMap(({ service, image }) => {
    const tag = parseReference(image)?.tag;
    return tag ? [[service, tag] as const] : [];
  });
  return {
    DIRECTORY: runbook.directory.replace(/\/+$/, ''),
    COMPOSE_FILES: runbook.compose.join('\n'),
    ENV_FILE: runbook.envFile ?? '',
    COMPOSE_VARIABLES: Object.entries(tagVariables({ runbook, files, versions: Object.fromEntries(tags) }))
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  };
}

/** The pure part of {@link adopt}. `hashes`: Compose's hash of each service as its files say it now. */
export function adoptFrom(
  model: ComposeModel,
  hashes: ReadonlyMap<string, string>,
  state: State,
  runbook: Runbook,
  run: string,
  now: Date,
): Adopted {
  const services: Record<string, ReleaseService> = {};
  const models: Record<string, ComposeService> = {};
  const labels: Record<string, ReleaseService> = {};
  const notes: string[] = [];
  const place = { directory: runbook.directory, physicalDirectory: state.physicalDirectory };
  for (const [name, service] of Object.entries(model.services)) {
    const containers = state.containers.filter((container) => container.service === name && !container.oneOff);
    const running = containers.filter((container) => container.state === 'running');
    const shown = running[0] ?? containers[0];
    if (shown === undefined) continue;
    const ours = isOurs(shown);
    const definition = definitionOf(hidden(service, model, place), model);
    const faithful = ours ? definition === shown.definition : hashes.get(name) === shown.configHash;
    // Compose's hash then includes facts of the other container that only Compose knows.
    if (!faithful && !ours && service.volumes_from !== undefined)
      notes.push(
        `${name} has volumes of another container (volumes_from): it is not known whether it matches its files, so a deploy recreates it.`,
      );
    else if (!faithful)
      notes.push(
        `${name} runs with settings that differ from its present files; a rollback to the adopted release uses the files.`,
      );
    // An unknown definition must differ from every other definition.
    const known = faithful ? definition : `unknown ${shown.configHash}`;
    const base = {
      ...imageOf(shown, state),
      replicas: running.length,
      ...scaledUp(running.length, replicasOf(service), known),
      mounts: mountsOf(service, model, runbook.directory, state.files),
      // With the records, the folder was removed that an empty folder was mounted over; so no place counts as covered.
      traits: {
        ...traitsOf(service, model),
        ...namedBy(name, model, runbook.stack, []),
        ...(ours ? {} : runbookAt(sightsOf(service, model, place))),
        ...(faithful ? {} : { limits: undefined }),
      },
    };
    services[name] = ours
      ? // The labels tell what the container is, even if the files have changed since.
        { ...base, definition: shown.definition ?? '', since: shown.release ?? '', configHash: null }
      : { ...base, definition: known, since: '0-adopted', configHash: shown.configHash };
    labels[name] = { ...services[name], definition: known };
    models[name] = ours ? pinned(hidden(service, model, place), services[name]) : service;
  }
  const shown = { ...model, name: runbook.stack, services: models };
  const compose = pin({ model: shown, services: labels }, runbook.stack, services);
  const migration = runbook.migration.service === null ? undefined : services[runbook.migration.service];
  const release: Release = {
    format: 1,
    id: '0-adopted',
    stack: runbook.stack,
    version: 'adopted',
    services,
    files: state.files,
    compose: createHash('sha256').update(compose).digest('hex'),
    shared: sharedOf(shown),
    schema: migration !== undefined && migratedByHand(migration, state, runbook) ? schemaName(migration) : null,
    schemaCompatible: true,
    maintenance: false,
    createdAt: now.toISOString(),
    createdBy: 'adopted',
    run,
    adopted: true,
    writer: VERSION,
  };
  const filesList = Object.entries(state.files)
    .map(([path, sha]) => `${sha} ${path === runbook.envFile ? '600' : modeOf(state.modes?.[path])} ${path}\n`)
    .join('');
  return { release, compose, sharedFiles: sharedFiles(shown, runbook.stack), filesList, notes };
}

/**
 * Whether the migration has run in its present form: its container succeeded, and nothing that it reads can have
 * changed since. In doubt it runs with the first release.
 */
function migratedByHand(
  migration: ReleaseService,
  { containers }: State,
  { migration: { service } }: Runbook,
): boolean {
  const ran = containers.filter((container) => container.service === service && !container.oneOff);
  const ended = ran.some(({ state, exitCode }) => state === 'exited' && exitCode === 0);
  return ended && Object.keys(migration.mounts).length === 0 && !migration.definition.startsWith('unknown ');
}

/**
 * More containers than the files say are there on purpose (`docker compose up --scale`), and the next deploy keeps their
 * number. Fewer may have died.
 */
function scaledUp(is: number, files: number, definition: string): Pick<ReleaseService, 'adjusted'> {
  if (is <= files) return {};
  return { adjusted: { definition, replicas: { is, files, by: 'people', release: '0-adopted' } } };
}

/** The service as a release pins it. */
function pinned(
  { build: _built, pull_policy: _pulled, ...service }: ComposeService,
  of: ReleaseService,
): ComposeService {
  return { ...service, image: of.digest === null ? (of.imageId ?? of.image) : `${of.image}@${of.digest}` };
}

/** The image, by the digest under which it came from its registry, else by its local ID. */
function imageOf(
  { image: reference, imageId, release }: Container,
  { images }: State,
): Pick<ReleaseService, 'image' | 'digest' | 'imageId'> {
  // A container of a release has the tag and the pinned digest; the Compose file names only the tag.
  const image = release === null ? reference : reference.replace(/(?<=:[^/@]+)@.*$/, '');
  const prefix = `${repositoryOf(image)}@`;
  const found = Object.keys(images).find((name) => name.startsWith(prefix) && images[name] === imageId);
  const digest = found?.slice(prefix.length) ?? null;
  return { image, digest, imageId: digest === null ? imageId : null };
}

/** Lines `SERVICE HASH`. */
function hashesOf(lines: readonly string[]): Map<string, string> {
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

/** The mode without bits that files of a release do not need. */
function modeOf(mode = '644'): string {
  return (Number.parseInt(mode, 8) & 0o777).toString(8).padStart(3, '0');
}
