/** What a failed operation on the host means to the person who reads it. */
import { type ErrorCode, UserError } from '../errors';
import { dataBusy } from '../steps/data-lock';
import { ending, isEnding } from '../steps/endings';

/** As told by the host script's `failed` event. */
export interface Failure {
  readonly kind: string;
  /** The service, release or image concerned. */
  readonly subject: string;
  /** Last lines of what failed. */
  readonly log: readonly string[];
}

interface Explanation {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly why: string;
  readonly remedy: string;
}

const START: readonly Explanation[] = [
  {
    pattern: /port is already allocated|address already in use|failed to bind host port/i,
    code: 'RB-PORT-TAKEN',
    why: 'another process or container of the host holds a port that it publishes',
    remedy: 'find the holder with `ss -ltnp` on the host, stop it or publish another port, and run it again',
  },
  {
    pattern: /no such image|pull access denied|image .* not found|unable to find image/i,
    code: 'RB-IMAGE-MISSING',
    why: 'the image is not on the host',
    remedy: 'deploy the version again, so that it is pulled',
  },
  {
    pattern: /no space left on device/i,
    code: 'RB-DISK-FULL',
    why: 'the disk of the host is full',
    remedy: 'free space on the host (`docker system df` shows what takes it) and run it again',
  },
];

const PULL: readonly Explanation[] = [
  {
    pattern: /no space left on device/i,
    code: 'RB-DISK-FULL',
    why: 'the disk of the host is full',
    remedy: 'free space on the host (`docker system df` shows what takes it) and run it again',
  },
  {
    pattern:
      /verification failed|digest mismatch|unexpected content digest|filesystem layer verification|content digest|invalid checksum/i,
    code: 'RB-DIGEST-MISMATCH',
    why: 'the registry sent other content than its digest names',
    remedy: 'push the image again; do not deploy from this registry until you know why',
  },
  {
    pattern: /unauthorized|authentication required|denied|no basic auth credentials|forbidden/i,
    code: 'RB-REGISTRY-LOGIN',
    why: 'the registry refuses these credentials',
    remedy: 'check the inputs registry, registry-user and registry-password, and that the token may read packages',
  },
  {
    pattern: /manifest unknown|not found|does not exist|name unknown/i,
    code: 'RB-IMAGE-NOT-FOUND',
    why: 'the registry does not have it',
    remedy: 'check the version, and that its images were pushed',
  },
];

