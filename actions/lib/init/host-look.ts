/** What runs on the host already, read by one script over the operator's own SSH. Changes nothing there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../host/quote';
import { sectionsOf, sectionsScript } from '../stack/sections';

export interface HostLook {
  /** Versions, e.g. Debian 12, Docker 28.2, Compose 2.36. */
  readonly says: readonly string[];
  /** The running project with the most of the repository's services; `null`: there is none. */
  readonly stack: string | null;
  readonly directory: string | null;
  /** Compose files with which it was started, relative to its directory. */
  readonly compose: readonly string[];
  /** Names of its services that run. */
  readonly running: ReadonlySet<string>;
  /** Service → the image of a container that runs. */
  readonly images: ReadonlyMap<string, string>;
  /** Relative to the directory. */
  readonly envFile: string | null;
  /** Service → names in its container's environment; no other value leaves the host. */
  readonly postgres: ReadonlyMap<string, { readonly user: string; readonly database: string }>;
  /** Paths that the proxy answers with 2xx. */
  readonly probes: readonly string[];
  /** Lines of crontabs that make backups or renew certificates, without values after the name of a password. */
  readonly crontab: readonly string[];
  /** Sentences for the operator to read. */
  readonly look: readonly string[];
}

/**
 * @param services of the repository; the project with the most of them is the right one, if it also has an image that
 *   only this application has
 */
export function hostLookScript(
  services: readonly { readonly name: string; readonly image: string | null }[],
  paths: readonly string[],
): string {
  const lines = services.map(({ name, image }) => `${name} ${repositoryOf(image ?? '')}`);
  return [
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    `SERVICES=${quote(lines.join('\n'))} PATHS=${quote(paths.join('\n'))}`,
    sectionsScript(),
    readFileSync(join(__dirname, 'host-look.sh'), 'utf8'),
  ].join('\n');
}

export function parseHostLook(output: string): HostLook {
  const sections = sectionsOf(output);
  const lines = (name: string): readonly string[] => (sections.get(name) ?? []).filter((line) => line !== '');
  const [stack = null, directory = null] = lines('project');
  const files = lines('compose').map((path) => below(path, directory));
  const postgres = lines('postgres').map((line): [string, { user: string; database: string }] => {
    const [service = '', user = '', database = ''] = line.split('\t');
    return [service, { user: user || 'postgres', database: database || user || 'postgres' }];
  });
  const [env] = lines('environment');
  return {
    says: lines('says'),
    stack,
    directory,
    compose: files.filter((path) => path !== null),
    envFile: env === undefined ? null : below(env, directory),
    running: new Set(lines('services')),
    images: new Map(lines('images').map((line) => [line.replace(/ .*/, ''), line.replace(/^\S+ /, '')])),
    postgres: new Map(postgres),
    probes: lines('probes'),
    crontab: lines('crontab'),
    look: lines('look'),
  };
}

/** A host path relative to its folder; `null`: it lies elsewhere. */
function below(path: string, folder: string | null): string | null {
  return folder !== null && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

/** The image without tag and digest; empty: not known. */
function repositoryOf(image: string): string {
  const [text = ''] = image.split('@');
  const repository = text.replace(/:(\$\{[^}]*\}|[^/:{}]*)+$/, '');
  return repository.includes('$') ? '' : repository;
}
