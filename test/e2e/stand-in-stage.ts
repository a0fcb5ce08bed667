/** What tests of the stand-in ask of a stage. */
import { expect } from 'vitest';
import { type LoadReport, total } from '../load/report';
import type { Stage } from './stage';

export interface PlannedChange {
  readonly service: string;
  readonly kind: string;
  readonly downtime: { readonly seconds: number; readonly why: string; readonly code: string | null } | null;
}

export function useNginx(stage: Stage, tag: string): void {
  stage.edit('docker-compose.prod.yml', (text) => text.replace(/nginx:v\S+/, `nginx:${tag}`));
}

/** The backend can exist only once: it has a name of its own, and a port of the host where one is given. */
export function useSingleBackend(stage: Stage, strategy: 'stand-in' | null, ports: readonly string[] = []): void {
  const published = ports.map((port) => `\n      - "${port}"`).join('');
  stage.edit('docker-compose.prod.yml', (text) =>
    text
      .replace('      replicas: 1\n', '')
      .replace(
        /(\n {2}backend:\n)/,
        `$1    container_name: the-backend\n${published === '' ? '' : `    ports:${published}\n`}`,
      ),
  );
  const wanted = strategy === null ? '' : `    strategy: ${strategy}\n`;
  stage.edit('runbook.yml', (text) => text.replace('    strategy: rolling\n', wanted));
}

/** What a dry run says of one service. */
export async function planned(stage: Stage, version: string, service: string): Promise<PlannedChange | undefined> {
  const result = await stage.deploy(version, { 'dry-run': 'true' });
  expect(result.code, result.shown).toBe(0);
  const { changes } = JSON.parse(result.outputs.plan ?? '') as { changes: PlannedChange[] };
  return changes.find((change) => change.service === service);
}

/** No stand-in, no chain in any namespace and no rule of the host's. */
export async function expectNothingLeft(stage: Stage): Promise<void> {
  expect(await stage.redirected()).toBe('');
  expect(await stage.host.root('iptables-save; ip6tables-save')).not.toContain('RUNBOOK');
  expect(await stage.host.root("docker ps -a --format '{{.Names}}'")).not.toContain('stand-in');
}

export async function expectNoneFailed(stage: Stage, report: LoadReport): Promise<void> {
  expect(total(report).failed, await stage.failures(report)).toBe(0);
  expect(total(report).requests).toBeGreaterThan(200);
}

/**
 * What failed for the worker, which keeps connections to the backend: a backend that ends at once on its signal cuts
 * those after the drain, and the worker's one retry may meet the other one. Whoever dials anew must never fail.
 */
export async function expectOnlyKeptCut(stage: Stage): Promise<void> {
  const logs = await stage.host.root(
    "docker logs $(docker ps -q --filter label=com.docker.compose.service=worker) 2>&1 | grep '^failed: ' || :",
  );
  const failures = logs.split('\n').filter((line) => line !== '');
  expect(failures.filter((line) => line !== 'failed: ECONNRESET')).toEqual([]);
  expect(failures.length).toBeLessThanOrEqual(2);
}
