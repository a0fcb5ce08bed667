import { describe, expect, it } from 'vitest';
import type { EnvSource } from '../../../actions/lib/config/files';
import { chooseEnvFile } from '../../../actions/lib/procedure/env-file';
import type { Release, State } from '../../../actions/lib/stack/model';
import { parseHostEnvFile } from '../../../actions/lib/stack/observe/observe';
import { diff } from '../../../actions/lib/stack/plan/diff';
import { emptyHost, release, runbook } from '../stack/model-host';

const onHost = { path: '.env', content: Buffer.from('A=host'), changedAt: '2026-01-31T02:00:00Z' };
const file = { path: '.env', content: Buffer.from('A=run'), mode: 0o600 };
const sops = { file: '/srv/x/secrets/p.env', path: 'secrets/p.env', ageKey: '' };

function made(
  envSource: EnvSource,
  found: typeof onHost | null,
  { releases = [], envFile = '.env', envFileNamed = true, files = envSource === 'host' ? [] : [file] }: Given = {},
) {
  const state = { current: releases.at(-1) ?? null, releases } as unknown as State & { current: Release };
  const { runbook: chosen, ...rest } = chooseEnvFile(
    { runbook: { ...runbook, envFile, envFileNamed, directory: '/srv/x' }, files, envSource, sops },
    { state, onHost: found },
  );
  return { ...rest, name: chosen.envFile };
}

interface Given {
  readonly releases?: readonly object[];
  readonly envFile?: string;
  readonly envFileNamed?: boolean;
  readonly files?: readonly (typeof file)[];
}

describe('the env file of a release', () => {
  it('is what the run brings, whatever the host has, and the log says from where', () => {
    expect(made('input', onHost)).toMatchObject({ files: [file], said: 'env file: .env from the input env-content' });
    expect(made('repository', onHost)).toMatchObject({ files: [file], said: 'env file: .env from the repository' });
  });

  it('is what was decrypted, and never what is encrypted still', () => {
    expect(made('sops', onHost)).toMatchObject({ files: [file], said: 'env file: .env from secrets/p.env, decrypted' });
    const text = 'A=ENC[AES256_GCM,data:x,type:str]\nsops_mac=ENC[AES256_GCM,data:x,type:str]\nsops_version=3.13.3\n';
    const encrypted = { ...file, content: Buffer.from(text) };
    for (const source of ['input', 'repository'] as const)
      expect(() => made(source, null, { files: [encrypted] })).toThrow(/^RB-ENV-ENCRYPTED: \.env is encrypted/);
    expect(() => made('host', { ...onHost, content: Buffer.from(text) })).toThrow(/^RB-ENV-ENCRYPTED/);
  });

  it("is the host's as it is where the run brings none", () => {
    const { files, said } = made('host', onHost);
    expect(files).toEqual([{ path: '.env', content: onHost.content, mode: 0o600 }]);
    expect(said).toBe(
      'env file: .env as it is on the host, changed there on 2026-01-31T02:00:00Z; this run brings none',
    );
  });

  it('is not silently left out where it was and is no more', () => {
    const release = { id: '3-v3', files: { '.env': 'f'.repeat(64) } };
    const refusal = expect.objectContaining({
      code: 'RB-FILE-MISSING',
      message: expect.stringMatching(/release 3-v3 had one[\s\S]*blobs\/f+ \/srv\/x\/\.env/),
    });
    expect(() => made('host', null, { releases: [release] })).toThrow(refusal);
    expect(() => made('host', null, { releases: [release, { id: '4-v4', files: {} }] })).toThrow(refusal);
    expect(() => made('host', null)).toThrow(/^RB-FILE-MISSING: the env file \.env was not found/);
    expect(made('host', null, { envFileNamed: false })).toMatchObject({ files: [], name: '.env' });
  });

  it('is a `.env` where the runbook names none and there is no other, as Compose has it', () => {
    const unnamed = { envFile: '.env.production', envFileNamed: false };
    expect(made('host', onHost, unnamed)).toMatchObject({ name: '.env', files: [{ path: '.env', mode: 0o600 }] });
    const open = { ...file, mode: 0o644 };
    expect(made('host', null, { ...unnamed, files: [open] })).toMatchObject({ name: '.env', files: [file] });
    const other = { ...onHost, path: '.env.production' };
    expect(made('host', other, { ...unnamed, files: [open] })).toMatchObject({ name: '.env.production' });
  });

  it('is read from what the host says, also where it is empty', () => {
    expect(parseHostEnvFile('\n#rb-section environment\n\n#rb-section files\n')).toBeNull();
    const said = (text: string) =>
      parseHostEnvFile(`\n#rb-section environment\n.env\n2026-01-31T02:00:00Z\n${text}\n#rb-section files\n`);
    expect(said(Buffer.from('A=host').toString('base64'))).toEqual(onHost);
    expect(said('')).toEqual({ ...onHost, content: Buffer.alloc(0) });
  });
});

it('a release that names no env file leaves that of the host alone, and takes away what else it lacks', () => {
  const sha = 'f'.repeat(64);
  const current = release('2-b', {}, { files: { '.env': sha, 'old.conf': sha } });
  const state = { ...emptyHost, current, releases: [current], files: current.files };
  const target = release('1-a', {}, { files: {} });
  const { files } = diff(state, target, { runbook: { ...runbook, envFile: '.env' }, migrate: false });
  expect(files).toEqual({ 'old.conf': 'remove' });
});
