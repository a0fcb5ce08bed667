/** How long the rules of the redirect stay for callers that keep addresses, by the real sh; a list of counts stands in for iptables. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const script = readFileSync(`${import.meta.dirname}/../../../actions/lib/stack/apply/late-callers.sh`, 'utf8');

/**
 * @param counts what the callers have counted at each look, the first when the old containers were gone; the last for
 *   all looks that follow
 * @param told IDs of proxies that reloaded in between
 */
function waited(counts: readonly string[], told: readonly string[] = []): { said: string[]; seconds: number } {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-late-'));
  try {
    for (const [index, lines] of counts.entries()) writeFileSync(join(folder, `look-${index + 1}`), `${lines}\n`);
    const text = `RB_STEP=${folder}
${script}
mkdir ${folder}/redirect && : >${folder}/redirect/touched
looks=${folder}/looks; : >$looks
calls_by_rules() {
  local number
  echo >>$looks; number=$(wc -l <$looks)
  cat "${folder}/look-$number" 2>/dev/null || cat ${folder}/look-${counts.length}
}
clock=0
uptime_seconds() { echo "$clock"; }
sleep() { clock=$((clock + $1)); }
redirect_refresh() { :; }
name_of() { echo "name-$1"; }
say() { echo "said $1"; }
event() { echo "$*"; }
note_calls
for id in ${told.join(' ')}; do echo "$id" >>${folder}/redirect/told; done
callers_let_go 30
echo "$clock"`;
    const lines = execFileSync('sh', ['-uc', text], { encoding: 'utf8' }).trim().split('\n');
    return { said: lines.slice(0, -1), seconds: Number(lines.at(-1)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('nobody waits where no caller has used a rule since the old containers went', () => {
  expect(waited(['java 7\njava 0\nproxy 9', 'java 7\njava 0\nproxy 9'])).toEqual({ said: [], seconds: 0 });
  expect(waited(['java 7', 'java 7\nnew 0'])).toEqual({ said: [], seconds: 0 });
});

it('nobody waits for a proxy that was told in between', () => {
  expect(waited(['proxy 9', 'proxy 12', 'proxy 12'], ['proxy'])).toEqual({ said: [], seconds: 0 });
});

it('the rules stay until a caller that keeps addresses has not used them for some seconds', () => {
  const { said, seconds } = waited([
    'java 1\njava 0',
    'java 2\njava 0',
    'java 3\njava 0',
    'java 3\njava 1',
    'java 3\njava 1',
  ]);
  expect(said).toEqual([
    expect.stringMatching(/^said still calling former addresses: name-java - waiting .* at most 30 s$/),
  ]);
  expect(seconds).toBe(5);
});

it('rules that were replaced count from zero', () => {
  expect(waited(['java 9', 'java 2', 'java 2']).seconds).toBe(3);
});

it('a caller that never resolves again is named when the time is over', () => {
  const counts = Array.from({ length: 60 }, (_, index) => `java ${index}\nother 4`);
  const { said, seconds } = waited(counts);
  expect(said.slice(1)).toEqual(['untold service=name-java why=late']);
  expect(seconds).toBe(33);
});

it('a caller that resolves again just in time is not named', () => {
  const counts = Array.from({ length: 60 }, (_, index) => `java ${Math.min(index, 30)}`);
  expect(waited(counts).said).toHaveLength(1);
});
