/** Reads a host's {@link State} in one round trip. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UserError } from '../../errors';
import { quote } from '../../host/quote';
import { readReplacements, readUnfinished } from '../../steps/journal';
import { parseBrokenOff } from '../broken-off';
import type { ComposeModel } from '../compose-model';
import { composeScript } from '../compose-script';
import { parseFreeze } from '../freeze';
import { readHistory } from '../history';
import { interruptedScript, parseInterrupted } from '../interrupted';
import { parseMigrations } from '../migrations';
import type { State } from '../model';
import { redirectProbeScript, redirectScript } from '../redirect/redirect';
import { readRecords, requireReadable } from '../release/records';
import { manyScript } from '../release/store';
import { type HostResource, hostNetwork, hostVolume, type InspectedNetwork, type InspectedVolume } from '../resources';
import { sectionsOf, sectionsScript } from '../sections';
import { parseTold } from '../told';
import { parseContainers, parseImages, parseProcesses } from './inventory';
import { adaptersScript, containersScript } from './scripts';

interface ObserveRequest {
  readonly stack: string;
  readonly directory: string;
  /** Path of the env file. Its values are secrets that logs of containers may show. */
  readonly envFile: string | null;
  readonly envFileNamed: boolean;
  /** Compose files below the directory. */
  readonly compose: readonly string[];
  /** Where backups lie, in a folder for each stack. */
  readonly backup?: { readonly directory: string };
  /** Paths below the directory whose content is compared. */
  readonly paths: readonly string[];
}

/** The env file as it is on the host. */
export interface HostEnvFile {
  /** Path below the stack's directory. */
  readonly path: string;
  readonly content: Buffer;
  /** When it was changed last: `2026-01-31T02:00:00Z`, by the host's clock. */
  readonly changedAt: string;
}

/** The env file in the script's output; `null`: there is none. */
export function parseHostEnvFile(output: string): HostEnvFile | null {
  const lines = sectionsOf(output).get('environment') ?? [];
  if (lines.length === 0) return null;
  const [path = '', changedAt = '', encoded = ''] = lines;
  return { path, content: Buffer.from(encoded, 'base64'), changedAt };
}

/** Resolved Compose models of the retained releases; a damaged model is left out. */
export function parseModels(output: string): ComposeModel[] {
  const encoded = sectionsOf(output).get('models')?.[0] ?? '';
  try {
    const text = gunzipSync(Buffer.from(encoded, 'base64')).toString('utf8');
    return text.split('\n').flatMap((line) => modelIn(line) ?? []);
  } catch {
    return [];
  }
}

function modelIn(line: string): ComposeModel | null {
  try {
    const model = JSON.parse(line) as ComposeModel | null;
    return typeof model?.services === 'object' ? model : null;
  } catch {
    return null;
  }
}

/** The script, to be run alone or as part of a longer one. */
export function observeScript(request: ObserveRequest): string {
  const { stack, directory, envFile, envFileNamed, compose, paths, backup } = request;
  const names = envFile === null ? [] : envFileNamed ? [envFile] : [envFile, '.env'];
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `PROJECT=${quote(stack)} DIRECTORY=${quote(directory)} ENV_FILES=${quote(names.join('\n'))}`,
    `FILES=${quote(paths.join('\n'))} COMPOSE_FILES=${quote(compose.join('\n'))}`,
    `BACKUPS=${quote(`${backup?.directory ?? '/opt/backups'}/${stack}`)}`,
    redirectScript(),
    redirectProbeScript(),
    composeScript(),
    containersScript(),
    adaptersScript(),
    sectionsScript(),
    interruptedScript(),
    manyScript(),
    readFileSync(join(__dirname, 'place.sh'), 'utf8'),
    readFileSync(join(__dirname, 'observe.sh'), 'utf8'),
    'observe',
  ].join('\n');
}

/**
 * @param readable whether the current release has to be readable
 * @throws {UserError} RB-HOST-UNSUITABLE if Docker or Compose cannot be used, RB-RECORD-UNREADABLE
 */
