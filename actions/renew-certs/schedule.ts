/** The time between two renewals, as `runbook.yml` says it and as the host has seen it. */
import { hours } from '../lib/certificates/due';
import type { Found } from '../lib/certificates/look';
import { thinner } from '../lib/certificates/runs';
import type { CertificateInputs } from './inputs';

export interface Schedule {
  /** Milliseconds between two renewals, by `certificates.every`, or by their times on the host if these are rarer. */
  readonly every: number;
  /** A sentence on renewals that are rarer than `certificates.every`; `null`: they are not. */
  readonly thin: string | null;
}

export function scheduleOf(
  { runbook, mode, dryRun }: Pick<CertificateInputs, 'runbook' | 'mode' | 'dryRun'>,
  { runs, now }: Pick<Found, 'runs' | 'now'>,
): Schedule {
  const every = runbook.certificates.every * 1000;
  const real = thinner(runs, { every, now: now * 1000, renews: mode === 'renew' && !dryRun });
  if (real === null) return { every, thin: null };
  const thin = `by the record of this host ${hours(real)} pass between two renewals, or have passed since the last, though certificates.every is ${hours(every)}`;
  return { every: real, thin };
}
