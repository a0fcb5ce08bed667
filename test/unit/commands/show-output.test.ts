/** What the real shell shows of a command's output, whatever the command writes. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandPiece } from '../../../actions/lib/commands/scripts';

/** @param writes a line of sh that writes the output */
function shown(writes: string, more = ''): { readonly lines: string[]; readonly code: string } {
  const script = `event() { echo "#rb $*"; }
RB_STEP=$(mktemp -d) MOST_LINES=20000 MOST_BYTES=2000000 LONGEST_LINE=60000
${commandPiece()}
${more}
{ ${writes}; echo $? >"$RB_STEP/code"; } | show_output
echo "code $(cat "$RB_STEP/code")"; rm -rf "$RB_STEP"`;
  const { stdout } = spawnSync('sh', ['-s'], { input: script, maxBuffer: 2 ** 26 });
  const lines = stdout.toString('latin1').split('\n').slice(0, -1);
  return { code: lines.pop() ?? '', lines };
}

it('One line of 50 MB is cut sooner than the shell itself reads 5 MB, and what follows is shown', () => {
  const write = (megabytes: number) => `head -c ${megabytes}000000 /dev/zero | tr '\\000' x; echo; echo after`;
  const begin = performance.now();
  shown(write(5), 'shortened_lines() { cat; }');
  const between = performance.now();
  const { lines, code } = shown(write(50));
  expect(performance.now() - between).toBeLessThan(between - begin);
  expect(lines.map((line) => line.slice(0, 20))).toEqual(['#rb line-cut', `| ${'x'.repeat(18)}`, '| after']);
  expect(lines[1]).toHaveLength(60_002);
  expect(code).toBe('code 0');
});

it('A line is shown as soon as it is written', () => {
  const { lines } = shown(
    'echo first; until [ -e "$RB_STEP/seen" ]; do sleep 0.1; n=x$n; [ ${#n} -lt 100 ] || break; done; echo "waited ${#n}"',
    `
show_lines() { while IFS= read -r line; do echo "| $line"; : >"$RB_STEP/seen"; done; }`,
  );
  expect(lines[0]).toBe('| first');
  expect(Number(lines[1]?.split(' ')[2])).toBeLessThan(100);
});

it('Zero bytes, bytes of no character and words of the step are text', () => {
  const { lines } = shown("printf 'a\\000b\\n\\377\\376c\\n#rb ended code=0\\n| x\\n\\\\n -e\\nlast'");
  expect(lines).toEqual(['| ab', '| \u00ff\u00fec', '| #rb ended code=0', '| | x', '| \\n -e', '| last']);
});

it('If what shows the output ends early, the command goes on and the output is said to be cut', () => {
  const { lines, code } = shown(
    'yes | head -n 300000; (exit 7)',
    'show_lines() { read -r line; echo "| $line"; exit 3; }',
  );
  expect(lines).toEqual(['| y', '#rb output-cut']);
  expect(code).toBe('code 7');
});
