/**
 * The commands that let the workflows reach the host, in a form that a person could type: `access` runs them, and
 * ACCESS.md shows them. Only for what does not exist yet. Pure.
 */
import { UserError } from '../errors';
import { nameInKnownHosts } from '../host/known-hosts';
import { quote } from '../host/quote';
import type { AccessLook, Wanted } from './access-look';
import type { WorkflowFacts } from './needs';
import type { Settings } from './settings';

export interface Step {
  /** A sentence. */
  readonly what: string;
  /** For a shell, in exactly the form in which it is run. */
  readonly command: string;
  /** On the host: run by the user who looked, not by root. */
  readonly own?: boolean;
}

/** A path of this machine; in ACCESS.md the home is written as `~`. */
function local(path: string): string {
  return path.startsWith('~/') ? `~/${quote(path.slice(2))}` : quote(path);
}

/** Commands that make the key. @param path of the private half */
export function keySteps(path: string, stack: string): Step[] {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  return [
    {
      what: 'A folder that only you can read, for the key of the workflows',
      command: `mkdir -p ${local(folder)} && chmod 700 ${local(folder)}`,
    },
    {
      what: 'The key. It has no passphrase, because a workflow cannot type one',
      command: `ssh-keygen -q -t ed25519 -N '' -C ${quote(`runbook-actions ${stack}`)} -f ${local(path)}`,
    },
  ];
}

/**
 * Commands for root on the host.
 *
 * @throws {UserError} RB-HOST-UNSUITABLE where Docker or a command that adds users does not exist
 */
export function hostSteps(look: AccessLook, { user, publicKey, folders, inner, files, trees }: Wanted): Step[] {
  if (!/^\d+\./.test(look.docker))
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: 'Docker does not answer on the host',
      why: look.docker || 'there is no docker',
      remedy: 'install Docker Engine with Compose 2.20 or newer, and start it',
    });
  const steps: Step[] = [];
  const step = (what: string, command: string): void => void steps.push({ what, command });
  if (!look.known) step(`The user ${user}, without a password`, newUser(look.tool, user));
  if (!look.inGroup && !look.answers) {
    if (!look.dockerGroup)
      throw new UserError('RB-HOST-UNSUITABLE', {
        what: 'the host has no group docker',
        why: 'Docker runs without root there, or with another group, so it is not known which users may use it',
        remedy: `give --user the name of the user for whom Docker runs, and log in as that user: --host THAT_USER@HOST`,
      });
    step(
      'The user may use Docker, which makes it as powerful as root',
      look.tool === 'adduser' ? `addgroup ${user} docker` : `usermod --append --groups docker ${user}`,
    );
  }
  if (!look.hasKey) {
    const script = `umask 077; mkdir -p ~/.ssh; echo "restrict,port-forwarding ${publicKey}" >>~/.ssh/authorized_keys`;
    steps.push({
      what: 'The key logs in as that user, without agent forwarding and without a terminal',
      command: look.me === user ? script : `su -s /bin/sh ${user} -c ${quote(script)}`,
      own: look.me === user,
    });
  }
  const at = (path: string): string | undefined => look.places.get(path);
  const quoted = (paths: readonly string[]): string => paths.map(quote).join(' ');
  for (const path of folders) {
    if (at(path) === 'missing')
      step(`The folder ${path}, which the user owns`, `mkdir -p ${quote(path)} && chown ${user} ${quote(path)}`);
    else if (at(path) === 'folder')
      step(`The user owns the folder ${path}, not its contents`, `chown ${user} ${quote(path)}`);
  }
  const inside = inner.filter((path) => at(path) === 'folder');
  if (inside.length > 0)
    step('The user can replace the files that come from the repository', `chown ${user} ${quoted(inside)}`);
  const unread = files.filter((path) => at(path) === 'file');
  if (unread.length > 0)
    step('The user can read the files with which the stack was started', `chown ${user} ${quoted(unread)}`);
  const own = trees.filter((path) => at(path) === 'tree');
  if (own.length > 0)
    step('The user owns the files that these actions keep on the host', `chown -R ${user} ${quoted(own)}`);
  return steps;
}

/**
 * The account is not locked: an SSH server without PAM rejects users whose password is `!`. Source: sshd(8), Login
 * Process.
 */
function newUser(tool: AccessLook['tool'], user: string): string {
  if (tool === 'useradd') return `useradd --create-home --shell /bin/sh --password '*' ${user}`;
  if (tool === 'adduser') return `adduser -D -s /bin/sh ${user} && echo '${user}:*' | chpasswd -e`;
  throw new UserError('RB-HOST-UNSUITABLE', {
    what: `the user ${user} cannot be made`,
    why: 'the host has neither useradd nor adduser',
    remedy: 'make the user by hand, or give --user the name of a user that exists',
  });
}

/** What GitHub gets to know about the host. */
export interface Told {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly knownHosts: string;
  /** Path of the private key. */
  readonly key: string;
}

/**
 * One line, with the type of key that the SSH library prefers.
 *
 * @param own `type base64`
 * @returns `null`: the host shows no keys
 */
export function knownHostsLine(own: readonly string[], host: string, port: string): string | null {
  const of = (type: string): string | undefined => own.find((line) => line.startsWith(`${type} `));
  const line = of('ssh-ed25519') ?? own.find((one) => one.startsWith('ecdsa-sha2-')) ?? of('ssh-rsa');
  return line === undefined ? null : `${nameInKnownHosts(host, Number(port))} ${line}`;
}

/** A secret cannot be read back, so it is set again each time. @param settings present ones; `null`: not known */
export function gitHubSteps({ needs, environments }: WorkflowFacts, told: Told, settings: Settings | null): Step[] {
  const made = environments
    .filter(({ name }) => settings?.environments.has(name) !== true)
    .map(({ name }) => ({
      what: `The environment ${name}`,
      command: `gh api --silent --method PUT ${quote(`repos/{owner}/{repo}/environments/${encodeURIComponent(name)}`)}`,
    }));
  const values = new Map([
    ['SSH_HOST', told.host],
    ['SSH_PORT', told.port],
    ['SSH_USER', told.user],
    ['SSH_KNOWN_HOSTS', told.knownHosts],
  ]);
  const variables = needs.flatMap(({ kind, name, environment }): Step[] => {
    const value = values.get(name);
    if (kind !== 'variable' || value === undefined) return [];
    const own = environment === null ? settings?.variables : settings?.environments.get(environment)?.variables;
    const held = own?.get(name) ?? settings?.variables.get(name) ?? '';
    if (held.trim() === value || (name === 'SSH_PORT' && value === '22' && held.trim() === '')) return [];
    const place =
      environment === null
        ? 'repos/{owner}/{repo}/actions/variables'
        : `repos/{owner}/{repo}/environments/${encodeURIComponent(environment)}/variables`;
    const there = own?.has(name) === true;
    const [method, path] = there ? ['PATCH', `${place}/${name}`] : ['POST', place];
    return [
      {
        what: `${name} of ${environment ?? 'the repository'}${there ? `, which was ${held}` : ''}`,
        command: `gh api --silent --method ${method} ${quote(path)} -f name=${name} -f ${quote(`value=${value}`)}`,
      },
    ];
  });
  const secrets = needs
    .filter(({ kind, name }) => kind === 'secret' && name === 'SSH_KEY')
    .map(({ environment }) => ({
      what: `The key, for ${environment ?? 'the repository'}`,
      command: `gh secret set SSH_KEY${environment === null ? '' : ` --env ${quote(environment)}`} < ${local(told.key)}`,
    }));
  return [...made, ...variables, ...secrets];
}
