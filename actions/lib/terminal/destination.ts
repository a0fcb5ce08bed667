/** Finds a host by the user's own ssh: `ssh -G` tells the settings of a name in ~/.ssh/config. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors';

export interface Destination {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  /** `user@host:port`; empty: none. */
  readonly jump: string;
  /** Content of the known_hosts files. */
  readonly knownHosts: string;
  /** Existing files of private keys, in their order. */
  readonly keys: readonly string[];
  /** Socket of an ssh-agent; `null`: none. */
  readonly agent: string | null;
}

/** Runs `ssh -G` with these arguments and returns its output; `null`: this machine has no ssh. */
type AskSsh = (args: readonly string[]) => string | null;

/**
 * @param given `user@host`, `user@host:port`, `[address]:port`, or a name of ~/.ssh/config
 * @throws {UserError} RB-INPUT-INVALID
 */
export function destinationOf(
  given: string,
  env: Readonly<Record<string, string | undefined>>,
  ask: AskSsh = askSsh,
): Destination {
  const [, user = '', bracketed, plain = '', port = ''] =
    /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*?))(?::(\d+))?$/.exec(given) ?? [];
  const name = bracketed ?? plain;
  if (name === '' || given.startsWith('-'))
    throw misnamed(given, 'it is not user@host, user@host:port or a name of ~/.ssh/config');
  const options = [...(user === '' ? [] : ['-l', user]), ...(port === '' ? [] : ['-p', port])];
  const answer = ask([...options, '--', name]);
  const config = settingsIn(answer ?? '');
  const only = (key: string): string => config.get(key)?.[0] ?? '';
  const socket = only('identityagent') || 'SSH_AUTH_SOCK';
  const home = env.HOME ?? homedir();
  const files = (key: string, otherwise: readonly string[]): string[] =>
    (config.get(key)?.flatMap((value) => value.split(' ')) ?? otherwise)
      .map((path) => path.replace(/^~(?=\/)/, home))
      .filter((path) => existsSync(path));
  const proxy = only('proxycommand');
  if (proxy !== '' && proxy !== 'none')
    throw misnamed(given, 'your ssh reaches it by a ProxyCommand, which only ssh itself can use; a ProxyJump works');
  const known = [
    ...files('userknownhostsfile', [join(home, '.ssh', 'known_hosts')]),
    ...files('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts']),
  ];
  const found =
    socket === 'none' ? '' : socket === 'SSH_AUTH_SOCK' ? (env.SSH_AUTH_SOCK ?? '') : socket.replace(/^~(?=\/)/, home);
  return {
    host: only('hostname') || name,
    port: only('port') || port || '22',
    user: only('user') || user || (env.USER ?? ''),
    jump: jumpOf(only('proxyjump'), given, ask),
    knownHosts: known.map((path) => readFileSync(path, 'utf8')).join('\n'),
    keys: files(
      'identityfile',
      ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((file) => join(home, '.ssh', file)),
    ),
    agent: found === '' ? null : found,
  };
}

function jumpOf(jump: string, given: string, ask: AskSsh): string {
  if (jump === '' || jump === 'none') return '';
  if (jump.includes(','))
    throw misnamed(given, 'your ssh goes through several hosts to reach it; only one is possible here');
  const [, user = '', host = '', port = ''] =
    /^(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(jump.replace(/^ssh:\/\//, '')) ?? [];
  const options = [...(user === '' ? [] : ['-l', user]), ...(port === '' ? [] : ['-p', port])];
  const config = settingsIn(ask([...options, '--', host.replace(/^\[|\]$/g, '')]) ?? '');
  const address = config.get('hostname')?.[0] ?? host;
  return `${config.get('user')?.[0] ?? user}@${address.includes(':') ? `[${address}]` : address}:${config.get('port')?.[0] ?? '22'}`;
}

/** Lines `key value` → values by key, in their order. */
function settingsIn(text: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^(\S+) (.*)$/.exec(line.trim()) ?? [];
    if (key !== '') settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}

/** @throws {UserError} RB-INPUT-INVALID where ssh cannot read its configuration */
function askSsh(args: readonly string[]): string | null {
  const { status, stdout, stderr, error } = spawnSync('ssh', ['-G', ...args], { encoding: 'utf8' });
  if (error !== undefined) return null;
  if (status === 0) return stdout;
  throw misnamed(args.at(-1) ?? '', stderr.trim());
}

function misnamed(given: string, why: string): UserError {
  return new UserError('RB-INPUT-INVALID', {
    what: `--host ${JSON.stringify(given)} cannot be used`,
    why,
    remedy: 'see that `ssh HOST true` works; or give --ssh-host, --ssh-user, --ssh-port and --ssh-known-hosts-file',
  });
}
