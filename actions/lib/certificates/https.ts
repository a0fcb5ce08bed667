/** GET over a connection that the host opens, for servers that are known only by their URL. */
import type { IncomingMessage } from 'node:http';
import { exchange } from '../host/http';
import type { Dial } from '../stack/probe';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Header `retry-after`. */
  readonly retryAfter: string | null;
}

/** Characters of an answer; longer than every answer that is expected here. */
const LONGEST = 65_536;

/**
 * @param verified whether the server's certificate must be trusted by the roots that Node brings
 * @throws {Error} where no answer came within `timeout` milliseconds, or its certificate is not trusted
 */
export async function getOverTls(
  dial: Dial,
  url: string,
  { verified, timeout }: { readonly verified: boolean; readonly timeout: number },
): Promise<Answer> {
  const { protocol, hostname, host, port, pathname, search } = new URL(url);
  const name = hostname.replace(/^\[|\]$/g, '');
  const tls = protocol === 'https:';
  const answer = await exchange(await dial(name, Number(port) || (tls ? 443 : 80)), {
    path: `${pathname}${search}`,
    headers: { host, 'user-agent': 'runbook-actions', accept: 'application/json' },
    tls: tls ? { name, verified } : undefined,
    timeout,
  });
  const retryAfter = answer.headers['retry-after'] ?? null;
  return { status: answer.statusCode ?? 0, body: await contentOf(answer), retryAfter };
}

async function contentOf(answer: IncomingMessage): Promise<string> {
  let content = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer as AsyncIterable<string>) {
    content += chunk;
    if (content.length > LONGEST) throw new Error('its answer is too long');
  }
  return content;
}
