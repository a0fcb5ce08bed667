/** What a fault is tried on, so that a result stands until that changes: the code that changes a stack. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Below `actions/`. Backups, certificates, secrets and GitHub have faults of their own, in tests of their own. */
const SOURCES = [
  'entry.ts',
  'deploy',
  'rollback',
  'restart',
  'scale',
  'lib/host',
  'lib/nginx',
  'lib/procedure',
  'lib/stack',
  'lib/steps',
];

/** @param root folder that holds `actions/` @returns 12 hexadecimal digits, others if a name or a byte changes */
export function engineOf(root: string): string {
  const hash = createHash('sha256');
  for (const name of SOURCES.flatMap((source) => filesIn(root, `actions/${source}`)))
    hash.update(name).update(readFileSync(join(root, name)));
  return hash.digest('hex').slice(0, 12);
}

function filesIn(root: string, name: string): string[] {
  if (!statSync(join(root, name)).isDirectory()) return [name];
  const names = readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).sort();
  return names.filter((file) => /\.(ts|sh|awk)$/.test(file)).map((file) => join(name, file));
}
