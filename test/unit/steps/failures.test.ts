/** Every kind with which a script on the host can fail has words of its own, and every word a script that says it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupWords } from '../../../actions/lib/backup/failures';
import { FAILURES, REFUSED } from '../../../actions/lib/certificates/failures';
import { COMMAND_WORDS } from '../../../actions/lib/commands/failures';
import { RESTORE_WORDS } from '../../../actions/lib/restore/failures';
import { explain, STACK_WORDS } from '../../../actions/lib/stack/apply/failures';
import { STEP_WORDS } from '../../../actions/lib/steps/failures';

const lib = resolve(__dirname, '../../../actions/lib');
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' });

/** Who explains what these scripts say. What is not in a list is not allowed to fail. */
const EXPLAINED: readonly { readonly scripts: RegExp; readonly words: Readonly<Record<string, unknown>> }[] = [
  {
    scripts: /^(stack|steps)\/|(backup|restore)\/(load|dump|swap-script)\.ts$/,
    words: { ...STACK_WORDS, ...STEP_WORDS },
  },
  {
    scripts: /^restore\/(load|swap|recover|archive)\.sh|^volumes\/volume-fill\.sh/,
    words: RESTORE_WORDS,
  },
  { scripts: /^postgres\/dump\.sh|^backup\/(part|host)\.sh|^volumes\/volume-read\.sh/, words: backupWords('') },
  { scripts: /^commands\//, words: COMMAND_WORDS },
  { scripts: /^certificates\//, words: { ...FAILURES, ...REFUSED } },
  // Their callers have one sentence each, whatever the kind.
  { scripts: /^postgres\/(throwaway|roles)\.sh/, words: { drill: 1, roles: 1, 'no-database': 1 } },
  { scripts: /^postgres\/role-step\.sh/, words: { 'no-server': 1, statement: 1 } },
];

/** Said by TypeScript itself. */
const BY_THE_RUNNER = ['not-started', 'lease-lost', 'silent', 'unreached', 'refuse', 'unserved'];

/** Kinds in a script: `fail KIND`, `fail_held KIND`, `event failed kind=KIND`. */
function kindsIn(text: string): string[] {
  const code = text.replaceAll(/^\s*(#|\/\/|\*).*$/gm, '');
  return [...code.matchAll(/\b(?:fail(?:_held)? |failed "?kind=)([a-z][a-z-]*)\b/g)].map(([, kind = '']) => kind);
}

const said = files
  .filter((file) => file.endsWith('.sh') || /^(backup|restore)\/(load|dump|swap-script)\.ts$/.test(file))
  .flatMap((file) => kindsIn(readFileSync(join(lib, file), 'utf8')).map((kind) => ({ file, kind })));

describe('kinds of failures', () => {
  it.each(EXPLAINED.map(({ scripts, words }) => [String(scripts), scripts, words] as const))(
    'each that %s says has words',
    (_, scripts, words) => {
      const own = said.filter(({ file }) => scripts.test(file));
      expect(own).not.toEqual([]);
      const more = /\(load/.test(String(scripts)) ? backupWords('') : {};
      expect(own.filter(({ kind }) => !Object.hasOwn({ ...words, ...more }, kind))).toEqual([]);
    },
  );

  it('no script fails that nobody explains', () => {
    const strangers = said.filter(({ file }) => !EXPLAINED.some(({ scripts }) => scripts.test(file)));
    expect(strangers).toEqual([]);
  });

  it('no words are left that no script says', () => {
    const known = new Set([...said.map(({ kind }) => kind), ...BY_THE_RUNNER]);
    const words = [STACK_WORDS, STEP_WORDS, RESTORE_WORDS, backupWords(''), FAILURES, REFUSED, COMMAND_WORDS].flatMap(
      (one) => Object.keys(one),
    );
    expect(words.filter((kind) => !known.has(kind))).toEqual([]);
  });

  it('the lock that another step holds is not said to be a crash', () => {
    expect(explain({ kind: 'lock', subject: '', log: [] }).code).toBe('RB-LEASE-HELD');
  });
});
