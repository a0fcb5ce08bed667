import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CertbotWay } from '../../../actions/lib/certificates/certbot';
import { type RenewRequest, renewScript } from '../../../actions/lib/certificates/renew-script';
import { renewPiece } from '../../../actions/lib/certificates/scripts';
import { parseRunbook } from '../../../actions/lib/config/load';
import { quote } from '../../../actions/lib/host/quote';

const runbook = parseRunbook(
  'certificates: { consumers: [{ service: mail, port: 993, lineage: shop.example, reread: restart }] }',
  'runbook.yml',
);
const WEBROOT = { path: '/var/www/certbot', place: { source: 'challenges', inner: '/sub' } };
const WAYS: readonly CertbotWay[] = [
  { kind: 'service', service: 'certbot' },
  { kind: 'image', image: 'certbot/certbot:v5.8.0' },
  { kind: 'host', program: '/usr/bin/certbot', asRoot: true },
  { kind: 'host', program: '/opt/cert bot/certbot', asRoot: false },
];
const orderOf = (way: CertbotWay): NonNullable<RenewRequest['order']> => ({
  ...{ way, envFile: null, names: ['shop.example'], webroots: new Map([['shop.example', WEBROOT]]) },
  ...{
    server: 'https://ca.example/dir',
    profile: false,
    plugin: null,
    credentials: null,
    args: ['renew', '--cert-name', "o'neil"],
    rehearsal: [],
  },
});
const script = (way: CertbotWay, more: Partial<RenewRequest> = {}): string =>
  renewScript(
    {
      ...{ runbook, root: '/srv/.runbook', lineage: 'shop.example', fresh: false, relink: null },
      reread: { proxy: true, consumers: runbook.certificates.consumers },
      state: { source: '/etc/letsencrypt', inner: '' },
      order: orderOf(way),
      ...more,
    },
    { file: 'runbook-1', content: 'abc' },
  );
const FRESH = { fresh: true, first: { door: 'abc', dummy: true, named: true } };

describe('the script of a renewal', () => {
  it.each(WAYS)('can be read by a shell, whoever runs certbot: $kind', (way) => {
    for (const text of [script(way), script(way, FRESH), script(way, { relink: 2, order: null })]) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
      expect(`${status} ${stderr}`).toBe('0 ');
    }
  });

  it('for a first certificate opens the door before it looks, sets a dummy aside before it orders, and serves it', () => {
    const text = script(WAYS[1]!, FRESH);
    const lines = text
      .split('\n')
      .filter((line) =>
        /^(op_\w+.* \|\| exit 1|op_serve \|\| exit 1|aside_back|tell_chain|operation preflight)$/.test(line),
      );
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'op_door',
      'operation',
      'op_room',
      'op_ask_for',
      'op_aside',
      'op_order',
      'op_serve',
      'aside_back',
    ]);
    expect(text).toMatch(/^op_door '?challenges'? '?\/sub'? \|\| exit 1$/m);
  });

  it('asks whether certbot knows addresses only where one is ordered', () => {
    expect(script(WAYS[1]!, FRESH)).not.toMatch(/^op_knows_addresses \|\| exit 1$/m);
    const order = { ...orderOf(WAYS[1]!), names: ['shop.example', '192.0.2.7'] };
    expect(script(WAYS[1]!, { ...FRESH, order })).toMatch(/^op_knows_addresses \|\| exit 1$/m);
  });

  it('asks whether certbot knows profiles only where one is wanted', () => {
    expect(script(WAYS[1]!, FRESH)).not.toMatch(/^op_knows_profiles \|\| exit 1$/m);
    const order = { ...orderOf(WAYS[1]!), profile: true };
    expect(script(WAYS[1]!, { ...FRESH, order })).toMatch(/^op_knows_profiles \|\| exit 1$/m);
  });

  it('asks for the plugin and its file where challenges are answered through the DNS', () => {
    expect(script(WAYS[1]!)).not.toMatch(/^op_(knows_plugin|has_credentials) .*\|\| exit 1$/m);
    const order = { ...orderOf(WAYS[1]!), webroots: new Map(), plugin: 'dns-x', credentials: 'x.ini' };
    const text = script(WAYS[1]!, { order });
    expect(text).toMatch(/^op_knows_plugin '?dns-x'? \|\| exit 1\nop_has_credentials '?x\.ini'? \|\| exit 1\nop_room/m);
  });

  it.each([
    ['* webroot\nDescription: x\n\n* dns-x\nEntry point: y', 0, ''],
    ['* webroot\nDescription: dns-x\n\n* dns-xy', 0, 'no-plugin dns-x'],
    // It cannot list them, so nothing is known.
    ['unrecognized arguments', 2, ''],
  ])('a certbot without the plugin is refused: %#', (said, code, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-plugin-'));
    const text = [
      renewPiece(),
      `run_certbot() { printf '${said}\\n'; return ${code}; }`,
      'fail() { printf "%s %s" "$1" "$2"; }',
      'op_knows_plugin dns-x',
    ].join('\n');
    const { stdout } = spawnSync('sh', [], { input: text, encoding: 'utf8', env: { ...process.env, RB_STEP: folder } });
    rmSync(folder, { recursive: true });
    expect(stdout).toBe(expected);
  });

  it.each([
    ['limited 123', '"until":123'],
    ['limited 123 too many (5), retry after 08:18', '"until":123,"said":"too many (5), retry after 08:18"'],
    ['failed', ''],
    // Not of the runner: the record stays one of lines of JSON.
    ['limited 12x words', ''],
    ['limited 123 a"b', ''],
  ])('the words of the CA are recorded with its time: %s', (word, expected) => {
    const text = [
      renewPiece(),
      'event() { :; }',
      'attempt() { printf "%s" "$2"; }',
      'given=1',
      `next_word() { [ -n "$given" ] && given= RB_WORD=${quote(word)}; }`,
      'sleep() { left=0; }',
      'note_refusal',
    ].join('\n');
    expect(spawnSync('sh', [], { input: text, encoding: 'utf8' }).stdout).toBe(expected);
  });

  it('for one that no proxy reads yet ends with the order, and has no way back to links', () => {
    const text = script(WAYS[1]!, { fresh: true, first: { door: '', dummy: false, named: false } });
    expect(text).toMatch(/\ntell_chain\ncommitted$/);
    expect(text).not.toMatch(
      /^(op_door .*|op_aside|op_serve) \|\| exit 1$|^operation note$|^undo_push 'lineage_back'$/m,
    );
  });
});
