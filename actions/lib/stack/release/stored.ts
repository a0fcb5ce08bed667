/**
 * Reads what only the host has of its current release, and the size of the host, in one round trip. Changes nothing.
 */
import { UserError } from '../../errors';
import type { Host } from '../../host/host';
import { quote } from '../../host/quote';
import type { ComposeModel } from '../compose-model';
import type { Release } from '../model';
import { sectionsOf } from '../sections';
import type { Stored } from './edit';
import { hashText } from './next';
import { unreadableError } from './records';

/** As Docker reports it, because Docker refuses limits of containers beyond it; 0 where Docker reports nothing. */
export interface HostSize {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
}

/**
 * @param root `<directory>/.runbook`
 * @throws {UserError} RB-RECORD-UNREADABLE, RB-CONNECTION-LOST
 */
export async function readStored(host: Host, root: string, release: Release): Promise<Stored & { size: HostSize }> {
  const outcome = await host.run(storedScript(root, release.id));
  if (outcome.outcome === 'unknown') {
    throw new UserError('RB-CONNECTION-LOST', {
      what: 'the current release could not be read',
      why: outcome.reason,
      remedy: 'run it again; nothing was changed',
    });
  }
  return parseStored(outcome.stdout, release);
}

export function storedScript(root: string, id: string): string {
  return [
    `cd ${quote(`${root}/releases/${id}`)} || exit 1`,
    "printf '#rb-section compose\\n'; cat compose.json",
    "printf '#rb-section files\\n'; cat files.list",
    "printf '#rb-section size\\n'; docker info --format '{{.NCPU}} {{.MemTotal}}' 2>/dev/null",
    "printf '#rb-section end\\n'",
  ].join('\n');
}

/** @throws {UserError} RB-RECORD-UNREADABLE: the stored files are not what the release says */
export function parseStored(output: string, release: Release): Stored & { size: HostSize } {
  const sections = sectionsOf(output);
  const compose = `${(sections.get('compose') ?? []).join('\n')}\n`;
  if (!sections.has('end') || hashText(compose) !== release.compose) {
    const why = 'its compose.json is gone, or is not the one that the release was made with';
    throw unreadableError({ id: release.id, why, writer: `version ${release.writer || 'unknown'}` });
  }
  const [cpus = 0, memory = 0] = (sections.get('size')?.[0] ?? '').split(' ').map(Number);
  const filesList = (sections.get('files') ?? []).map((line) => `${line}\n`).join('');
  return { release, model: JSON.parse(compose) as ComposeModel, filesList, size: { cpus, memory } };
}
