/** What a person types for a procedure, and where the rest comes from. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { destinationOf } from '../../../actions/lib/terminal/destination';
import { declaredIn, flagsOf, helpOf, SECRET } from '../../../actions/lib/terminal/flags';

const actions = join(__dirname, '../../../actions');
const declared = (name: string) => declaredIn(readFileSync(join(actions, name, 'action.yml'), 'utf8'));

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'runbook-home-'));
  mkdirSync(join(home, '.ssh'));
  writeFileSync(join(home, 'key'), 'THE KEY');
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  flagsOf('deploy', declared('deploy'), args, { HOME: home, USER: 'me', ...env });

describe('flags', () => {
  it('are the inputs of the action, with its defaults, and the environment before these', () => {
    const { get, yes } = read(['--version', 'v2', '--allow-downtime', '--yes', '-i', join(home, 'key')], {
      RUNBOOK_REGISTRY_PASSWORD: 'secret',
      RUNBOOK_VERSION: 'v1',
    });
    expect([get('version'), get('allow-downtime'), get('dry-run')]).toEqual(['v2', 'true', 'false']);
    expect([get('registry-password'), get('ssh-key')]).toEqual(['secret', 'THE KEY']);
    // What an action tells from an empty text.
    expect(get('expected-plan')).toBe('(not given)');
    expect(get('github-token')).toBeUndefined();
    expect(yes).toBe(true);
  });

  it.each([
    [['--ssh-key', 'KEY'], '--ssh-key is not a flag'],
    [['--registry-password=hunter2'], '--registry-password is not a flag'],
    [['--ssh-key-file', '/nowhere/key'], 'the file of --ssh-key-file cannot be read'],
    [['--verison', 'v2'], "Unknown option '--verison'"],
    [['v2'], "Unexpected argument 'v2'"],
    [['--host', '-oProxyCommand=x'], "Option '--host' argument is ambiguous"],
    [['--host=-oProxyCommand=x'], '--host "-oProxyCommand=x" cannot be used'],
  ])('%s is refused', (args, what) => {
    expect(() => read(args)).toThrow(what);
    expect(() => read(args)).not.toThrow(/hunter2/);
  });

  it('keep every input that holds a secret out of the list of processes', () => {
    for (const name of readdirSync(actions).filter((one) => !one.includes('.') && !['lib'].includes(one))) {
      for (const [input, { description }] of Object.entries(declared(name))) {
        if (!/^(private key|passphrase|password|identity|token|content of the env file)|: password/i.test(description))
          continue;
        expect(SECRET.has(input), `${name}: ${input}`).toBe(true);
      }
      expect(helpOf(name, declared(name))).toContain('--ssh-key-file FILE');
    }
  });

  it('use the ssh-agent where no key is named, and the first key of ~/.ssh where there is none', () => {
    expect(read([], { SSH_AUTH_SOCK: '/run/agent' }).agent).toBe('/run/agent');
    expect(read(['-i', join(home, 'key')], { SSH_AUTH_SOCK: '/run/agent' }).agent).toBeNull();
    writeFileSync(join(home, '.ssh', 'id_ed25519'), 'HOME KEY');
    const { get, agent } = read(['--ssh-host', 'a.example', '--host', 'b.example', '--ssh-user', 'u']);
    expect([agent, get('ssh-key'), get('ssh-host'), get('ssh-user')]).toEqual([null, 'HOME KEY', 'a.example', 'u']);
  });
});

describe('a host', () => {
  const answers: Record<string, string> = {
    production: `hostname 10.0.0.5\nport 2222\nuser deploy\nidentityfile ~/key\nuserknownhostsfile /nowhere HOME/known\nproxyjump edge\n`,
    edge: 'hostname edge.example\nport 22\nuser hop\n',
    tunnel: 'hostname tunnel\nport 22\nuser me\nproxycommand cloudflared access ssh\n',
    chain: 'hostname chain\nport 22\nuser me\nproxyjump a,b\n',
  };
  const ask = (args: readonly string[]): string | null => answers[args.at(-1) ?? '']?.replaceAll('HOME', home) ?? null;
  const find = (given: string) => destinationOf(given, { HOME: home, USER: 'me' }, ask);

  it('is where the configuration of ssh says, through the host that it says', () => {
    writeFileSync(join(home, 'known'), 'LINES');
    expect(find('production')).toMatchObject({
      ...{ host: '10.0.0.5', port: '2222', user: 'deploy', jump: 'hop@edge.example:22', agent: null },
      keys: [join(home, 'key')],
    });
    expect(find('production').knownHosts).toContain('LINES');
  });

  it.each([
    ['u@h.example:2200', { user: 'u', host: 'h.example', port: '2200' }],
    ['h.example', { user: 'me', host: 'h.example', port: '22' }],
    ['u@[fd00::5]:2200', { user: 'u', host: 'fd00::5', port: '2200' }],
    ['u@fd00::5', { user: 'u', host: 'fd00::5', port: '22' }],
  ])('%s is read without ssh, too', (given, expected) => expect(find(given)).toMatchObject({ ...expected, jump: '' }));

  it.each([
    ['tunnel', 'ProxyCommand'],
    ['chain', 'several hosts'],
    ['', 'it is not user@host'],
  ])('%j that only ssh itself can reach is refused', (given, why) => {
    expect(() => find(given)).toThrow(why);
  });
});
