/** When each value of a file was last changed, by the Git history of its repository. */
import { dirname, join, relative } from 'node:path';
import { runProgram } from './program';

type Ages =
  /** Name → time of the commit that last changed its line, `2026-01-31T02:00:00Z`. */
  { readonly known: ReadonlyMap<string, string> } | { readonly unknown: string };

/** Milliseconds. */
const PATIENCE = 60_000;
const MARK = '#commit ';

/** @param file absolute path; in a working copy of Git */
export async function agesOf(file: string): Promise<Ages> {
  const git = (...args: string[]) =>
    runProgram('git', ['-c', 'safe.directory=*', '-C', dirname(file), ...args], {
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' },
      patience: PATIENCE,
    });
  const shallow = await git('rev-parse', '--is-shallow-repository');
  if (shallow.code !== 0) return { unknown: 'the file is in no Git repository here' };
  if (shallow.stdout.toString('utf8').trim() === 'true')
    return { unknown: 'the checkout has no history: set `fetch-depth: 0` of actions/checkout' };
  const log = await git(
    ...['log', '--first-parent', '-m', `--format=${MARK}%cI`, '--patch', '--unified=0', '--no-color', '--no-ext-diff'],
    ...['--no-textconv', '--', join('.', relative(dirname(file), file))],
  );
  if (log.code !== 0) return { unknown: 'Git cannot read the history of the file' };
  const known = parseHistory(log.stdout.toString('utf8'));
  return known.size === 0 ? { unknown: 'no commit has the file' } : { known };
}

/**
 * @param log commits with their patches, the newest first
 * @returns name → the newest commit that added or changed its line; SOPS leaves a line alone while its value stays
 */
function parseHistory(log: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let at = '';
  for (const line of log.split('\n')) {
    if (line.startsWith(MARK)) at = new Date(line.slice(MARK.length)).toISOString().replace('.000Z', 'Z');
    const name = /^\+\s*"?([A-Za-z_][\w.-]*)"?\s*[=:]/.exec(line)?.[1];
    if (name !== undefined && at !== '' && !found.has(name)) found.set(name, at);
  }
  return found;
}
