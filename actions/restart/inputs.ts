/** Inputs of restart as typed data. */
import { type CommonInputs, readCommon, withRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';

const MODES = ['restart', 'stop', 'start'] as const;

export interface RestartInputs extends CommonInputs {
  readonly mode: (typeof MODES)[number];
  /** `null`: all that run. */
  readonly services: readonly string[] | null;
}

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readRestartInputs(get: GetInput, workspace: string): RestartInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const named = reader.list('services');
  const mode = reader.choice('mode', MODES);
  const all = named.length === 0 || named.includes('all');
  if (named.length > 1 && all) reader.problem('services names all and others; write one or the other');
  if (all && mode !== 'restart') reader.problem(`services is all, and mode is ${mode}; name the services to ${mode}`);
  reader.finish();
  return { ...withRunbook(common, workspace), mode, services: all ? null : [...new Set(named)] };
}
