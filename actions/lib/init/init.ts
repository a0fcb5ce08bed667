/**
 * `init`: reads a repository and, over the operator's own SSH, the running stack; writes `runbook.yml` and the
 * workflows. It changes nothing on the host, and no existing file.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readRunbook } from '../config/inputs';
import { parseRunbook } from '../config/load';
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import { byHand } from './checklist';
import { composeFilesIn, readProject } from './compose';
import { type HostLook, hostLookScript, parseHostLook } from './host-look';
import { bareTag } from './image-tags';
import { type Actions, needsOf } from './needs';
import { sayOthers } from './other-workflows';
import { publishingOf } from './publishing';
import { sayRegistries } from './registries';
import { fromTop, isTracked, noComposeFile, stackFolder, topOf, workflowFolder } from './repository';
import { runbookText } from './runbook-text';
import { filesOf } from './site';
import { sayStartFiles } from './start-files';
import { type Survey, survey } from './survey';
import { type Uses, workflowText } from './workflows';

interface InitRequest {
  /** Folder of the stack: of its Compose files, and of `runbook.yml`. */
  readonly folder: string;
  /** Compose files, as with `-f`; `null`: to be found by their names. */
  readonly compose: readonly string[] | null;
  readonly uses: Uses;
  /** Runs a script on the host and returns its output; `null`: no host was named. */
  readonly ask: ((script: string) => Promise<string>) | null;
  /** Folder with the ready workflows. */
  readonly templates: string;
  readonly actions: Actions;
  /**
   * How a deploy is approved: by reviewers of an environment, reviewers of a protected branch, or a second run with the
   * hash.
   */
  readonly approval: Approval;
  /** The operator's time zone: a name of the tz database. */
  readonly timezone: string;
}

export const APPROVALS = ['reviewers', 'branch', 'hash'] as const;
export type Approval = (typeof APPROVALS)[number];

/** Files, relative to the repository's top. */
export interface Initialised {
  /** Folder of the stack. */
  readonly folder: string;
  readonly written: readonly string[];
  /** Files that existed already, and stay unchanged. */
  readonly kept: readonly string[];
  readonly survey: Survey;
  readonly host: HostLook | null;
  readonly look: readonly string[];
  /** Settings to be made on GitHub, a line for each place. */
  readonly settings: readonly string[];
}

const PATHS = ['/healthz', '/readyz', '/health', '/api/health', '/healthcheck', '/up', '/ping', '/status', '/'];
const ENV_FILES = ['.env.production', '.env.prod', '.env'];

/** @throws {UserError} RB-COMPOSE-INVALID, and the errors of `ask`; nothing is written then */
export async function init(request: InitRequest): Promise<Initialised> {
  const { uses, timezone } = request;
  const { folder, compose } = stackFolder(request.folder, request.compose);
  const chosen = composeFilesIn(folder);
  const named = compose ?? chosen.files;
  if (named.length === 0) throw noComposeFile(folder);
  const first = readProject(folder, named);
  const host = request.ask === null ? null : parseHostLook(await request.ask(hostLookScript(first.services, PATHS)));
  // The files with which the stack was started tell more than names.
  const running = host?.compose.filter((path) => existsSync(join(folder, path))) ?? [];
  const files =
    compose === null && host !== null && running.length > 0 && running.length === host.compose.length ? running : named;
  const project = files === named ? first : readProject(folder, files);
  const envFiles = ENV_FILES.filter((name) => existsSync(join(folder, name)));
  const found = survey(project, {
    ...{ folder: basename(resolve(folder)), envFiles, host },
    filesOf: (service) => filesOf(folder, project, service),
  });
  const workflows = workflowFolder(folder);
  const config = fromTop(folder, 'runbook.yml');
  const publishing = publishingOf(textsIn(workflows));
  const images = new Map(project.services.map(({ name, image }) => [name, host?.images.get(name) ?? image]));
  const spelled = publishing?.tag ? null : bareTag(images, found.versioned);
  const bare = publishing?.tag === '1.4.0' || spelled !== null;
  const ghcr = project.services.some(({ image }) => image?.startsWith('ghcr.io/') === true);
  const tracked = found.envFile !== null && isTracked(folder, found.envFile);
  const envOnHost = found.envFile === null || (host?.envFile === found.envFile && !tracked);
  const page = `https://github.com/${uses.repository}/blob/${uses.ref}/actions/RUNBOOK.md`;
  const texts = new Map([
    [
      config,
      runbookText(found, {
        reference: page,
        schema: `https://raw.githubusercontent.com/${uses.repository}/${uses.ref}/actions/lib/config/runbook.schema.json`,
        bare,
        seen: host !== null && host.stack !== null,
      }),
    ],
    ...[...templatesOf(request)]
      .filter(([name, text]) => /^\s*(- )?uses: \.\/actions\//m.test(text) && fits(name, found, folder))
      .map(([name, text]): [string, string] => [
        `.github/workflows/${name}`,
        workflowText(text, { uses, envOnHost, ghcr, config, timezone }),
      ]),
  ]);
  const top = topOf(folder);
  const kept = [...texts.keys()].filter((path) => existsSync(join(top, path)));
  const written = [...texts.keys()].filter((path) => !kept.includes(path));
  for (const path of written) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), texts.get(path) ?? '', { flag: 'wx' });
  }
  const { runbook, unreadable } = runbookIn(folder);
  const settings = byHand(needsOf(textsIn(workflows), request.actions, runbook));
  const others = chosen.others.filter((name) => ![...project.files, ...project.followed].includes(name));
  const look = [
    ...(host?.look ?? []),
    ...found.look,
    ...(found.migration === null ? sayStartFiles(folder) : []),
    ...(others.length === 0
      ? []
      : [`Not used: ${others.join(', ')}. Name the right files under compose: if production needs them.`]),
    ...unreadable,
    ...(tracked
      ? [
          `${found.envFile} is in the repository, but the workflows send the secret ENV_PRODUCTION instead. To use the file itself, remove the lines env-content from the workflows.`,
        ]
      : []),
    ...sayOthers(textsIn(workflows), kept, config),
    ...sayPublishing(publishing),
    ...(spelled === null
      ? []
      : [
          `The application's images have tags such as ${spelled}, so runbook.yml says tag: "{semver}": the Git tag v1.4.0 deploys the image tag 1.4.0. Remove that line if images get the v of Git tags.`,
        ]),
    ...(ghcr ? [] : sayRegistries(project.services.filter(({ name }) => found.versioned.includes(name)))),
    ...(written.some((path) => texts.get(path)?.includes(`timezone: ${timezone}`))
      ? [`Schedules run by the clock of ${timezone}. To change that, edit timezone in the workflows.`]
      : []),
    ...(host?.crontab ?? []).map((line) => `A crontab of the host also does this work: ${line}`),
  ];
  return { folder, written, kept, survey: found, host, look, settings };
}

