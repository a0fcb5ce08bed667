/** Run: a command in a container of the stack, a new one or one that runs; or the log of a service, or how all is. */
import { type Command, containersOf, runningOf, shownCommand } from '../lib/commands/command';
import { readLogs } from '../lib/commands/logs';
import { COMMAND_STEP, type CommandRequest, type Ended, runCommand } from '../lib/commands/run-command';
import { secretsOfFiles } from '../lib/commands/secret-files';
import { UserError } from '../lib/errors';
import type { Block } from '../lib/procedure/blocks';
import type { Outcome, Procedure, Run } from '../lib/procedure/define';
import { requireCurrent } from '../lib/procedure/edit-current';
import { describe } from '../lib/procedure/report';
import type { State } from '../lib/stack/model';
import { missingImage } from '../lib/stack/plan/checks';
import { readStored } from '../lib/stack/release/stored';
import { givenSecrets, type LogWish, type RunInputs, readRunInputs } from './inputs';
import { showStatus } from './status';

/** Bytes of the output `output`. */
const MOST_OUTPUT = 65_536;
/** Lines in the summary. */
const MOST_SHOWN = 200;

export const run: Procedure<RunInputs> = {
  name: 'run',
  lease: 'stack',
  passesFreeze: true,
  read: readRunInputs,
  secrets: givenSecrets,
  quiet: (get) => ['logs', 'status'].includes((get('mode') ?? '').trim()),
  title: ({ wish, runbook }) => {
    if ('log' in wish) return `Log of ${wish.log.service}`;
    if ('status' in wish) return `Status of ${wish.status ?? runbook.stack}`;
    return `Run ${wish.command.name ?? 'a command'} in ${wish.command.service}`;
  },
  run: (run) => {
    const { wish } = run.inputs;
    if ('log' in wish) return showLog(run, wish.log);
    return 'status' in wish ? showStatus(run, wish.status) : carryOut(run, wish.command);
  },
};

/** Needs no lease. @throws {UserError} RB-CONTAINER-DOWN; see readLogs */
async function showLog(run: Run<RunInputs>, { service, ...wish }: LogWish): Promise<Outcome> {
  const { session, recorder } = run;
  await hideFiles(run);
  const containers = containersOf(service, session.state.containers);
  if (containers.length === 0) throw noContainer(service, session.state);
  recorder.step('Read the log');
  const logs = await readLogs(session.host, { ...wish, containers });
  const what = `${wish.since === null ? 'from the beginning' : `since ${wish.since}`}${wish.pattern === null ? '' : `, matching ${wish.pattern}`}`;
  const blocks = logs.map(({ name, lines, more, cut }): Block => {
    recorder.info(
      `${name}, ${what}: ${lines.length === 0 ? 'no line' : `${lines.length} lines${more ? ', the newest' : ''}`}`,
    );
    for (const line of lines) recorder.remote(line);
    if (more) run.notes.push(`${name} has older matching lines: ask for more (lines), or for a shorter time (since).`);
    if (cut) run.notes.push(`${name} has lines that are longer than what is shown of one: those end with "…".`);
    return { kind: 'log', title: `${name}, ${what}`, lines: lines.slice(-MOST_SHOWN) };
  });
  const all = logs.flatMap(({ lines }) => lines);
  const outputs = {
    ...outputOf(
      run,
      all,
      logs.some(({ more, cut }) => more || cut),
    ),
    container: logs.map(({ name }) => name).join(','),
  };
  return { report: run.report('succeeded', { blocks }), outputs };
}

async function carryOut(run: Run<RunInputs>, command: Command): Promise<Outcome> {
  const { inputs, session, recorder } = run;
  const place = await placeOf(run, command);
  const where = 'model' in place ? 'a new container' : place.name;
  const shown = shownCommand(command);
  const { unfinished } = session.state;
  if (unfinished !== null)
    run.notes.push(
      `A ${unfinished.procedure} (${unfinished.run}) was interrupted; the next deploy or rollback puts that right.`,
    );
  const about: Block = {
    kind: 'list',
    items: [
      ['in ', { code: where }, ` of ${command.service}`],
      ['command: ', { code: shown }],
      `at most ${command.timeout} s`,
    ],
  };
  recorder.info(`in ${where} of ${command.service}: ${shown}`);
  if (inputs.dryRun) return { report: run.report('planned', { blocks: [about] }), outputs: { container: place.name } };
  recorder.step('Run the command');
  // Its output is not kept on the host: it holds secrets unmasked.
  run.discard(`${session.leaseRoot}/steps/${session.token}-${COMMAND_STEP}/out`);
  const ended = await runCommand(
    {
      stack: inputs.runbook.stack,
      directory: inputs.runbook.directory,
      command,
      place,
      grace: session.state.current?.services[command.service]?.traits.stopGracePeriod ?? 10,
    },
    { steps: run.steps(null), clearing: run.clearing, progress: recorder },
  );
  const written: Block = { kind: 'log', title: 'Output', lines: ended.output.slice(-MOST_SHOWN) };
  const blocks = [about, written];
  const outputs = { ...outputOf(run, ended.output, ended.cut), 'exit-code': String(ended.code), container: place.name };
  if (ended.code === 0) return { report: run.report('succeeded', { blocks }), outputs };
  const error = describe(failed(command, ended));
  return { report: run.report('failed', { blocks, error }), outputs, exitStatus: ended.code };
}

