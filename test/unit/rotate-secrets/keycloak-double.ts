/** What a Keycloak answers that keeps one client's secrets: a double; `test/e2e/secrets/keycloak.test.ts` asks a real one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';

export class KeycloakDouble {
  secret: string;
  /** Taken beside the secret, where a policy rotates secrets. */
  rotated: string | null = null;
  /** Whether its client shows that a policy rotates secrets: not before the first update under that policy. */
  shows: boolean;
  /** Whether its secret has expired. */
  expired = false;
  /** Requests that it answers with 503, as while it starts. */
  starting = 0;
  /** Ends the connection instead of a PUT, as where the runner dies. */
  loses = false;
  /** How its client authenticates. */
  authenticator = 'client-secret';
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #rotates: boolean;

  private constructor(server: Server, secret: string, rotates: boolean) {
    this.#server = server;
    this.secret = secret;
    this.#rotates = rotates;
    this.shows = rotates;
  }

  static async start(secret: string, { rotates = false } = {}): Promise<KeycloakDouble> {
    const server = createServer();
    const double = new KeycloakDouble(server, secret, rotates);
    server.on('request', async (request, response) => {
      const body = await text(request);
      double.asked.push(`${request.method} ${request.url}`);
      if (double.starting > 0) {
        double.starting -= 1;
        response.writeHead(503).end();
        return;
      }
      if (request.method === 'PUT' && double.loses) {
        request.socket.destroy();
        return;
      }
      const { status, json } = double.#answer(`${request.method} ${request.url}`, body, request.headers.authorization);
      response.writeHead(status, { 'content-type': 'application/json' }).end(json === null ? '' : JSON.stringify(json));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  takes(secret: string): boolean {
    return (secret === this.secret && !this.expired) || secret === this.rotated;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(question: string, body: string, authorization = ''): { status: number; json: unknown } {
    const form = new URLSearchParams(body);
    const error = (status: number, word: string) => ({ status, json: { error: word } });
    if (question === 'POST /realms/master/protocol/openid-connect/token')
      return form.get('username') === 'root' && form.get('password') === 'admin-password'
        ? { status: 200, json: { access_token: 'admin-token' } }
        : error(401, 'invalid_grant');
    if (question === 'POST /realms/shop/protocol/openid-connect/token/introspect')
      return form.get('client_id') === 'web' && this.takes(form.get('client_secret') ?? '')
        ? { status: 200, json: { active: false } }
        : error(401, 'invalid_request');
    if (authorization !== 'Bearer admin-token') return error(401, 'HTTP 401 Unauthorized');
    if (question === 'GET /admin/realms/shop/clients?clientId=web') return { status: 200, json: [this.#client()] };
    if (question === 'POST /admin/realms/shop/clients/7c/client-secret') {
      this.rotated = this.#rotates ? this.secret : null;
      this.shows = this.#rotates;
      this.expired = false;
      this.secret = `made-${Math.random()}`;
      return { status: 200, json: { type: 'secret', value: this.secret } };
    }
    if (question !== 'PUT /admin/realms/shop/clients/7c') return error(404, 'unknown');
    const { secret, ...rest } = JSON.parse(body) as { secret: string };
    const { secret: _, ...own } = this.#client();
    if (!isDeepStrictEqual(rest, own)) return error(400, 'something is missing');
    const replaced = this.#rotates && this.expired;
    this.rotated = replaced ? secret : this.#rotates ? this.rotated : null;
    this.secret = replaced ? `made-${Math.random()}` : secret;
    this.expired = this.expired && !replaced;
    this.shows = this.#rotates;
    return { status: 204, json: null };
  }

  #client() {
    const attributes = this.shows
      ? { 'client.secret.expiration.time': '1', ...(this.rotated === null ? {} : { 'client.secret.rotated': 'x' }) }
      : {};
    return {
      id: '7c',
      clientId: 'web',
      enabled: true,
      clientAuthenticatorType: this.authenticator,
      redirectUris: ['https://shop.test/*'],
      attributes,
      secret: this.secret,
    };
  }
}
