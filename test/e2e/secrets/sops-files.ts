/** Files as people encrypt them: by the real sops, with keys of age made for the test. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { get } from '../../tools/tools.mjs';

export interface AgePair {
  readonly identity: string;
  readonly recipient: string;
}

export async function agePair(kind: 'x25519' | 'hybrid' = 'x25519'): Promise<AgePair> {
  const identity = await (kind === 'hybrid' ? generateHybridIdentity() : generateX25519Identity());
  return { identity, recipient: await identityToRecipient(identity) };
}

/** A folder with files that sops has encrypted. */
export class SopsFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'runbook-sops-test-'));

  /** @param options of `sops encrypt`, before the file */
  encrypt(name: string, plain: string, recipients: readonly string[], options: readonly string[] = []): string {
    const kind = name.endsWith('.yaml') ? 'yaml' : name.endsWith('.json') ? 'json' : 'dotenv';
    const file = this.write(name, plain);
    const types = ['--input-type', kind, '--output-type', kind, '--filename-override', name];
    const { status, stdout, stderr } = spawnSync(
      get('sops'),
      ['encrypt', '--age', recipients.join(','), ...types, ...options, file],
      { cwd: this.path, env: { HOME: this.path }, encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    if (status !== 0) throw new Error(`sops ended with ${status}: ${stderr}`);
    writeFileSync(file, stdout);
    return file;
  }

  write(name: string, content: string): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  /** What `change` makes of a file, under another name. */
  spoil(file: string, change: (text: string) => string): string {
    const text = readFileSync(file, 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`${file} is as it was`);
    return this.write('spoilt.env', changed);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
