/** Inputs of scale as typed data: the wanted numbers and limits of each service. */
import { type CommonInputs, readCommon, withRunbook } from '../lib/config/inputs';
import { type GetInput, Reader } from '../lib/config/reader';
import { serviceName } from '../lib/config/sections/values';
import { UserError } from '../lib/errors';
import type { Edit } from '../lib/stack/release/edit';
import { secretsIn } from '../lib/stack/resolve/secrets';

export interface ScaleInputs extends CommonInputs {
  /** By service. */
  readonly wanted: Readonly<Record<string, Edit>>;
}

/** Word for the value of the Compose files. */
const FILES = 'files';
/** A larger number is taken for a typing error. */
const MOST = 1000;
/** Docker's own least limit. */
const LEAST_MEMORY = 6 * 2 ** 20;
const LEAST_CPUS = 0.01;
const UNITS = ['', 'k', 'm', 'g', 't'];

/** @throws {UserError} RB-INPUT-INVALID, RB-CONFIG-INVALID, RB-CONFIG-MISSING */
export function readScaleInputs(get: GetInput, workspace: string): ScaleInputs {
  const reader = new Reader(get);
  const common = readCommon(reader);
  const wanted = readWanted(reader);
  reader.finish();
  return { ...withRunbook(common, workspace), wanted };
}

/** @throws {UserError} RB-INPUT-INVALID */
export function requireSomething({ wanted }: Pick<ScaleInputs, 'wanted'>): void {
  if (Object.keys(wanted).length > 0) return;
  throw new UserError('RB-INPUT-INVALID', {
    what: 'there is nothing to scale',
    why: 'replicas, memory, cpus and variables are all empty',
    remedy: 'give one of them, e.g. `replicas: worker=3`',
  });
}

function readWanted(reader: Reader): Record<string, Edit> {
  const wanted: Record<string, Edit> = {};
  for (const kind of ['replicas', 'memory', 'cpus'] as const) {
    for (const [service, text] of pairs(reader, kind, reader.list(kind))) {
      const before = wanted[service] ?? {};
      if (text === FILES) {
        wanted[service] = { ...before, asFiles: [...(before.asFiles ?? []), kind] };
        continue;
      }
      const value = READ[kind](text);
      if (typeof value === 'string') reader.problem(`${kind}: ${service}=${text} ${value}`);
      else wanted[service] = { ...before, [kind]: value };
    }
  }
  const lines = reader.text('variables').split(/\n|,(?=\s*[A-Za-z0-9][A-Za-z0-9._-]*\.[A-Za-z_][A-Za-z0-9_]*=)/);
  for (const line of lines.map((text) => text.trim()).filter((text) => text !== '')) {
    const [, service = '', name = '', value = ''] = /^([^=]+)\.([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    const before = wanted[service] ?? {};
    if (!serviceName.safeParse(service).success)
      // The line may hold anything, so it is not shown.
      reader.problem('variables: a line is not SERVICE.NAME=VALUE, e.g. worker.CONSUMER_MAX_CONCURRENCY=8');
    else if (/^(["']).*\1$/.test(value))
      reader.problem(
        `variables: the value of ${service}.${name} is in quotes, which would become a part of it; leave them out`,
      );
    else if (before.variables?.[name] !== undefined) reader.problem(`variables: ${service}.${name} is given twice`);
    else if (isSecret(name, value))
      reader.problem(`variables: ${service}.${name} looks like a secret, and would be shown; change it by a deploy`);
    else wanted[service] = { ...before, variables: { ...before.variables, [name]: value } };
  }
  return wanted;
}

/** `SERVICE=VALUE`, each service once. */
function pairs(reader: Reader, input: string, parts: readonly string[]): [string, string][] {
  const seen = new Set<string>();
  return parts.flatMap((part): [string, string][] => {
    const [, service = '', value = ''] = /^([^=\s]+)\s*=\s*(.+)$/.exec(part) ?? [];
    if (!serviceName.safeParse(service).success) {
      reader.problem(`${input}: ${JSON.stringify(part)} is not SERVICE=VALUE`);
      return [];
    }
    if (seen.has(service)) reader.problem(`${input}: ${service} is given twice`);
    seen.add(service);
    return [[service, value]];
  });
}

/** Text → number, or what is wrong with it. */
const READ: Readonly<Record<'replicas' | 'memory' | 'cpus', (text: string) => number | string>> = {
  replicas: (text) =>
    /^\d{1,6}$/.test(text) && Number(text) <= MOST
      ? Number(text)
      : `is not a number of containers: write 0 to ${MOST}, or files`,
  memory: (text) => {
    const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?) ?([kmgt]?)i?b?$/i.exec(text) ?? [];
    if (number === '') return 'is not a size: write 512M or 4G, or files';
    const bytes = Math.floor(Number(number) * 1024 ** UNITS.indexOf(unit.toLowerCase()));
    return bytes < LEAST_MEMORY ? 'is below 6M, the least that Docker accepts' : bytes;
  },
  cpus: (text) => {
    const number = /^\d{1,4}(?:\.\d{1,9})?$/.test(text) ? Number(text) : 0;
    return number < LEAST_CPUS ? 'is not a number of CPUs: write 0.5 or 4, or files' : number;
  },
};

function isSecret(name: string, value: string): boolean {
  if (/^(?:\d{1,9}(?:\.\d{1,6})?[a-z]{0,2}|true|false|on|off|yes|no)$/i.test(value)) return false;
  return [`${name}=${value}`, `${name}=anything`].some((line) => secretsIn(line).length > 0);
}
