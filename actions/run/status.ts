/** How the containers of a stack are, and what its site answers: looked at, and nothing changed. */
import { UserError } from '../lib/errors';
import type { Block } from '../lib/procedure/blocks';
import type { Outcome, Run } from '../lib/procedure/define';
import { requireCurrent } from '../lib/procedure/edit-current';
import { describe } from '../lib/procedure/report';
import { bytesInWords } from '../lib/stack/adjusted';
import { DIAL_TIMEOUT } from '../lib/stack/apply/apply';
import { ProxyProbes } from '../lib/stack/apply/proxy-probes';
import { sayClosed, watchedAs } from '../lib/stack/closed';
import type { Container, Release, State } from '../lib/stack/model';
import { ailments } from '../lib/stack/plan/ailing';
import { dialThrough } from '../lib/stack/probe';
import type { RunInputs } from './inputs';

/** @param service `null`: all @throws {UserError} RB-NOT-DEPLOYED, RB-SERVICE-UNKNOWN */
export async function showStatus(run: Run<RunInputs>, service: string | null): Promise<Outcome> {
  const { session, recorder, notes, inputs } = run;
  const { state } = session;
  const current = requireCurrent(state);
  const shown = shownOf(state, current, service);
  recorder.step('Ask the site');
  const probes = service === null ? await answersOf(run, current) : [];
  const ill = [
    ...(service === null ? Object.keys(current.services) : [service]).flatMap((name) =>
      ailments(name, state, current, inputs.runbook),
    ),
    ...shown.flatMap(({ name, health, state: is }) =>
      is === 'running' && health === 'starting' ? [`${name} is not healthy yet`] : [],
    ),
    ...probes.flatMap(({ path, status }) =>
      status > 0 && status < 500 ? [] : [`${path} answers ${status === 0 ? 'nothing' : status}`],
    ),
  ];
  const { closed } = current;
  if (closed !== undefined) notes.push(`The site is ${sayClosed(closed, state.freeze.now)}.`);
  const lines = [...shown.map(lineOf), ...probes.map(({ path, status }) => `${path} ${status || 'no answer'}`)];
  for (const line of lines) recorder.info(line);
  const table: Block = {
    kind: 'table',
    head: ['container', 'service', 'state', 'health', 'restarts', 'memory'],
    rows: shown.map((one) => [one.name, one.service, stateOf(one), one.health, String(one.restarts), memoryOf(one)]),
  };
  const answers: Block = {
    kind: 'table',
    head: ['path', 'answer'],
    rows: probes.map(({ path, status }) => [{ code: path }, String(status || 'none')]),
  };
  const blocks = probes.length === 0 ? [table] : [table, answers];
  const outputs = {
    output: recorder.masked(lines.join('\n')),
    truncated: 'false',
    container: shown.map(({ name }) => name).join(','),
  };
  const { id: release } = current;
  if (ill.length === 0) return { report: run.report('succeeded', { release, blocks }), outputs };
  const error = new UserError('RB-STACK-AILING', {
    what: ill.join('; '),
    why: `that is not as release ${release} wants it; available memory of the host: ${bytesInWords(state.memoryAvailable)}`,
    remedy: 'see the log (mode: logs), then restart the service, or roll back',
  });
  return { report: run.report('failed', { release, blocks, error: describe(error) }), outputs };
}

/** In the order of services; what has ended of a former release is no part of how the stack is. */
function shownOf({ containers }: State, current: Release, service: string | null): Container[] {
  if (service !== null && current.services[service] === undefined)
    throw new UserError('RB-SERVICE-UNKNOWN', {
      what: `there is no service ${JSON.stringify(service)} in release ${current.id}`,
      why: `it has ${Object.keys(current.services).join(', ')}`,
      remedy: 'correct the name',
    });
  return containers
    .filter((one) => !one.oneOff && one.service !== '' && (service === null || one.service === service))
    .toSorted((a, b) => a.service.localeCompare(b.service) || a.name.localeCompare(b.name));
}

/** Of a closed site those paths alone that pass. */
async function answersOf({ session, inputs }: Run<RunInputs>, current: Release) {
  const runbook = watchedAs(inputs.runbook, current);
  const probes = new ProxyProbes(runbook, dialThrough(session.host, DIAL_TIMEOUT));
  return await Promise.all(probes.watched.map(async (path) => ({ path, status: await probes.status(path) })));
}

function stateOf({ state, exitCode }: Container): string {
  return state === 'exited' || state === 'dead' ? `${state} (${exitCode})` : state;
}

function memoryOf({ memory }: Container): string {
  return memory.used > 0 ? bytesInWords(memory.used) : '';
}

function lineOf(one: Container): string {
  const health = one.health === 'none' ? 'no healthcheck' : one.health;
  const restarts = one.restarts > 0 ? [`restarted ${one.restarts} times`] : [];
  return [one.name, stateOf(one), health, ...restarts, memoryOf(one)].filter((part) => part !== '').join(', ');
}
