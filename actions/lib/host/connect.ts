/** The {@link Host} that is reached by SSH. */
import type { Duplex } from 'node:stream';
import { type Running, startScript } from './channel';
import { collect } from './collect';
import { openForward } from './forward';
import type { Hop } from './hop';
import type { Host, HostCounters, Outcome, RunOptions, Session } from './host';
import { dialTcp, type Link, openLink } from './link';
import { connectionLost, jumpRefused, type SshError, throughJump } from './link-errors';
import { converse } from './session';
import { carried, shellForward } from './shell-forward';
import { type Streamed, type StreamOptions, streamInto } from './stream';

export interface SshTarget extends Hop {
  /** Milliseconds for each of: TCP connection, handshake with login, start of a script's shell. Default 20,000. */
  readonly timeout?: number;
  /** A jump host. Its known hosts default to the target's. */
  readonly jump?: Omit<Hop, 'knownHosts'> & { readonly knownHosts?: string };
}

const TIMEOUT = 20_000;
const FORWARD_TIMEOUT = 10_000;
/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED of RFC 4254, 5.1. */
const FORBIDDEN = 1;

/** Values of a target that must not be shown. */
export function secretsOf({ privateKey, passphrase, jump }: SshTarget): string[] {
  const all = [privateKey, passphrase, jump?.privateKey, jump?.passphrase];
  return all.filter((secret) => secret !== undefined && secret !== '') as string[];
}

/**
 * Connects and logs in.
 *
 * @throws {UserError} for anything wrong with address, host keys, private key or user
 */
export async function connect(target: SshTarget): Promise<Host> {
  const host = new SshHost(target);
  await host.reconnect();
  return host;
}

class SshHost implements Host {
  readonly name: string;
  readonly counters: HostCounters = { handshakes: 0, sessions: 0, forwards: 0 };
  readonly #target: SshTarget;
  #link: Link | undefined;
  #jump: Link | undefined;
  /** True once its SSH server has refused to forward. */
  #forbidden = false;

  constructor(target: SshTarget) {
    this.#target = target;
    this.name = `${target.user}@${target.host}:${target.port}`;
  }

  get connected(): boolean {
    return this.#link !== undefined && this.#link.lost === undefined;
  }

  async reconnect(timeout = this.#target.timeout ?? TIMEOUT): Promise<void> {
    this.close();
    const target = this.#target;
    if (target.jump === undefined) {
      this.#link = await this.#open(target, dialTcp(target, timeout), timeout);
      return;
    }
    const first: Hop = { ...target.jump, knownHosts: target.jump.knownHosts ?? target.knownHosts };
    const jump = await this.#open(first, dialTcp(first, timeout), timeout).catch((error: unknown) => {
      throw throughJump(first, error);
    });
    this.#jump = jump;
    const dial = () =>
      openForward(jump.client, target.host, target.port, timeout).catch((error: SshError) => {
        throw jumpRefused(first, target, error);
      });
    this.#link = await this.#open(target, dial, timeout).catch((error: unknown) => {
      jump.close();
      throw error;
    });
  }

  async run(script: string, options: RunOptions = {}): Promise<Outcome> {
    return collect(await this.#start(script, options.timeout), options);
  }

  async open(script: string, options: { input?: Buffer | string } = {}): Promise<Session> {
    return converse(await this.#start(script), options.input);
  }

  async stream(script: string, sink: NodeJS.WritableStream, options: StreamOptions = {}): Promise<Streamed> {
    return streamInto(sink, await this.#start(script), options, this.name);
  }

  async forward(address: string, port: number, timeout = FORWARD_TIMEOUT): Promise<Duplex> {
    const link = this.#alive();
    if (!this.#forbidden) {
      this.counters.forwards += 1;
      try {
        return await openForward(link.client, address, port, timeout);
      } catch (error) {
        if ((error as SshError).reason !== FORBIDDEN) throw error;
        this.#forbidden = true;
      }
    }
    return carried(await this.#start(shellForward(address, port)), address, port, timeout);
  }

  close(): void {
    this.#link?.close();
    this.#jump?.close();
  }

  async #open(hop: Hop, dial: () => Promise<Duplex>, timeout: number): Promise<Link> {
    const counted = () => {
      this.counters.handshakes += 1;
      return dial();
    };
    return openLink(hop, counted, timeout);
  }

  #start(script: string, most = Number.POSITIVE_INFINITY): Promise<Running> {
    const link = this.#alive();
    this.counters.sessions += 1;
    return startScript(link, this.name, script, Math.min(this.#target.timeout ?? TIMEOUT, most));
  }

  #alive(): Link {
    const link = this.#link;
    if (link === undefined || link.lost !== undefined)
      throw connectionLost(this.name, link?.lost ?? 'it was never made');
    return link;
  }
}
