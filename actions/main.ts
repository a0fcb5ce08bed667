/** The procedures, one for each action. A stub names its own: `run('deploy')`, and `post('deploy')` after it. */
import { clearUp, perform } from './entry';
import type { Act } from './lib/procedure/define';

/** Loaded when they are needed. */
const PROCEDURES = {
  deploy: async (act: Act) => act((await import('./deploy/deploy')).deploy),
  rollback: async (act: Act) => act((await import('./rollback/rollback')).rollback),
  backup: async (act: Act) => act((await import('./backup/backup')).backup),
  migrate: async (act: Act) => act((await import('./migrate/migrate')).migrate),
  restart: async (act: Act) => act((await import('./restart/restart')).restart),
  scale: async (act: Act) => act((await import('./scale/scale')).scale),
  maintenance: async (act: Act) => act((await import('./maintenance/maintenance')).maintenance),
  run: async (act: Act) => act((await import('./run/run')).run),
  'rotate-secrets': async (act: Act) => act((await import('./rotate-secrets/rotate-secrets')).rotateSecrets),
  restore: async (act: Act) => act((await import('./restore/restore')).restore),
  'renew-certs': async (act: Act) => act((await import('./renew-certs/renew-certs')).renewCerts),
};

export async function run(name: keyof typeof PROCEDURES): Promise<void> {
  await PROCEDURES[name](perform);
}

/** Does something only where the main step was killed. */
export async function post(name: keyof typeof PROCEDURES): Promise<void> {
  await PROCEDURES[name](clearUp);
}

/** The command line, see command.ts. */
export async function command(args: readonly string[], packageFolder: string): Promise<void> {
  await (await import('./command')).command(args, packageFolder, PROCEDURES);
}
