/** Links to the commits between the release that is live and the planned one. What is not known is not said. */

import { isVersion } from '../config/version';
import { groupBy } from '../group';
import type { BuiltFrom, Commits, Versioned } from '../procedure/commits';
import { code, plain } from './markdown';

/** Where the run is at home. */
interface Home {
  /** E.g. `https://github.com`. */
  readonly server: string;
  /** `owner/name` */
  readonly repository: string;
}

interface Range {
  readonly repository: string;
  readonly from: string;
  readonly to: string;
}

const REPOSITORY = /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/;
/** Digits of a commit that are shown. */
const SHORT = 7;

/** Items of a list, Markdown; none where nothing is known. */
export function compareItems({ images, from, to, back }: Commits, home: Home): string[] {
  const host = hostOf(home.server);
  if (host === null) return [];
  const labelled = images.flatMap((one) => {
    const repository = repositoryOf(one, host, home);
    return repository === null ? [] : [{ ...one, repository }];
  });
  const ranges = groupBy(labelled, (one) => `${one.repository} ${one.from} ${one.to}`);
  const items = [...ranges.values()].map((some) => {
    const services = some.map(({ service }) => code(service)).join(', ');
    return `${services}: ${link(some[0]!, home, back)}, by the labels of the images`;
  });
  if (labelled.some(({ repository }) => same(repository, home.repository))) return items;
  const own = releasesOf(from, to, host, home);
  return own === null ? items : [...items, `${link(own.range, home, back)}, by ${own.by}`];
}

/** Of images that say so. An image that has its labels from its base says nothing of itself: its owner is another. */
function repositoryOf({ repository, image }: BuiltFrom, host: string, home: Home): string | null {
  if (!repository.toLowerCase().startsWith(`${host}/`)) return null;
  const path = repository.slice(host.length + 1);
  if (!REPOSITORY.test(path)) return null;
  const owner = path.split('/')[0]!.toLowerCase();
  const owners = [home.repository.split('/')[0] ?? '', ...image.split('/').slice(0, -1)];
  return owners.some((one) => one.toLowerCase() === owner) ? path : null;
}

/** By the commits that the releases' records have, otherwise by tags of their versions' names. */
function releasesOf(from: Versioned, to: Versioned, host: string, home: Home): { range: Range; by: string } | null {
  if (from.version === to.version) return null;
  const commit = ({ origin }: Versioned): string | null =>
    origin !== null && same(origin.repository, `${host}/${home.repository}`) ? origin.commit : null;
  const tag = ({ version, run }: Versioned): string | null =>
    isVersion(version) && run.startsWith(`${home.server}/${home.repository}/`) ? version : null;
  const { repository } = home;
  const [was, now] = [commit(from), commit(to)];
  if (was !== null && now !== null)
    return was === now ? null : { range: { repository, from: was, to: now }, by: 'the commits of the releases' };
  const [older, newer] = [tag(from), tag(to)];
  if (older === null || newer === null) return null;
  return { range: { repository, from: older, to: newer }, by: 'the tags of these names, if the repository has them' };
}

function link({ repository, from, to }: Range, { server }: Home, back: boolean): string {
  const [first, last] = back ? [to, from] : [from, to];
  const words = `${repository} ${shown(first)}…${shown(last)}`;
  const url = `${server}/${repository}/compare/${encodeURIComponent(first)}...${encodeURIComponent(last)}`;
  return `[${plain(words)}](${url})`;
}

function shown(name: string): string {
  return /^[0-9a-f]{40,64}$/.test(name) ? name.slice(0, SHORT) : name;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function hostOf(server: string): string | null {
  return URL.canParse(server) ? new URL(server).host.toLowerCase() : null;
}
