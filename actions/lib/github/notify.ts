/** A message at the start and the end of a run, to a chat or any other server that takes JSON by POST. */
import { UserError } from '../errors';
import type { Report } from '../procedure/report';
import type { Log } from './log';
import { runUrl } from './run';

/** Milliseconds; a chat that does not answer must not hold the run up. */
const PATIENCE = 5000;
/** Characters of an error that a message shows. */
const LONGEST = 500;
/** Redirects in a row. */
const MOST_REDIRECTS = 5;
/** Redirects with which a request keeps its method and body. Source: RFC 9110, 15.4.8 and 15.4.9 */
const KEEPS_BODY = [307, 308];

export interface Notices {
  /** Need not be awaited: later messages are sent after it. Never rejects. @param subject e.g. `acme on 203.0.113.7` */
  began(title: string, subject: string): Promise<void>;
  /** Never rejects. */
  ended(report: Pick<Report, 'title' | 'status' | 'verdict' | 'stack' | 'seconds'>): Promise<void>;
  /** A message about something else than the run itself. Never rejects. */
  told(text: string): Promise<void>;
  /** Never rejects. @param title `null`: the inputs could not be read */
  failed(title: string | null, error: unknown): Promise<void>;
}

const SIGN: Readonly<Record<Report['status'], string>> = {
  succeeded: '✅',
  unchanged: '✅',
  planned: '📋',
  failed: '❌',
  cancelled: '⚠️',
};

/**
 * Sends messages only of runs that change something: a person who looks or plans sees the result in the run.
 *
 * @param get raw inputs: notify-url and dry-run
 * @param hide removes secrets from a text
 * @param quiet whether the start and the end are not reported
 */
export function noticesOf(
  get: (name: string) => string | undefined,
  log: Pick<Log, 'secret' | 'warning'>,
  hide: (text: string) => string,
  quiet = false,
): Notices {
  const url = (get('notify-url') ?? '').trim();
  const isLook = ['dry-run', 'list'].some((name) => (get(name) ?? '').trim().toLowerCase() === 'true');
  let before = Promise.resolve();
  const say = (event: 'begin' | 'news' | 'end', status: string, words: string): Promise<void> => {
    if (url === '' || isLook) return before;
    // Everybody who knows the URL can write to the chat.
    log.secret(url);
    const text = harmless(hide(`${words}\n${runUrl()}`));
    // Slack and Mattermost show `text`, Discord shows `content`.
    const body = JSON.stringify({ text, content: text, allowed_mentions: { parse: [] }, event, status, run: runUrl() });
    before = before.then(() => post(body));
    return before;
  };
  const post = async (body: string): Promise<void> => {
    try {
      const status = await send(url, body);
      const moved = status >= 300 && status < 400;
      const why = moved ? ', a redirect with which a message loses its text: write the address to which it leads' : '';
      if (status < 200 || status >= 300) log.warning(`notify-url answered ${status}${why}`);
    } catch (error) {
      log.warning(`notify-url could not be reached: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    began: async (title, subject) => (quiet ? undefined : say('begin', 'running', `▶️ ${title}: ${subject}`)),
    ended: async ({ title, status, verdict, stack, seconds }) =>
      quiet ? undefined : say('end', status, `${SIGN[status]} ${title}: ${verdict ?? stack} (${seconds.toFixed(0)} s)`),
    told: (text) => say('news', 'running', `⏳ ${text}`),
    failed: (title, error) => {
      const cancelled = error instanceof UserError && ['RB-CANCELLED', 'RB-PREEMPTED'].includes(error.code);
      // Masked before it is cut: nobody finds a secret whose end is cut off.
      const what = error instanceof UserError ? hide(`${error.code}: ${error.details.what}`) : 'an unexpected error';
      const status = cancelled ? 'cancelled' : 'failed';
      return say('end', status, `${SIGN[status]} ${title ?? 'A run'} ${status}: ${what.slice(0, LONGEST)}`);
    },
  };
}

/**
 * Follows only redirects that keep the body: with any other `fetch` asks by GET, and the answer to that says nothing of
 * the message.
 *
 * @returns the status of the last answer
 */
async function send(url: string, body: string): Promise<number> {
  const signal = AbortSignal.timeout(PATIENCE);
  const request: RequestInit = { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal };
  let target = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const { status, headers } = await fetch(target, { ...request, redirect: 'manual' });
    const location = headers.get('location');
    if (!KEEPS_BODY.includes(status) || location === null) return status;
    target = new URL(location, target).href;
  }
  throw new Error(`it redirects more than ${MOST_REDIRECTS} times`);
}

/** Names of versions come from people: they must not mention anybody or make a link in the chat. */
function harmless(text: string): string {
  return text.replace(/</g, '‹').replace(/>/g, '›').replace(/@/g, '@\u200b');
}
