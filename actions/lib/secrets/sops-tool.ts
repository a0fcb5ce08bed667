/** Finds sops for the runner: on PATH, else a release whose SHA-256 is written here. */
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { UserError } from '../errors';
import { runProgram } from './program';

export interface SopsTool {
  /** Absolute path of the program. */
  readonly path: string;
  /** E.g. `3.13.3`. */
  readonly version: string;
  /** Its origin, for the log. */
  readonly said: string;
}

/** From `sops-v3.13.3.checksums.txt` of the release. */
const RELEASE = {
  version: '3.13.3',
  files: {
    x64: ['sops-v3.13.3.linux.amd64', 'e5bec3346a873ae91d871550f3e698c1aad962aff462a080e40f25fde17fef6b'],
    arm64: ['sops-v3.13.3.linux.arm64', '53b0abacd38ef1b12a66d6c100956691b9cefce018d91f81e73ddf7438b94d77'],
  },
} as const;
const BASE = `https://github.com/getsops/sops/releases/download/v${RELEASE.version}`;

/** The oldest version with `sops decrypt`. */
const OLDEST = '3.9.0';
/** The oldest version that reads and writes files with post-quantum recipients. */
const POST_QUANTUM = '3.12.0';
/** The oldest version with `sops set --value-stdin`. */
const SETS = '3.11.0';
/** Milliseconds. */
const PATIENCE = 120_000;
const VERSION_PATIENCE = 20_000;

interface Place {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
  readonly arch: string;
  /** URL of the folder with the release's files. */
  readonly base: string;
}

export function here(): Place {
  return { env: process.env, platform: process.platform, arch: process.arch, base: BASE };
}

/** @throws {UserError} RB-SOPS-UNAVAILABLE, RB-SOPS-TAMPERED, RB-SOPS-OLD, RB-SOPS-FAILED */
export async function findSops(place: Place = here()): Promise<SopsTool> {
  const own = onPath(place.env.PATH ?? '');
  if (own === null) {
    const path = await cached(place);
    return { path, version: RELEASE.version, said: `sops ${RELEASE.version}, its release file with the known SHA-256` };
  }
  const { code, stdout } = await runProgram(own, ['--version'], {
    env: { SOPS_DISABLE_VERSION_CHECK: '1' },
    patience: VERSION_PATIENCE,
  });
  const version = /^sops (\d+\.\d+\.\d+)/.exec(stdout.toString('utf8'))?.[1];
  if (code !== 0 || version === undefined) {
    throw new UserError('RB-SOPS-FAILED', {
      what: `${own}, the sops on PATH, does not print its version`,
      why: 'it is another program, or built for another machine',
      remedy: `remove it from PATH: without one the action brings sops ${RELEASE.version}`,
    });
  }
  requireVersion(version, OLDEST, `${own} is sops ${version}; at least ${OLDEST} is needed`);
  return { path: own, version, said: `sops ${version} of the runner, ${own}` };
}

/** @throws {UserError} RB-SOPS-OLD: this version does not know recipients of this kind */
export function requireRecipients({ path, version }: SopsTool, recipients: readonly string[], file: string): void {
  if (!recipients.some((one) => one.startsWith('age1pq1'))) return;
  requireVersion(
    version,
    POST_QUANTUM,
    `${path} is sops ${version}, and ${file} has a post-quantum recipient (age1pq1…), which sops knows since ${POST_QUANTUM}`,
  );
}

/** @throws {UserError} RB-SOPS-OLD: this version takes values only as arguments, which every user of the runner sees */
export function requireSet({ path, version }: SopsTool): void {
  requireVersion(version, SETS, `${path} is sops ${version}; to set values without an argument ${SETS} is needed`);
}

function requireVersion(version: string, least: string, what: string): void {
  if (compareVersions(version, least) >= 0) return;
  throw new UserError('RB-SOPS-OLD', {
    what,
    remedy: `install a newer one, or remove it from PATH: without one the action brings sops ${RELEASE.version}`,
  });
}

function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((one) => one.split('.').map(Number)) as [number[], number[]];
  for (let at = 0; at < 3; at += 1) if (x[at] !== y[at]) return (x[at] ?? 0) - (y[at] ?? 0);
  return 0;
}

function onPath(path: string): string | null {
  const places = path.split(delimiter).filter(isAbsolute);
  return places.map((folder) => join(folder, 'sops')).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Takes sops from the runner's tool cache, and checks it again each time; else downloads it into the cache. */
async function cached({ env, platform, arch, base }: Place): Promise<string> {
  const release = platform === 'linux' && (arch === 'x64' || arch === 'arm64') ? RELEASE.files[arch] : null;
  if (release === null) throw unavailable(`this action knows no release of sops for ${platform} ${arch}`);
  const [name, sha] = release;
  const folder = join(env.RUNNER_TOOL_CACHE || env.RUNNER_TEMP || tmpdir(), 'runbook-sops', RELEASE.version, arch);
  const file = join(folder, 'sops');
  if (isProgram(file) && hashOf(readFileSync(file)) === sha) return file;
  const content = await download(`${base}/${name}`);
  if (hashOf(content) !== sha) {
    throw new UserError('RB-SOPS-TAMPERED', {
      what: `${name}, downloaded from ${base}, has the SHA-256 ${hashOf(content)} instead of ${sha}`,
      why: 'it was replaced or changed on the way (possibly by a proxy that answers with a page of its own); it was not run',
      remedy:
        'check which server answers for github.com on this runner, or install sops on it from a source that you trust',
    });
  }
  try {
    await mkdir(folder, { recursive: true });
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, content, { mode: 0o700 });
    await chmod(fresh, 0o755);
    await rename(fresh, file).finally(() => rm(fresh, { force: true }));
  } catch (error) {
    throw unavailable(`it cannot be kept in ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return file;
}

async function download(url: string): Promise<Buffer> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw unavailable(`${error instanceof Error ? error.message : String(error)}${cause}`);
  }
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function unavailable(why: string): UserError {
  return new UserError('RB-SOPS-UNAVAILABLE', {
    what: `there is no sops on PATH, and sops ${RELEASE.version} could not be downloaded`,
    why,
    remedy: 'install sops in a step before this one (it is one file), or let the runner reach github.com',
  });
}
