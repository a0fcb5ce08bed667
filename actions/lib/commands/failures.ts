/** The meaning of a command that did not end by itself. */
import { UserError } from '../errors';
import { shown, type Words } from '../steps/failures';

const STAYS = 'its effects until then stay: look at them before you run it again';

/** For each kind with which the command's script can `fail`. */
export const COMMAND_WORDS: Readonly<Record<string, Words>> = {
  'command-start': (failure) =>
    new UserError('RB-START-FAILED', {
      what: `no container of ${failure.subject} could be started for the command, which was not run`,
      why: 'Docker refused it',
      remedy: 'read the lines below: the program may not be in the image, or a mount of the service may be missing',
      ...shown(failure),
    }),
  'command-timeout': ({ subject }) =>
    new UserError('RB-TIMEOUT', {
      what: `the command in ${subject} did not end in its time`,
      why: 'it was ended then, and none of its processes runs any more',
      remedy: `give it more time (timeout); ${STAYS}`,
    }),
  'command-lost': ({ subject }) =>
    new UserError('RB-COMMAND-FAILED', {
      what: `it is not known how the command in ${subject} ended`,
      why: 'Docker did not report its exit status; none of its processes runs any more',
      remedy: `see whether Docker was restarted; ${STAYS}`,
    }),
  'command-left': ({ subject }) =>
    new UserError('RB-STOP-FAILED', {
      what: `the command has ended, but its container ${subject} could not be removed`,
      why: 'Docker did not remove it',
      remedy: `docker rm -fv ${subject}`,
    }),
  'not-running': ({ subject }) =>
    new UserError('RB-CONTAINER-DOWN', {
      what: `the container of ${subject} does not run any more; the command was not run`,
      why: 'it ended or restarted since it was looked at',
      remedy: 'see its log (mode: logs)',
    }),
  'container-ended': ({ subject }) =>
    new UserError('RB-COMMAND-FAILED', {
      what: `the container of ${subject} ended, or was restarted, while the command ran in it`,
      why: 'the command ended with it, or caused it; its exit status cannot be trusted',
      remedy: `see the log of the service (mode: logs); ${STAYS}`,
    }),
};

/** @param where a command by which a person finds what is left */
export function notSeenToEnd(error: UserError, where: string): UserError {
  return new UserError(error.code, {
    what: `${error.details.what}, and IT MAY STILL RUN`,
    why: `its end could not be confirmed${error.details.why === undefined ? '' : ` (${error.details.why})`}`,
    remedy: `look for it on the host (${where}), and let it end or end it; ${STAYS}`,
  });
}

/** The step that ran the command is gone, and the rest of the command was ended. */
export function killedCommand({ code, details }: UserError): UserError {
  return new UserError(code, {
    what: 'the step that ran the command is gone from the host, so that its exit status is not known',
    why: `${details.why ?? 'the reason is not known'}; the command was ended, and none of its processes runs any more`,
    remedy: STAYS,
  });
}

export function cancelledCommand(): UserError {
  return new UserError('RB-CANCELLED', {
    what: 'the run was cancelled while the command ran',
    why: 'the command was ended, and none of its processes runs any more',
    remedy: STAYS,
  });
}
