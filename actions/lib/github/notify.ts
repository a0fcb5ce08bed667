/** A message at the begin and the end of a run, to a chat or whatever else takes JSON by POST. */
import { UserError } from '../errors';
import type { Report } from '../procedure/report';
import type { Log } from './log';
import { runUrl } from './run';

/** Milliseconds; a chat that does not answer holds nobody up. */
const PATIENCE = 5000;
/** Characters of an error. */
const LONGEST = 500;

export interface Notices {
  /** Nobody has to wait for it: what follows is sent after it. Never rejects. @param subject e.g. `acme on 203.0.113.7` */
  began(title: string, subject: string): Promise<void>;
  /** Never rejects. */
  ended(report: Pick<Report, 'title' | 'status' | 'verdict' | 'stack' | 'seconds'>): Promise<void>;
  /** Never rejects. Of something else than the run itself. */
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
 * Of what changes something only: who looks, or plans, sees it in the run.
 *
 * @param get inputs as they come: notify-url and dry-run
 * @param hide takes secrets out of a text
 * @param quiet nobody is told that it begins and ends
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
  const send = (event: 'begin' | 'news' | 'end', status: string, words: string): Promise<void> => {
    if (url === '' || isLook) return before;
    // Whoever knows the address can write there.
    log.secret(url);
    const text = harmless(hide(`${words}\n${runUrl()}`));
    // `text` is what Slack and Mattermost show, `content` what Discord does.
    const body = JSON.stringify({ text, content: text, allowed_mentions: { parse: [] }, event, status, run: runUrl() });
    before = before.then(() => post(body));
    return before;
  };
  const post = async (body: string): Promise<void> => {
    try {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) log.warning(`notify-url answered ${answer.status}`);
    } catch (error) {
      log.warning(`notify-url could not be reached: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    began: async (title, subject) => (quiet ? undefined : send('begin', 'running', `▶️ ${title}: ${subject}`)),
    ended: async ({ title, status, verdict, stack, seconds }) =>
      quiet
        ? undefined
        : send('end', status, `${SIGN[status]} ${title}: ${verdict ?? stack} (${seconds.toFixed(0)} s)`),
    told: (text) => send('news', 'running', `⏳ ${text}`),
    failed: (title, error) => {
      const cancelled = error instanceof UserError && ['RB-CANCELLED', 'RB-PREEMPTED'].includes(error.code);
      const what = error instanceof UserError ? `${error.code}: ${error.details.what}` : 'an unexpected error';
      const status = cancelled ? 'cancelled' : 'failed';
      return send('end', status, `${SIGN[status]} ${title ?? 'A run'} ${status}: ${what.slice(0, LONGEST)}`);
    },
  };
}

/** Names of versions come from people: no mention, no link of a chat's own. */
function harmless(text: string): string {
  return text.replace(/</g, '‹').replace(/>/g, '›').replace(/@/g, '@\u200b');
}
