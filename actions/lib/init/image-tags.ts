/** How the tags of the application's images are spelled. Pure. */

/**
 * @param images service → image: as the host runs it, else as the Compose files have it, whose variables count by their
 *   defaults
 * @returns a tag of three numbers, if every version among the tags is spelled so, without a v; `null`: nothing tells that
 */
export function bareTag(images: ReadonlyMap<string, string | null>, versioned: readonly string[]): string | null {
  const tags = versioned.flatMap((service) => tagOf(images.get(service) ?? '') ?? []);
  const versions = tags.filter((tag) => /^v?\d/.test(tag));
  return versions.length > 0 && versions.every((tag) => /^\d+\.\d+\.\d+/.test(tag)) ? (versions[0] ?? null) : null;
}

function tagOf(image: string): string | null {
  const plain = image.replace(/\$\{\w+(?::?-([^}]*))?\}/g, (_, value: string | undefined) => value ?? '');
  return /:([^/:@]+)(?:@|$)/.exec(plain)?.[1] ?? null;
}
