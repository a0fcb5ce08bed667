/** What a command is, and the container that it gets. Pure. */
import type { CommandSettings } from '../config/runbook';
import { UserError } from '../errors';
import type { ComposeModel, ComposeService } from '../stack/compose-model';
import type { Container } from '../stack/model';
import { filesModel } from '../stack/release/edit';

export interface Command extends CommandSettings {
  /** Name in the runbook; `null`: it has none. */
  readonly name: string | null;
}

/** The program and its arguments, as they run without an entrypoint. */
export function wordsOf({ command }: Pick<Command, 'command'>): readonly string[] {
  return typeof command === 'string' ? ['sh', '-c', command] : command;
}

/** A form for people that cannot be pasted into a shell by mistake. */
export function shownCommand({ command }: Pick<Command, 'command'>): string {
  return typeof command === 'string' ? `sh -c ${JSON.stringify(command)}` : JSON.stringify(command);
}

/**
 * Settings for which two containers of a service would collide, of services that keep running, or that wait for others.
 */
const NOT_OF_ONE = [
  ...['ports', 'container_name', 'mac_address', 'depends_on', 'healthcheck', 'restart', 'scale', 'tty', 'stdin_open'],
  ...['build', 'develop', 'pull_policy', 'post_start', 'pre_stop', 'profiles', 'logging', 'labels', 'command'],
] as const;
const NOT_OF_ONE_NETWORK = ['aliases', 'ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'] as const;

/** A log that Docker keeps and the run can read, whatever logging the service has. Bounded. */
const LOGGING = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } };

/**
 * The model of a release in which the service is one container that runs the command and gets no traffic.
 *
 * @param stored the release's `compose.json`, `$` escaped as `$$`
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
    // With an entrypoint of its own the image's command does not count, and the list becomes the entrypoint's
    // arguments.
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

/** The command's variables in the format that Docker reads: one on each line, without quotes. */
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
