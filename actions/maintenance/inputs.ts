/** Inputs of the action maintenance as typed data. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CommonInputs, readCommon, withRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import { isNetwork } from '../lib/config/sections/maintenance';
import { isDay } from '../lib/config/sections/values';
import { UserError } from '../lib/errors';
import { isConfusing, LARGEST_PAGE } from '../lib/nginx/close';
import { PAGE } from '../lib/nginx/page';

const MODES = ['status', 'on', 'off', 'remind', 'freeze', 'unfreeze'] as const;

/** Seconds from now, or a moment. */
export type End = { readonly after: number } | { readonly at: Date };

export interface MaintenanceInputs extends CommonInputs {
  readonly mode: (typeof MODES)[number];
  readonly reason: string;
  /** `null`: nothing is frozen, or the site is closed with no end. */
  readonly end: End | null;
  /** Addresses and networks that pass, besides those of the runbook. */
  readonly allow: readonly string[];
  /** HTML. */
  readonly page: string;
  /** Seconds before the end in which it is announced. */
  readonly ahead: number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** RFC 3339: without a zone the time is ambiguous. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
/** Characters: it stands in one line of a log. */
const LONGEST_REASON = 300;
/** Seconds; a longer freeze would be forgotten. */
export const LONGEST = 90 * 86_400;

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING, RB-FILE-MISSING */
export function readMaintenanceInputs(get: GetInput, workspace: string): MaintenanceInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const mode = reader.choice('mode', MODES);
  const reason = reader.text('reason');
  const until = reader.text('until');
  const allow = reader.list('allow');
  const ahead = reader.seconds('ahead', 1800);
  const begins = mode === 'freeze' || mode === 'on';
  const end = mode === 'freeze' || (mode === 'on' && until !== '') ? readEnd(reader, until) : null;
  if (begins) checkReason(reader, reason, mode === 'freeze' ? 'changes are frozen' : 'the site is closed');
  else if (reason !== '' || until !== '')
    reader.problem(`reason and until are for mode: freeze and mode: on, and mode is ${mode}`);
  if (allow.length > 0 && mode !== 'on') reader.problem(`allow is for mode: on, and mode is ${mode}`);
  for (const one of allow)
    if (!isNetwork(one))
      reader.problem(
        `allow has ${JSON.stringify(one)}, which is not an IP address or a network such as 203.0.113.0/24`,
      );
  // The readers of the issue see it again.
  reader.boolean('issue');
  reader.finish();
  // What only looks takes no lease.
  const dryRun = common.dryRun || mode === 'status' || mode === 'remind';
  const inputs = withRunbook(common, workspace);
  const page = mode === 'on' ? pageOf(inputs, dirname(join(workspace, common.config))) : PAGE;
  return { ...inputs, dryRun, mode, reason, end, allow, page, ahead };
}

/** @throws {UserError} RB-FILE-MISSING, RB-INPUT-INVALID */
function pageOf({ runbook }: Pick<CommonInputs, 'runbook'>, folder: string): string {
  const { page } = runbook.maintenance;
  if (page === null) return PAGE;
  const file = join(folder, page);
  if (!existsSync(file) || !statSync(file).isFile())
    throw new UserError('RB-FILE-MISSING', {
      what: `${page}, the page of a closed site, is not in the repository`,
      why: 'maintenance.page of runbook.yml names it; the path counts from the folder of runbook.yml',
      remedy: 'correct the path, check out the repository before this step, or remove the line for a plain page',
    });
  const content = readFileSync(file);
  const text = content.toString('utf8');
  const wrong =
    content.length > LARGEST_PAGE
      ? `it has ${content.length} bytes, more than ${LARGEST_PAGE}: nginx keeps it in its configuration`
      : content.includes(0) || !Buffer.from(text).equals(content)
        ? 'it is not text in UTF-8'
        : text.trim() === ''
          ? 'it is empty'
          : isConfusing(text)
            ? 'it has a line that is reserved for marks in configurations: "# runbook-maintenance"'
            : null;
  if (wrong === null) return text;
  throw new UserError('RB-INPUT-INVALID', {
    what: `${page} cannot be the page of a closed site`,
    why: wrong,
    remedy:
      'embed pictures and styles in the page, or load them from another site; everything else of this site is closed',
  });
}

function checkReason(reader: Reader, reason: string, what: string): void {
  if (reason === '') reader.problem(`reason is missing: why ${what}`);
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
  } else if (TIME.test(until) && !Number.isNaN(Date.parse(until)) && isDay(until)) return { at: new Date(until) };
  else
    reader.problem(
      `until is ${JSON.stringify(until)}; write 30m, 8h, 3d, or a time with its zone as 2026-01-31T02:00:00Z`,
    );
  return null;
}
