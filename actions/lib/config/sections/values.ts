/** Kinds of values in `runbook.yml` and in inputs: durations, paths, names, URLs. */
import { z } from 'zod';

/** Node's timers hold at most 24 days; a person who writes more than one day meant another unit. */
const LONGEST = 24 * 3600;
const NOT_A_DURATION = 'is not a duration: write seconds, or 30s, 5m, 1h; at most 24h';

/** `90`, `90s`, `2m`, `1h` → seconds. */
export const duration = z
  .union(
    [
      z.number(NOT_A_DURATION).min(0, NOT_A_DURATION).max(LONGEST, NOT_A_DURATION),
      z.string().regex(/^\d{1,9}(\.\d{1,3})?[smh]?$/, NOT_A_DURATION),
    ],
    NOT_A_DURATION,
  )
  .transform((value, context) => {
    const unit = { s: 1, m: 60, h: 3600 }[String(value).at(-1) ?? ''];
    const seconds = unit === undefined ? Number(value) : Number(String(value).slice(0, -1)) * unit;
    if (seconds > LONGEST) context.addIssue(NOT_A_DURATION);
    return seconds;
  })
  .meta({ title: 'duration' });

const NOT_A_PATH = 'is not a path below this file: relative, without "..", without a leading dash, not in .runbook';

/**
 * A path below the folder of the file: it does not lead out, and has no characters with a meaning for a shell or
 * Compose.
 */
export const relativePath = z
  .string()
  .refine((path) => isRelativePath(path), NOT_A_PATH)
  .transform((path) => cleanPath(path))
  .meta({ title: 'path' });

/** Whether a path stays below its folder, and out of the folder with the releases on the host. */
export function isRelativePath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (path === '' || /^[/\-~]|[\0-\x1f\x7f]/.test(path) || path.split('/').includes('..')) return false;
  return cleanPath(path).split('/')[0] !== '.runbook';
}

/** Removes empty parts and `.`, so that one file has one name; `.` is the folder itself. */
export function cleanPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length > 0 ? parts.join('/') : '.';
}

/** Docker Compose's rule for services; its rule for projects allows no capitals. */
export const serviceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a name of a Compose service')
  .meta({ title: 'service' });
/** Docker's rule for volumes, or an absolute path, without characters that have a meaning for --mount or a shell. */
export const VOLUME = /^([A-Za-z0-9][A-Za-z0-9_.-]*|(\/[^/,"'\\\s]+)+)$/;
export const volumeName = z
  .string()
  .regex(VOLUME, 'is neither the name of a volume nor an absolute path without blanks, commas and quotes')
  .refine((name) => !name.split('/').includes('..'), 'has ".." in its path')
  .meta({ title: 'volume or folder' });
export const httpPath = z
  .string()
  .regex(/^\/[\x21-\x7e]*$/, 'is not an HTTP path: it must begin with /')
  .meta({ title: 'HTTP path' });

export const webUrl = z.url({ protocol: /^https?$/, error: 'is not an http or https URL' }).meta({ title: 'URL' });

/** Whether a text that begins as 2026-01-31 names a day: JavaScript takes 30 February for 2 March. */
export function isDay(time: string): boolean {
  const day = time.slice(0, 10);
  const moment = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day);
}
