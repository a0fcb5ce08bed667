/** What `access` does outside of this process: runs commands and ssh-keygen, and logs in as the workflows will. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { UserError } from '../errors';
import { connect } from '../host/connect';
import type { Told } from './access-steps';

/** Runs a command that was shown, in a folder of this machine. @throws {UserError} RB-COMMAND-FAILED */
export function inShell(folder: string, command: string): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn('sh', ['-c', command], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    const refuse = (why: string): void =>
      failed(
        new UserError('RB-COMMAND-FAILED', {
          what: `this failed on your machine: ${command}`,
          why,
          remedy: 'put that right and run this again: what is done already is not done twice',
        }),
      );
    child.on('error', (error) => refuse(error.message));
    child.on('close', (code) => (code === 0 ? done() : refuse(`it ended with exit status ${code}`)));
  });
}

/**
 * The public half of a key, made from the private one, so that the two belong together.
 *
 * @returns `null`: the file does not exist
 * @throws {UserError} RB-KEY-PASSPHRASE, RB-KEY-FORMAT, RB-COMMAND-FAILED
 */
export function publicKeyOf(path: string): string | null {
  if (!existsSync(path)) return null;
  const { status, stdout, stderr, error } = spawnSync('ssh-keygen', ['-y', '-P', '', '-f', path], { encoding: 'utf8' });
  if (status === 0) {
    const [type = '', key = '', comment = 'runbook-actions'] = stdout.trim().split(' ');
    return `${type} ${key} ${comment.replace(/[^A-Za-z0-9@._-]/g, '_')}`;
  }
  const why = error?.message ?? stderr.trim().split('\n')[0] ?? '';
  if (/passphrase/i.test(why))
    throw new UserError('RB-KEY-PASSPHRASE', {
      what: `the key ${path} has a passphrase`,
      why: 'a workflow has nobody who types it',
      remedy: 'name another by --key; without it one is made for the workflows alone',
    });
  throw new UserError(error === undefined ? 'RB-KEY-FORMAT' : 'RB-COMMAND-FAILED', {
    what: `the key ${path} cannot be used`,
    why,
    remedy: 'name another by --key; one that is not there yet is made',
  });
}

/** Logs in by the SSH of the actions, with only this key and this host key. @throws {UserError} where that fails */
export async function logInAsWorkflow({ host, port, user, knownHosts, key }: Told, script: string): Promise<void> {
  const privateKey = readFileSync(key, 'utf8');
  const found = await connect({ host, port: Number(port), user, knownHosts, privateKey });
  try {
    const ended = await found.run(script);
    if (ended.outcome === 'exited' && ended.code === 0) return;
    throw new UserError('RB-HOST-UNSUITABLE', {
      what: `${user} logs in, and may not do there what the workflows do`,
      why: (ended.outcome === 'exited' ? ended.stderr : ended.reason).trim().slice(0, 400),
      remedy: `put that right on ${host} and run this again; nothing was set on GitHub`,
    });
  } finally {
    found.close();
  }
}
