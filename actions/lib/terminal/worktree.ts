/**
 * Compares a deploy's files with their commit: a runner has a fresh checkout, but a person's folder may have other
 * contents.
 */
import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import type { Runbook } from '../config/runbook';

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^!!/, 'ignored by Git'],
  [/^\?\?/, 'not committed'],
  [/^.?D/, 'removed'],
];

/**
 * @param config path of the runbook file; the other files lie beside it
 * @returns a sentence; `null`: all files are as committed
 */
export function strayFiles(
  config: string,
  { compose, files, envFile }: Pick<Runbook, 'compose' | 'files' | 'envFile'>,
): string | null {
  const folder = dirname(config);
  const paths = [basename(config), ...compose, ...files, ...(envFile === null ? [] : [envFile])];
  const git = (...args: string[]) => spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
  const { status, stdout } = git('status', '--porcelain', '-z', '--ignored', '--no-renames', '--', ...paths);
  if (status !== 0) return `${folder} is not a clone that Git can read: its files are used as they are.`;
  const found = stdout
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => `${line.slice(3)} (${WORDS.find(([sign]) => sign.test(line))?.[1] ?? 'changed'})`);
  if (found.length === 0) return null;
  const commit = git('rev-parse', '--short', 'HEAD').stdout.trim();
  return `Used although ${commit === '' ? 'not committed' : `different from commit ${commit}`}: ${found.join(', ')}.`;
}
