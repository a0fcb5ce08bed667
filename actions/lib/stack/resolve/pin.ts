/** Makes the text of a release's `compose.json`, and of the Compose files for its networks and volumes. */

import type { ComposeModel } from '../compose-model';
import { canonical } from '../identity';
import type { ReleaseService } from '../model';
import { sharedKinds, sharedOf, usedOf } from '../resources';
import { unhidden } from './hidden';
import type { Resolved } from './types';

/** Labels that every container of a release carries. */
export const LABELS = { stack: 'runbook.stack', release: 'runbook.release', definition: 'runbook.definition' } as const;

/**
 * The Compose file of a release. Each service has a label with the release in which it last changed. A service whose
 * containers were adopted has no labels and keeps its tag, or Compose would make the containers anew. Networks and
 * volumes are always `external`. Pure; equal input gives equal text.
 */
export function pin(
  resolved: Pick<Resolved, 'model' | 'services'>,
  stack: string,
  services: Readonly<Record<string, Pick<ReleaseService, 'since' | 'configHash' | 'image'>>>,
): string {
  const pinned = Object.entries(resolved.model.services).map(([name, service]) => {
    const release = services[name];
    const known = resolved.services[name];
    if (release === undefined || known === undefined) throw new Error(`pin: service ${name} has no release`);
    if (release.configHash !== null) return [name, { ...unhidden(service), image: release.image }];
    const labels = {
      ...(service.labels as Record<string, string> | undefined),
      [LABELS.stack]: stack,
      [LABELS.release]: release.since,
      [LABELS.definition]: known.definition,
    };
    return [name, { ...service, labels }];
  });
  const model = { ...resolved.model, name: stack, services: Object.fromEntries(pinned) };
  return `${canonical({ ...model, ...withoutDefinitions({ ...resolved.model, name: stack }) })}\n`;
}

/** The key under which a pinned model keeps the definitions of its networks and volumes from the Compose files. */
const DEFINITIONS = 'x-runbook';

function withoutDefinitions(model: ComposeModel): Record<string, unknown> {
  const shared = sharedOf(model);
  const kinds = sharedKinds.map((kind) => {
    const entries = Object.entries(shared[kind]).map(([key, { name }]) => [
      key,
      { name: name.replaceAll('$', '$$$$'), external: true },
    ]);
    return [kind, Object.fromEntries(entries)];
  });
  return { ...Object.fromEntries(kinds), [DEFINITIONS]: usedOf(model) };
}

/** A pinned model with the networks and volumes of the Compose files; any other model stays as it is. */
export function withDefinitions(model: ComposeModel): ComposeModel {
  const { [DEFINITIONS]: definitions, ...rest } = model;
  return definitions === undefined ? model : ({ ...rest, ...(definitions as object) } as ComposeModel);
}

/**
 * One Compose file for each network and volume that is not external: `network.edge` → text. The file has one service,
 * of the same name and without containers, which uses the network or volume: so Compose makes that, with Compose's own
 * labels, and nothing else.
 */
export function sharedFiles(model: ComposeModel, stack: string): Record<string, string> {
  const shared = sharedOf({ ...model, name: stack });
  const used = usedOf(model);
  const files = sharedKinds.flatMap((kind) =>
    Object.entries(shared[kind])
      .filter(([, { external }]) => !external)
      .map(([key, { name }]) => {
        const file = sharedFile(kind, key);
        const uses =
          kind === 'networks'
            ? { networks: { [key]: null } }
            : { network_mode: 'none', volumes: [{ type: 'volume', source: key, target: '/volume' }] };
        const definition = { ...used[kind][key], name: name.replaceAll('$', '$$$$') };
        const service = { image: 'none', scale: 0, ...uses };
        return [file, `${canonical({ name: stack, [kind]: { [key]: definition }, services: { [file]: service } })}\n`];
      }),
  );
  return Object.fromEntries(files);
}

/** Name of such a Compose file, and of the service in it. */
export function sharedFile(kind: (typeof sharedKinds)[number], key: string): string {
  return `${kind.slice(0, -1)}.${key}`;
}
