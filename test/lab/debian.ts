/** Debian root filesystems as tar streams, made by mmdebstrap from the mirror that this machine uses already. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { asRoot, run } from './command';

export interface Recipe {
  readonly suite: 'bookworm' | 'trixie' | 'sid';
  /** Shell commands that run before the packages are installed, with `$1` as in `customize`. */
  readonly prepare?: readonly string[];
  readonly packages: readonly string[];
  /** Shell commands that run as mmdebstrap's customize hooks; `$1` is the root of the new filesystem. */
  readonly customize: readonly string[];
}

/** The machine's mirror of Debian; `null` (on Ubuntu, say) leaves the choice to mmdebstrap. */
async function mirror(): Promise<string | null> {
  const format = '$(ORIGIN)|$(LABEL)|$(REPO_URI)';
  const lines = (await run('apt-get', ['indextargets', '--format', format])).split('\n').map((line) => line.split('|'));
  return lines.find(([origin, label]) => origin === 'Debian' && label === 'Debian')?.[2] ?? null;
}

/** Proxies of the machine's apt, which mmdebstrap does not read by itself. */
async function proxies(): Promise<string[]> {
  const lines = (await run('apt-config', ['dump', 'Acquire'])).split('\n');
  return lines.filter((line) => /^Acquire::https?::Proxy(::\S+)? ".+";$/.test(line)).map((line) => `--aptopt=${line}`);
}

/**
 * Starts mmdebstrap; the tar is its standard output.
 * @returns the stream, and a promise that rejects with mmdebstrap's own words when it fails
 */
export async function debianTar(recipe: Recipe): Promise<{ stream: Readable; done: Promise<void> }> {
  const from = await mirror();
  const [command, args] = asRoot('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    '--aptopt=Acquire::Check-Valid-Until "false"',
    ...(await proxies()),
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    `--include=${recipe.packages.join(',')}`,
    ...(recipe.prepare ?? []).map((hook) => `--essential-hook=${hook}`),
    ...recipe.customize.map((hook) => `--customize-hook=${hook}`),
    recipe.suite,
    '-',
    ...(from === null ? [] : [from]),
  ]);
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const done = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`mmdebstrap ${recipe.suite}: exit ${code}\n${stderr}`)),
    );
  });
  return { stream: child.stdout, done };
}
