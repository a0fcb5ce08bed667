/** An HTTP proxy on loopback before the S3 server, which passes everything on until a test breaks the way. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Fault =
  /** Reads the whole request, and answers in the server's place. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string; readonly message?: string }
  /** Turns one bit of the request's body. */
  | { readonly kind: 'damage' }
  /** Resets the connection once this many bytes of the request's body, or of the answer's, have passed. */
  | { readonly kind: 'cut-sent' | 'cut-answer'; readonly after: number }
  /** Takes the request and says nothing, or nothing more after this many bytes of the answer. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'stall-answer'; readonly after: number };

export interface FaultProxy {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  /** `METHOD /path?query` of the requests since the last {@link clear}. */
  readonly requests: readonly string[];
  /** Answers that are neither whole nor given up. */
  readonly answering: number;
  /** @param on which requests meet it @param times how many of them; default: all */
  fault(fault: Fault, on?: RegExp, times?: number): void;
  /** No fault any more, and no request seen yet. */
  clear(): void;
  /** Resets what is open and listens no more. */
  close(): Promise<void>;
}

export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const open = new Set<Socket>();
  const requests: string[] = [];
  const answering = new Set<ServerResponse>();
  let plan: { readonly fault: Fault; readonly on: RegExp; left: number } | null = null;
  const server = createServer((from, to) => {
    const line = `${from.method} ${from.url}`;
    requests.push(line);
    answering.add(to);
    to.on('close', () => answering.delete(to));
    const met = plan?.on.test(line) && plan.left > 0 ? plan : null;
    if (met !== null) met.left--;
    pass(from, to, target, met?.fault ?? null);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    get answering() {
      return answering.size;
    },
    fault: (fault, on = /./, times = Number.POSITIVE_INFINITY) => {
      plan = { fault, on, left: times };
    },
    clear: () => {
      plan = null;
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.resetAndDestroy();
      }),
  };
}

function pass(from: IncomingMessage, to: ServerResponse, target: number, fault: Fault | null): void {
  if (fault?.kind === 'stall') {
    from.resume();
    return;
  }
  if (fault?.kind === 'refuse') {
    from.resume();
    from.on('end', () => {
      to.writeHead(fault.status, { 'content-type': 'application/xml' });
      to.end(
        `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>${fault.message ?? 'Made by a test.'}</Message></Error>`,
      );
    });
    return;
  }
  // The headers as they came: the signature covers the host's name too.
  const upstream = request({
    host: '127.0.0.1',
    port: target,
    method: from.method,
    path: from.url,
    headers: from.headers,
  });
  const cut = () => {
    from.socket.resetAndDestroy();
    upstream.destroy();
  };
  upstream.on('error', cut);
  from.on('error', () => upstream.destroy());
  to.on('close', () => upstream.destroy());
  let sent = 0;
  from.on('data', (chunk: Buffer) => {
    if (fault?.kind === 'damage' && sent === 0) chunk[0] = chunk[0]! ^ 1;
    sent += chunk.length;
    if (fault?.kind === 'cut-sent' && sent > fault.after) cut();
  });
  from.pipe(upstream);
  upstream.on('response', (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', cut);
    if (fault?.kind !== 'cut-answer' && fault?.kind !== 'stall-answer') {
      answer.pipe(to);
      return;
    }
    let passed = 0;
    answer.on('data', (chunk: Buffer) => {
      const rest = fault.after - passed;
      passed += chunk.length;
      if (rest > 0)
        to.write(chunk.subarray(0, rest), rest <= chunk.length && fault.kind === 'cut-answer' ? cut : undefined);
    });
    answer.on('end', () => passed <= fault.after && to.end());
  });
}
