/** The kinds of data in a backup, in their order in it; another kind is added here. */
import type { Part } from '../backup/manifest';
import { database } from './database';
import type { Beside, DataKind } from './kind';
import { qdrant } from './qdrant';
import { volume } from './volume';

/** Calls `visit` for each kind and returns its results. */
export function eachKind<T>(visit: <P extends Part>(kind: DataKind<P>) => T): T[] {
  return [visit(database), visit(volume), visit(qdrant)];
}

/** The functions of all kinds that stand beside the live data until an exchange. */
export const BESIDE: readonly Beside[] = eachKind(({ beside }) => beside).filter((one) => one !== null);
