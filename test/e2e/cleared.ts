/** What a run must have cleared away that came after an interrupted one. */
import { expect } from 'vitest';
import type { Stage } from './stage';

/** A release of this version is current and runs, and nothing is left of what was interrupted. */
export async function cleared(stage: Stage, version: string): Promise<void> {
  expect(await stage.current()).toMatch(new RegExp(`^\\d+-${version}$`));
  expect(await stage.redirected(), 'no chain is left').toBe('');
  expect(await stage.remains(), 'no container is left').toBe('');
  const left = await stage.host.root(
    `cd /srv/stack; find . -name '*.rb-part' -o -path './.runbook/staging/*' -o -path './.runbook/releases/.*' -o -path './.runbook/unfinished*' -o -path './.runbook/steps/*/input' -o -path './.runbook/steps/*/room' -o -path './.runbook/steps/*/delivery'`,
  );
  expect(left, 'no temporary file is left').toBe('');
  expect(await stage.host.root('grep ^state= /srv/stack/.runbook/lease')).toBe('state=free\n');
  expect(await stage.images('backend')).toEqual([version]);
}
