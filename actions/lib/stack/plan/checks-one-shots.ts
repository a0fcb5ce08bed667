/** Services that run to their end, and that Docker would start again after it. Pure. */
import { UserError } from '../../errors';
import { policyOf } from '../limits';
import type { Plan, Release } from '../model';

/** @throws {UserError} RB-SERVICE-UNSUITABLE */
export function checkOneShots({ changes }: Pick<Plan, 'changes'>, { services }: Pick<Release, 'services'>): void {
  for (const { service, kind } of changes) {
    const traits = services[service]?.traits;
    if (kind !== 'one-shot' || traits === undefined) continue;
    const policy = traits.limits?.restart ?? policyOf(traits.restart ?? '', 0);
    if (policy !== 'always' && policy !== 'unless-stopped') continue;
    throw new UserError('RB-SERVICE-UNSUITABLE', {
      what: `${service} should run to its end once, and would run again and again`,
      why: `its restart policy is ${policy}, with which Docker starts its container again after each end, and at each start of the host`,
      remedy:
        'give it `restart: "no"` in its Compose file (or on-failure, to try again after a failure), and deploy that',
    });
  }
}
