/** Which services of Compose's profiles belong to production. Pure. */
import type { Service } from './compose';
import { MIGRATES } from './look-at';
import { versionedOf } from './versioned';

interface Active {
  readonly services: readonly Service[];
  /** Profiles that are active on the host. */
  readonly profiles: readonly string[];
  /** Sentences on the services that are left out. */
  readonly look: readonly string[];
}

/** Compose itself starts no service of a profile that nobody names. @param running names of services on the host */
export function activeIn(services: readonly Service[], running: ReadonlySet<string>): Active {
  const profiles = new Set(services.flatMap(({ name, profiles: own }) => (running.has(name) ? own.slice(0, 1) : [])));
  const isActive = ({ profiles: own }: Service): boolean => own.length === 0 || own.some((one) => profiles.has(one));
  const versioned = new Set(versionedOf(services).services);
  return {
    services: services.filter(isActive),
    profiles: [...profiles],
    look: services
      .filter((one) => !isActive(one))
      .map(({ name, profiles: [profile], command, entrypoint }) => {
        const migrates = MIGRATES.test(`${name} ${command} ${entrypoint}`);
        const keys = [
          ...(versioned.has(name) ? ['under versioned'] : []),
          ...(migrates ? ['as migration.service'] : []),
        ].join(' and ');
        return `${name} belongs to the profile ${profile}, which does not seem to be active, so init left it out. If deploys should include it, write profiles: [${profile}] in runbook.yml${keys === '' ? '' : `, and ${name} ${keys}`}.`;
      }),
  };
}