/** The UserError for a failure. Logs of containers win over what Docker said. */
export function explain(failure: Failure): UserError {
  const { kind, subject, log } = failure;
  if (isEnding(kind)) return ending(kind);
  const shown = { log, logOf: subject };
  const text = log.join('\n');
  switch (kind) {
    case 'data-lock':
      return dataBusy();
    case 'start': {
      const known = START.find((entry) => entry.pattern.test(text));
      return new UserError(known?.code ?? 'RB-START-FAILED', {
        what: `${subject} could not be started`,
        why: known?.why ?? 'Docker Compose reported an error',
        remedy: known?.remedy ?? 'read the lines below, correct what they name and run it again',
        ...shown,
      });
    }
    case 'volume-lost':
    case 'volume-held':
    case 'volume-surplus':
      return volumeFailure(kind, subject, shown);
    case 'shared':
      return new UserError('RB-SHARED-FAILED', {
        what: `${subject} could not be made`,
        why: 'Docker refused it',
        remedy: 'read the lines below and correct it in the Compose file; nothing was started',
        ...shown,
      });
    case 'pull': {
      const known = PULL.find((entry) => entry.pattern.test(text));
      return new UserError(known?.code ?? 'RB-REGISTRY-UNREACHABLE', {
        what: `${subject} could not be pulled`,
        why: known?.why ?? 'the registry did not answer as expected',
        remedy: known?.remedy ?? 'check that the host reaches the registry, and run it again',
        ...shown,
      });
    }
    case 'redirect':
      return new UserError('RB-REDIRECT-REFUSED', {
        what: `connections to ${subject} could not be redirected`,
        why: 'the helper container that sets the rules failed',
        remedy: 'read the lines below; with `allow-downtime: true` the service is recreated instead',
        ...shown,
      });
    case 'redirect-left':
      return new UserError('RB-REDIRECT-REFUSED', {
        what: 'the rules that led to the new containers could not be taken away',
        why: 'the helper container that takes them failed, or the disk has no room',
        remedy: 'the release serves; see `df` on the host and run it again, that takes them away first',
        ...shown,
      });
    case 'proxy-config':
      return new UserError('RB-PROXY-CONFIG', {
        what: `${subject} refuses its new configuration`,
        why: 'its own check of the uploaded files failed; they were not put in place',
        remedy: 'correct the files named below and deploy again',
        ...shown,
      });
    case 'proxy-reload':
      return new UserError('RB-PROXY-CONFIG', {
        what: `${subject} did not take its configuration`,
        why: 'after the reload it goes on with the one from before',
        remedy: 'read the lines below, correct the cause and run it again; what serves is left as it is',
        ...shown,
      });
    case 'one-shot':
      return new UserError('RB-MIGRATION-FAILED', {
        what: `${subject} did not end well`,
        why: 'it exited with another status than 0, or took longer than its timeout',
        remedy: 'read its log below, correct it and deploy again; no service was changed after it',
        ...shown,
      });
    case 'ended':
      return new UserError('RB-START-CRASHED', {
        what: `a new container of ${subject} ended while it served`,
        why: 'it passed the health gate and did not stay up',
        remedy: 'read its log below, correct the image and deploy again',
        ...shown,
      });
    case 'stood-for':
      return new UserError('RB-START-CRASHED', {
        what: `${subject} does not come up; the stand-in of an earlier run serves in its place`,
        why: 'its own container was started again and does not listen, or is unhealthy',
        remedy: 'nothing is interrupted: read its log below, correct the cause and run this again',
        ...shown,
      });
    case 'stop':
      return new UserError('RB-STOP-FAILED', {
        what: `old containers of ${subject} could not be stopped`,
        remedy: 'the new release serves; remove the old containers on the host with `docker rm -f`',
        ...shown,
      });
    case 'unnoted':
      return new UserError('RB-DISK-FULL', {
        what: `the host could not note what runs of ${subject}`,
        why: 'its disk has no room, and what this run does not know it must not change',
        remedy: 'see `df` on the host, and run it again',
        ...shown,
      });
    case 'unmarked':
      return new UserError('RB-DISK-FULL', {
        what: 'the host could not note that a run changes the stack',
        why: 'its disk has no room, or did not take what was written; what is interrupted without it would be forgotten',
        remedy: 'see `df` and `dmesg` on the host, and run it again; nothing was changed',
        ...shown,
      });
    case 'unrecorded':
      return new UserError('RB-DISK-FULL', {
        what: `the migration to schema ${subject} is done and could not be recorded`,
        why: 'the disk of the host has no room',
        remedy: 'see `df` on the host, and run it again: the migration is not run twice',
        ...shown,
      });
    case 'no-verdict':
      return new UserError('RB-TIMEOUT', {
        what: `no verdict on ${subject} came in time`,
        why: 'the runner was paused or its connection was lost',
        remedy: 'run it again',
        ...shown,
      });
    case 'lease-lost':
      return new UserError('RB-LEASE-LOST', {
        what: 'another run took the lease of this stack over',
        remedy: 'look at the other run first; this one changed nothing more',
      });
    case 'deliver':
    case 'commit':
      return new UserError('RB-DISK-FULL', {
        what: `the host could not keep the release ${subject}`,
        why: 'its disk has no room, or did not take what was written',
        remedy: 'see `df` and `dmesg` on the host, and run it again',
        ...shown,
      });
    default:
      return new UserError('RB-START-FAILED', {
        what: `${subject || 'the step'} failed on the host (${kind || 'no reason given'})`,
        remedy: 'read the lines below',
        ...shown,
      });
  }
}

const VOLUMES: Readonly<Record<string, string>> = {
  'volume-lost':
    'the new container has no volume where the old one has the one below, so that its data would be left behind',
  'volume-held': 'a stopped container alone has the volume below, and others of the service run, which do not use it',
  'volume-surplus': 'more of its containers have volumes of their own than the release has containers',
};

function volumeFailure(kind: string, subject: string, shown: { log: readonly string[]; logOf: string }): UserError {
  return new UserError('RB-MOUNT-CHANGED', {
    what: `${subject} would lose a volume without a name`,
    why: VOLUMES[kind] ?? '',
    remedy:
      'give it a name in the Compose file (`external: true`, `name:` as below) and mount it where the data is to be; or, where nobody needs it, remove the container that has it with `docker rm`, and run this again',
    ...shown,
  });
}
