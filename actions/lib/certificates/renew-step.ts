/** The step that renews one lineage, and the runner's answers to it. */
import { randomBytes } from 'node:crypto';
import { UserError } from '../errors';
import type { Progress } from '../progress';
import { explained, shown } from '../steps/failures';
import { onHost, Told } from '../steps/on-host';
import type { RunningStep, StepEvent, Steps } from '../steps/step';
import { type Refusal, refusalIn } from './attempts';
import { type Chain, chainOf } from './certificate';
import type { Challenge } from './challenge';
import { FAILURES, isFull, REFUSED } from './failures';
import { type RenewRequest, renewScript } from './renew-script';

/** The runner's answers while the step waits. Each is a reason to refuse, or `null`. */
interface Verdicts {
  /** Before the CA is asked. @param leads name → addresses to which the host resolves it */
  reach(challenge: Challenge, leads: ReadonlyMap<string, readonly string[]>): Promise<string | null>;
  /** Before the proxy reads the new chain. */
  take(next: Chain): string | null;
  /** After the proxy has read it. @param moved container → address, for containers that were restarted */
  served(next: Chain, moved: ReadonlyMap<string, string>): Promise<string | null>;
}

type Tools = { readonly steps: Steps; readonly progress: Pick<Progress, 'info' | 'remote' | 'warning'> };

/**
 * @returns the chain that is served now @throws {UserError} what was changed is put back then, unless the error says
 *   otherwise
 */
export async function renewLineage(
  request: RenewRequest,
  verdicts: Verdicts,
  { steps, progress }: Tools,
): Promise<Chain> {
  const name = request.lineage;
  const challenge: Challenge = {
    file: `runbook-${randomBytes(12).toString('hex')}`,
    content: randomBytes(24).toString('hex'),
  };
  const told = new Told();
  const watched = new Watched(request, challenge, verdicts, progress, told);
  const error = await onHost(
    steps,
    {
      id: `renew-${name.replace(/[^A-Za-z0-9-]/g, '-').toLowerCase()}`,
      script: renewScript(request, challenge),
    },
    {
      told,
      onLine: (line) => progress.remote(line),
      onEvent: (event) => watched.hear(event),
      onStart: (step) => watched.attach(step),
      lost: {
        what: `the connection to the host was lost while ${name} was renewed`,
        remedy:
          'the host puts back a certificate that was not seen to be served; run it again, the new run continues from the state that it finds',
      },
      explain: () => watched.error(),
    },
  );
  if (error !== null) throw error;
  if (watched.next === null) throw new Error('a step that served nothing');
  return watched.next;
}

/** Follows the step, and answers it. */
class Watched {
  next: Chain | null = null;
  /** Why the runner refused. */
  #said = '';
  readonly #name: string;
  readonly #fresh: boolean;
  readonly #challenge: Challenge;
  readonly #verdicts: Verdicts;
  readonly #progress: Tools['progress'];
  readonly #leads = new Map<string, string[]>();
  readonly #moved = new Map<string, string>();
  readonly #told: Told;
  #why: string | null = null;
  #undone = true;
  #refusal: Refusal | null = null;
  #step: RunningStep | null = null;
  readonly #words: string[] = [];

  constructor(
    { lineage, fresh }: RenewRequest,
    challenge: Challenge,
    verdicts: Verdicts,
    progress: Tools['progress'],
    told: Told,
  ) {
    this.#name = lineage;
    this.#fresh = fresh;
    this.#challenge = challenge;
    this.#verdicts = verdicts;
    this.#progress = progress;
    this.#told = told;
  }

