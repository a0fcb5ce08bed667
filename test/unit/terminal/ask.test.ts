/** A question on a real terminal, which `script` makes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = resolve(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'runbook-ask-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param typed once the question stands there; `null`: there is no terminal */
async function answer(typed: string | null): Promise<{ code: number; shown: string }> {
  const program = join(folder, 'ask.ts');
  writeFileSync(
    program,
    `import { asking } from ${JSON.stringify(join(root, 'actions/terminal'))};
const ask = asking();
if (ask === null) console.log('no terminal');
else ask('name? ').then((text) => console.log('got ' + text), ({ message }) => { console.log(message); process.exitCode = 1; });\n`,
  );
  const words = [join(root, 'node_modules/.bin/tsx'), program];
  const [command = '', ...args] = typed === null ? words : ['script', '-qec', words.join(' '), '/dev/null'];
  const child = spawn(command, args, { stdio: 'pipe' });
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const before = shown;
    shown += chunk.toString();
    if (typed !== null && shown.includes('name? ') && !before.includes('name? ')) child.stdin.write(typed);
  });
  if (typed === null) child.stdin.end();
  const code = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('close', (status) => done(status ?? 1));
  });
  return { code, shown };
}

it('a question returns the typed answer', async () => {
  const { code, shown } = await answer('acme\n');
  expect(shown).toContain('got acme');
  expect(code).toBe(0);
}, 60_000);

it.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])(
  'a question that is left by %s has no answer, and is red',
  async (_key, typed) => {
    const { code, shown } = await answer(typed);
    expect(shown).toContain('RB-CANCELLED: nothing was typed');
    expect(code).toBe(1);
  },
  60_000,
);

it('a question is not asked where there is no terminal', async () => {
  expect((await answer(null)).shown).toContain('no terminal');
}, 60_000);
