/** Refuses to remove a container whose own name something calls. Pure. */
import { UserError } from '../../errors';
import type { Plan, Release, State } from '../model';
import { namesGone } from './diff-notes';

/**
 * nginx resolves the names in its files when it starts and when it reloads, and does neither once one of them is gone.
 *
 * @throws {UserError} RB-SERVICE-UNSUITABLE
 */
export function checkCalled(plan: Pick<Plan, 'changes'>, target: Release, state: Pick<State, 'containers'>): void {
  for (const change of plan.changes) {
    // The new containers may get the names of those that go.
    if (change.keep.length > 0 && change.start > 0) continue;
    const called = target.services[change.service]?.traits.calledNames ?? {};
    const gone = namesGone(change, state).filter((name) => Object.hasOwn(called, name));
    if (gone.length === 0) continue;
    const places = [...new Set(gone.map((name) => called[name]))].join(', ');
    throw new UserError('RB-SERVICE-UNSUITABLE', {
      what: `${places} calls ${gone.join(', ')} of ${change.service} by name, and this plan removes that`,
      why: 'such calls would fail, and an nginx with such a name in its files neither reloads nor starts',
      remedy: `call ${change.service} by the name of the service, or remove ${gone.join(', ')} from ${places}, and deploy that first; else leave as many containers of ${change.service} as there are`,
    });
  }
}
