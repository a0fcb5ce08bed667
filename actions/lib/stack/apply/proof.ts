/** Checks by requests through its proxy whether a site is closed, or open. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Runbook } from '../../config/runbook';
import { type Door, MARK } from '../../nginx/close';
import { ask, type Dial } from '../probe';

export interface Proof {
  readonly closed: boolean;
  /** Ports of the host, besides that of `proxy.url`, at which servers of the proxy are probed. */
  readonly doors: readonly Door[];
  /** What `/` answered before the site was closed; `null`: not known. */
  readonly answered: number | null;
}

/** A path that no site has, and that therefore is not among the paths that pass. */
const CLOSED_PATH = '/runbook-maintenance-proof';
/** Seconds within which the site must be closed, or open. */
const PATIENCE = 15;
/** Milliseconds. */
const TIMEOUT = 3000;
const PAUSE = 250;
/** Rounds in a row that must succeed: a worker that is ending may still give the first answers. */
const ROUNDS = 2;

/** @returns why it is not as it should be; `null`: it is */
export async function prove(proof: Proof, runbook: Pick<Runbook, 'proxy'>, dial: Dial): Promise<string | null> {
  const until = performance.now() + PATIENCE * 1000;
  let good = 0;
  let why: string | null = null;
  do {
    why = await round(proof, runbook, dial);
    good = why === null ? good + 1 : 0;
    if (good >= ROUNDS) return null;
    await sleep(PAUSE);
  } while (performance.now() < until);
  return why ?? 'its answers changed from one request to the next';
}

/** HTTP status of `/`; 0: there was no answer. */
export async function statusOfSite(runbook: Pick<Runbook, 'proxy'>, dial: Dial): Promise<number> {
  const { status } = await answerAt(placeOf(runbook, null), '/', dial);
  return status;
}

async function round({ closed, doors, answered }: Proof, runbook: Pick<Runbook, 'proxy'>, dial: Dial) {
  const path = closed ? CLOSED_PATH : '/';
  for (const door of [null, ...doors]) {
    const place = placeOf(runbook, door);
    const { status, mark, error } = await answerAt(place, path, dial);
    const where = `${place.tls ? 'https' : 'http'}://${place.hostHeader} at port ${place.port}, ${path}:`;
    if (error !== null) return `${where} ${error}`;
    if (closed && mark === null)
      return `${where} ${status}, not the page; if the host's own addresses are among those that pass (\`maintenance.allow\`), requests from the host prove nothing`;
    if (!closed && mark !== null) return `${where} still the page of the closed site (${status})`;
    if (!closed && door === null && status >= 500 && status !== answered) return `${where} ${status}`;
  }
  return null;
}

async function answerAt(place: ReturnType<typeof placeOf>, path: string, dial: Dial) {
  try {
    const { status, headers } = await ask(dial, { ...place, path }, TIMEOUT);
    const mark = status === 503 ? (headers[MARK] ?? null) : null;
    return { status, mark, error: null };
  } catch (error) {
    return { status: 0, mark: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function placeOf({ proxy }: Pick<Runbook, 'proxy'>, door: Door | null) {
  const url = new URL(proxy.url);
  const tls = door?.tls ?? url.protocol === 'https:';
  return {
    address: door?.address ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: door?.port ?? (Number(url.port) || (tls ? 443 : 80)),
    tls,
    hostHeader: door?.name ?? proxy.hostHeader ?? url.host,
  };
}
