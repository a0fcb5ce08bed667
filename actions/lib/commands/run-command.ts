/** Runs a command on the host, from its start to its end. */
import { randomBytes } from 'node:crypto';
import { UserError } from '../errors';
import { quote } from '../host/quote';
import { CUT, type Progress } from '../progress';
import type { ComposeModel } from '../stack/compose-model';
import { composeScript } from '../stack/compose-script';
import { redirectScript } from '../stack/redirect/redirect';
import { isUnknownEnd } from '../steps/endings';
import { explained } from '../steps/failures';
import { onHost, Told } from '../steps/on-host';
import type { Steps } from '../steps/step';
import { type Command, commandModel, envFile, wordsOf } from './command';
import { COMMAND_WORDS, cancelledCommand, killedCommand, notSeenToEnd } from './failures';
import { commandPiece } from './scripts';

export interface CommandRequest {
  readonly stack: string;
  readonly directory: string;
  readonly command: Command;
  /**
   * For a new container: the release's `compose.json`, and the container's name. Otherwise the running container's ID.
   */
  readonly place:
    | { readonly model: ComposeModel; readonly name: string }
    | { readonly id: string; readonly name: string };
  /** Seconds in which the command may end by itself after it was told to. */
  readonly grace: number;
}

export interface Ended {
  readonly code: number;
  /** False: Docker's client could not start it, because the program does not exist or may not be run. */
  readonly started: boolean;
  /** The command needed more memory than the host has or the container's limit allows. */
  readonly outOfMemory: boolean;
  /** Its standard output and standard error together. */
  readonly output: readonly string[];
  /** There was more output than this. */
  readonly cut: boolean;
}

/** ID of the step. */
export const COMMAND_STEP = 'command';

/** Limits of the output that is shown; of a longer output the beginning, and the last 50 lines. */
const MOST_LINES = 20_000;
const MOST_BYTES = 2_000_000;
/** Bytes of one line. */
const LONGEST_LINE = 60_000;

/**
 * @throws {UserError} where it was not run, did not end by itself, or its end is not known; its exit status is not an
 *   error here
 */
export async function runCommand(
  request: CommandRequest,
  { steps, clearing, progress }: { steps: Steps; clearing: Steps; progress: Pick<Progress, 'remote' | 'info'> },
): Promise<Ended> {
  const mark = `RUNBOOK_COMMAND=${randomBytes(12).toString('hex')}`;
  const told = new Told();
  const output: string[] = [];
  let cut = false;
  let isLineCut = false;
  let undone = true;
  let begun = false;
  let ended: Readonly<Record<string, string>> | null = null;
  const failure = await onHost(
    steps,
    { id: COMMAND_STEP, script: commandScript(request, mark), input: inputOf(request, mark) },
    {
      told,
      onLine: (line) => {
        if (!line.startsWith('| ')) return progress.info(line);
        const text = `${line.slice(2)}${isLineCut ? CUT : ''}`;
        isLineCut = false;
        output.push(text);
        progress.remote(text);
      },
      onEvent: ({ name, fields }) => {
        if (name === 'begun') begun = true;
        if (name === 'undo-failed') undone = false;
        if (name === 'ended') ended = fields;
        if (name === 'line-cut') {
          cut = true;
          isLineCut = true;
          progress.remote(`… (the next line has more than ${LONGEST_LINE} bytes, and is cut there)`);
        }
        if (name !== 'output-cut') return;
        cut = true;
        output.push(CUT);
        progress.remote('… (more than can be shown: the last lines follow)');
      },
      lost: {
        what: 'the connection to the host was lost while the command ran, so that its exit status is not known',
        remedy: 'look at its effects before you run it again',
      },
      explain: (heard) =>
        explained(heard, COMMAND_WORDS) ??
        new UserError('RB-COMMAND-FAILED', {
          what: 'the step that ran the command was ended on the host',
          remedy: 'look at the effects of the command before you run it again',
        }),
    },
  );
  if (failure !== null) {
    if (failure.code === 'RB-CONNECTION-LOST')
      // A step that was killed has not cleared up.
      throw (await cleared(request, mark, clearing))
        ? killedCommand(failure)
        : notSeenToEnd(failure, whereOf(request, mark));
    const wasEnded = begun && told.isEnded && failure.code === 'RB-CANCELLED' && !isUnknownEnd(failure);
    const error = wasEnded ? cancelledCommand() : failure;
    throw undone ? error : notSeenToEnd(error, whereOf(request, mark));
  }
  if (ended === null) throw new Error('a command without an end');
  const { code = '', oom } = ended as Readonly<Record<string, string>>;
  if (!/^\d+$/.test(code)) throw new Error(`a command that ended with ${JSON.stringify(code)}`);
  return {
    code: Number(code),
    started: 'model' in request.place || !(['126', '127', '1'].includes(code) && REFUSED.test(output[0] ?? '')),
    outOfMemory: oom === 'true',
    output,
    cut,
  };
}

/** Docker's words for a running container; nothing comes before them. A new container's output is only its own. */
const REFUSED = /^(OCI runtime exec failed|Error response from daemon|unable to find user)\b/i;

/** Ends what the command left, where the step itself is gone. */
async function cleared(request: CommandRequest, mark: string, clearing: Steps): Promise<boolean> {
  const script = [...pieces(request, mark), 'model' in request.place ? 'container_gone' : 'end_marked'].join('\n');
  try {
    const lost = { what: 'the connection to the host was lost', remedy: 'look at the host' };
    const error = await onHost(
      clearing,
      { id: `${COMMAND_STEP}-clear`, script: `${script} || exit 1\ncommitted` },
      { lost, explain: () => new UserError('RB-STOP-FAILED', lost) },
    );
    return error === null;
  } catch {
    return false;
  }
}

function whereOf({ place, command }: CommandRequest, mark: string): string {
  return 'model' in place
    ? `docker ps -a --filter name=${place.name}`
    : `in a container of ${command.service}: grep -alF ${mark} /proc/[0-9]*/environ, as root`;
}

function inputOf({ place, command }: CommandRequest, mark: string): Buffer {
  if ('model' in place) return Buffer.from(JSON.stringify(commandModel(place.model, command)));
  return Buffer.from(`${envFile(command.environment)}${mark}\n`);
}

function pieces({ stack, directory, command, place, grace }: CommandRequest, mark: string): string[] {
  const header = {
    PROJECT: stack,
    DIRECTORY: directory,
    SERVICE: command.service,
    TARGET: 'model' in place ? place.name : place.id,
    MARK: mark,
    SECONDS_LEFT: String(Math.ceil(command.timeout)),
    GRACE: String(Math.ceil(grace)),
    AS_USER: command.user ?? '',
    MOST_LINES: String(MOST_LINES),
    MOST_BYTES: String(MOST_BYTES),
    LONGEST_LINE: String(LONGEST_LINE),
  };
  return [
    ...Object.entries(header).map(([name, value]) => `${name}=${quote(value)}`),
    redirectScript(),
    composeScript(),
    commandPiece(),
  ];
}

function commandScript(request: CommandRequest, mark: string): string {
  const words = wordsOf(request.command).map(quote).join(' ');
  return [
    ...pieces(request, mark),
    `${'model' in request.place ? 'op_new' : `op_exec ${words}`} || exit 1`,
    'committed',
  ].join('\n');
}
