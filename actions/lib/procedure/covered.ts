/** Why a migration may have found nothing to do: a mount that hides a folder of its image. */
import type { Host } from '../host/host';
import { quote } from '../host/quote';
import { repositoryOf } from '../stack/identity';
import type { ReleaseService } from '../stack/model';

/** Milliseconds. */
const TIMEOUT = 60_000;

interface Mount {
  readonly type: 'volume' | 'bind';
  readonly source: string;
  readonly target: string;
}

/** The mounts of a service that keep their old content, whatever its image brings. */
export function lastingMounts({ traits }: Pick<ReleaseService, 'traits'>): Mount[] {
  return traits.volumes.flatMap((text) => {
    const [type = '', source = '', target = ''] = text.split(':');
    if ((type !== 'volume' && type !== 'bind') || target === '') return [];
    return [{ type, source, target }];
  });
}

/**
 * Asks the image itself, by a container that is never started, and the one that has just ended.
 *
 * @returns a sentence; `null` where no mount hides a file of the image, or where that cannot be found out
 */
export async function whyUnchanged(
  host: Host,
  stack: string,
  name: string,
  service: ReleaseService,
): Promise<string | null> {
  const mounts = lastingMounts(service);
  if (mounts.length === 0) return null;
  const script = coverScript({ stack, name, image: imageOf(service) }, mounts);
  const outcome = await host.run(script, { timeout: TIMEOUT }).catch(() => null);
  return outcome === null || outcome.outcome === 'unknown' ? null : sayCovered(mounts, outcome.stdout);
}

/** @param output lines `TARGET<tab>FILE` of hidden files */
export function sayCovered(mounts: readonly Mount[], output: string): string | null {
  const hidden = new Map(output.split('\n').flatMap((line) => pairOf(line)));
  const found = mounts.find(({ target }) => hidden.has(target));
  if (found === undefined) return null;
  const { type, source, target } = found;
  const what = type === 'volume' ? `the volume ${source || 'without a name'}` : `${source} of the host`;
  return `The cause: ${what} is mounted over ${target} and hides the image's files there, such as ${hidden.get(target)}. Mount it elsewhere, or not at all.`;
}

function pairOf(line: string): [string, string][] {
  const tab = line.indexOf('\t');
  return tab < 0 ? [] : [[line.slice(0, tab), line.slice(tab + 1)]];
}

/** Compares names and sizes: prints the first file of the image that the migration's container did not have. */
function coverScript(
  { stack, name, image }: { readonly stack: string; readonly name: string; readonly image: string },
  mounts: readonly Mount[],
): string {
  const label = (key: string, value: string): string => `--filter ${quote(`label=com.docker.compose.${key}=${value}`)}`;
  return [
    'LC_ALL=C',
    'export LC_ALL',
    `ran=$(docker ps -aq --no-trunc ${label('project', stack)} ${label('service', name)} | head -n 1)`,
    '[ -n "$ran" ] && lists=$(mktemp -d) || exit 1',
    `bare=$(docker create ${quote(image)} true) || { rm -rf "$lists"; exit 1; }`,
    `trap 'docker rm "$bare" >/dev/null; rm -rf "$lists"' EXIT`,
    // Size and name of each file.
    `files() { docker cp "$1" - 2>/dev/null | tar -tv 2>/dev/null | sed -n 's/^-[^ ]* *[^ ]* *\\([0-9]*\\) [^ ]* [^ ]* /\\1 /p' | sort; }`,
    ...mounts.map(
      ({ target }) =>
        `files "$bare:"${quote(target)} >"$lists/image" && files "$ran:"${quote(target)} >"$lists/ran"
hidden=$(comm -23 "$lists/image" "$lists/ran" | head -n 1 | cut -d ' ' -f 2-)
[ -z "$hidden" ] || printf '%s\\t%s\\n' ${quote(target)} "$hidden"`,
    ),
  ].join('\n');
}

function imageOf({ image, digest, imageId }: ReleaseService): string {
  return digest === null ? (imageId ?? image) : `${repositoryOf(image)}@${digest}`;
}
