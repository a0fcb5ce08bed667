/** A run's hold on a stack: connected, observed, and with the lease where it will change something. */
import type { Runbook } from '../config/runbook';
import { UserError } from '../errors';
import { connect, type SshTarget } from '../host/connect';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import type { State } from '../stack/model';
import { observeScript, parseState } from '../stack/observe';
import { secretsIn } from '../stack/resolve/secrets';
import { sectionsOf } from '../stack/sections';
import { leaseScript, parseLease, takeLease } from '../steps/lease';

export interface OpenRequest {
  readonly target: SshTarget;
  readonly runbook: Runbook;
  /** Paths of uploaded files whose content on the host matters. */
  readonly paths: readonly string[];
  /** URL of the run with its attempt. */
  readonly run: string;
  readonly procedure: string;
  /** False for what only looks. */
  readonly changes: boolean;
  /** Called when the host answers, before all is read. */
  readonly onAnswer?: () => void;
}

export class StackSession {
  readonly host: Host;
  readonly state: State;
  /** `<directory>/.runbook` */
  readonly root: string;
  /** Fencing token; 0 without a lease. */
  readonly token: number;

  /** Values of the host's env file that must not be shown. */
  readonly secrets: readonly string[];

  private constructor(host: Host, state: State, root: string, token: number, secrets: readonly string[]) {
    this.host = host;
    this.state = state;
    this.root = root;
    this.token = token;
    this.secrets = secrets;
  }

  /** One handshake and one session channel. */
  static async open({ target, runbook, paths, run, procedure, changes, onAnswer }: OpenRequest): Promise<StackSession> {
    const host = await connect(target);
    try {
      const root = `${runbook.directory}/.runbook`;
      const lease = changes
        ? [
            `RB_ROOT=${quote(root)}`,
            leaseScript(),
            "printf '#rb-section lease\\n'",
            `${takeLease(run, procedure)} 2>&1`,
          ]
        : [];
      const script = [...lease, observeScript({ ...runbook, paths })].join('\n');
      let answered = false;
      const onLine = (): void => {
        if (!answered) onAnswer?.();
        answered = true;
      };
      const outcome = await host.run(script, { input: paths.map((path) => `${path}\n`).join(''), onLine });
      if (outcome.outcome === 'unknown') {
        throw new UserError('RB-CONNECTION-LOST', {
          what: 'the host could not be observed',
          why: outcome.reason,
          remedy: 'run it again; nothing was changed',
        });
      }
      const state = parseState(outcome.stdout, runbook.stack);
      const token = changes ? parseLease(sectionsOf(outcome.stdout).get('lease') ?? []) : 0;
      const environment = Buffer.from(sectionsOf(outcome.stdout).get('environment')?.[0] ?? '', 'base64').toString(
        'utf8',
      );
      return new StackSession(host, state, root, token, secretsIn(environment));
    } catch (error) {
      host.close();
      throw error;
    }
  }

  /** Gives the lease back and removes `staging`, if the connection still is, and closes it. Never rejects. */
  async close(staging: string | null = null): Promise<void> {
    if (this.token > 0 && this.host.connected) {
      const script = [
        `RB_ROOT=${quote(this.root)}`,
        leaseScript(),
        `lease_release ${this.token}`,
        ...(staging === null ? [] : [`rm -rf ${quote(staging)}`]),
      ].join('\n');
      await this.host.run(script, { timeout: 10_000 }).catch(() => {});
    }
    this.host.close();
  }
}

/** What a connection took, for the log. */
export function costOf({ counters }: Host): string {
  return `connection: ${counters.handshakes} handshakes, ${counters.sessions} sessions, ${counters.forwards} forwards`;
}
