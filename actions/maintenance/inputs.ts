/** Inputs of the action maintenance as typed data. */
import { type BaseInputs, readBase, readRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';

export const MODES = ['status', 'freeze', 'unfreeze'] as const;

/** Seconds from now, or a moment. */
export type End = { readonly after: number } | { readonly at: Date };

export interface MaintenanceInputs extends BaseInputs {
  readonly mode: (typeof MODES)[number];
  readonly reason: string;
  /** `null`: nothing is frozen. */
  readonly end: End | null;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** RFC 3339: without a zone nobody knows whose time is meant. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
/** Characters: it stands in one line of a log. */
const LONGEST_REASON = 300;
/** Seconds; who freezes for longer has forgotten it by then. */
export const LONGEST = 90 * 86_400;

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readMaintenanceInputs(get: GetInput, workspace: string): MaintenanceInputs {
  const reader = new Reader(get);
  const { config, ...base } = readBase(reader);
  const mode = reader.choice('mode', MODES);
  const reason = reader.text('reason');
  const until = reader.text('until');
  const end = mode === 'freeze' ? readEnd(reader, until) : null;
  if (mode === 'freeze') checkReason(reader, reason);
  else if (reason !== '' || until !== '') reader.problem(`reason and until are for mode: freeze, and mode is ${mode}`);
  reader.finish();
  // What only looks takes no lease.
  const dryRun = base.dryRun || mode === 'status';
  return { ...base, dryRun, mode, reason, end, runbook: readRunbook(workspace, config) };
}

function checkReason(reader: Reader, reason: string): void {
  if (reason === '') reader.problem('reason is missing: why changes are frozen');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\0-\x1f\x7f]/.test(reason)) reader.problem('reason is not one line of text');
  if (reason.length > LONGEST_REASON)
    reader.problem(`reason has ${reason.length} characters; write at most ${LONGEST_REASON}`);
}

function readEnd(reader: Reader, until: string): End | null {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(until) ?? [];
  if (until === '') reader.problem('until is missing: when the freeze ends');
  else if (count !== '') {
    const after = Number(count) * (UNITS[unit] ?? 1);
    if (after <= LONGEST) return { after };
    reader.problem(`until is ${until}, which is more than 90 days`);
  } else if (TIME.test(until) && !Number.isNaN(Date.parse(until))) return { at: new Date(until) };
  else
    reader.problem(
      `until is ${JSON.stringify(until)}; write 30m, 8h, 3d, or a time with its zone as 2026-01-31T02:00:00Z`,
    );
  return null;
}
