/** However sops ends, nothing of what it printed gets into an error: it prints values where it cannot read a line. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../actions/lib/errors';
import { setValues } from '../../../actions/lib/secrets/encrypt';
import { rekey } from '../../../actions/lib/secrets/rekey';
import { decrypt } from '../../../actions/lib/secrets/sops';

const OLD = 'canaryOld-1f7c';
const NEW = 'canaryNew-93ab';

const folder = mkdtempSync(join(tmpdir(), 'runbook-silent-test-'));
const file = join(folder, 'secrets.env');
/** For temporary files, of which none may stay. */
const scratch = join(folder, 'scratch');
const before = process.env.TMPDIR;
let ageKey = '';
afterAll(() => {
  process.env.TMPDIR = before;
  if (before === undefined) delete process.env.TMPDIR;
  rmSync(folder, { recursive: true });
});

beforeAll(async () => {
  mkdirSync(scratch);
  process.env.TMPDIR = scratch;
  ageKey = await generateIdentity();
  const recipient = await identityToRecipient(ageKey);
  const metadata = [
    `sops_age__list_0__map_recipient=${recipient}`,
    ...['mac', 'lastmodified', 'version'].map((name) => `sops_${name}=x`),
  ];
  writeFileSync(file, `TOKEN=ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n${metadata.join('\n')}\n`);
  writeFileSync(join(folder, '.sops.yaml'), `creation_rules: [{ age: ${recipient} }]\n`);
});

/** In place of sops: prints old and new values and the key, and fails at one of its commands. */
function failing(command: string, how: string) {
  const program = join(folder, `sops-${command}`);
  const prints = `value=$(cat); for to in 1 2; do echo "invalid dotenv input line: TOKEN=${OLD} $value $SOPS_AGE_KEY" >&$to; done`;
  writeFileSync(
    program,
    `#!/bin/sh
command=$1; [ "$command" != --config ] || command=$3
[ "$command" != ${command} ] || { ${prints}; ${how}; }
[ "$command" != decrypt ] || echo TOKEN=${OLD}
`,
  );
  chmodSync(program, 0o755);
  return async () => ({ path: program, version: '3.13.3', said: '' });
}

const request = () => ({ file, path: 'secrets.env', ageKey });
const WORK = {
  decrypt: (find: ReturnType<typeof failing>) => decrypt(request(), find),
  set: (find: ReturnType<typeof failing>) => setValues(request(), new Map([['TOKEN', NEW]]), { find }),
  updatekeys: (find: ReturnType<typeof failing>) => rekey(request(), folder, find),
  rotate: (find: ReturnType<typeof failing>) => rekey(request(), folder, find),
};

describe.each(Object.entries(WORK))('sops %s that ends', (command, work) => {
  // The statuses of sops' own `cmd/sops/codes`, others, and none.
  const ways = [1, 2, 25, 51, 52, 100, 128, 203];

  it.each([...ways.map((code) => `exit ${code}`), 'kill -9 $$', 'echo nothing=more; exit 0'])('by %s', async (how) => {
    const content = readFileSync(file, 'utf8');
    const error = await work(failing(command, how)).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UserError);
    const { message, details } = error as UserError;
    for (const secret of [OLD, NEW, ageKey, 'invalid dotenv'])
      expect(message + JSON.stringify(details)).not.toContain(secret);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(readdirSync(scratch)).toEqual([]);
  });
});
