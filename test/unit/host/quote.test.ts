import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote } from '../../../actions/lib/host/quote';

/** What a real shell makes of quoted words: each followed by NUL, which no word can hold. */
function throughShell(shell: string, words: readonly string[]): string[] {
  const script = `printf '%s\\0' ${words.map(quote).join(' ')}`;
  // By standard input, as scripts reach a host. Without PATH, nothing could be run by mistake.
  const output = execFileSync(shell, ['-s'], { input: script, env: {} });
  return output.toString('utf8').split('\0').slice(0, -1);
}

const METACHARACTERS = [
  '$(id)',
  '`id`',
  '${x}',
  '$x',
  ';',
  '&',
  '|',
  '>',
  '<',
  '\n',
  '\r',
  '\t',
  ' ',
  '\\',
  '"',
  "'",
  '!',
  '*',
  '?',
  '[a]',
  '~',
  '#',
  '-',
  '--',
  '=',
  '{a,b}',
  'é',
  '€',
  '𝄞',
  '\u202e',
  '\ufeff',
  '\u2028',
];
const word = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
  fc.array(fc.constantFrom(...METACHARACTERS)).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }).map((text) => `-${text.replaceAll('\0', '')}`),
);

describe('quote', () => {
  it.each(['sh', 'bash'])('carries any words through %s unchanged', (shell) => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
        expect(throughShell(shell, words)).toEqual(words);
      }),
      { numRuns: 100 },
    );
  });

  it('never lets a version, service or path be executed', () => {
    const hostile = [
      'v1; touch /tmp/owned',
      '$(touch /tmp/owned)',
      'a\ntouch /tmp/owned\n',
      "'; touch /tmp/owned; '",
      '-rf',
      '../../etc',
      'ü`reboot`',
    ];
    const marker = 'executed';
    const words = hostile.map((value) => value.replaceAll('touch /tmp/owned', `echo ${marker} >&2`));
    const output = execFileSync('sh', ['-s'], {
      input: `set -- ${words.map(quote).join(' ')}; printf '%s\\0' "$@"`,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    expect(output.toString().split('\0').slice(0, -1)).toEqual(words);
  });

  it('keeps an empty word a word', () => {
    expect(throughShell('sh', ['', 'a', ''])).toEqual(['', 'a', '']);
  });

  it('refuses NUL, which a shell would cut off or drop', () => {
    expect(() => quote('a\0b')).toThrow(/NUL/);
  });
});
