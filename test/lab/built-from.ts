/** Labels by which an image says from which commit it was built. Source: OCI image specification 1.1, annotation keys. */
import { createHash } from 'node:crypto';

/** The commit that the worker of this tag says it was built from. */
export function commitOf(tag: string): string {
  return createHash('sha1').update(tag).digest('hex');
}

export function builtFrom(source: string, revision: string): Record<string, string> {
  return { 'org.opencontainers.image.source': source, 'org.opencontainers.image.revision': revision };
}