  attach(step: RunningStep): void {
    this.#step = step;
    for (const word of this.#words) step.send(word);
  }

  hear({ name, fields }: StepEvent): void {
    if (name === 'refused') this.#noteRefusal(Number(fields.now));
    if (name === 'undoing') this.#progress.info(`${this.#name}: the changes are put back`);
    if (name === 'undo-failed') this.#undone = false;
    if (name === 'open-webroot')
      this.#progress.warning(
        `${fields.folder}, the folder of the challenges, may be written by others than root: before version 5.10 certbot lets them change owner and mode of other files while it renews; use a newer certbot, or let root alone write there`,
      );
    if (name === 'leads')
      this.#leads.set(
        fields.name ?? '',
        (fields.to ?? '')
          .trim()
          .split(' ')
          .filter((address) => address !== ''),
      );
    if (name === 'placed') this.#answer(this.#verdicts.reach(this.#challenge, this.#leads), 'reached', 'unreached');
    if (name === 'chain')
      this.#answer(
        Promise.resolve().then(() => this.#judge(fields.pem ?? '')),
        'take',
        'refuse',
      );
    if (name === 'address' && fields.to) this.#moved.set(fields.container ?? '', fields.to);
    if (name === 'reloaded') this.#answer(this.#verdicts.served(this.next ?? [], this.#moved), 'served', 'unserved');
  }

  /** Tells the step how long to wait, so that it records this on the host. */
  #noteRefusal(now: number): void {
    this.#refusal = refusalIn(this.#told.log, now);
    const { kind, until, said } = this.#refusal;
    const limited = kind !== 'refused' && until !== null;
    this.#step?.send(limited ? `limited ${Math.ceil(until)}${said === null ? '' : ` ${said}`}` : 'failed');
  }

  #judge(encoded: string): string | null {
    this.next = chainOf(Buffer.from(encoded, 'base64').toString('latin1'));
    return this.#verdicts.take(this.next);
  }

  #answer(verdict: Promise<string | null>, good: string, bad: string): void {
    const say = (why: string | null): void => {
      this.#why = why;
      if (why !== null) {
        this.#said ||= bad;
        this.#progress.info(`${this.#name}: ${why}`);
      }
      const word = why === null ? good : bad;
      if (this.#step === null) this.#words.push(word);
      else this.#step.send(word);
    };
    verdict.then(say, (error) => say(error instanceof Error ? error.message : String(error)));
  }

  error(): UserError {
    const stays = this.next === null ? 'nothing else was changed' : `the certificate stays in live/${this.#name}`;
    const back = this.#undone
      ? this.#fresh
        ? stays
        : 'the former links are in place'
      : 'THE CHANGES COULD NOT BE PUT BACK: look at the log';
    const kind = this.#told.kind || this.#said;
    const general = kind === this.#told.kind ? explained(this.#told, {}) : null;
    if (general !== null) return general;
    const details = shown(this.#told);
    const known = Object.hasOwn(FAILURES, kind) ? FAILURES[kind] : undefined;
    if (isFull(this.#told.log) && (kind === 'order' || kind === 'room')) return this.#full(kind, back, details);
    if (kind === 'order' || kind === 'same' || kind === 'rehearsal') return this.#refused(kind, back, details);
    return new UserError(known?.code ?? 'RB-COMMAND-FAILED', {
      what: `${this.#name}: ${known?.what ?? `the step failed (${kind || 'no reason given'})`}`,
      ...(this.#why === null ? {} : { why: this.#why }),
      remedy: `${known?.remedy ?? 'look at the log'}; ${back}`,
      ...details,
    });
  }

  #full(kind: string, back: string, details: object): UserError {
    const ordered = kind === 'order';
    return new UserError('RB-DISK-FULL', {
      what: ordered
        ? `${this.#name}: the disk ran full while certbot wrote`
        : `${this.#name}: the disk with certbot's folder is full; no certificate was ordered`,
      why: ordered
        ? 'the issued certificate may be lost, and counts against the limits of the CA'
        : 'an ordered certificate could not be stored',
      remedy: `make room on the disk of certbot's folder (live, archive, renewal), and run it again; ${back}`,
      ...details,
    });
  }

  #refused(kind: string, back: string, details: object): UserError {
    const refusal = this.#refusal;
    const limited = refusal !== null && refusal.kind !== 'refused';
    const until = refusal?.until ? ` until ${new Date(refusal.until * 1000).toISOString()}` : '';
    return new UserError(limited ? 'RB-CERT-RATE-LIMITED' : 'RB-CERT-REFUSED', {
      what: limited
        ? `${this.#name}: the CA does not issue a certificate now (${refusal.kind})${until}`
        : `${this.#name}: ${REFUSED[kind] ?? ''}`,
      why: 'its message is below',
      remedy: `${limited ? (refusal.link === null ? 'runs before that time do not ask it' : `lift it at ${refusal.link}`) : 'see its message'}; ${back}`,
      ...details,
    });
  }
}
