/** Which connections to containers that go are kept for requests to come: a double of `ss` says what is open. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const kept = readFileSync(`${import.meta.dirname}/../../../actions/lib/stack/apply/kept.sh`, 'utf8');
const NGINX = '10.0.0.9';

interface Look {
  /** Segments with data, so far. */
  readonly in: number;
  readonly out: number;
  /** Milliseconds since the last of them. */
  readonly sent: number;
  readonly got: number;
}

/** Its container listens on 8080. */
function connection(peer: string, { in: requests, out: answers, sent, got }: Look): string {
  return `0      0         10.0.0.2:8080   ${peer}:40000
\t cubic wscale:7,7 rto:204 rtt:0.1/0.05 mss:1448 bytes_sent:900 bytes_acked:900 bytes_received:900 segs_out:9 segs_in:9 data_segs_out:${answers} data_segs_in:${requests} send 1bps lastsnd:${sent} lastrcv:${got} lastack:1 minrtt:0.01
`;
}

/** What is said where one look finds these, and the next those. */
function said(addresses: string, first: string, second: string): { found: string; looks: number; killed: string } {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-kept-'));
  try {
    writeFileSync(join(folder, '1'), first);
    writeFileSync(join(folder, '2'), second);
    writeFileSync(
      join(folder, 'ss'),
      `#!/bin/sh
cd ${folder}
case "$*" in
  -tlnH) echo 'LISTEN 0 511 0.0.0.0:8080 0.0.0.0:*' ;;
  '-tinH state established') echo >>looks; cat "$(wc -l <looks)" ;;
  -tKH*) echo "$*" >>killed ;;
esac
`,
    );
    chmodSync(join(folder, 'ss'), 0o755);
    const found = execFileSync('sh', ['-c', `${kept}\nkept_script ${addresses} | sh`], {
      env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
      encoding: 'utf8',
    });
    const lines = (name: string): string =>
      execFileSync('sh', ['-c', `cat ${folder}/${name} 2>/dev/null || :`], { encoding: 'utf8' });
    return { found, looks: lines('looks').length, killed: lines('killed') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const idle: Look = { in: 9, out: 9, sent: 900, got: 901 };
const busy: Look = { in: 100, out: 100, sent: 3, got: 5 };

it.each<[string, Look, Look, boolean]>([
  ['rests', idle, idle, true],
  ['never rests, used again and again', busy, { ...busy, in: 130, out: 130 }, true],
  ['is used twice in that time', busy, { ...busy, in: 102, out: 102 }, true],
  ['brings one request', busy, { ...busy, in: 101, out: 101 }, false],
  ['has an answer of many parts under way', busy, { ...busy, out: 400, got: 300 }, false],
  ['has a request of many parts under way', busy, { ...busy, in: 400, sent: 300 }, false],
  ['is a stream on which the other end is silent', busy, { ...busy, out: 101, got: 60_000 }, false],
])('a connection of nginx that %s', (_name, first, second, isKept) => {
  const { found, killed } = said(NGINX, connection(NGINX, first), connection(NGINX, second));
  expect(found).toBe(isKept ? `nginx 10.0.0.2:8080 ${NGINX}:40000\n` : '');
  expect(killed).toBe('');
});

it('a connection of another program is ended where it is idle, and never where it is in use', () => {
  const other = (look: Look): string => connection('10.0.0.7', look);
  expect(said(NGINX, other(busy), other(idle)).killed).toContain('src 10.0.0.2:8080 dst 10.0.0.7:40000');
  // What counts is how it is now, not how it was when this looked first.
  expect(said(NGINX, other(idle), other(busy)).killed).toBe('');
  expect(said(NGINX, other(busy), other({ ...busy, in: 130, out: 130 })).killed).toBe('');
});

it('a namespace without nginx is looked at once', () => {
  expect(said('', connection('10.0.0.7', idle), '')).toMatchObject({ looks: 1 });
  expect(said(NGINX, '', '')).toMatchObject({ looks: 2 });
});

it.each([
  ['is missing', ''],
  ['lacks the option', "ss() { echo 'ss: invalid option -- H' >&2; return 255; }"],
])('a host whose ss %s is blind, and does not count as a host without such connections', (_, ss) => {
  const environment = { env: { PATH: '/nonexistent' }, encoding: 'utf8' } as const;
  const script = execFileSync('sh', ['-c', `${kept}\nkept_script`], { encoding: 'utf8' });
  const named = `sleep() { :; }; sed() { :; }; awk() { :; }; ${ss}\n${script}`;
  expect(execFileSync('/bin/sh', ['-c', named], environment)).toBe('blind\n');
});
