/** A stack's folder with the store's functions, run by the real sh. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { storeScript } from '../../../actions/lib/stack/release/store';

export let folder: string;
export let directory: string;
export let root: string;

/** To be called by each file of tests: hooks of a module that several files import belong to the first of them only. */
export function eachInItsFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-'));
    directory = join(folder, "it's a stack");
    root = join(directory, '.runbook');
    mkdirSync(root, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
}

/** Runs functions of the store with the real sh; `docker` only writes down how it was called, and answers by the script in `docker.sh`. */
export function sh(script: string, target = ''): { code: number | null; stdout: string; stderr: string } {
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh\necho "$*" >>"${folder}/docker.log"\n[ ! -e "${folder}/docker.sh" ] || . "${folder}/docker.sh"\n`,
  );
  chmodSync(join(folder, 'docker'), 0o755);
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    DIRECTORY: directory,
    RB_ROOT: root,
    RB_STEP: folder,
    TARGET: target,
  };
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-uc', `umask 077\nto_disk() { sync "$@"; }\n${storeScript()}\n${script}`],
    {
      env,
      encoding: 'utf8',
    },
  );
  return { code: status, stdout, stderr };
}

export function ok(script: string, target = ''): string {
  const { code, stdout, stderr } = sh(script, target);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

export function at(path: string): string {
  return readFileSync(join(directory, path), 'utf8');
}

/** Stores a release with these files and images. */
export function release(id: string, files: Record<string, string>, images: readonly string[] = []): void {
  const delivery = join(folder, 'delivery');
  for (const content of Object.values(files)) write(join(folder, 'staging/blobs', sha256(content)), content);
  mkdirSync(join(folder, 'staging/blobs'), { recursive: true });
  write(
    join(delivery, 'files.list'),
    Object.entries(files)
      .map(([path, content]) => `${sha256(content)} 640 ${path}\n`)
      .join(''),
  );
  write(join(delivery, 'images.list'), images.map((image, index) => `${image} runbook/s/${index}:${id}\n`).join(''));
  write(join(delivery, 'release.json'), `{"id":"${id}"}\n`);
  write(join(delivery, 'compose.json'), '{}\n');
  ok(`store_blobs '${folder}/staging/blobs' && store_release '${id}' '${delivery}'`);
}

/** @param made the release that notes which files were not there */
export function change(from: string, to: string, paths = '', made = ''): void {
  ok(`files_between '${from}' '${to}' ${paths && `| choose_files '${paths}'`} >'${folder}/list' &&
    remember_files '${folder}/list' >'${folder}/before' ${made && `&& note_made '${folder}/before' '${made}'`} &&
    place_files '${folder}/list'`);
}
