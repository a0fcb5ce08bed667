/** Reads the uploaded files of a release from its host, in one round trip. Changes nothing. */
import { createHash } from 'node:crypto';
import type { UploadedFile } from '../../config/files';
import { UserError } from '../../errors';
import type { Host } from '../../host/host';
import { quote } from '../../host/quote';
import type { Release } from '../model';
import { sectionsOf } from '../sections';
import { unreadableError } from './records';

/** The most bytes of an answer: files of that size are not configuration. */
const MOST = 128 * 2 ** 20;
const TIMEOUT = 120_000;

/**
 * The uploaded files with their content. Holds secrets.
 *
 * @param root `<directory>/.runbook`
 * @throws {UserError} RB-RECORD-UNREADABLE: a file is gone or damaged; RB-CONNECTION-LOST
 */
export async function readFiles(host: Host, root: string, release: Release): Promise<UploadedFile[]> {
  const outcome = await host.run(filesScript(root, release.id), { keep: MOST, timeout: TIMEOUT });
  if (outcome.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the files of the current release could not be read',
      why: outcome.reason,
      remedy: 'run it again; nothing was changed',
    });
  }
  return parseFiles(outcome.stdout, release);
}

/** Each file is two lines: its entry of `files.list`, and its content in base64. */
export function filesScript(root: string, id: string): string {
  return `cd ${quote(root)} || exit 1
printf '#rb-section files\\n'
while IFS= read -r line; do
  sha=\${line%% *}
  [ "$sha" != - ] || continue
  printf '%s\\n=' "$line"
  base64 <"blobs/$sha" | tr -d '\\n'
  echo
done <${quote(`releases/${id}/files.list`)}
printf '#rb-section end\\n'`;
}

/** @throws {UserError} RB-RECORD-UNREADABLE */
export function parseFiles(output: string, release: Release): UploadedFile[] {
  const sections = sectionsOf(output);
  const lines = sections.get('files') ?? [];
  const found = new Map<string, UploadedFile>();
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [, mode = '', path = ''] = /^\S+ (\d+) (.*)$/.exec(lines[at] ?? '') ?? [];
    const content = Buffer.from((lines[at + 1] ?? '').slice(1), 'base64');
    found.set(path, { path, content, mode: Number.parseInt(mode, 8) });
  }
  return Object.entries(release.files).map(([path, sha]) => {
    const file = found.get(path);
    if (sections.has('end') && file !== undefined && hashOf(file.content) === sha) return file;
    const why = `its file ${path} is gone from .runbook/blobs, or damaged`;
    throw unreadableError({ id: release.id, why, writer: `version ${release.writer || 'unknown'}` });
  });
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
