/** The kinds of data that a backup has, in the order in which it has them; another one is added here. */
import type { Part } from '../backup/manifest';
import { database } from './database';
import type { Beside, DataKind } from './kind';
import { qdrant } from './qdrant';
import { volume } from './volume';

/** What `visit` returns for each kind. */
export function eachKind<T>(visit: <P extends Part>(kind: DataKind<P>) => T): T[] {
  return [visit(database), visit(volume), visit(qdrant)];
}

/** Of the kinds that stand beside the live data until an exchange. */
export const BESIDE: readonly Beside[] = eachKind(({ beside }) => beside).filter((one) => one !== null);
