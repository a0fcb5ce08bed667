/** What is loaded beside the live data, and compared with the manifest before anything is exchanged. */

import type { Manifest } from '../lib/backup/manifest';
import type { Filling } from '../lib/data/kind';
import { isLoadable, loadParts } from '../lib/data/load';
import type { Parts } from '../lib/data/wanted';
import type { Facts } from '../lib/postgres/facts';
import { feedOf, isEncrypted } from '../lib/restore/feed';
import type { Scene } from './scene';

/** Fills what is new. @throws {UserError} */
export async function loadBeside(scene: Scene, manifest: Manifest, parts: Parts, facts: Facts): Promise<void> {
  const { request, session, steps, recorder, notes } = scene;
  if (!isLoadable(parts)) return;
  recorder.step('Restore beside the live data');
  const { accepted } = await loadParts(
    request.runbook.stack,
    parts,
    fillingOf(scene, manifest, facts),
    {
      host: session.host,
      steps,
      folder: `${session.root}/steps/${session.token}-load`,
      progress: recorder,
    },
    request.acceptDifferences,
  );
  for (const text of accepted) notes.push(`Accepted, as accept-differences has it: ${text}.`);
}

function fillingOf({ request, source }: Scene, manifest: Manifest, facts: Facts): Filling {
  const { locale, tablespaces, identity } = request;
  return {
    facts,
    locale,
    tablespaces,
    alone: false,
    volumeFor: (name) => name,
    // What is encrypted is decrypted on the runner: the identity never gets to the host.
    archive: (part, unpacks) => {
      const there = (unpacks || !part.file.endsWith('.zst')) && !isEncrypted(part);
      const path = there ? source.path(manifest, part) : null;
      return path === null
        ? { on: 'runner', open: () => feedOf(source, manifest, part, identity) }
        : { on: 'host', path, sha256: part.sha256 };
    },
  };
}
