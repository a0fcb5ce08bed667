/** A chat's incoming webhook on loopback: takes JSON by POST. Source: Slack, "Sending messages using incoming webhooks". */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Message {
  readonly text: string;
  readonly content: string;
  readonly event: string;
  readonly status: string;
}

export class Webhook {
  readonly got: Message[] = [];
  /** An answer comes no earlier than this. */
  ready: Promise<unknown> = Promise.resolve();
  status = 200;
  /** Where a redirect leads; what comes by another method than POST gets there, too, and is no message. */
  location: string | null = null;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = await text(request);
      if (this.location !== null && request.url !== this.location) {
        response.writeHead(this.status, { location: this.location }).end();
        return;
      }
      if (request.method === 'POST') this.got.push(JSON.parse(body) as Message);
      await this.ready;
      response.writeHead(this.location === null ? this.status : 200).end();
    });
  }

  static async start(): Promise<Webhook> {
    const webhook = new Webhook();
    await new Promise<void>((resolve) => webhook.#server.listen(0, '127.0.0.1', resolve));
    return webhook;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks/canary`;
  }

  /** From then on nobody listens at its address. */
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** An answer that never comes. */
export const never: Promise<never> = new Promise(() => {});
