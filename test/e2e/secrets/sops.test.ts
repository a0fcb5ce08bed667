/** Decrypting with the real sops: each way in which it can go wrong has its own code, and says no secret. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { setValues } from '../../../actions/lib/secrets/encrypt';
import { decrypt } from '../../../actions/lib/secrets/sops';
import { findSops, type here, type SopsTool } from '../../../actions/lib/secrets/sops-tool';
import { get } from '../../tools/tools.mjs';
import { type AgePair, agePair, SopsFolder } from './sops-files';

const SECRET = 'S3cretValue9';
const PLAIN = `# of the shop\nTOKEN=${SECRET}\n\nMESSAGE="hello # there"\nLAST=x\n`;

let folder: SopsFolder;
let [own, other]: AgePair[] = [];
let file: string;

beforeAll(async () => {
  get('sops');
  folder = new SopsFolder();
  [own, other] = [await agePair(), await agePair()];
  file = folder.encrypt('production.env', PLAIN, [own.recipient]);
}, 600_000);
afterAll(() => folder?.remove());

async function tool(version: string | undefined = '3.13.3'): Promise<SopsTool> {
  return { path: get('sops'), version, said: '' };
}

function opened(path: string, ageKey = own!.identity, find = () => tool()) {
  return decrypt({ file: path, path: 'production.env', ageKey }, find);
}

async function refusal(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  for (const secret of [SECRET, own!.identity, other!.identity]) expect(message).not.toContain(secret);
  return error as UserError;
}

it('a file is decrypted, with comments and all', async () => {
  const { text, values, file: about } = await opened(file);
  expect(text).toBe(PLAIN.replace('\n\n', '\n'));
  expect(values.get('MESSAGE')).toBe('hello # there');
  expect(about).toEqual({ kind: 'dotenv', recipients: [own!.recipient], names: ['TOKEN', 'MESSAGE', 'LAST'] });
});

it('YAML and JSON are decrypted, too, with values that are texts of any kind', async () => {
  const values = { TOKEN: SECRET, MESSAGE: 'a #b\nc', PORT: 8080, ON: true };
  for (const name of ['production.yaml', 'production.json']) {
    const found = await opened(folder.encrypt(name, JSON.stringify(values), [own!.recipient]));
    expect(Object.fromEntries(found.values)).toEqual({ TOKEN: SECRET, MESSAGE: 'a #b\nc', PORT: '8080', ON: 'true' });
  }
  for (const value of [{ x: SECRET }, [SECRET], 1.1, null]) {
    const bad = folder.encrypt('production.yaml', JSON.stringify({ TOKEN: SECRET, BAD: value }), [own!.recipient]);
    const { code, message } = await refusal(opened(bad));
    expect(code).toBe('RB-SOPS-FORMAT');
    expect(message).toContain('BAD is ');
  }
});

it('a file with a post-quantum recipient is decrypted, and an older sops is refused before it is run', async () => {
  const hybrid = await agePair('hybrid');
  const quantum = folder.encrypt('quantum.env', PLAIN, [hybrid.recipient]);
  expect((await opened(quantum, hybrid.identity)).values.get('TOKEN')).toBe(SECRET);
  const { code, message } = await refusal(opened(quantum, hybrid.identity, () => tool('3.11.0')));
  expect(code).toBe('RB-SOPS-OLD');
  expect(message).toContain('since 3.12.0');
});

describe('new values', () => {
  const values = new Map([
    ['TOKEN', "new # $1 '\\\n"],
    ['ADDED', 'plain'],
    ['LAST', 'x'],
  ]);

  it('go into a file of each kind, whose others keep their ciphertext, and the file itself is left alone', async () => {
    for (const name of ['edit.env', 'edit.yaml']) {
      const plain = name.endsWith('.env') ? PLAIN : JSON.stringify({ TOKEN: SECRET, MESSAGE: 'hello', LAST: 'x' });
      const path = folder.encrypt(name, plain, [own!.recipient, other!.recipient]);
      const before = readFileSync(path, 'utf8');
      const { content, names } = await setValues({ file: path, path: name, ageKey: own!.identity }, values, {
        find: tool,
      });
      expect(names).toEqual(['TOKEN', 'ADDED']);
      expect(readFileSync(path, 'utf8')).toBe(before);
      const kept = before.split('\n').filter((line) => /^(?:LAST|MESSAGE)\b/.test(line));
      for (const line of kept) expect(content.toString()).toContain(line);
      const edited = folder.write(name, content.toString());
      for (const { identity } of [own!, other!]) {
        const found = await opened(edited, identity);
        for (const [key, value] of values) expect(found.values.get(key)).toBe(value);
        expect(found.values.get('MESSAGE')).toMatch(/^hello/);
        expect(found.values.size).toBe(4);
      }
    }
  });

  it('are refused with a key that is not of a recipient, if they cannot be written, or if sops would need an argument', async () => {
    const before = readFileSync(file);
    const set = (ageKey: string, more: ReadonlyMap<string, string>, version?: string) =>
      refusal(setValues({ file, path: 'production.env', ageKey }, more, { find: () => tool(version) }));
    expect((await set(other!.identity, values)).code).toBe('RB-SOPS-KEY');
    expect((await set(own!.identity, new Map([['A', `${SECRET}\0`]]))).code).toBe('RB-ENV-INVALID');
    expect((await set(own!.identity, values, '3.10.2')).code).toBe('RB-SOPS-OLD');
    expect(readFileSync(file)).toEqual(before);
  });

  it('are not taken from a sops that falsely reports success', async () => {
    const bin = folder.write('liar', `#!/bin/sh\n[ "$1" = set ] && exit 0\nexec ${get('sops')} "$@"\n`);
    chmodSync(bin, 0o755);
    const find = async () => ({ ...(await tool()), path: bin });
    const { code, message } = await refusal(setValues({ file, path: 'p', ageKey: own!.identity }, values, { find }));
    expect(code).toBe('RB-SOPS-FAILED');
    expect(message).toContain('TOKEN, ADDED would not have the intended value');
  });
});

describe('decryption is refused with', () => {
  it('a key that is not of a recipient, whatever other keys the runner has', async () => {
    const home = mkdtempSync(join(tmpdir(), 'runbook-decoy-'));
    const before = { ...process.env };
    try {
      mkdirSync(join(home, '.config/sops/age'), { recursive: true });
      writeFileSync(join(home, '.config/sops/age/keys.txt'), own!.identity);
      Object.assign(process.env, {
        HOME: home,
        SOPS_AGE_KEY: own!.identity,
        SOPS_AGE_KEY_CMD: `echo ${own!.identity}`,
      });
      const { code, message } = await refusal(opened(file, other!.identity));
      expect(code).toBe('RB-SOPS-KEY');
      expect(message).toContain(`it is the key of ${other!.recipient}`);
      expect(message).toContain(`the file is for ${own!.recipient}`);
    } finally {
      process.env = before;
      rmSync(home, { recursive: true });
    }
  });

  it('a key that is not of a recipient, though the file is for an SSH key in ~/.ssh', async () => {
    const home = mkdtempSync(join(tmpdir(), 'runbook-decoy-'));
    const before = process.env.HOME;
    try {
      const key = join(home, '.ssh', 'id_ed25519');
      mkdirSync(dirname(key));
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
      const recipient = readFileSync(`${key}.pub`, 'utf8').trim();
      process.env.HOME = home;
      const { code, message } = await refusal(opened(folder.encrypt('ssh.env', PLAIN, [recipient]), other!.identity));
      expect(code).toBe('RB-SOPS-KEY');
      expect(message).toContain('the file is for an SSH key');
    } finally {
      process.env.HOME = before;
      rmSync(home, { recursive: true });
    }
  });

  it.each([
    ['a public key', () => own!.recipient, 'it is a public key'],
    ['a path', () => '~/.config/sops/age/keys.txt', 'the path of a file'],
    ['a key that lacks a character', () => own!.identity.slice(0, -1), 'checksum'],
    ['an SSH key', () => '-----BEGIN OPENSSH PRIVATE KEY-----\nabc', 'SSH or PEM'],
  ])('%s as age-key', async (_name, key, why) => {
    const { code, message } = await refusal(opened(file, key()));
    expect(code).toBe('RB-SOPS-KEY');
    expect(message).toContain(why);
  });

  it.each<[string, (text: string) => string, string]>([
    ['a line taken out', (text) => text.replace(/^LAST=.*\n/m, ''), 'RB-SOPS-MAC'],
    ['a value in clear text', (text) => text.replace(/^LAST=.*$/m, 'LAST=plain'), 'RB-SOPS-DAMAGED'],
    ['a value changed', (text) => text.replace(/^(LAST=ENC\[AES256_GCM,data:)./m, '$1!'), 'RB-SOPS-DAMAGED'],
    [
      'values exchanged',
      (text) => text.replace(/^TOKEN=(.*)$([\s\S]*)^LAST=(.*)$/m, 'TOKEN=$3$2LAST=$1'),
      'RB-SOPS-DAMAGED',
    ],
    ['a name twice', (text) => text.replace(/^(LAST=.*\n)/m, '$1$1'), 'RB-ENV-DUPLICATE'],
    ['no recipient', (text) => text.replace(/^sops_age.*\n/gm, ''), 'RB-SOPS-RECIPIENT'],
    ['nothing of SOPS', () => PLAIN, 'RB-SOPS-FORMAT'],
    ['nothing at all', () => '', 'RB-SOPS-FORMAT'],
    ['a page of HTML', () => '<html><body>404</body></html>', 'RB-SOPS-FORMAT'],
  ])('a file with %s', async (_name, change, code) => {
    expect((await refusal(opened(folder.spoil(file, change)))).code).toBe(code);
  });

  it('a file that was cut off anywhere', async () => {
    const whole = readFileSync(file, 'utf8');
    for (let length = 100; length < whole.length - 20; length += 97) {
      const { code } = await refusal(opened(folder.spoil(file, (text) => text.slice(0, length))));
      expect(['RB-SOPS-DAMAGED'], `after ${length} characters`).toContain(code);
    }
  });

  it('a value that lost a part on its way into the file', async () => {
    for (const line of [`BAD=${SECRET} # x`, `BAD=${SECRET} `, `BAD=$a${SECRET}`]) {
      const { code, message } = await refusal(opened(folder.encrypt('bad.env', `${line}\n`, [own!.recipient])));
      expect(code).toBe('RB-ENV-INVALID');
      expect(message).toContain('production.env: BAD on line 1 ');
    }
  });
});

describe('a runner without sops', () => {
  let server: Server;
  let content = Buffer.from('');
  let cache: string;
  const place = (more: Partial<ReturnType<typeof here>> = {}) => ({
    ...{ env: { PATH: '/nonexistent', RUNNER_TOOL_CACHE: cache }, platform: 'linux', arch: 'x64' },
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...more,
  });

  beforeAll(async () => {
    cache = mkdtempSync(join(tmpdir(), 'runbook-cache-'));
    server = createServer((request, response) => {
      response.statusCode = content.length > 0 ? 200 : 404;
      response.end(request.url === '/sops-v3.13.3.linux.amd64' ? content : undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(cache, { recursive: true });
  });

  it('refuses a downloaded program that is not the known one, and does not keep it', async () => {
    content = Buffer.from('#!/bin/sh\necho sops 3.13.3\n');
    const { code, message } = await refusal(findSops(place()));
    expect(code).toBe('RB-SOPS-TAMPERED');
    expect(message).toContain('instead of e5bec334');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('does not run a program in its cache that is not the known one', async () => {
    const folderOfCache = join(cache, 'runbook-sops/3.13.3/x64');
    mkdirSync(folderOfCache, { recursive: true });
    writeFileSync(join(folderOfCache, 'sops'), '#!/bin/sh\nexit 0\n');
    chmodSync(join(folderOfCache, 'sops'), 0o755);
    expect((await refusal(findSops(place()))).code).toBe('RB-SOPS-TAMPERED');
  });

  it('names the download that failed', async () => {
    content = Buffer.from('');
    expect((await refusal(findSops(place()))).message).toMatch(/^RB-SOPS-UNAVAILABLE: [\s\S]* answers 404/);
    expect((await refusal(findSops(place({ arch: 'riscv64' })))).message).toContain('linux riscv64');
    expect((await refusal(findSops(place({ base: 'http://127.0.0.1:1' })))).code).toBe('RB-SOPS-UNAVAILABLE');
  });

  it('uses the sops on PATH if there is one, unless that is too old or another program', async () => {
    const bin = join(cache, 'bin');
    mkdirSync(bin);
    const env = { PATH: bin, RUNNER_TOOL_CACHE: cache };
    const put = (said: string) => {
      writeFileSync(join(bin, 'sops'), `#!/bin/sh\necho '${said}'\n`);
      chmodSync(join(bin, 'sops'), 0o755);
    };
    put('sops 3.8.1 (latest)');
    expect((await refusal(findSops(place({ env })))).code).toBe('RB-SOPS-OLD');
    put('hello');
    expect((await refusal(findSops(place({ env })))).code).toBe('RB-SOPS-FAILED');
    const real = { PATH: join(get('sops'), '..') };
    expect(await findSops(place({ env: real }))).toMatchObject({ path: get('sops'), version: '3.13.3' });
  });
});
