/** Names of the folders beside the live content of volumes and directories. */

/** `restore`: being filled; `before`: was live until a restore; `undone`: was live until an undo. */
type BesideFolder = 'restore' | 'before' | 'undone';

/** @param id time as `YYYYMMDDTHHMMSSZ` */
export function besideFolder(kind: BesideFolder, id: string): string {
  return `.${kind}-${id}`;
}

/** The ID in a name that {@link besideFolder} made; `null` for any other name. */
export function besideFolderId(folder: string, kind: BesideFolder): string | null {
  return new RegExp(`^\\.${kind}-(\\d{8}T\\d{6}Z)$`).exec(folder)?.[1] ?? null;
}
