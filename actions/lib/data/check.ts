/** Checks parts of all kinds before they are restored. */
import { checkIdentity, type Meeting } from '../restore/check';
import { eachKind } from './kinds';
import type { Parts } from './wanted';

/** To be called before anything is changed. @throws {UserError} RB-IDENTITY, and the errors of each kind's check */
export function checkRestorable(parts: Parts, meeting: Meeting): void {
  checkIdentity(eachKind((kind) => kind.parts(parts)).flat(), meeting);
  eachKind((kind) => kind.check(kind.parts(parts), meeting));
}
