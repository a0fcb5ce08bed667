/** Roles belong to a server and are in no archive of a database: those that a server lacks come from the backup's globals. */
import { text } from 'node:stream/consumers';
import type { Facts, Server } from '../postgres/facts';
import { makeRoles, missingRoles } from '../postgres/roles';
import type { Steps } from '../steps/step';
import { feedOf } from './feed';
import type { Manifest } from './manifest';
import type { Source } from './source';

export interface RolesRequest {
  /** The Compose project of the servers. */
  readonly stack: string;
  readonly source: Source;
  readonly manifest: Manifest;
  readonly identity: string | null;
  readonly servers: readonly Server[];
  readonly facts: Facts;
  readonly steps: Steps;
  /** Called before the roles of a server are made. */
  readonly onMake?: (service: string, names: readonly string[]) => void;
}

/** Those that are there are never changed. @throws {UserError} */
export async function bringRoles(request: RolesRequest): Promise<void> {
  const { stack, source, manifest, identity, servers, facts, steps, onMake } = request;
  for (const server of servers) {
    const part = manifest.globals.find(({ service }) => service === server.service);
    if (part === undefined) continue;
    const { stream, proven } = await feedOf(source, manifest, part, identity);
    const globals = await text(stream);
    await proven();
    const { names, statements } = missingRoles(globals, facts.servers.get(server.service)?.roles ?? new Set());
    if (names.length === 0) continue;
    onMake?.(server.service, names);
    await makeRoles(stack, server, statements, steps);
  }
}
