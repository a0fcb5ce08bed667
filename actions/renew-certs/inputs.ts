/** Inputs of the action renew-certs as typed data. */
import { type BaseInputs, readBase, readRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';

export const MODES = ['renew', 'check', 'list'] as const;

export interface CertificateInputs extends BaseInputs {
  readonly mode: (typeof MODES)[number];
  /** Nothing is changed, and nobody else is kept waiting. */
  readonly dryRun: boolean;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readCertificateInputs(get: GetInput, workspace: string): CertificateInputs {
  const reader = new Reader(get);
  const { config, ...base } = readBase(reader);
  const mode = reader.choice('mode', MODES);
  reader.boolean('report-failures');
  reader.finish();
  // What only looks takes no lease.
  return { ...base, mode, dryRun: base.dryRun || mode !== 'renew', runbook: readRunbook(workspace, config) };
}
