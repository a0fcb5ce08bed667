/** A {@link Host} over SSH. */
import { createHash } from 'node:crypto';
import { constants } from 'node:os';
import { type Duplex, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { ClientChannel } from 'ssh2';
import { UserError } from '../errors';
import { type Connection, forward, openConnection, type SshTarget, withDeadline } from './connection';
import type { Host, HostCounters, Outcome, RunOptions, Session } from './host';
import { LineReader, LineQueue } from './lines';

/**
 * What every command line is: it reads the script from standard input, after its size in bytes, so that
 * nothing of it stands in an argument that `ps` shows. The rest of the input is the script's.
 * `dd bs=1` because `head -c` of some systems reads ahead. No quote or `!` inside: any login shell passes it on.
 */
const BOOTSTRAP = `sh -c 'IFS= read -r n && s=$(dd bs=1 count="$n" 2>/dev/null) && eval "$s"'`;
const CHANNEL_TIMEOUT = 20_000;
const RUN_TIMEOUT = 60_000;
const KEEP = 16 * 2 ** 20;

/** Opens the connection. @throws {UserError} see {@link openConnection} */
export async function connect(target: SshTarget): Promise<Host> {
  const host = new SshHost(target);
  await host.reconnect();
  return host;
}

class SshHost implements Host {
  readonly name: string;
  readonly counters: HostCounters = { handshakes: 0, sessions: 0, forwards: 0 };
  readonly #target: SshTarget;
  #connection: Connection | null = null;

  constructor(target: SshTarget) {
    this.#target = target;
    this.name = `${target.user}@${target.host}:${target.port}`;
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  async reconnect(timeout?: number): Promise<void> {
    this.close();
    const connection = await openConnection({ ...this.#target, ...(timeout ? { timeout } : {}) });
    this.counters.handshakes += connection.handshakes;
    this.#connection = connection;
    connection.onClose(() => {
      if (this.#connection === connection) this.#connection = null;
    });
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = null;
    connection?.close();
  }

  async run(script: string, options: RunOptions = {}): Promise<Outcome> {
    const channel = await this.#start(script);
    const stdout = new Tail(options.keep ?? KEEP);
    const stderr = new Tail(64 * 1024);
    const lines = options.onLine ? new LineReader(options.onLine) : null;
    channel.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      lines?.push(chunk);
    });
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const ended = exitOf(channel);
    send(channel, options.input);
    const ending = await this.#until(channel, ended, options.timeout ?? RUN_TIMEOUT, options.signal);
    lines?.end();
    return { ...ending, stdout: stdout.text(), stderr: stderr.text() };
  }

  async open(script: string, options: { input?: Buffer | string } = {}): Promise<Session> {
    const channel = await this.#start(script);
    const stderr = new Tail(64 * 1024);
    const queue = new LineQueue();
    const reader = new LineReader((line) => queue.push(line));
    channel.on('data', (chunk: Buffer) => reader.push(chunk));
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    if (options.input !== undefined) channel.write(options.input);
    const done = exitOf(channel).then((ending): Outcome => {
      reader.end();
      queue.end();
      return { ...ending, stdout: '', stderr: stderr.text() };
    });
    return {
      lines: queue,
      write: (line) => void (channel.writable && channel.write(`${line}\n`)),
      end: () => void channel.end(),
      done,
      close: () => void channel.close(),
    };
  }

  async stream(script: string, sink: NodeJS.WritableStream, options: Pick<RunOptions, 'input' | 'timeout' | 'signal'> = {}): Promise<{ bytes: number; sha256: string }> {
    const channel = await this.#start(script);
    const stderr = new Tail(64 * 1024);
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const ended = exitOf(channel);
    send(channel, options.input);
    const hash = createHash('sha256');
    let bytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    const watched = this.#until(channel, ended, options.timeout ?? RUN_TIMEOUT, options.signal);
    await pipeline(channel, measure, sink).catch((error: unknown) => {
      channel.close();
      throw error;
    });
    const ending = await watched;
    if (ending.outcome === 'exited' && ending.code === 0) return { bytes, sha256: hash.digest('hex') };
    throw new UserError('RB-CONNECTION-LOST', {
      what: `a download from ${this.name} did not come to its end (${bytes} bytes arrived)`,
      why: ending.outcome === 'unknown' ? ending.reason : `the command ended with ${ending.code}: ${stderr.text().trim()}`,
      remedy: 'run it again; what arrived is not used',
    });
  }

  async forward(address: string, port: number, timeout = CHANNEL_TIMEOUT): Promise<Duplex> {
    this.counters.forwards += 1;
    return forward(this.#required().client, address, port, timeout);
  }

  #required(): Connection {
    if (this.#connection !== null) return this.#connection;
    throw new UserError('RB-CONNECTION-LOST', {
      what: `the connection to ${this.name} is gone`,
      remedy: 'run it again',
    });
  }

  async #start(script: string): Promise<ClientChannel> {
    const { client } = this.#required();
    this.counters.sessions += 1;
    const channel = await withDeadline<ClientChannel>(CHANNEL_TIMEOUT, 'opening a session', (resolve, reject) => {
      client.once('close', () => reject(new Error('the connection was lost')));
      client.exec(BOOTSTRAP, (error, opened) => (error ? reject(error) : resolve(opened)));
    }).catch((error: unknown) => {
      throw new UserError(
        'RB-CONNECTION-LOST',
        { what: `no session on ${this.name}`, why: error instanceof Error ? error.message : String(error), remedy: 'run it again' },
        { cause: error },
      );
    });
    channel.on('error', () => {});
    const bytes = Buffer.from(script);
    channel.write(`${bytes.length}\n`);
    channel.write(bytes);
    return channel;
  }

  async #until(channel: ClientChannel, ended: Promise<Ending>, timeout: number, signal?: AbortSignal): Promise<Ending> {
    let stop: (reason: string) => void = () => {};
    const stopped = new Promise<Ending>((resolve) => {
      stop = (reason) => resolve({ outcome: 'unknown', reason });
    });
    const timer = setTimeout(() => stop(`no end within ${timeout / 1000} s`), timeout);
    const cancel = (): void => stop('cancelled');
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const ending = await Promise.race([ended, stopped]);
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    if (ending.outcome === 'unknown') channel.close();
    return ending;
  }
}

type Ending = { readonly outcome: 'exited'; readonly code: number } | { readonly outcome: 'unknown'; readonly reason: string };

/** ssh2 says `close` without an exit status when the connection was lost: that is no success. */
function exitOf(channel: ClientChannel): Promise<Ending> {
  return new Promise((resolve) => {
    let ending: Ending = { outcome: 'unknown', reason: 'the connection was lost before the command ended' };
    channel.on('exit', (code: number | null, signal?: string) => {
      if (code !== null && code !== undefined) ending = { outcome: 'exited', code };
      else if (signal) ending = { outcome: 'exited', code: 128 + (constants.signals[`SIG${signal.replace(/^SIG/, '')}` as NodeJS.Signals] ?? 0) };
    });
    channel.on('close', () => resolve(ending));
  });
}

function send(channel: ClientChannel, input: RunOptions['input']): void {
  if (input === undefined) channel.end();
  else if (input instanceof Readable) input.pipe(channel);
  else channel.end(input);
}

/** The newest bytes of a stream, up to a limit. */
class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size - (this.#chunks[0]?.length ?? 0) > this.#limit) this.#size -= this.#chunks.shift()?.length ?? 0;
  }

  text(): string {
    return new StringDecoder('utf8').write(Buffer.concat(this.#chunks).subarray(-this.#limit));
  }
}
