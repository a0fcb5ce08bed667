/** A repository in which `init` is run, new for each test. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { actionsIn } from '../../../actions/command';
import { parseRunbook } from '../../../actions/lib/config/load';
import { type Initialised, init } from '../../../actions/lib/init/init';

export const root = resolve(__dirname, '../../..');
const actions = actionsIn(root);

export let folder: string;

export function eachInItsRepository(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runbook-init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
}

export function put(path: string, text: string): void {
  mkdirSync(resolve(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** @param output of the look at the host; `null`: no host was named @param at the folder in which it is run */
export function run(output: string | null = null, at = folder): Promise<Initialised> {
  return init({
    folder: at,
    compose: null,
    uses: { repository: 'acme/runbook-actions', ref: 'v1', version: 'v1' },
    templates: join(root, '.github/workflows'),
    approval: 'reviewers',
    timezone: 'Europe/Berlin',
    actions,
    ask: output === null ? null : async () => output,
  });
}

/** The `runbook.yml` that was written. */
export const text = (): string => readFileSync(join(folder, 'runbook.yml'), 'utf8');
export const runbook = () => parseRunbook(text(), 'runbook.yml');
