/** The sample stack on a lab host, brought up as people do it by hand: the state that a first deploy meets. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { LabHost } from './host';

/** The folder of the sample stack, as a user's repository would hold it. */
export const stackFolder = join(__dirname, 'stack');

export type NginxConfiguration = 'plain' | 'upstream' | 'resolver';

/** Files of the sample stack: path below its folder → content. */
export function stackFiles(): Record<string, Buffer> {
  const names = readdirSync(stackFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(stackFolder, path), readFileSync(path)];
    }),
  );
}

/**
 * Puts the files on the host and runs `docker compose up -d`; returns when nginx answers.
 * @param variables further lines for `.env.production`, e.g. `{ BACKEND_TAG: 'v2' }`
 */
export async function composeUp(
  host: LabHost,
  nginx: NginxConfiguration = 'plain',
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const lines = Object.entries({ NGINX_CONFIG: nginx, ...variables }).map(([name, value]) => `${name}='${value}'\n`);
  for (const [path, content] of Object.entries(stackFiles())) {
    const own = path === '.env.production' ? Buffer.concat([content, Buffer.from(lines.join(''))]) : content;
    await host.put(`${host.directory}/${path}`, own, path === '.env.production' ? 0o600 : 0o644);
  }
  const up = `cd ${host.directory} && docker compose -f docker-compose.prod.yml --env-file .env.production up -d --quiet-pull`;
  const { code, stderr } = await host.exec(up, { user: 'deploy' });
  if (code !== 0) throw new Error(`docker compose up: exit ${code}\n${stderr}`);
  await host.root(
    'i=0; until curl -skf -o /dev/null https://localhost/readyz; do i=$((i+1)); [ $i -lt 300 ] || exit 1; sleep 0.1; done',
  );
}
