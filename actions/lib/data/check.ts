/** What speaks against bringing parts of a backup back, of whatever kind they are. */
import { checkIdentity, type Meeting } from '../restore/check';
import { eachKind } from './kinds';
import type { Parts } from './wanted';

/** Before anything is touched. @throws {UserError} RB-IDENTITY, and what the check of each kind throws */
export function checkRestorable(parts: Parts, meeting: Meeting): void {
  checkIdentity(eachKind((kind) => kind.parts(parts)).flat(), meeting);
  eachKind((kind) => kind.check(kind.parts(parts), meeting));
}
