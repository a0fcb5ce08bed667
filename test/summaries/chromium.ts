/**
 * A Chromium without a window, driven by its own protocol. Source: chromedevtools.github.io/devtools-protocol, the domains
 * Target, Page and Runtime.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { get } from '../tools/tools.mjs';

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export class Chromium {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;
  #session = '';

  private constructor(child: ChildProcess, folder: string, socket: WebSocket) {
    this.#child = child;
    this.#folder = folder;
    this.#socket = socket;
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id === undefined) return;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** @param width of the page, pixels @throws what to do where there is none, and what it said where it does not start */
  static async start(width: number): Promise<Chromium> {
    const program = programOf();
    const folder = mkdtempSync(join(tmpdir(), 'runbook-chromium-'));
    const child = spawn(
      program,
      [
        ...['--headless=new', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--mute-audio'],
        ...['--remote-debugging-port=0', `--user-data-dir=${folder}`, `--window-size=${width},2000`],
        // It renders what tests have made, as whoever runs them; root has no sandbox.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const address = await new Promise<string>((found, failed) => {
      let said = '';
      child.on('error', failed);
      child.on('close', (code) => failed(new Error(`${program} ended with ${code}:\n${said}`)));
      createInterface({ input: child.stderr }).on('line', (line) => {
        said += `${line}\n`;
        const [, url] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
        if (url !== undefined) found(url);
      });
    });
    const socket = new WebSocket(address, { maxPayload: 2 ** 28 });
    await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
    const browser = new Chromium(child, folder, socket);
    const { targetId } = await browser.#call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.#call('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = String(sessionId);
    return browser;
  }

  /** The value of an expression in the page, a promise's too. @throws what it throws */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.#call('Runtime.evaluate', {
      ...{ expression, awaitPromise: true, returnByValue: true },
    })) as { result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } } };
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async stop(): Promise<void> {
    this.#child.removeAllListeners('close');
    const closed = new Promise((done) => this.#child.once('close', done));
    await this.#call('Browser.close', {}).catch(() => this.#child.kill('SIGKILL'));
    await closed;
    this.#socket.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #call(method: string, params: object): Promise<Record<string, unknown>> {
    this.#last += 1;
    const id = this.#last;
    const session = this.#session === '' || method.startsWith('Browser.') ? {} : { sessionId: this.#session };
    const answer = new Promise<Answer>((done) => this.#waiting.set(id, done));
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    const { result = {}, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}

function programOf(): string {
  try {
    return get('chromium');
  } catch (error) {
    throw new Error(
      `Chromium cannot be had here: install it under the name chromium (Debian: apt-get install chromium), then run this again.\n${(error as Error).message}`,
    );
  }
}
