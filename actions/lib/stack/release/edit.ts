/**
 * Makes the next release by editing the current one: services made anew, with another number of containers, other
 * limits or other variables. Needs neither Compose files nor a registry. Pure.
 */
import { VERSION } from '../../version';
import { type Closed, sameClosed } from '../closed';
import type { ComposeModel, ComposeService } from '../compose-model';
import { contentOf } from '../identity';
import type { Release, ReleaseService, State } from '../model';
import { unlabelled } from '../resolve/assemble';
import { definitionOf } from '../resolve/definition';
import { hidden, type Place, runbookAt, sightsOf } from '../resolve/hidden';
import { limitOf, limitsOf } from '../resolve/limits';
import { pin, sharedFiles, withDefinitions } from '../resolve/pin';
import { sharedOf } from '../resources';
import { adjustedTo, type Values, variablesOf, withValues } from './adjust';
import { hashText, type Next, takenIds } from './next';
import { nextReleaseId } from './store';

/** A release, with the parts of it that only its host has. */
export interface Stored {
  readonly release: Release;
  /** Its `compose.json`. Holds secrets. */
  readonly model: ComposeModel;
  /** Text of its `files.list`. */
  readonly filesList: string;
}

/** What changes about one service. A value that is left out stays as it is. */
export interface Edit extends Values {
  /** New containers, even if nothing else changes. */
  readonly anew?: true;
  /** These values go back to what the Compose files say. */
  readonly asFiles?: readonly ('replicas' | 'memory' | 'cpus')[];
}

/** Uploaded files with another content, and why. */
interface Site {
  /** Path → SHA-256; each path is a file of the release. */
  readonly files: Readonly<Record<string, string>>;
  /** `null`: the site is open. */
  readonly closed: Closed | null;
}

interface EditRequest {
  readonly current: Stored;
  readonly state: Pick<State, 'folders' | 'history' | 'physicalDirectory'>;
  /** Path of the stack's directory, as the runbook says it. */
  readonly directory: string;
  /** By service; each has to be a service of the release. */
  readonly edits: Readonly<Record<string, Edit>>;
  /** Other content of uploaded files, and whether the site is closed then. Default: all of that stays. */
  readonly site?: Site;
  /** Name of the procedure, for the records of the values that it sets. */
  readonly by: string;
  /** ID of the release that the new one brings back. Default: as in the current release. */
  readonly back?: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly run: string;
}

/** Returns the current release itself if nothing would differ from it. */
export function edited(request: EditRequest): Next {
  const { current, state, edits, by, directory, site } = request;
  const { release: was } = current;
  const id = nextReleaseId(takenIds(state), was.version);
  const model = filesModel(current.model);
  const place = { directory, physicalDirectory: state.physicalDirectory };
  const services: Record<string, ReleaseService> = {};
  const definitions: Record<string, ComposeService> = {};
  for (const [name, service] of Object.entries(was.services)) {
    const edit = Object.hasOwn(edits, name) ? edits[name]! : {};
    const made = editedService(service, model.services[name] ?? {}, model, edit, { by, release: id, place });
    services[name] =
      site === undefined ? made.service : { ...made.service, mounts: withFiles(made.service.mounts, site) };
    definitions[name] = made.definition;
  }
  const next = { ...model, services: definitions };
  const compose = pin({ model: next, services }, was.stack, services);
  const { closed: _closed, ...rest } = was;
  const closed = site === undefined ? was.closed : (site.closed ?? undefined);
  const release: Release = {
    ...rest,
    id,
    ...(request.back === undefined ? {} : { back: request.back }),
    services,
    files: site === undefined ? was.files : withFiles(was.files, site),
    maintenance: site === undefined ? was.maintenance : closed !== undefined,
    ...(closed === undefined ? {} : { closed }),
    compose: hashText(compose),
    shared: sharedOf({ ...next, name: was.stack }),
    createdAt: request.createdAt,
    createdBy: request.createdBy,
    run: request.run,
    adopted: false,
    writer: VERSION,
  };
  const unchanged =
    contentOf({ ...release, shared: was.shared }) === contentOf(was) && sameClosed(release.closed, was.closed);
  return { release: unchanged ? was : release, compose, sharedFiles: sharedFiles(next, was.stack) };
}

function withFiles(was: Readonly<Record<string, string>>, { files }: Site): Record<string, string> {
  return Object.fromEntries(Object.entries(was).map(([path, sha]) => [path, files[path] ?? sha]));
}

/** The model of a release as its Compose files gave it: without what pinning changed and without our labels. */
export function filesModel(stored: ComposeModel): ComposeModel {
  const model = withDefinitions(stored);
  const services = Object.entries(model.services).map(([name, service]) => [name, unlabelled(service)]);
  return { ...model, services: Object.fromEntries(services) as Record<string, ComposeService> };
}

function editedService(
  was: ReleaseService,
  there: ComposeService,
  model: ComposeModel,
  { anew, asFiles = [], ...given }: Edit,
  { place, ...by }: { readonly by: string; readonly release: string; readonly place: Place },
): { readonly service: ReleaseService; readonly definition: ComposeService } {
  const { adjusted: recorded, ...rest } = was;
  const back = asFiles.flatMap((key) => (recorded?.[key] === undefined ? [] : [[key, recorded[key].files] as const]));
  const values: Values = { ...Object.fromEntries(back), ...given };
  const replicas = values.replicas ?? was.replicas;
  const remade = anew === true || makesOthers(values, there);
  // An adopted service ran by its tag, and its definition is unknown where its containers differ from its files.
  const adopted = remade && was.configHash !== null;
  const seen = remade ? hidden(there, model, place) : there;
  const made = { ...withValues(seen, values), ...(adopted ? { image: imageOf(was) } : {}) };
  const byFiles = recorded?.definition ?? (adopted ? definitionOf(seen, model) : was.definition);
  const adjusted = adjustedTo(recorded, there, values, { ...by, definition: byFiles });
  const record = adjusted === undefined ? {} : { adjusted };
  if (!remade) return { service: { ...rest, replicas, ...record }, definition: made };
  const definition =
    adopted || seen !== there || makesOthers(values, there) ? definitionOf(made, model) : was.definition;
  const traits = { ...rest.traits, limits: limitsOf(made), ...runbookAt(sightsOf(there, model, place)) };
  return {
    service: { ...rest, traits, replicas, definition, since: by.release, configHash: null, ...record },
    definition: made,
  };
}

/** Whether the running containers have to be made anew to get these values. */
function makesOthers({ memory, cpus, variables = {} }: Values, there: ComposeService): boolean {
  const asked = variablesOf(withValues(there, { variables }));
  return (
    (memory !== undefined && memory !== limitOf(there, 'memory')) ||
    (cpus !== undefined && cpus !== limitOf(there, 'cpus')) ||
    Object.keys(variables).some((name) => variablesOf(there)[name] !== asked[name])
  );
}

/** The reference of the image as a release pins it. */
function imageOf({ image, digest, imageId }: ReleaseService): string {
  return digest === null ? (imageId ?? image) : `${image.split('@')[0]}@${digest}`;
}
