/** Kinds of values in `runbook.yml` and in inputs: durations, paths, names, URLs. */
import { z } from 'zod';

/** Node's timers hold no more than 24 days; whoever waits longer than one day meant another unit. */
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

/** Below the folder of the file: no way out of it, nothing that a shell or Compose reads otherwise. */
export const relativePath = z
  .string()
  .refine((path) => isRelativePath(path), NOT_A_PATH)
  .transform((path) => cleanPath(path))
  .meta({ title: 'path' });

/** A path that stays below its folder, and out of the one where releases are kept on the host. */
export function isRelativePath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (path === '' || /^[/\-~]|[\0-\x1f\x7f]/.test(path) || path.split('/').includes('..')) return false;
  return cleanPath(path).split('/')[0] !== '.runbook';
}

/** Without empty parts and `.`, so that one file has one name; `.` for the folder itself. */
export function cleanPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length > 0 ? parts.join('/') : '.';
}

/** Docker Compose's rule for services; its rule for projects has no capitals. */
export const serviceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'is not a name of a Compose service')
  .meta({ title: 'service' });
/** Docker's rule for volumes, or an absolute path. What its --mount or a shell would read otherwise is in neither. */
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
