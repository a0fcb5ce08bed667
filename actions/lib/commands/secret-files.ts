/** Contents of the files on the host that Compose gives to services as secrets: a command, or a log, may print them. */
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import type { ComposeModel } from '../stack/compose-model';
import { secretsInFiles } from '../stack/resolve/secrets';

/** Bytes; a larger file is not a password. */
const LARGEST = 65_536;

/** Values that must not be shown. Those in files that the SSH user cannot read are not known. */
export async function secretsOfFiles(host: Host, model: ComposeModel): Promise<readonly string[]> {
  const paths = ['secrets', 'configs'].flatMap((kind) =>
    Object.values((model[kind] ?? {}) as Record<string, { file?: string }>).flatMap(({ file }) => file ?? []),
  );
  if (paths.length === 0) return [];
  const script = paths
    .map((path) => `printf '%s' '|'; head -c ${LARGEST} ${quote(path)} 2>/dev/null | base64 | tr -d '\\n'; echo`)
    .join('\n');
  const { stdout } = await host.run(script);
  const files = stdout.split('\n').flatMap((line, index) => {
    const path = paths[index];
    const content = Buffer.from(line.slice(1), 'base64');
    return path === undefined || content.length === 0 ? [] : [{ path: path.replace(/^\//, ''), content }];
  });
  return secretsInFiles(model, files, '');
}
