/** A repository as a user of this project has it, and `act` to run its workflows on this machine. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '../lab/host';
import { get } from '../tools/tools.mjs';

const ROOT = join(__dirname, '..', '..');

export interface ActRun {
  readonly code: number;
  /** Standard output and error, as they came. */
  readonly log: string;
}

export interface Settings {
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a user sets in the repository so that its workflows find the host. */
export function settingsFor(host: LabHost, secrets: Readonly<Record<string, string>> = {}): Settings {
  return {
    vars: {
      SSH_HOST: host.address,
      SSH_PORT: String(host.sshPort),
      SSH_USER: host.user,
      SSH_KNOWN_HOSTS: host.knownHosts,
      RUNBOOK: 'runbook.yml',
    },
    secrets: { SSH_KEY: host.privateKey, ...secrets },
  };
}

/** The event that GitHub sends to start a workflow. */
export type Event =
  | { readonly name: 'push'; readonly tag: string }
  | { readonly name: 'push'; readonly branch: string }
  /** From a branch of the repository itself, or from a fork of that name. */
  | { readonly name: 'pull_request'; readonly from: string; readonly into?: string }
  | { readonly name: 'schedule'; readonly schedule: string }
  | { readonly name: 'workflow_dispatch'; readonly inputs: Readonly<Record<string, string>> };

const PAYLOAD: Readonly<Record<Event['name'], (event: Event) => object>> = {
  push: (event) =>
    'tag' in event ? { ref: `refs/tags/${event.tag}` } : 'branch' in event ? { ref: `refs/heads/${event.branch}` } : {},
  pull_request: (event) => {
    const from = 'from' in event ? event.from : '';
    const head = { ref: 'change', repo: { full_name: from } };
    const base = { ref: 'into' in event && event.into !== undefined ? event.into : 'main' };
    return { number: 7, pull_request: { number: 7, head, base } };
  },
  schedule: (event) => ('schedule' in event ? { ref: 'refs/heads/main', schedule: event.schedule } : {}),
  workflow_dispatch: (event) => ('inputs' in event ? { ref: 'refs/heads/main', inputs: event.inputs } : {}),
};

/** Puts the workflows, actions and bundle beside the stack's files, as a commit with a tag. */
export function makeRepository(folder: string, tag: string): void {
  for (const path of ['actions', 'dist', '.github/workflows', '.github/approvals']) {
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@stack.test'];
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'remote', 'add', 'origin', 'https://github.com/acme/stack.git');
  git(folder, 'add', '--all', '--force');
  git(folder, ...identity, 'commit', '--quiet', '--message=Stack');
  git(folder, 'tag', tag);
}

/**
 * Runs one workflow with jobs on this machine itself. `act` leaves out the check-out of the repository that it
 * stands in and copies the folder instead, so nothing is fetched.
 *
 * @param workflow name of a file in `.github/workflows`, or its path from `.github`
 * @param more variables of each step; folders in place of repositories, `owner/name@ref`
 */
export async function act(
  repository: string,
  workflow: string,
  event: Event,
  settings: Settings,
  { env = {}, uses = {} }: { env?: Readonly<Record<string, string>>; uses?: Readonly<Record<string, string>> } = {},
): Promise<ActRun> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-act-'));
  try {
    const payload = {
      repository: { name: 'stack', full_name: 'acme/stack', owner: { login: 'acme' }, default_branch: 'main' },
      ...PAYLOAD[event.name](event),
    };
    const file = (name: string, content: unknown): string => {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
      return path;
    };
    mkdirSync(join(folder, 'act'));
    // Without any configuration file it would ask for its images.
    writeFileSync(join(folder, 'act', 'actrc'), '');
    const args = [
      event.name,
      `--workflows=.github/${workflow.includes('/') ? workflow : `workflows/${workflow}`}`,
      ...Object.entries(env).map((pair) => `--env=${pair.join('=')}`),
      ...Object.entries(uses).map((pair) => `--local-repository=${pair.join('=')}`),
      `--eventpath=${file('event.json', payload)}`,
      // JSON is YAML, and unlike its env format carries every value.
      `--secret-file=${file('secrets.yml', settings.secrets)}`,
      `--var-file=${file('vars.yml', settings.vars)}`,
      '--platform=ubuntu-latest=-self-hosted',
      '--container-daemon-socket=-',
      '--no-cache-server',
      '--rm',
    ];
    const child = spawn(get('act'), args, {
      cwd: repository,
      env: {
        PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
        HOME: folder,
        XDG_CONFIG_HOME: folder,
        XDG_CACHE_HOME: folder,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => resolve(status ?? 1));
    });
    return { code, log: Buffer.concat(chunks).toString() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function git(folder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}
