/**
 * GitHub's REST API on a socket of this machine, as far as `gh` asks for settings of one repository (environments, variables,
 * secrets) and for one pull request. Source: docs.github.com/rest, "Actions" and "Deployments"; a secret comes sealed by libsodium's `crypto_box_seal`.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';

interface Place {
  readonly variables: Map<string, string>;
  readonly secrets: Map<string, string>;
  /** What it is protected by, as somebody set it last. */
  protection: Protection;
}

interface Protection {
  readonly reviewers?: readonly { readonly type: string; readonly id: number }[];
  readonly prevent_self_review?: boolean;
}

/** Numbers of users and teams. */
const PEOPLE = new Map([
  ['users/ann', 11],
  ['orgs/acme/teams/operations', 7],
]);

const newPlace = (): Place => ({ variables: new Map(), secrets: new Map(), protection: {} });

export class GitHubApi {
  readonly environments = new Map<string, Place>();
  readonly repository: Place = newPlace();
  /** Of the one pull request there is, and whether it was merged. */
  readonly comments: { readonly login: string; readonly body: string; readonly made: string }[] = [];
  merged = false;
  /** `METHOD path`, of what changes something. */
  readonly changes: string[] = [];
  /** What nobody here knows; a test that sees one is wrong. */
  readonly unknown: string[] = [];
  readonly #key = x25519.utils.randomSecretKey();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const { status, answer } = this.#answer(request.method ?? 'GET', request.url ?? '', body);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(answer === undefined ? '' : JSON.stringify(answer));
      });
    });
  }

  /** @param folder for the socket, and for gh's configuration, which leads there */
  static async start(folder: string): Promise<{ api: GitHubApi; socket: string }> {
    const api = new GitHubApi();
    const socket = join(folder, 'github');
    await new Promise<void>((done) => api.#server.listen(socket, done));
    return { api, socket };
  }

  async stop(): Promise<void> {
    await new Promise((done) => this.#server.close(done));
  }

  #answer(method: string, url: string, body: string): { status: number; answer?: unknown } {
    const path = url.split('?')[0]?.replace(/^\/(api\/v3\/)?/, '') ?? '';
    if (method !== 'GET') this.changes.push(`${method} ${path}`);
    const [, name, rest = ''] =
      /^repos\/acme\/stack(?:\/environments\/([^/]+)|\/actions)?(?:\/(.*))?$/.exec(path) ?? [];
    const given = body === '' ? {} : (JSON.parse(body) as Record<string, string>);
    if (PEOPLE.has(path)) return { status: 200, answer: { id: PEOPLE.get(path) } };
    if (path === 'repos/acme/stack') return { status: 200, answer: { private: true, full_name: 'acme/stack' } };
    if (/^repos\/acme\/stack\/commits\/[0-9a-f]{40}\/pulls$/.test(path)) {
      const pull = { number: 7, merged_at: this.merged ? '2026-01-01T00:00:00Z' : null, base: { ref: 'production' } };
      return { status: 200, answer: [pull] };
    }
    if (path === 'repos/acme/stack/issues/7/comments') {
      const shown = this.comments.map(({ login, body: text, made }) => ({
        user: { login },
        body: text,
        updated_at: made,
      }));
      return { status: 200, answer: shown };
    }
    if (path === 'repos/acme/stack/environments') {
      const found = [...this.environments].map(([one, { protection }]) => ({
        name: one,
        protection_rules: protection.reviewers ? [{ type: 'required_reviewers', ...protection }] : [],
      }));
      return { status: 200, answer: { total_count: found.length, environments: found } };
    }
    if (name !== undefined && rest === '' && method === 'PUT') {
      const there = this.environments.get(name) ?? newPlace();
      this.environments.set(name, Object.assign(there, { protection: given }));
      return { status: 200, answer: { name } };
    }
    const place = name === undefined ? this.repository : this.environments.get(name);
    if (place === undefined || (name === undefined && !path.startsWith('repos/acme/stack/actions')))
      return this.#missing(method, path);
    const [kind, one] = rest.split('/');
    if (kind === 'variables' && method === 'GET')
      return {
        status: 200,
        answer: { variables: [...place.variables].map(([key, value]) => ({ name: key, value })) },
      };
    if (kind === 'variables' && method === 'POST') {
      if (place.variables.has(given.name ?? '')) return { status: 409, answer: { message: 'Already exists' } };
      place.variables.set(given.name ?? '', given.value ?? '');
      return { status: 201, answer: {} };
    }
    if (kind === 'variables' && method === 'PATCH' && place.variables.has(one ?? '')) {
      place.variables.set(one ?? '', given.value ?? '');
      return { status: 204 };
    }
    if (kind === 'secrets' && one === 'public-key') {
      const key = Buffer.from(x25519.getPublicKey(this.#key)).toString('base64');
      return { status: 200, answer: { key_id: '1', key } };
    }
    if (kind === 'secrets' && method === 'GET')
      return { status: 200, answer: { secrets: [...place.secrets.keys()].map((key) => ({ name: key })) } };
    if (kind === 'secrets' && method === 'PUT') {
      place.secrets.set(one ?? '', opened(Buffer.from(given.encrypted_value ?? '', 'base64'), this.#key));
      return { status: 201, answer: {} };
    }
    return this.#missing(method, path);
  }

  #missing(method: string, path: string): { status: number; answer: unknown } {
    if (!path.includes('organization-')) this.unknown.push(`${method} ${path}`);
    return { status: 404, answer: { message: 'Not Found' } };
  }
}

/** libsodium's sealed box: an ephemeral key, and a nonce of both public keys. */
function opened(sealed: Buffer, key: Uint8Array): string {
  const ephemeral = sealed.subarray(0, 32);
  const nonce = blake2b(Buffer.concat([ephemeral, x25519.getPublicKey(key)]), { dkLen: 24 });
  const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer);
  const shared = new Uint32Array(8);
  hsalsa(
    words(Buffer.from('expand 32-byte k')),
    words(x25519.getSharedSecret(key, ephemeral)),
    new Uint32Array(4),
    shared,
  );
  const plain = xsalsa20poly1305(new Uint8Array(shared.buffer), nonce).decrypt(sealed.subarray(32));
  return Buffer.from(plain).toString('utf8');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
