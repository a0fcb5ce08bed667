/** What must be true of a host once everything has been put right; each finding is one sentence. */
import { parseJournal } from '../../actions/lib/steps/journal';
import type { Stage } from '../e2e/stage';
import { checkOut, type Goal } from './goal';

/** @param goal what the release that is to run was made of */
export async function findings(stage: Stage, goal: Goal): Promise<string[]> {
  const { host } = stage;
  const { version, backends } = goal;
  const found: string[] = [];
  const expectSame = (what: string, is: string, should: string): void => {
    if (is !== should) found.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
  };
  expectSame('current release', (await stage.current()).replace(/^\d+-/, ''), version);
  expectSame('backend', (await stage.images('backend')).join(), Array(backends).fill(version).join());
  expectSame('nginx', (await stage.images('nginx')).join(), goal.nginx);
  const running = await stage.running();
  expectSame(
    'running',
    running.map(({ service }) => service).join(),
    `${'backend,'.repeat(backends)}db,frontend,nginx,worker`,
  );
  expectSame('chains in namespaces', await stage.redirected(), '');
  expectSame('ended containers', await stage.remains(), '');
  expectSame('helper containers', await host.root('docker ps -aq --filter label=runbook.helper'), '');
  const policies =
    'docker ps -q --filter label=com.docker.compose.project | xargs docker inspect --format "{{.HostConfig.RestartPolicy.Name}}" | sort -u';
  expectSame('restart policies', await host.root(policies), 'unless-stopped\n');
  expectSame('temporary files', await host.root(temporaryFiles), '');
  expectSame('lease', await host.root('grep ^state= /srv/stack/.runbook/lease'), 'state=free\n');
  found.push(...incomplete(await journalOf(stage)));
  checkOut(stage, goal);
  const again = await stage.deploy(version, { 'dry-run': 'true' });
  if (!again.stdout.includes(': nothing to do')) found.push(`what runs is not the release\n${again.shown}`);
  return found;
}

/** What a host has to say on how it came to be as it is; never rejects. */
export async function traces({ host }: Stage): Promise<string> {
  const script = `cd /srv/stack/.runbook; cat lease; tail -n 80 journal.jsonl; docker ps -a
    for step in $(ls -rt steps | tail -n 4); do echo "--- $step"; ls steps/$step; tail -n 60 steps/$step/out; done`;
  const { stdout, stderr } = await host
    .exec(script, { timeout: 20_000 })
    .catch((error: Error) => ({ stdout: '', stderr: error.message }));
  return stdout + stderr;
}

const temporaryFiles = `cd /srv/stack; find . -name '*.rb-part' -o -path './.runbook/staging/*' \
  -o -path './.runbook/releases/.*.part' -o -path './.runbook/blobs/.*.part' -o -path './.runbook/blobs/.many' \
  -o -path './.runbook/restart/*' -o -path './.runbook/steps/*/input' -o -path './.runbook/steps/*/room' -o -path './.runbook/steps/*/delivery'`;

export function journalOf({ host }: Stage): Promise<string> {
  return host.root('cat /srv/stack/.runbook/journal.jsonl');
}

/** Steps that began and neither ended nor were followed by a later one that ended. */
function incomplete(journal: string): string[] {
  const steps = parseJournal(journal.split('\n')).filter(({ operation }) => operation === undefined);
  const lastEnd = steps.findLastIndex(({ event, outcome }) => event === 'end' && outcome === 'done');
  return steps
    .slice(lastEnd + 1)
    .filter(({ event }) => event === 'begin')
    .map(({ step, run }) => `journal: ${step} of ${run} began and never ended`);
}

/** Steps that changed something while another one did; each pair as one sentence. */
export function overlaps(journal: string): string[] {
  const open = new Set<string>();
  const found: string[] = [];
  for (const { step, run, event, operation } of parseJournal(journal.split('\n'))) {
    if (step !== 'apply' || operation !== undefined) continue;
    if (event === 'end') open.delete(run);
    else {
      for (const other of open) if (other !== run) found.push(`${run} began while ${other} was at work`);
      open.add(run);
    }
  }
  return found;
}
