/** Env files through the real sops and the real Compose: what the reader says is what the container would get. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnv, writeEnv } from '../../../actions/lib/secrets/dotenv';
import { decrypt } from '../../../actions/lib/secrets/sops';
import { LabHost } from '../../lab/host';
import type { HostKind } from '../../lab/host-image';
import { get } from '../../tools/tools.mjs';
import { type AgePair, agePair, SopsFolder } from './sops-files';

const SIGNS = [...'\'"\\$#`{}()<>|&;~*?![]%^ \n\r\ta0n=:-é€😀\u00a0\u2028'];

let folder: SopsFolder;
let age: AgePair;

beforeAll(async () => {
  get('sops');
  folder = new SopsFolder();
  age = await agePair();
}, 600_000);
afterAll(() => folder?.remove());

/** A stack whose one service takes an env file whole, and each of its names by a variable of the Compose file. */
function composeFile(names: readonly string[]): string {
  const variables = names.map((name) => `      BY_${name}: \${${name}}\n`).join('');
  return `services:\n  x:\n    image: x\n    env_file: env\n    environment:\n${variables}`;
}

async function readByCompose(host: LabHost, text: string, names: readonly string[]): Promise<Record<string, string>> {
  await host.put('/tmp/read/env', text);
  await host.put('/tmp/read/compose.yml', composeFile(names));
  const printed = await host.root(
    'cd /tmp/read && env -i PATH="$PATH" HOME=/root n=1 docker compose --env-file env -f compose.yml config --format json',
  );
  const { environment } = JSON.parse(printed).services.x as { environment: Record<string, string> };
  // Compose writes a dollar twice, so that its own output could be read again.
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replaceAll('$$', '$')]));
}

function expected(values: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...values].flatMap(([name, value]) => [
      [name, value],
      [`BY_${name}`, value],
    ]),
  );
}

describe.each<{ kind: HostKind; tags: string[] }>([
  { kind: 'trixie', tags: [] },
  { kind: 'sid', tags: ['exhaustive'] },
])('Compose of $kind', ({ kind, tags }) => {
  let host: LabHost;
  beforeAll(async () => {
    host = await LabHost.start({ kind });
  }, 600_000);
  afterAll(() => host?.destroy());

  it('gives the container every value that is written, encrypted and decrypted, byte for byte', { tags }, async () => {
    const values = new Map(
      [
        ...fc.sample(fc.string({ unit: fc.constantFrom(...SIGNS), maxLength: 14 }), 150),
        ...fc.sample(fc.string({ unit: 'grapheme', maxLength: 30 }), 50),
        ...[
          '',
          '\\',
          "'",
          '"',
          '\\"',
          "\\'",
          '$',
          '$$',
          '${A}',
          ' # ',
          '#',
          '\n',
          '\r\n',
          'a\\',
          'a\\\\',
          '\\n',
          '\\\n',
        ],
        '$2b$12$abcdefghijklmnopqrstuv',
        '-----BEGIN X-----\nabc\n-----END X-----\n',
        randomBytes(3072).toString('base64'),
      ]
        .filter((value) => value.isWellFormed() && !/[\0\ufffd]/.test(value))
        .map((value, index) => [`V${index}`, value] as const),
    );
    const file = folder.encrypt('values.env', writeEnv(values), [age.recipient]);
    const secrets = await decrypt({ file, path: 'values.env', ageKey: age.identity }, sops);
    expect(secrets.values).toEqual(values);
    expect(await readByCompose(host, secrets.text, [...values.keys()])).toEqual(expected(values));
    // YAML takes some of them for line breaks, unless they are escaped.
    const plain = JSON.stringify(Object.fromEntries(values)).replace(/[\u0080-\u00ff\u2028\u2029]/g, escaped);
    const yaml = folder.encrypt('values.yaml', plain, [age.recipient]);
    const same = await decrypt({ file: yaml, path: 'values.yaml', ageKey: age.identity }, sops);
    expect(await readByCompose(host, same.text, [...values.keys()])).toEqual(expected(values));
  });

  it('reads every line that is accepted as it is read here', { tags }, async () => {
    const text = fc.string({ unit: fc.constantFrom(...'\'"\\$# {}ant=A:é'), maxLength: 9 });
    const quoted = fc.tuple(fc.constantFrom('', "'", '"'), text).map(([quote, inside]) => quote + inside + quote);
    const lines = fc.sample(quoted, 3000).map((value, index) => `V${index}=${value}`);
    const accepted = ['A=first', ...lines].filter(
      (line) => readEnv(line.replace(/\$\{A\}/g, '')).problems.length === 0,
    );
    expect(accepted.length).toBeGreaterThan(500);
    const { entries, problems } = readEnv(`${accepted.join('\n')}\nLAST=\${A}\n`);
    expect(problems).toEqual([]);
    const values = new Map(entries.map(({ name, value }) => [name, value]));
    const file = folder.encrypt('lines.env', `${accepted.join('\n')}\nLAST=\${A}\n`, [age.recipient]);
    const secrets = await decrypt({ file, path: 'lines.env', ageKey: age.identity }, sops);
    expect(secrets.values).toEqual(values);
    expect(await readByCompose(host, secrets.text, [...values.keys()])).toEqual(expected(values));
  });
});

async function sops() {
  return { path: get('sops'), version: '3.13.3', said: '' };
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