export function parseState(output: string, stack: string, readable = true): State {
  const sections = sectionsOf(output);
  const all = (name: string): string[] => sections.get(name) ?? [];
  const one = (name: string): string => all(name)[0] ?? '';
  requireDocker(one('engine'), one('compose'));
  if (!sections.has('end')) {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the host could not be observed to the end',
      remedy: 'run it again; nothing was changed',
    });
  }
  if (sections.has('unreadable')) {
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: 'Docker does not list the containers of the stack',
      why: '`docker ps` or `docker inspect` failed on the host',
      remedy: 'try both on the host, and run this again; nothing was changed',
    });
  }
  if (sections.has('unseen')) throw unseen(one('unseen'));
  const { committed, ...records } = readRecords(all('releases'), one('current'));
  const [noted] = all('unfinished');
  const unfinished = readUnfinished(all('journal'), noted?.slice('noted '.length) ?? null);
  if (readable) requireReadable({ ...records, committed }, one('current'), unfinished !== null);
  return {
    engine: {
      docker: one('engine'),
      compose: one('compose'),
      root: one('root'),
      redirectRefused: one('redirect') === 'ok' ? null : one('redirect') || 'that could not be tested',
      portsRefused: (one('redirect') === 'ok' && all('redirect')[1]) || null,
    },
    machine: one('machine'),
    memoryAvailable: Number(one('memory')) * 1024,
    diskFree: Number(one('disk')) * 1024,
    directory: one('directory') as State['directory'],
    physicalDirectory: all('directory')[1] ?? '',
    containers: parseContainers(all('containers'), parseProcesses(all('processes')), stack),
    networks: named(all('networks'), (network: InspectedNetwork) => hostNetwork(network)),
    volumes: named(all('volumes'), (volume: InspectedVolume) => hostVolume(volume)),
    ...records,
    history: readHistory({
      lines: all('history'),
      journal: all('journal'),
      committed,
      current: one('current'),
    }),
    images: parseImages(all('images')),
    files: Object.fromEntries(all('files').map((line) => [line.slice(65), line.slice(0, 64)])),
    modes: Object.fromEntries(
      all('modes').map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]),
    ),
    ports: all('ports').map((port) => Number.parseInt(port, 16)),
    migrations: parseMigrations(all('migrations')),
    brokenOff: parseBrokenOff(all('broken-off')),
    unfinished,
    replacements: readReplacements(all('journal')),
    told: parseTold(all),
    interrupted: parseInterrupted(all('interrupted')),
    freeze: parseFreeze(all('freeze')),
  };
}

/** Parses lines of JSON: the name in each line → its facts. */
function named<T extends { readonly Name: string }>(
  lines: readonly string[],
  read: (inspected: T) => HostResource,
): Record<string, HostResource> {
  return Object.fromEntries(
    lines.map((line) => {
      const inspected = JSON.parse(line) as T;
      return [inspected.Name, read(inspected)];
    }),
  );
}

function requireDocker(engine: string, compose: string): void {
  if (!/^\d+\./.test(engine)) {
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: 'Docker does not answer on the host',
      why: engine || 'no docker command',
      remedy: 'install Docker Engine, start it, and add the SSH user to the group docker',
    });
  }
  const [major = 0, minor = 0] = compose.replace(/^v/, '').split('.').map(Number);
  if (!(major > 2 || (major === 2 && minor >= 20))) {
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: 'Docker Compose on the host is missing or older than 2.20',
      why: compose || 'no compose plugin',
      remedy: 'install the package docker-compose-plugin on the host',
    });
  }
}

/** Whether a container lives, listens or is a proxy is read from the processes in it. */
function unseen(why: string): UserError {
  return new UserError('RB-HOST-UNSUITABLE', {
    what: 'the processes of the containers cannot be seen on the host',
    why:
      why === 'hidden'
        ? 'the SSH user does not see the processes of other users: /proc is mounted with the option hidepid'
        : 'the docker command of the SSH user talks to an engine on another machine, or in another PID namespace',
    remedy:
      why === 'hidden'
        ? 'mount /proc with hidepid=0, or with gid= of a group that the SSH user belongs to; nothing was changed'
        : 'look at `docker context ls` and DOCKER_HOST of the SSH user, and connect to the machine that runs the containers; nothing was changed',
  });
}
