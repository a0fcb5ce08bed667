/** Inputs of the action rollback as typed data. */
import { type CommonInputs, readCommon, withRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';

export interface RollbackInputs extends CommonInputs {
  /** `null`: the release before the current one. */
  readonly release: string | null;
  readonly list: boolean;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRollbackInputs(get: GetInput, workspace: string): RollbackInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const release = reader.text('release');
  const list = reader.boolean('list');
  const preempt = reader.boolean('preempt');
  reader.finish();
  return { ...withRunbook(common, workspace), preempt, release: release === 'previous' ? null : release || null, list };
}
