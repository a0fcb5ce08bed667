/** Operations as lines of the host script: one call of a function of `apply.sh` each. */
import { type Runbook, settingsOf } from '../../config/runbook';
import { quote } from '../../host/quote';
import { imageOf } from '../identity';
import { schemaOf } from '../migrations';
import type { Plan, Release } from '../model';
import type { Operation } from '../plan/program';
import { sharedFile } from '../resolve/pin';

/** The data that the lines are rendered from. */
export interface RenderRequest {
  readonly plan: Plan;
  readonly target: Release;
  readonly current: Release | null;
  readonly runbook: Runbook;
  /** The delivery to the host before anything starts; `null` for a release that the host has. */
  readonly delivery: { readonly pull: readonly string[] } | null;
  /** Images of a release that the host has, by digest, which are no longer there; from {@link import('../plan/checks').lackingImages}. */
  readonly lacking?: readonly string[];
}

export function render(request: RenderRequest, operations: readonly Operation[]): string[] {
  const lines = partsOf(request, operations).map(({ title, line }) => `operation ${quote(title)}; ${line}`);
  return [call('note_ran'), ...lines];
}

/** Titles of all operations in their order, as the journal has them. */
export function titlesOf(request: RenderRequest, operations: readonly Operation[]): string[] {
  return partsOf(request, operations).map(({ title }) => title);
}

function partsOf(request: RenderRequest, operations: readonly Operation[]): { title: string; line: string }[] {
  const { delivery, lacking = [], target, current } = request;
  const commits = target.id !== current?.id;
  return [
    ...(delivery === null ? [] : [{ title: 'deliver', line: call('deliver', ...delivery.pull) }]),
    ...(lacking.length === 0 ? [] : [{ title: 'fetch', line: call('fetch', ...lacking) }]),
    ...operations
      .filter(({ op }) => op !== 'commit' || commits)
      .map((operation) => ({ title: titleOf(operation), line: line(operation, request) })),
    { title: 'finish', line: call('op_finish') },
  ];
}

/** The title of an operation in the journal and for runs that wait. */
function titleOf(operation: Operation): string {
  if (operation.op === 'gate') return `gate ${operation.name}`;
  if (operation.op === 'place') return `place ${operation.which}`;
  if ('services' in operation) return [operation.op, ...operation.services].join(' ');
  return 'service' in operation ? `${operation.op} ${operation.service}` : operation.op;
}

function line(operation: Operation, request: RenderRequest): string {
  const { runbook, target } = request;
  switch (operation.op) {
    case 'keep-volumes': {
      const wanted = target.services[operation.service];
      const paths = (wanted?.traits.volumes ?? []).flatMap((text) => /^volume::(.*)$/.exec(text)?.[1] ?? []);
      return call('op_keep_volumes', operation.service, operation.total, imageOf(wanted), ...paths);
    }
    case 'make-shared': {
      const words = operation.shared.flatMap(({ kind, key, name }) => {
        const what = operation.filled.includes(name) && kind === 'volumes' ? 'filled' : kind.slice(0, -1);
        return [what, name, sharedFile(kind, key)];
      });
      return call('op_make_shared', ...words);
    }
    case 'create':
      return call('op_create', operation.service, operation.total);
    case 'start-beside':
      return call('op_start_beside', operation.service, operation.total, ...operation.retire);
    case 'redirect-away':
      return call('op_redirect_away', operation.service, ...operation.retire);
    case 'drain':
      return call('op_drain', operation.drain, ...operation.services);
    case 'sweep':
      return call('op_sweep');
    case 'replace':
      return call('op_replace', operation.service, operation.total, ...operation.tied);
    case 'one-shot': {
      const schema = operation.migration ? (schemaOf(target, runbook) ?? '') : '';
      return call(
        'op_one_shot',
        operation.service,
        operation.timeout,
        schema,
        target.schemaCompatible,
        target.services[operation.service]?.since ?? '',
      );
    }
    case 'await-migration':
      return call('op_await_migration', operation.service, operation.timeout);
    case 'start-stand-in':
      return call(
        'op_start_stand_in',
        operation.service,
        ...(target.services[operation.service]?.traits.networks ?? []),
      );
    case 'divert':
      return call('op_divert', operation.service);
    case 'replace-behind':
      return call('op_replace_behind', operation.service, operation.drain);
    case 'return':
      return call('op_return', operation.service);
    case 'end-stand-in':
      return call('op_end_stand_in', operation.service, operation.drain);
    case 'gate': {
      const limits = operation.services
        .map((service) => settingsOf(runbook, service))
        .map((s) => s.healthTimeout + s.stableFor);
      return call('op_gate', operation.name, Math.max(...limits), ...operation.services);
    }
    case 'test-proxy': {
      return call('op_test_proxy', ...checkedIn(request), ...operation.paths);
    }
    case 'place':
      return call('op_place', operation.which, ...operation.paths);
    case 'cut':
      return call('op_cut', ...operation.services);
    case 'reload-proxy':
      return operation.must ? call('op_reload_proxy') : call('op_reload_proxy', 'if-it-can');
    case 'ask-again':
      return operation.proxy ? call('op_ask_again') : call('op_ask_again', 'others');
    case 'tell-proxy':
      return call('op_tell_proxy');
    case 'watch':
      return call('op_watch', runbook.watch.duration, operation.drain, ...operation.services);
    case 'commit':
      return call('op_commit');
    case 'retire':
      return call('op_retire', operation.service, ...operation.containers);
    case 'remove-redirect':
      return call('op_remove_redirect', operation.drain);
    case 'remove':
      return call('op_remove', operation.service, ...operation.containers);
  }
}

/** The image in which the proxy checks its files, empty for the running one; and whether everything else stays. */
function checkedIn({ runbook, target, current, plan }: RenderRequest): [string, string] {
  const name = runbook.proxy.service ?? '';
  const change = plan.changes.find(({ service, kind }) => service === name && kind !== 'reload');
  if (change === undefined) return ['', 'same'];
  const [wanted, was] = [target.services[name], current?.services[name]];
  return [imageOf(wanted), wanted?.definition === was?.definition ? 'same' : 'other'];
}

/** A failing operation ends the script; its trap reverses what was done. A shell calculates only with whole seconds. */
function call(name: string, ...words: readonly (string | number | boolean)[]): string {
  const texts = words.map((word) => String(typeof word === 'number' ? Math.ceil(word) : word));
  return `${[name, ...texts.map(quote)].join(' ')} || exit 1`;
}
