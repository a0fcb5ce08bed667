/** Makes missing roles from a backup's globals: roles belong to a server, and no archive of a database holds them. */
import { text } from 'node:stream/consumers';
import type { Manifest } from '../backup/manifest';
import type { Source } from '../backup/source';
import { UserError } from '../errors';
import type { Host } from '../host/host';
import type { Facts, Server } from '../postgres/facts';
import { parseGlobals } from '../postgres/globals';
import { roleDifferences } from '../postgres/role-differences';
import { makeRoles, missingRoles, readRoles } from '../postgres/roles';
import type { Steps } from '../steps/step';
import { feedOf } from './feed';

interface RolesRequest {
  /** The Compose project of the servers. */
  readonly stack: string;
  readonly host: Host;
  readonly source: Source;
  readonly manifest: Manifest;
  readonly identity: string | null;
  readonly servers: readonly Server[];
  readonly facts: Facts;
}

interface MakeRoles extends RolesRequest {
  readonly steps: Steps;
  /** Called before the roles of a server are made. */
  readonly onMake?: (service: string, names: readonly string[]) => void;
}

/** Makes the roles that servers lack. Existing roles are never changed. @throws {UserError} */
export async function bringRoles(request: MakeRoles): Promise<void> {
  for (const server of request.servers) {
    const globals = await readGlobals(request, server);
    if (globals === null) continue;
    const { names, statements } = missingRoles(globals, present(request, server));
    if (names.length === 0) continue;
    request.onMake?.(server.service, names);
    await makeRoles(request.stack, server, statements, request.steps);
  }
}

/**
 * Sentences on what existing roles lack compared with the backup. A restore changes nothing about these.
 *
 * @param making whether roles that the server lacks are made from the backup
 */
export async function compareRoles(request: RolesRequest, making: boolean): Promise<readonly string[]> {
  const said: string[] = [];
  for (const server of request.servers) {
    try {
      const globals = await readGlobals(request, server);
      if (globals === null) continue;
      const { names } = missingRoles(globals, present(request, server));
      const found = roleDifferences(
        parseGlobals(globals),
        await readRoles(request.host, request.stack, server),
        new Set(making ? names : []),
      );
      said.push(
        ...found.memberships.map(
          (grant) => `On ${server.service} a membership of the backup, with its rights, is missing: ${grant}`,
        ),
        ...found.others.map((sentence) => `On ${server.service}, ${sentence}; it stays as it is.`),
      );
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      said.push(`Roles of ${server.service} could not be compared with the backup's: ${error.details.what}.`);
    }
  }
  return said;
}

function present({ facts }: RolesRequest, { service }: Server): ReadonlySet<string> {
  return facts.servers.get(service)?.roles ?? new Set();
}

/** `null` if the backup has no globals of that server. */
async function readGlobals({ source, manifest, identity }: RolesRequest, server: Server): Promise<string | null> {
  const part = manifest.globals.find(({ service }) => service === server.service);
  if (part === undefined) return null;
  const { stream, proven } = await feedOf(source, manifest, part, identity);
  const globals = await text(stream);
  await proven();
  return globals;
}
