import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Release } from '../../../actions/lib/stack/model';
import { filesScript, parseFiles } from '../../../actions/lib/stack/release/files';

let root: string;

const CONTENTS: Readonly<Record<string, Buffer>> = {
  '.env': Buffer.from("A='x y'\n"),
  'a folder/ b ': Buffer.from([0, 255, 10, 10]),
  empty: Buffer.from(''),
};
const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const files = Object.fromEntries(Object.entries(CONTENTS).map(([path, content]) => [path, hash(content)]));
const release = { id: '3-v3', files, writer: '1' } as unknown as Release;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'it is a root '));
  mkdirSync(join(root, 'blobs'));
  mkdirSync(join(root, 'releases/3-v3'), { recursive: true });
  for (const content of Object.values(CONTENTS)) writeFileSync(join(root, 'blobs', hash(content)), content);
  const lines = Object.entries(files).map(([path, sha]) => `${sha} ${path === '.env' ? '600' : '644'} ${path}\n`);
  writeFileSync(join(root, 'releases/3-v3/files.list'), `- - gone\n${lines.join('')}`);
});
afterEach(() => rmSync(root, { recursive: true }));

const read = () => parseFiles(execFileSync('sh', ['-c', filesScript(root, '3-v3')], { encoding: 'utf8' }), release);

it("a release's files are read with content and mode, whatever their names", () => {
  expect(read()).toEqual(
    Object.entries(CONTENTS).map(([path, content]) => ({ path, content, mode: path === '.env' ? 0o600 : 0o644 })),
  );
});

it('a damaged or missing file is reported, and no other file is read instead', () => {
  writeFileSync(join(root, 'blobs', files['.env'] ?? ''), 'other');
  expect(read).toThrow(/^RB-RECORD-UNREADABLE: .*3-v3.*\nCause: its file \.env is gone/);
  rmSync(join(root, 'blobs', files['.env'] ?? ''));
  expect(read).toThrow(/^RB-RECORD-UNREADABLE/);
  expect(() => parseFiles('#rb-section files\n', release)).toThrow(/^RB-RECORD-UNREADABLE/);
});