/** Reads the existing file, which may hold anything. */
function runbookIn(folder: string): { readonly runbook: Runbook; readonly unreadable: readonly string[] } {
  try {
    return { runbook: readRunbook(folder, 'runbook.yml'), unreadable: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { runbook: parseRunbook('', 'runbook.yml'), unreadable: [error.message.split('\n')[0] ?? ''] };
  }
}

/** Ready workflows by their names; for another kind of approval another workflow of deploy is taken. */
function templatesOf({ templates, approval }: Pick<InitRequest, 'templates' | 'approval'>): Map<string, string> {
  const texts = textsIn(templates);
  if (approval === 'reviewers') return texts;
  const file = join(templates, '..', 'approvals', `deploy-by-${approval}.yml`);
  return texts.set('deploy.yml', readFileSync(file, 'utf8'));
}

/** Leaves out schedules that would have nothing to do: their runs would be red, or noise. */
function fits(workflow: string, { certbot, databases, volumes, qdrant, migration }: Survey, folder: string): boolean {
  if (/^(?:renew|issue)-certs\.yml$/.test(workflow)) return certbot;
  if (/^(?:rotate|check)-secrets\.yml$/.test(workflow))
    return [folder, topOf(folder)].some((one) => existsSync(join(one, '.sops.yaml')));
  if (workflow === 'migrate.yml') return migration !== null;
  // Only for operators who close the site with an end.
  if (workflow === 'maintenance-reminder.yml') return false;
  if (/^(backup|restore)/.test(workflow)) return databases.length + volumes.length + qdrant.length > 0;
  return true;
}

function sayPublishing(publishing: ReturnType<typeof publishingOf>): string[] {
  if (publishing === null)
    return [
      'No workflow of this repository pushes images. A deploy pulls them from a registry, by the tag that you give it.',
    ];
  const { file, tag, ofTags } = publishing;
  if (!ofTags)
    return [
      `${file} pushes images, but not for a Git tag. A tag starts deploy.yml, which would wait for images that nobody pushes. Let ${file} run for tags, too (on: push: tags).`,
    ];
  if (tag === '1.4.0') return [`${file} pushes 1.4.0 for the Git tag v1.4.0: runbook.yml says tag: "{semver}".`];
  if (tag === null) return [`${file} pushes images, but it is not clear which tag they get.`];
  return [
    `${file} pushes images for a Git tag. deploy.yml starts with the same tag, so it has to wait for these images (image-timeout).`,
  ];
}

/** File name → text of the YAML files in a folder. */
function textsIn(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
