/** Which settings on GitHub the workflows of a repository need, read from their text. Pure. */
import { parse } from 'yaml';
import { NOT_GIVEN } from '../config/reader';
import type { Runbook } from '../config/runbook';

export interface Need {
  readonly kind: 'secret' | 'variable';
  readonly name: string;
  /** Environment of the job; `null`: it has none, and uses the settings of the repository. */
  readonly environment: string | null;
  /** File names of workflows. */
  readonly usedBy: readonly string[];
  /** Whether a run without it is refused; otherwise it has a default. */
  readonly required: boolean;
}

export interface WorkflowFacts {
  readonly needs: readonly Need[];
  /** Environments of jobs that run one of our actions. */
  readonly environments: readonly EnvironmentUse[];
  /**
   * Versions after the `@` of our actions, with the workflows that have them; a path in this repository has no version.
   */
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

interface EnvironmentUse {
  readonly name: string;
  /** It has a job that changes the host when a person starts it. */
  readonly changes: boolean;
  /** It has a job that runs by schedule. */
  readonly scheduled: boolean;
  /** It has a job that plans for another job. */
  readonly plans: boolean;
  /** It has a job that runs on the branch of a pull request. */
  readonly pulls: boolean;
}

/** Inputs of each action in its action.yml. */
export type Actions = ReadonlyMap<
  string,
  Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>
>;

interface Step {
  readonly uses?: unknown;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly environment?: string | { readonly name?: string };
  readonly steps?: readonly Step[];
}

/** @param texts file name → text of the workflows */
export function needsOf(
  texts: ReadonlyMap<string, string>,
  actions: Actions,
  runbook: Pick<Runbook, 'backup'>,
): WorkflowFacts {
  const needs = new Map<string, Need>();
  const environments = new Map<string, EnvironmentUse>();
  const versions = new Map<string, string[]>();
  for (const [file, text] of texts) {
    const workflow = workflowIn(text);
    const events = workflow.on !== null && typeof workflow.on === 'object' ? workflow.on : {};
    const scheduled = 'schedule' in events;
    const pulls = 'pull_request' in events;
    for (const { environment, steps = [] } of Object.values(workflow.jobs ?? {})) {
      const name = (typeof environment === 'object' ? environment?.name : environment) ?? null;
      for (const step of steps) {
        const [, action = '', version] = /(?:^|\/)actions\/([a-z-]+)(?:@(\S+))?$/.exec(String(step.uses ?? '')) ?? [];
        const declared = actions.get(action);
        if (declared === undefined) continue;
        if (version !== undefined) versions.set(version, [...new Set([...(versions.get(version) ?? []), file])]);
        const plans = step.with?.['dry-run'] === true;
        if (name !== null) {
          const before = environments.get(name) ?? {
            name,
            changes: false,
            scheduled: false,
            plans: false,
            pulls: false,
          };
          environments.set(name, {
            name,
            changes: before.changes || (!plans && !scheduled),
            scheduled: before.scheduled || scheduled,
            plans: before.plans || (plans && !scheduled),
            pulls: before.pulls || (pulls && plans),
          });
        }
        for (const [kind, setting, required] of wantsOf(step, declared, runbook)) {
          const key = `${kind} ${setting} ${name}`;
          const known = needs.get(key);
          needs.set(key, {
            kind,
            name: setting,
            environment: name,
            usedBy: [...new Set([...(known?.usedBy ?? []), file])],
            required: required || known?.required === true,
          });
        }
      }
    }
  }
  return { needs: [...needs.values()], environments: [...environments.values()], versions };
}

function workflowIn(text: string): { readonly on?: unknown; readonly jobs?: Readonly<Record<string, Job>> } {
  try {
    return (parse(text) ?? {}) as { on?: unknown; jobs?: Record<string, Job> };
  } catch {
    return {};
  }
}

/** Settings that a step reads, and whether the step is refused without them. */
function wantsOf(
  step: Step,
  declared: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>,
  { backup }: Pick<Runbook, 'backup'>,
): (readonly ['secret' | 'variable', string, boolean])[] {
  const inputs = Object.entries(step.with ?? {}).map(([input, value]) => {
    const { required = false, default: missing } = declared[input] ?? {};
    const encrypted = input === 'identity' && backup.recipients.length > 0;
    return [value, required || missing === NOT_GIVEN || encrypted] as const;
  });
  const variables = Object.entries(step.env ?? {}).map(
    ([name, value]) => [value, name.startsWith('AWS_') && backup.s3 !== null] as const,
  );
  return [...inputs, ...variables].flatMap(([value, required]) =>
    [...String(value).matchAll(/\b(secrets|vars)\.([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, context, name = '']) => {
      // A setting with a fallback is not required.
      const optional = String(value).includes('||');
      return [context === 'vars' ? 'variable' : 'secret', name, required && !optional] as const;
    }),
  );
}
