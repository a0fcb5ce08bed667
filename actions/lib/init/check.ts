/** `check`: what is missing on GitHub and on the host before the workflows can run. Changes nothing. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunbook } from '../config/inputs';
import { UserError } from '../errors';
import { byHand, type Finding, sayFindings, settingsFindings } from './checklist';
import { hostRightsScript, rightsFindings } from './host-rights';
import { type Actions, needsOf } from './needs';
import { workflowFolder } from './repository';
import { type AskGitHub, readSettings, type Settings } from './settings';

interface CheckRequest {
  /** Folder of `runbook.yml`. */
  readonly folder: string;
  readonly actions: Actions;
  readonly askGitHub: AskGitHub;
  /** Runs a script on the host and returns its output; `null`: no host was named. */
  readonly ask: ((script: string) => Promise<string>) | null;
}

export interface Checked {
  readonly lines: readonly string[];
  /** Everything was looked at, and nothing is missing. */
  readonly good: boolean;
}

/** The environment whose settings tell where the host is: all jobs have the same. */
const ONE = 'production';

/** @throws {UserError} RB-CONFIG-INVALID, and the errors of `ask` */
export async function check({ folder, actions, askGitHub, ask }: CheckRequest): Promise<Checked> {
  const runbook = readRunbook(folder, 'runbook.yml');
  const facts = needsOf(workflowsIn(folder), actions, runbook);
  if (facts.needs.length === 0)
    throw new UserError('RB-CONFIG-MISSING', {
      what: `no workflow in ${workflowFolder(folder)} runs an action of this project`,
      remedy: 'run init first, or give --folder the folder of runbook.yml',
    });
  let settings: Settings | null = null;
  let why = '';
  try {
    settings = await readSettings(askGitHub);
  } catch (error) {
    why = (error as Error).message;
  }
  const findings: Finding[] = settings === null ? [] : settingsFindings(facts, settings);
  const login = settings === null ? UNKNOWN : loginOf(settings);
  if (ask !== null) {
    const output = await ask(hostRightsScript(runbook.directory, login.user));
    findings.push(...rightsFindings(output, runbook.directory, login));
  }
  const bad = findings.filter(({ kind }) => kind === 'bad').length;
  const good = bad === 0 && settings !== null;
  return {
    good,
    lines: [
      ...(settings === null
        ? [
            `GitHub was not asked: ${why}. To be set there (Settings → Environments, or gh variable set, gh secret set):`,
            ...byHand(facts).map((line) => `  ${line}`),
          ]
        : []),
      ...sayFindings(findings),
      ...(ask === null ? ['The host was not checked: give --host user@host.'] : []),
      bad > 0
        ? `${bad} to be put right.`
        : settings === null
          ? 'Not everything was looked at.'
          : 'Nothing is missing of what can be seen from here. Whether key and values are right, a workflow with dry-run shows.',
    ],
  };
}

const UNKNOWN = { host: '', port: '22', user: '', knownHosts: '' };

function loginOf({ environments, variables }: Settings): typeof UNKNOWN {
  const read = (name: string): string =>
    (environments.get(ONE)?.variables.get(name) ?? variables.get(name) ?? '').trim();
  return {
    host: read('SSH_HOST'),
    port: read('SSH_PORT') || '22',
    user: read('SSH_USER'),
    knownHosts: read('SSH_KNOWN_HOSTS'),
  };
}

export function workflowsIn(folder: string): Map<string, string> {
  const place = workflowFolder(folder);
  const names = existsSync(place) ? readdirSync(place).filter((name) => /\.ya?ml$/.test(name)) : [];
  return new Map(names.sort().map((name) => [name, readFileSync(join(place, name), 'utf8')]));
}
