/**
 * Which variables that a server reads only at its first start a deploy would change: compared with the current release, or,
 * where the stack is adopted, with what its containers run with.
 */
import { UserError } from '../errors';
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import type { ComposeModel } from '../stack/compose-model';
import { sameMounts } from '../stack/identity';
import type { Release, State } from '../stack/model';
import type { Adopted } from '../stack/observe/adopt';
import { runningOf } from '../stack/observe/inventory';
import { fileAt } from '../stack/plan/first-file';
import { asRunning, type FirstStart, firstStarts, readOnce } from '../stack/plan/first-start';
import { readStored } from '../stack/release/stored';
import type { Resolved } from '../stack/resolve/types';
import type { Recorder } from './record';

interface Request {
  readonly host: Host;
  /** `<directory>/.runbook` */
  readonly root: string;
  readonly directory: string;
  /** With the adopted release, if there is one, as the current one. */
  readonly state: State;
  readonly adopted: Adopted | null;
  readonly resolved: Pick<Resolved, 'model' | 'services'>;
}

/** Milliseconds. */
const TIMEOUT = 60_000;

export async function firstValues(request: Request, recorder: Recorder): Promise<FirstStart[]> {
  const { state, resolved, directory } = request;
  const { current } = state;
  if (current === null) return [];
  const changed = Object.entries(resolved.services).flatMap(([name, wanted]) => {
    const was = current.services[name];
    return was !== undefined && (was.definition !== wanted.definition || !sameMounts(was, wanted)) ? [name] : [];
  });
  if (!readOnce(resolved.model, changed)) return [];
  const before = await modelBefore(request, current, changed, recorder);
  if (before === null) return [];
  return firstStarts(before, resolved.model, changed, {
    before: fileAt(before, current.services, directory),
    after: fileAt(resolved.model, resolved.services, directory),
  });
}

/** `null`: it is not known. */
async function modelBefore(
  { host, root, state, adopted, resolved }: Request,
  current: Release,
  changed: readonly string[],
  recorder: Recorder,
): Promise<ComposeModel | null> {
  if (adopted !== null) {
    const running = await environmentsOf(host, state, changed);
    return asRunning(JSON.parse(adopted.compose) as ComposeModel, resolved.model, running);
  }
  try {
    return (await readStored(host, root, current)).model;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'RB-RECORD-UNREADABLE') throw error;
    recorder.warning(`it could not be seen whether a server's password changes: ${error.details.why}`);
    return null;
  }
}

/**
 * The environments of running containers, of one for each service. Where people started a stack, its files may have been
 * edited since. Holds secrets.
 *
 * @throws {UserError} RB-CONNECTION-LOST
 */
async function environmentsOf(
  host: Host,
  state: State,
  services: readonly string[],
): Promise<Record<string, Record<string, string>>> {
  const ids = services.flatMap((name) => {
    const [found] = runningOf(state, name);
    return found === undefined ? [] : [[found.id, name] as const];
  });
  if (ids.length === 0) return {};
  const format = quote('{{.Id}} {{json .Config.Env}}');
  const outcome = await host.run(`docker inspect --format ${format} ${ids.map(([id]) => quote(id)).join(' ')}`, {
    timeout: TIMEOUT,
  });
  if (outcome.outcome === 'unknown')
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the settings of the running containers could not be read',
      why: outcome.reason,
      remedy: 'run it again; nothing was changed',
    });
  const names = new Map(ids);
  const found = outcome.stdout.split('\n').flatMap((line) => {
    const name = names.get(line.split(' ', 1)[0] ?? '');
    const variables = name === undefined ? [] : ((JSON.parse(line.slice(line.indexOf(' '))) ?? []) as string[]);
    return name === undefined ? [] : [[name, Object.fromEntries(variables.map(split))] as const];
  });
  return Object.fromEntries(found);
}

function split(variable: string): [string, string] {
  const at = variable.indexOf('=');
  return [variable.slice(0, at), variable.slice(at + 1)];
}
