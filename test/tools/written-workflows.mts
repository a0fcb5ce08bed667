/** Writes the workflows as `init` writes them, to folders of their own below the given folder, for the checks of workflows; run by tsx. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowText } from '../../actions/lib/init/workflows';

const [to = ''] = process.argv.slice(2);
if (to === '') throw new Error('name a folder');
const github = join(import.meta.dirname, '..', '..', '.github');
const uses = { repository: 'acme/runbook-actions', ref: 'a'.repeat(40), version: 'v1.0.0' };
const timezone = 'Europe/Berlin';

/** Each choice of `init` in one of two repositories. */
const REPOSITORIES = {
  root: { uses, timezone, envOnHost: false, ghcr: false, config: 'runbook.yml' },
  folder: { uses, timezone, envOnHost: true, ghcr: true, config: 'deploy/runbook.yml' },
};

let count = 0;
for (const [name, options] of Object.entries(REPOSITORIES)) {
  mkdirSync(join(to, name), { recursive: true });
  for (const folder of ['workflows', 'approvals'])
    for (const file of readdirSync(join(github, folder))) {
      const text = readFileSync(join(github, folder, file), 'utf8');
      // `init` leaves out the workflows that concern only this repository.
      if (!/uses: \.\/actions\//.test(text)) continue;
      writeFileSync(join(to, name, file), workflowText(text, options));
      count += 1;
    }
}
console.log(`${count} workflows`);
