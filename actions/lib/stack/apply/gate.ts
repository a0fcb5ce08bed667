/** Judges new containers by their measurements. Pure; time is passed in, in seconds. */
import type { ServiceSettings } from '../../config/runbook';
import type { ErrorCode } from '../../errors';

/** One look at one new container. */
export interface Sample {
  readonly id: string;
  readonly state: string;
  readonly health: 'healthy' | 'unhealthy' | 'starting' | 'none';
  readonly restarts: number;
  readonly exitCode: number;
  /** Exit status of its last end, even where it was started again; `null`: not known. */
  readonly lastExit?: number | null;
  /** Whether the kernel killed it because memory ran out. */
  readonly outOfMemory?: boolean;
  /** Longest time in seconds until Docker has judged it by its healthcheck; 0 where it has none. */
  readonly takes?: number;
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
  /** Ports on which the former containers of the service listened. */
  readonly called?: readonly number[];
  /** Answer to the HTTP probe: a status, an error, or `null` when no probe is configured or none was answered yet. */
  readonly probe: { readonly status: number } | { readonly error: string } | null;
}

interface GateService {
  readonly service: string;
  readonly expected: number;
  readonly settings: ServiceSettings;
  /** Whether it must stay good for `settings.stableFor`. */
  readonly stable: boolean;
}

type GateVerdict =
  | { readonly verdict: 'wait'; readonly progress: string }
  | { readonly verdict: 'go'; readonly evidence: string }
  | {
      readonly verdict: 'abort';
      readonly code: ErrorCode;
      readonly what: string;
      readonly why: string;
      readonly remedy: string;
    };

const REMEDY = 'read its log below, correct the image or its settings, and deploy again';

export class Gate {
  readonly #service: GateService;
  readonly #begun: number;
  #goodSince: number | null = null;

  constructor(service: GateService, now: number) {
    this.#service = service;
    this.#begun = now;
  }

  /** Takes one look at all new containers of the service. */
  judge(samples: readonly Sample[], now: number): GateVerdict {
    const { service, expected, settings, stable } = this.#service;
    for (const sample of samples) {
      if (sample.restarts > 0 || ['exited', 'dead', 'restarting'].includes(sample.state)) {
        const what = `a new container of ${service} did not stay up`;
        return this.#abort('RB-START-CRASHED', what, howItEnded(sample), remedyFor(service, sample));
      }
      if (sample.health === 'unhealthy') {
        return this.#abort('RB-UNHEALTHY', `a new container of ${service} is unhealthy`, 'its healthcheck failed');
      }
    }
    const good = samples.filter((sample) => isGood(sample, settings));
    const waited = Math.round(now - this.#begun);
    if (good.length < expected) {
      this.#goodSince = null;
      const takes = Math.max(0, ...samples.map((sample) => sample.takes ?? 0));
      const { healthTimeout, healthTimeoutNamed = false } = settings;
      const limit = healthTimeoutNamed ? healthTimeout : Math.max(healthTimeout, takes);
      if (now - this.#begun > limit) {
        const lacks =
          samples.map((sample) => lack(sample, settings)).find((text) => text !== null) ?? 'it did not start';
        const why =
          takes > limit
            ? `${lacks}; \`health-timeout\` is ${limit} s, and by its settings the healthcheck may take ${takes} s`
            : lacks;
        return this.#abort(
          'RB-UNHEALTHY',
          `${service}: ${good.length} of ${expected} new containers healthy after ${waited} s`,
          why,
        );
      }
      return { verdict: 'wait', progress: `${service}: ${good.length} of ${expected} healthy, ${waited} s` };
    }
    this.#goodSince ??= now;
    const stableFor = now - this.#goodSince;
    if (stable && stableFor < settings.stableFor) {
      return {
        verdict: 'wait',
        progress: `${service}: ${good.length} of ${expected} healthy, stable for ${Math.floor(stableFor)} of ${settings.stableFor} s`,
      };
    }
    return {
      verdict: 'go',
      evidence: `${good.length} of ${expected} ${evidence(samples, settings)}${stable ? `, stable for ${settings.stableFor} s` : ''}`,
    };
  }

  #abort(code: ErrorCode, what: string, why: string, remedy = REMEDY): GateVerdict {
    return { verdict: 'abort', code, what, why, remedy };
  }
}

function howItEnded({ state, restarts, exitCode, lastExit = null, outOfMemory = false }: Sample): string {
  const killed = outOfMemory ? ', killed by the kernel for want of memory' : '';
  if (state !== 'running') return `it is ${state}, exit status ${lastExit ?? exitCode}${killed}`;
  // Docker forgets the exit status when it starts a container again.
  const status = lastExit === null ? '' : ` with exit status ${lastExit}`;
  return `it ended${status}${killed}${killed === '' ? '' : ','} and was started again (${restarts} ×)`;
}

function remedyFor(service: string, sample: Sample): string {
  if (sample.outOfMemory === true)
    return `give ${service} more memory (deploy.resources.limits.memory or mem_limit in the Compose file, or the host itself), or have it use less; its log is below`;
  return hasEnded(sample) ? remedyOfEnd(service) : REMEDY;
}

/** It ended by itself with status 0 and is not restarted: that may be intended. */
function hasEnded({ state, exitCode }: Sample): boolean {
  return state === 'exited' && exitCode === 0;
}

function remedyOfEnd(service: string): string {
  return `if it is meant to run to its end, say so in runbook.yml: services: {${JSON.stringify(service)}: {strategy: one-shot}}; else read its log below, correct the image or its settings, and deploy again`;
}

function isGood(sample: Sample, settings: ServiceSettings): boolean {
  return lack(sample, settings) === null;
}

/** What a container lacks to count as good. */
function lack(sample: Sample, settings: ServiceSettings): string | null {
  if (sample.state !== 'running') return `it is ${sample.state}`;
  if (sample.health === 'starting') return 'its healthcheck has not passed yet';
  if (settings.healthPath === undefined) return isDeaf(sample) ? deafness(sample) : null;
  if (sample.probe === null) {
    const unknown = settings.healthPort === undefined && sample.addresses[0] === '127.0.0.1';
    const why = unknown ? ': its port on the host is not known; set `health-port` in runbook.yml' : '';
    return `${settings.healthPath} has not been requested yet${why}`;
  }
  if ('error' in sample.probe) return `${settings.healthPath} does not answer: ${sample.probe.error}`;
  return sample.probe.status < 400 ? null : `${settings.healthPath} answers ${sample.probe.status}`;
}

/** Without a healthcheck and a path nothing else says that its program is ready for what the former one was called for. */
function isDeaf({ health, ports, called = [] }: Sample): boolean {
  return health === 'none' && ports.length === 0 && called.length > 0;
}

function deafness({ called = [] }: Sample): string {
  return `it listens on no port, where the former containers listened on ${called.join(', ')}; if it is meant to listen no more, give the service a healthcheck`;
}

function evidence(samples: readonly Sample[], settings: ServiceSettings): string {
  const parts = [
    samples.every((sample) => sample.health === 'healthy') ? 'healthy (healthcheck)' : 'running (no healthcheck)',
  ];
  const probe = samples[0]?.probe;
  if (probe !== null && probe !== undefined && 'status' in probe)
    parts.push(`GET ${settings.healthPath} ${probe.status}`);
  return parts.join('; ');
}
