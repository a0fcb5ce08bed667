import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, string | boolean>;
}

interface Job {
  readonly environment?: string;
  readonly needs?: string;
  readonly if?: string;
  readonly outputs?: Record<string, string>;
  readonly permissions?: Record<string, string>;
  readonly steps: readonly Step[];
}

const folder = join(__dirname, '../../../.github/workflows');
const actions = join(__dirname, '../../../actions');
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const jobsOf = (name: string): Record<string, Job> => (parse(textOf(name)) as { jobs: Record<string, Job> }).jobs;
const onHosts = readdirSync(folder).filter((name) => /^ +environment:/m.test(textOf(name)));
const last = (job: Job | undefined): Step | undefined => job?.steps.at(-1);

describe('a run that waits for an approval', () => {
  // What shows a plan on a pull request changes nothing, and nobody approves it.
  it.each(onHosts.filter((name) => name !== 'plan.yml'))(
    'of %s holds up no other, and none takes its place',
    (name) => {
      const { jobs, ...whole } = parse(textOf(name)) as { jobs: Record<string, object> };
      for (const part of [whole, ...Object.values(jobs)]) expect(Object.keys(part)).not.toContain('concurrency');
    },
  );

  const changing = onHosts.flatMap((name) =>
    Object.entries(jobsOf(name)).flatMap(([job, { steps }]) =>
      steps.at(-1)?.with?.['dry-run'] === true ? [] : [[name, job]],
    ),
  );
  it.each(changing)('of %s, once approved (job %s), waits for the lease as long as another may need', (name, job) => {
    expect(last(jobsOf(name)[job ?? ''])?.with?.['lease-timeout']).toMatch(/^(30m|2h)$/);
  });
});

it.each(['workflows/deploy.yml', 'approvals/deploy-by-hash.yml'])(
  'a version by hand in %s names the images, and the form says what names the files',
  (path) => {
    const { on } = parse(readFileSync(join(folder, '..', path), 'utf8')) as {
      on: { workflow_dispatch: { inputs: { version: { description: string } } } };
    };
    expect(on.workflow_dispatch.inputs.version.description).toContain("under 'Use workflow from'");
  },
);

describe('a scheduled workflow', () => {
  const crons = readdirSync(folder).flatMap((name) => {
    const { on } = parse(textOf(name)) as { on: { schedule?: { cron: string; timezone?: string }[] } };
    return (on.schedule ?? []).map(({ cron, timezone }) => [name, cron, timezone] as const);
  });
  it.each(crons)('in %s (%s) starts at a minute of its own, by a clock that init can set', (name, cron, timezone) => {
    const [minutes = '', hour] = cron.split(' ');
    for (const minute of minutes.split(',')) expect(Number(minute) % 5).not.toBe(0);
    // Of this repository's own, nobody sets a clock.
    if (hour !== '*' && onHosts.includes(name)) expect(timezone).toBe('Etc/UTC');
  });

  const scheduled = onHosts.filter((name) => 'schedule' in (parse(textOf(name)) as { on: object }).on);
  it.each(scheduled)('in %s waits for no reviewer', (name) => {
    for (const { environment } of Object.values(jobsOf(name))) expect(environment).toBe('production-scheduled');
  });
});

describe('an approved plan', () => {
  const approving = onHosts.filter((name) => jobsOf(name).plan !== undefined);

  it('stands in the workflows that change something by hand', () => {
    for (const name of ['deploy', 'migrate', 'restart', 'restore', 'rollback', 'rotate-secrets', 'scale'])
      expect(approving).toContain(`${name}.yml`);
  });

  it.each(approving)('of %s is a plan that was made before, without an approval, and no other', (name) => {
    const { plan, apply, ...others } = jobsOf(name);
    expect(others).toEqual({});
    expect(['production-plan', 'production-scheduled']).toContain(plan?.environment);
    // A tag that is pushed waits for the checks of its commit.
    const checks = name === 'deploy.yml' ? { checks: 'read', statuses: 'read' } : {};
    expect(plan?.permissions).toEqual({
      ...checks,
      contents: 'read',
      ...(plan?.permissions?.packages ? { packages: 'read' } : {}),
    });
    expect(last(plan)?.with?.['dry-run']).toBe(true);
    expect(last(plan)?.id).toBe('plan');
    expect(apply?.permissions).toMatchObject(checks);
    if (name === 'deploy.yml') expect(last(plan)?.with?.['github-token']).toBe('${{ github.token }}');
    expect(plan?.outputs).toEqual({
      'plan-hash': '${{ steps.plan.outputs.plan-hash }}',
      'plan-text': '${{ steps.plan.outputs.plan-text }}',
    });
    expect(apply?.environment).toBe('production');
    expect(apply?.needs).toBe('plan');
    expect(apply?.if).toContain('!inputs.dry-run');
    const given = last(apply)?.with ?? {};
    expect(given['expected-plan']).toMatch(/needs\.plan\.outputs\.plan-hash }}$/);
    expect(given['expected-plan-text']).toBe('${{ needs.plan.outputs.plan-text }}');
    expect(given['dry-run']).toBeUndefined();
  });

  it.each(approving)('of %s gets the same inputs, secrets and action as its plan', (name) => {
    const { plan, apply } = jobsOf(name);
    expect(last(apply)?.uses).toBe(last(plan)?.uses);
    expect(last(apply)?.env).toEqual(last(plan)?.env);
    const ONE_ALONE =
      /^(dry-run|list|image-timeout|preempt|lease-timeout|expected-plan(-text)?|github-token|notify-url)$/;
    const both = (step: Step | undefined) =>
      Object.fromEntries(Object.entries(step?.with ?? {}).filter(([input]) => !ONE_ALONE.test(input)));
    expect(both(last(apply))).toEqual(both(last(plan)));
  });
});