/** @throws {UserError} RB-NOT-DEPLOYED, RB-SERVICE-UNKNOWN, RB-IMAGE-MISSING, RB-CONTAINER-DOWN, RB-RECORD-UNREADABLE */
async function placeOf(run: Run<RunInputs>, command: Command): Promise<CommandRequest['place']> {
  const { session, inputs } = run;
  const { state } = session;
  const { service } = command;
  if (command.container === 'running') {
    await hideFiles(run);
    const [one, ...others] = runningOf(service, state.containers);
    if (others.length > 0)
      run.notes.push(`${service} runs in ${others.length + 1} containers; the command runs only in ${one!.name}.`);
    return { id: one!.id, name: one!.name };
  }
  const current = requireCurrent(state);
  const wanted = Object.hasOwn(current.services, service) ? current.services[service]! : null;
  if (wanted === null)
    throw new UserError('RB-SERVICE-UNKNOWN', {
      what: `there is no service ${JSON.stringify(service)} in release ${current.id}`,
      why: `it has ${Object.keys(current.services).join(', ')}`,
      remedy: 'correct the name; if the service was added to the Compose files since, deploy them first',
    });
  const missing = missingImage({ ...current, services: { [service]: wanted } }, state.images);
  if (missing !== null) throw missing;
  const { model } = await hideFiles(run);
  const name = `${inputs.runbook.stack}-${service}-run-${session.token}`;
  return { model: model!, name };
}

/** Reads the current release, and masks the content of its secrets files. */
async function hideFiles({ session, recorder }: Run<RunInputs>) {
  const { current } = session.state;
  if (current === null) return { model: null };
  const { model } = await readStored(session.host, session.root, current);
  for (const secret of await secretsOfFiles(session.host, model)) recorder.secret(secret);
  return { model };
}

function failed({ service, name }: Command, { code, started, outOfMemory, output, cut }: Ended): UserError {
  const what = `${name ?? 'the command'} in ${service}`;
  const log = cut || output.length === 0 ? {} : { log: output.slice(-20), logOf: 'its output' };
  if (!started)
    return new UserError('RB-START-FAILED', {
      what: `${what} could not be started`,
      why: 'by the message of Docker: the container has no such program or user, or no longer runs',
      remedy: 'correct the command; a shell reads it only if it is one text',
      ...log,
    });
  return new UserError('RB-COMMAND-FAILED', {
    what: `${what} ended with exit status ${code}${code > 128 && code < 193 ? ` (signal ${code - 128})` : ''}`,
    why: outOfMemory ? 'it needed more memory than the limit of its container' : 'its output is below',
    remedy: outOfMemory ? 'give the service a higher limit (scale, memory), then run it again' : 'see its output',
    ...log,
  });
}

/** Masked, as outputs are passed on unchanged. */
function outputOf({ recorder }: Run<RunInputs>, lines: readonly string[], more: boolean) {
  const text = recorder.masked(lines.join('\n'));
  const kept = Buffer.from(text)
    .subarray(0, MOST_OUTPUT)
    .toString('utf8')
    .replace(/\ufffd$/, '');
  return { output: kept, truncated: String(more || kept.length < text.length) };
}

function noContainer(service: string, { containers }: State): UserError {
  const known = [...new Set(containers.map((one) => one.service))].filter((name) => name !== '').sort();
  return new UserError('RB-CONTAINER-DOWN', {
    what: `the host has no container of ${service}, so there is no log of it`,
    why: `it has containers of ${known.join(', ') || 'no service of this stack'}`,
    remedy: 'correct the name; a container is removed together with its log',
  });
}
