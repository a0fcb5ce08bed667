/** Why a migration may have found nothing to do: what is mounted over folders that its image holds. */
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

/** The mounts of a service that keep what was there before, whatever its image brings. */
export function lastingMounts({ traits }: Pick<ReleaseService, 'traits'>): Mount[] {
  return traits.volumes.flatMap((text) => {
    const [type = '', source = '', target = ''] = text.split(':');
    if ((type !== 'volume' && type !== 'bind') || target === '') return [];
    return [{ type, source, target }];
  });
}

/**
 * Asks the image itself, by a container that is never started.
 *
 * @returns a sentence; `null` where nothing covers a folder that the image holds, or that cannot be found out
 */
export async function whyUnchanged(host: Host, service: ReleaseService): Promise<string | null> {
  const mounts = lastingMounts(service);
  if (mounts.length === 0) return null;
  const outcome = await host.run(coverScript(imageOf(service), mounts), { timeout: TIMEOUT }).catch(() => null);
  if (outcome === null || outcome.outcome === 'unknown') return null;
  const covered = new Set(outcome.stdout.split('\n').filter((line) => line !== ''));
  const [found] = mounts.filter(({ target }) => covered.has(target));
  if (found === undefined) return null;
  const { type, source, target } = found;
  const what = type === 'volume' ? `the volume ${source || 'without a name'}` : `${source} of the host`;
  return `The cause: ${what} lies over ${target}, where the image has files of its own, so that the tool saw what was there before and not the image's files. Mount it elsewhere, or not at all.`;
}

function coverScript(image: string, mounts: readonly Mount[]): string {
  const looks = mounts.map(
    ({ target }) =>
      `[ -z "$(docker cp "$id:"${quote(target)} - 2>/dev/null | tar -t 2>/dev/null | sed -n '/[^/]$/{p;q}')" ] || printf '%s\\n' ${quote(target)}`,
  );
  return [`id=$(docker create ${quote(image)} true) || exit 1`, ...looks, 'docker rm "$id" >/dev/null'].join('\n');
}

function imageOf({ image, digest, imageId }: ReleaseService): string {
  return digest === null ? (imageId ?? image) : `${repositoryOf(image)}@${digest}`;
}
