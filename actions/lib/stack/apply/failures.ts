/** Explains a failed operation on the host to the person who reads of it. */
import { UserError } from '../../errors';
import { explained, type Failure, shown, type Words } from '../../steps/failures';
import { type Cause, PULL, START } from './causes';

/** The UserError for a failure. Logs of containers win over Docker's messages. */
export function explain(failure: Failure): UserError {
  return (
    explained(failure, STACK_WORDS) ??
    new UserError('RB-START-FAILED', {
      what: `${failure.subject || 'the step'} failed on the host (${failure.kind || 'no reason given'})`,
      remedy: 'read the lines below',
      ...shown(failure),
    })
  );
}

/** An entry for each kind with which a script of the stack can `fail`. */
export const STACK_WORDS: Readonly<Record<string, Words>> = {
  start: (failure) => {
    const known = causeOf(failure, START);
    return new UserError(known?.code ?? 'RB-START-FAILED', {
      what: `${failure.subject} could not be started`,
      why: known?.why ?? 'Docker Compose reported an error',
      remedy: known?.remedy ?? 'read the lines below, correct what they name and run it again',
      ...shown(failure),
    });
  },
  pull: (failure) => {
    const known = causeOf(failure, PULL);
    return new UserError(known?.code ?? 'RB-REGISTRY-UNREACHABLE', {
      what: `${failure.subject} could not be pulled`,
      why: known?.why ?? 'the registry did not answer as expected',
      remedy: known?.remedy ?? 'check that the host reaches the registry, and run it again',
      ...shown(failure),
    });
  },
  fetch: (failure) =>
    new UserError('RB-IMAGE-MISSING', {
      what: `${failure.subject} is no longer on the host, and could not be pulled by its digest`,
      why: `something removed it there, such as a scheduled \`docker image prune\`; ${causeOf(failure, PULL)?.why ?? 'the registry did not answer as expected'}`,
      remedy:
        'check that the registry still has it, and that the host may read it (`docker pull` on the host, `docker login`); or deploy a version whose images are available. Nothing was changed',
      ...shown(failure),
    }),
  untagged: (failure) =>
    new UserError('RB-IMAGE-MISSING', {
      what: `an image of release ${failure.subject} was removed from the host while the release was delivered`,
      why: 'something on the host removes images, such as a scheduled `docker image prune`',
      remedy: 'run it again: the image is pulled then; nothing was changed',
      ...shown(failure),
    }),
  shared: (failure) =>
    new UserError('RB-SHARED-FAILED', {
      what: `${failure.subject} could not be made`,
      why: 'Docker refused it',
      remedy: 'read the lines below and correct it in the Compose file; nothing was started',
      ...shown(failure),
    }),
  'volume-lost': volumeWords(
    'the new container has no volume at the path where the old one has the volume below, so that its data would be left behind',
  ),
  'volume-held': volumeWords(
    'only a stopped container has the volume below, and the running containers of the service do not use it',
  ),
  'volume-surplus': volumeWords(
    'the service has more containers with volumes of their own than the release has containers',
  ),
  adopt: (failure) =>
    new UserError('RB-DISK-FULL', {
      what: `the host could not store the running containers as release ${failure.subject}`,
      why: 'its disk has no room, a file of the stack cannot be read by the user of ssh-user, or an image is gone',
      remedy: 'see `df` and the owners of the files of the stack on the host, and run it again; nothing was changed',
      ...shown(failure),
    }),
  assets: (failure) =>
    new UserError('RB-ASSETS-UNSUITABLE', {
      what: `the files of former releases could not be put into the new containers of ${failure.subject}`,
      why: `the folder that services.${failure.subject}.assets names is not in its image, a path there is a file in one release and a folder in another, its file system is read-only, or the disk has no room`,
      remedy: `read the lines below; correct services.${failure.subject}.assets in the runbook file, or take it out`,
      ...shown(failure),
    }),
  deliver: notKept,
  commit: notKept,
  place: (failure) =>
    new UserError('RB-DISK-FULL', {
      what: `the files of ${failure.subject} could not be put in place`,
      why: 'the disk of the host has no room, or the user of ssh-user may not write there',
      remedy: 'see `df` and `ls -l` in the directory of the stack on the host, and run it again',
      ...shown(failure),
    }),
  redirect: (failure) =>
    new UserError('RB-REDIRECT-REFUSED', {
      what: `connections to ${failure.subject} could not be redirected`,
      why: 'the helper container that sets the rules failed',
      remedy: 'read the lines below; with `allow-downtime: true` the service is recreated instead',
      ...shown(failure),
    }),
  'redirect-left': (failure) =>
    new UserError('RB-REDIRECT-REFUSED', {
      what: 'the rules that led to the new containers could not be removed',
      why: 'the helper container that removes them failed, or the disk has no room',
      remedy: 'the release serves; see `df` on the host and run it again, the new run removes the rules first',
      ...shown(failure),
    }),
  'proxy-config': (failure) =>
    new UserError('RB-PROXY-CONFIG', {
      what: `${failure.subject} refuses its new configuration`,
      why: 'its own check of the uploaded files failed; they were not put in place',
      remedy: 'correct the files named below and deploy again',
      ...shown(failure),
    }),
  'proxy-stale': (failure) =>
    new UserError('RB-PROXY-CONFIG', {
      what: `${failure.subject} would not read the new content of the files below`,
      why: 'they were replaced on the host since it started (by git, an editor or `sed -i`), and its container goes on with the former ones until it is started again',
      remedy: `start it again once (\`docker restart\`; its connections end), and run this again; or mount their folder instead of single files`,
      ...shown(failure),
    }),
  'proxy-reload': (failure) =>
    new UserError('RB-PROXY-CONFIG', {
      what: `${failure.subject} did not accept its configuration`,
      why: 'after the reload it still runs with the former configuration',
      remedy: 'read the lines below, correct the cause and run it again; the running containers are left as they are',
      ...shown(failure),
    }),
  'one-shot': (failure) =>
    new UserError('RB-MIGRATION-FAILED', {
      what: `${failure.subject} failed`,
      why: 'its exit status was not 0',
      remedy: 'read its log below, correct it and deploy again; no service was changed after it',
      ...shown(failure),
    }),
  'one-shot-timeout': (failure) =>
    new UserError('RB-MIGRATION-FAILED', {
      what: `${failure.subject} took longer than migration.timeout allows and was ended`,
      why: 'it got its stop signal, and the time of migration.grace to end',
      remedy: 'read its log below; allow it more time, or split the migration into smaller ones, and run it again',
      ...shown(failure),
    }),
  'migration-blocked': (failure) =>
    new UserError('RB-MIGRATION-BLOCKED', {
      what: `${failure.subject} waited longer than migration.blocked-timeout allows for a lock of another session, and was ended`,
      why: 'sessions that want to read or write the same table wait behind it',
      remedy: 'let that session end its transaction, or end it (`select pg_terminate_backend(PID)`), and run it again',
      ...shown(failure),
    }),
  ended: (failure) =>
    new UserError('RB-START-CRASHED', {
      what: `a new container of ${failure.subject} ended while it served`,
      why: 'it passed the health gate but did not stay up',
      remedy: 'read its log below, correct the image and deploy again',
      ...shown(failure),
    }),
  ailing: (failure) =>
    new UserError('RB-UNHEALTHY', {
      what: `a new container of ${failure.subject} became unhealthy while it served`,
      why: 'it passed the health gate, and its healthcheck failed under real traffic',
      remedy: 'read its log below, correct the image or its settings, and deploy again',
      ...shown(failure),
    }),
  'stood-for': (failure) =>
    new UserError('RB-START-CRASHED', {
      what: `${failure.subject} does not start; the stand-in of an earlier run serves in its place`,
      why: 'its own container was started again, but does not listen or is unhealthy',
      remedy: 'the service is not interrupted: read its log below, correct the cause and run this again',
      ...shown(failure),
    }),
  stop: (failure) =>
    new UserError('RB-STOP-FAILED', {
      what: `old containers of ${failure.subject} could not be stopped`,
      remedy: 'the new release serves; remove the old containers on the host with `docker rm -f`',
      ...shown(failure),
    }),
  unnoted: (failure) =>
    new UserError('RB-DISK-FULL', {
      what: `the host could not record the running containers of ${failure.subject}`,
      why: 'its disk has no room, and a run must not change containers that it has no record of',
      remedy: 'see `df` on the host, and run it again',
      ...shown(failure),
    }),
  unrecorded: (failure) =>
    new UserError('RB-DISK-FULL', {
      what: `the migration to schema ${failure.subject} is done, but could not be recorded`,
      why: 'the disk of the host has no room',
      remedy: 'see `df` on the host, and run it again: the migration is not run twice',
      ...shown(failure),
    }),
  'no-verdict': (failure) =>
    new UserError('RB-TIMEOUT', {
      what: `no verdict on ${failure.subject} came in time`,
      why: 'the runner was paused or its connection was lost',
      remedy: 'run it again',
      ...shown(failure),
    }),
};

function causeOf({ log }: Failure, causes: readonly Cause[]): Cause | undefined {
  const text = log.join('\n');
  return causes.find(({ pattern }) => pattern.test(text));
}

function notKept(failure: Failure): UserError {
  return new UserError('RB-DISK-FULL', {
    what: `the host could not keep the release ${failure.subject}`,
    why: 'its disk has no room, or did not take what was written',
    remedy: 'see `df` and `dmesg` on the host, and run it again',
    ...shown(failure),
  });
}

function volumeWords(why: string): Words {
  return (failure) =>
    new UserError('RB-MOUNT-CHANGED', {
      what: `${failure.subject} would lose an unnamed volume`,
      why,
      remedy:
        'give it a name in the Compose file (`external: true`, `name:` as below) and mount it where the data should be; or, if the data is not needed, remove the container that has the volume with `docker rm`, and run this again',
      ...shown(failure),
    });
}
