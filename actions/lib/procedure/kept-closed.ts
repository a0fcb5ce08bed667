/** A closed site stays closed under every new release, whose files are closed like those of the current one. */

import type { UploadedFile } from '../config/files';
import type { CommonInputs } from '../config/inputs';
import type { Runbook } from '../config/runbook';
import { insertionsIn } from '../nginx/close';
import type { Proof } from '../stack/apply/proof';
import type { Closed } from '../stack/closed';
import type { Release, State } from '../stack/model';
import { closedFiles } from './closing';
import type { Run } from './define';
import { lookAtNginx, unsuitable } from './proxy-look';

export interface KeptClosed {
  readonly files: readonly UploadedFile[];
  readonly closed: Closed;
  readonly proof: Proof;
  readonly note: string;
}

/**
 * @param uploads files of the new release, closed or not
 * @returns `null`: the site is open
 * @throws {UserError} RB-MAINTENANCE-UNSUITABLE
 */
export async function keptClosed(
  { session }: Pick<Run<CommonInputs>, 'session'>,
  state: State,
  uploads: readonly UploadedFile[],
  runbook: Runbook,
): Promise<KeptClosed | null> {
  const closed = state.current?.closed;
  if (closed === undefined) return null;
  const seen = await lookAtNginx(session.host, state, runbook);
  const insertions = insertionsIn(seen.files.values());
  if (insertions === null)
    throw unsuitable(
      'the site should be closed, but its proxy has not loaded the configuration that closes it',
      'its files were edited by hand on the host or in the container',
      'open it (maintenance, mode: off), then run this again',
    );
  const { files, originals, doors } = closedFiles({ seen, uploads, insertions, state, runbook, loaded: false });
  return {
    files,
    closed: { ...closed, files: originals },
    proof: { closed: true, doors, answered: null },
    note: `The site is closed and stays closed (maintenance: ${closed.reason}): the changes happen behind the page.`,
  };
}

/** Whether a release must be rewritten to be brought back: its files are closed and the site is open, or vice versa. */
export function differsInClosed(release: Release, current: Release | null): boolean {
  return release.closed !== undefined || current?.closed !== undefined;
}
