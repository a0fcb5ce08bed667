/** A procedure from a person's own machine, without GitHub: the plan, a question, and that plan carried out. */
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { limitYoungGeneration } from './lib/backup/memory';
import type { BaseInputs } from './lib/config/inputs';
import type { GetInput } from './lib/config/reader';
import { UserError } from './lib/errors';
import type { Outcome, Procedure } from './lib/procedure/define';
import { Recorder } from './lib/procedure/record';
import { createRedactor } from './lib/procedure/redact';
import { type Circumstances, carryOut, list } from './lib/procedure/run';
import type { Declared, Flags } from './lib/terminal/flags';
import { TerminalLog } from './lib/terminal/log';
import { listingText, reportText } from './lib/terminal/report';
import { strayFiles } from './lib/terminal/worktree';

interface TerminalRequest extends Flags {
  readonly declared: Declared;
  /** Asks and returns the answer; `null`: there is no person to ask. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/** Milliseconds after which a resource that was left open no longer holds the command up. */
const FORGOTTEN = 10_000;

/** Never rejects: a failure is printed, and becomes the exit status. */
export async function performInTerminal<I extends BaseInputs>(
  procedure: Procedure<I>,
  request: TerminalRequest,
): Promise<void> {
  if (procedure.streams) limitYoungGeneration();
  const log = new TerminalLog(createRedactor(), (line) => console.log(line));
  const signal = cancellation(log);
  try {
    if (!(await carriedOut(procedure, request, log, signal))) process.exitCode = 1;
  } catch (error) {
    log.failure(error instanceof UserError ? forTerminal(error, procedure.name) : error);
    process.exitCode = 1;
  }
  setTimeout(() => process.exit(), FORGOTTEN).unref();
}

/** @returns whether all is well */
async function carriedOut<I extends BaseInputs>(
  procedure: Procedure<I>,
  request: TerminalRequest,
  log: TerminalLog,
  signal: AbortSignal,
): Promise<boolean> {
  const read = (more: Readonly<Record<string, string>>): I => {
    return inputsOf(procedure, (name) => more[name] ?? request.get(name), request);
  };
  const inputs = read({});
  const around = (one: I): Circumstances => ({
    title: procedure.title(one),
    run: `${userInfo().username}@${hostname()}, process ${process.pid}`,
    actor: userInfo().username,
    signal,
    lease: {
      timeout: one.leaseTimeout,
      preempt: one.preempt,
      say: (text) => log.info(text),
      hasEnded: async () => false,
    },
    recorder: new Recorder(log),
    pushed: null,
    repository: async () => {
      throw new UserError('RB-REPOSITORY-REFUSED', {
        what: 'only a run on GitHub can put new values into the repository, and this is not one',
        remedy: 'set them with `sops edit` or `mode: encrypt`, commit the file, then `mode: apply`',
      });
    },
  });
  const run = async (one: I): Promise<Outcome> => {
    const outcome = await carryOut(procedure, one, around(one));
    log.text(reportText(outcome.report));
    return outcome;
  };
  if (procedure.list?.wanted(inputs)) {
    log.text(listingText(await list(procedure, inputs, around(inputs))));
    return true;
  }
  const config = join(request.folder, request.get('config') || 'runbook.yml');
  const stray = strayFiles(config, inputs.runbook);
  if (stray !== null) log.warning(stray);
  if (inputs.dryRun) return (await run(inputs)).report.error === null;
  const { stack } = inputs.runbook;
  let approved: Readonly<Record<string, string>> = {};
  if (inputs.preempt)
    log.text('\nThere is no plan: it is not known beforehand what the deploy that is ended will leave.');
  else {
    const { report, outputs = {} } = await run(read({ 'dry-run': 'true' }));
    if (report.error !== null) return false;
    if ('expected-plan' in request.declared)
      approved = { 'expected-plan': report.planHash ?? '', 'expected-plan-text': outputs['plan-text'] ?? '' };
  }
  const typed = await confirmed(request, stack, inputs.target.host, log);
  if ('confirm' in request.declared && typed !== null) approved = { ...approved, confirm: typed };
  const { report } = await run(read(approved));
  return report.error === null;
}

/** A key of the agent is used instead of the given key. */
function inputsOf<I extends BaseInputs>(procedure: Procedure<I>, get: GetInput, { agent, folder }: Flags): I {
  if (agent === null) return procedure.read(get, folder);
  const inputs = procedure.read((name) => (name === 'ssh-key' ? 'ssh-agent' : get(name)), folder);
  const { jump, ...target } = inputs.target;
  const through = jump === undefined ? {} : { jump: { ...jump, privateKey: '', agent } };
  return { ...inputs, target: { ...target, ...through, privateKey: '', agent } };
}

/** @returns what was typed; `null`: no question was asked @throws {UserError} RB-CANCELLED */
async function confirmed(
  { yes, ask }: TerminalRequest,
  stack: string,
  host: string,
  log: TerminalLog,
): Promise<string | null> {
  if (yes) return null;
  if (ask === null)
    throw new UserError('RB-CANCELLED', {
      what: 'there is no person to ask, and --yes was not given; nothing was changed on the host',
      why: 'standard input is not a terminal',
      remedy: 'run it in a terminal, or give --yes',
    });
  log.text('');
  const typed = (await ask(`Type ${stack}, the name of the stack, to carry this out on ${host}: `)).trim();
  if (typed === stack) return typed;
  throw new UserError('RB-CANCELLED', {
    what: `${JSON.stringify(typed)} is not ${stack}; nothing was changed on the host`,
    remedy: 'run it again if you want it',
  });
}

/** Asks on the terminal; `null` where there is none. */
export function asking(): TerminalRequest['ask'] {
  if (!process.stdin.isTTY) return null;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return await new Promise<string>((typed, failed) => {
        const end = (): void => failed(unanswered());
        // Ctrl-C, Ctrl-D, or a terminal that is gone.
        lines.once('SIGINT', end);
        lines.once('close', end);
        lines.question(question).then(typed, failed);
      });
    } finally {
      lines.close();
    }
  };
}

function unanswered(): UserError {
  return new UserError('RB-CANCELLED', {
    what: 'nothing was typed; nothing was changed on the host',
    remedy: 'run it again if you want it',
  });
}

function cancellation(log: TerminalLog): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) log.warning(`${name}: this run is cancelled; it stops at the next safe point`);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Inputs are flags here. */
function forTerminal(error: UserError, name: string): UserError {
  const { details } = error;
  if (error.code !== 'RB-INPUT-INVALID' || !details.remedy.includes('`with:`')) return error;
  const remedy = `each input NAME is the flag --NAME, a secret the flag --NAME-file; see runbook-actions ${name} --help`;
  return new UserError(error.code, { ...details, remedy });
}
