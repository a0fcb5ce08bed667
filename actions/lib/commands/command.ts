/** What a command is, and the container that it gets. Pure. */
import type { CommandSettings } from '../config/runbook';
import { UserError } from '../errors';
import type { ComposeModel, ComposeService } from '../stack/compose-model';
import type { Container } from '../stack/model';
import { filesModel } from '../stack/release/edit';

export interface Command extends CommandSettings {
  /** `null`: it has none in the runbook. */
  readonly name: string | null;
}

/** What is run where the entrypoint has no part in it. */
export function wordsOf({ command }: Pick<Command, 'command'>): readonly string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

/** For people: as it is, and never as something that could be pasted into a shell by mistake. */
export function shownCommand({ command }: Pick<Command, 'command'>): string {
  return typeof command === 'string' ? `sh -c ${JSON.stringify(command)}` : JSON.stringify(command);
}

/** What would make two containers of one service quarrel, what belongs to a service that stays, and what waits for others. */
const NOT_OF_ONE = [
  ...['ports', 'container_name', 'mac_address', 'depends_on', 'healthcheck', 'restart', 'scale', 'tty', 'stdin_open'],
  ...['build', 'develop', 'pull_policy', 'post_start', 'pre_stop', 'profiles', 'logging', 'labels', 'command'],
] as const;
const NOT_OF_ONE_NETWORK = ['aliases', 'ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'] as const;

/** Docker's own kind of log, whatever the service writes to: it is read for the run. Bounded. */
const LOGGING = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } };

/**
 * A release's model in which the service is one container that runs the command and that nobody is led to.
 *
 * @param stored its `compose.json`, `$` escaped as `$$`
 */
export function commandModel(stored: ComposeModel, command: Command): ComposeModel {
  const { [command.service]: service = {} } = filesModel(stored).services;
  const kept = without(service, NOT_OF_ONE);
  const { deploy, networks, environment } = kept as {
    deploy?: Record<string, unknown>;
    networks?: Record<string, Record<string, unknown> | null>;
    environment?: Record<string, string | null>;
  };
  const words = wordsOf(command).map(escaped);
  const entrypoint = typeof command.command === 'string' ? [] : command.entrypoint?.map(escaped);
  const own = Object.entries(command.environment).map(([name, value]) => [name, escaped(value)]);
  const made: ComposeService = {
    ...kept,
    ...(deploy === undefined
      ? {}
      : { deploy: without(deploy, ['replicas', 'restart_policy', 'mode', 'update_config']) }),
    ...(networks === undefined ? {} : { networks: eachOf(networks, (one) => one && without(one, NOT_OF_ONE_NETWORK)) }),
    environment: { ...environment, ...Object.fromEntries(own) },
    // An entrypoint of its own leaves the image's command out, and a list is what the entrypoint gets.
    ...(entrypoint === undefined ? { command: words } : { entrypoint: [...entrypoint, ...words] }),
    ...(command.user === undefined ? {} : { user: command.user }),
    restart: 'no',
    pull_policy: 'never',
    healthcheck: { disable: true },
    logging: LOGGING,
  };
  return { ...stored, services: { ...stored.services, [command.service]: made } };
}

function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function without<T extends object>(whole: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !names.includes(name))) as Partial<T>;
}

function eachOf<T>(all: Readonly<Record<string, T>>, made: (one: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, made(one)]));
}

/** A command's variables as Docker reads a file of them: each line as it is. */
export function envFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Containers of a service, in the order of their names. */
export function containersOf(service: string, containers: readonly Container[]): Container[] {
  return containers
    .filter((one) => one.service === service && !one.oneOff && !one.standIn)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** @throws {UserError} RB-CONTAINER-DOWN */
export function runningOf(service: string, containers: readonly Container[]): Container[] {
  const all = containersOf(service, containers);
  const running = all.filter(({ state }) => state === 'running');
  if (running.length > 0) return running;
  const others = [...new Set(containers.map((one) => one.service))].filter((name) => name !== '').sort();
  throw new UserError('RB-CONTAINER-DOWN', {
    what: `no container of ${service} runs`,
    why:
      all.length === 0
        ? `the host has no container of it; it has containers of ${others.join(', ') || 'no service of this stack'}`
        : all.map((one) => `${one.name} is ${stateOf(one)}`).join(', '),
    remedy: 'see its log (mode: logs), or run the command in a new container (container: new)',
  });
}

function stateOf({ state, exitCode, restarts }: Container): string {
  if (state === 'restarting') return `restarting (exit status ${exitCode}, restarted ${restarts} times)`;
  return state === 'exited' ? `exited with status ${exitCode}` : state;
}
