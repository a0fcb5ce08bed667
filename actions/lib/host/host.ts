/**
 * A machine reached over one connection. Everything above this folder knows only these types, and does not know how the
 * connection is made (SSH, or a local shell in tests).
 */
import type { Duplex, Readable } from 'node:stream';

/**
 * How a remote command ended. `unknown` means that the connection or the channel went away before an
 * exit status arrived: the command may have run, may be running still, and never counts as success.
 */
export type Outcome =
  | { readonly outcome: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly outcome: 'unknown'; readonly reason: string; readonly stdout: string; readonly stderr: string };

export interface RunOptions {
  /** What the script reads from its standard input: the way for secrets and archives. */
  readonly input?: Buffer | string | Readable;
  /** Milliseconds until the command is given up (outcome `unknown`). Default 60,000. */
  readonly timeout?: number;
  /** Called with every whole line of standard output, strictly decoded as UTF-8. */
  readonly onLine?: (line: string) => void;
  /** Bytes of output to keep in the result; the newest are kept. Default 16 MiB. */
  readonly keep?: number;
  readonly signal?: AbortSignal;
}

/** A script that runs on the host and exchanges lines with the runner. */
export interface Session {
  /** Standard output, line by line; ends when the script ends or the connection is lost. */
  readonly lines: AsyncIterable<string>;
  /** Sends one line to the script's standard input. Silently dropped once the session is over. */
  write(line: string): void;
  /** Ends the script's standard input. */
  end(): void;
  /** Resolves when the script ended or its outcome became unknown. Never rejects. */
  readonly done: Promise<Outcome>;
  /** Closes the channel. */
  close(): void;
}

/** What a connection has done so far. */
export interface HostCounters {
  /** SSH handshakes, jump hosts included. */
  handshakes: number;
  /** Session channels opened (each starts a shell on the host). */
  sessions: number;
  /** TCP forwards opened. */
  forwards: number;
}

export interface Host {
  /** `user@host:port`, for messages. */
  readonly name: string;
  readonly counters: Readonly<HostCounters>;
  /** Runs a POSIX sh script. Rejects only with {@link UserError}s about the connection itself. */
  run(script: string, options?: RunOptions): Promise<Outcome>;
  /** Starts a POSIX sh script whose standard input stays open. `input` is sent before any line. */
  open(script: string, options?: { input?: Buffer | string }): Promise<Session>;
  /**
   * Streams a script's standard output into `sink` with back-pressure, and returns bytes and SHA-256.
   * Resolves only after exit status 0; a lost connection or another status is a UserError.
   */
  stream(
    script: string,
    sink: NodeJS.WritableStream,
    options?: Pick<RunOptions, 'input' | 'timeout' | 'signal'>,
  ): Promise<{ bytes: number; sha256: string }>;
  /**
   * Opens a TCP connection from the host to `address`:`port`: by SSH (ssh2 `forwardOut`), or through a shell with bash
   * where the SSH server forbids that.
   */
  forward(address: string, port: number, timeout?: number): Promise<Duplex>;
  /** True until the connection was lost or closed. */
  readonly connected: boolean;
  /** Opens the connection again after it was lost, with the same settings. Bounded by `timeout` ms. */
  reconnect(timeout?: number): Promise<void>;
  close(): void;
}