it.each(readdirSync(actions).filter((name) => existsSync(join(actions, name, 'action.yml'))))(
  'the action %s that has a hash of its plan has its words as well',
  (name) => {
    const { outputs } = parse(readFileSync(join(actions, name, 'action.yml'), 'utf8')) as { outputs: object };
    expect(Object.keys(outputs).includes('plan-text')).toBe(Object.keys(outputs).includes('plan-hash'));
  },
);

describe('the look whether a restore could begin', () => {
  it('has the environment and the secrets of the plan of a restore, and changes nothing', () => {
    const [restore, look] = [jobsOf('restore.yml').plan, jobsOf('restore-look.yml').look];
    expect(look?.environment).toBe(restore?.environment);
    expect(last(look)?.env).toEqual(last(restore)?.env);
    expect(last(look)?.with?.identity).toBe(last(restore)?.with?.identity);
    expect(last(look)?.with?.['dry-run']).toBe(true);
  });

  it('is told of in the workflow of the restore, with every secret that both environments need', () => {
    const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY', 'BACKUP_IDENTITY']) {
      expect(textOf('restore.yml').match(/#.*/g)?.join('\n')).toContain(name);
      expect(readme).toContain(name);
    }
    expect(readme).toContain('restore-look.yml');
  });
});

describe('the monthly check of secrets', () => {
  it('has the file and the key of a rotation, tells by an issue, and changes nothing', () => {
    const [rotate, check] = [jobsOf('rotate-secrets.yml').plan, jobsOf('check-secrets.yml').check];
    for (const input of ['sops-file', 'age-key']) expect(last(check)?.with?.[input]).toBe(last(rotate)?.with?.[input]);
    expect(last(check)?.with).toMatchObject({ mode: 'check', 'dry-run': true });
    expect(last(check)?.with?.['report-failures']).toContain('schedule');
    expect(check?.permissions).toEqual({ contents: 'read', issues: 'write' });
    expect(check?.steps[0]?.with?.['fetch-depth']).toBe(0);
  });
});

describe('a deploy that is approved in another way', () => {
  const approvals = join(folder, '../approvals');
  const WAY =
    /^(version|services|schema|drift|allow-downtime|dry-run|comment|image-timeout|expected-plan(-text)?|github-token|notify-url)$/;
  const given = (job: Job | undefined) =>
    Object.fromEntries(Object.entries(last(job)?.with ?? {}).filter(([input]) => !WAY.test(input)));
  it.each(readdirSync(approvals))('has all else of deploy.yml: %s', (name) => {
    const text = readFileSync(join(approvals, name), 'utf8');
    const { jobs, ...whole } = parse(text) as { jobs: Record<string, Job> };
    expect(Object.keys(whole)).not.toContain('concurrency');
    expect(given(jobs.plan)).toEqual(given(jobsOf('deploy.yml').plan));
    expect(given(jobs.apply)).toEqual(given(jobsOf('deploy.yml').apply));
    expect(jobs.plan?.environment).toBe('production-plan');
    expect(jobs.apply?.environment).toBe('production');
    expect(last(jobs.plan)?.with?.['dry-run']).toBe(true);
    expect(last(jobs.apply)?.with?.['expected-plan']).toBeDefined();
  });
});

it.each(
  ['workflows', 'approvals'].flatMap((kind) => readdirSync(join(folder, '..', kind)).map((name) => [kind, name])),
)('no script in %s/%s contains an expression, because its value could be a command', (kind, name) => {
  const { jobs } = parse(readFileSync(join(folder, '..', kind, name), 'utf8')) as { jobs: Record<string, Job> };
  for (const { steps } of Object.values(jobs)) for (const { run } of steps) expect(run ?? '').not.toContain('${{');
});
