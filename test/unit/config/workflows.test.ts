import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Job {
  readonly environment: string;
  readonly steps: readonly { readonly env?: Record<string, string>; readonly with?: Record<string, string> }[];
}

const workflow = (name: string) => {
  const text = readFileSync(join(__dirname, '../../../.github/workflows', name), 'utf8');
  const { jobs } = parse(text) as { jobs: Record<string, Job> };
  const [job] = Object.values(jobs);
  return { text, environment: job?.environment, step: job?.steps.at(-1) };
};

const folder = join(__dirname, '../../../.github/workflows');

describe('a run that waits for an approval', () => {
  const names = readdirSync(folder).filter((name) => /^ +environment:/m.test(readFileSync(join(folder, name), 'utf8')));

  it.each(names)('of %s holds up no other, and none takes its place', (name) => {
    const { jobs, ...whole } = parse(readFileSync(join(folder, name), 'utf8')) as { jobs: Record<string, object> };
    for (const part of [whole, ...Object.values(jobs)]) expect(Object.keys(part)).not.toContain('concurrency');
  });

  const changing = names.filter((name) => workflow(name).step?.with?.['dry-run'] === undefined);
  it.each(changing)('of %s, once approved, waits for the lease as long as another may need', (name) => {
    expect(workflow(name).step?.with?.['lease-timeout']).toMatch(/^(30m|2h)$/);
  });
});

describe('the look whether a restore could begin', () => {
  it('has the environment and the secrets of the restore itself, and changes nothing', () => {
    const [restore, look] = [workflow('restore.yml'), workflow('restore-look.yml')];
    expect(look.environment).toBe(restore.environment);
    expect(look.step?.env).toEqual(restore.step?.env);
    expect(look.step?.with?.identity).toBe(restore.step?.with?.identity);
    expect(look.step?.with?.['dry-run']).toBe(true);
  });

  it('is told of in the workflow of the restore, with every secret that both environments need', () => {
    const { text } = workflow('restore.yml');
    const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY', 'BACKUP_IDENTITY']) {
      expect(text.match(/#.*/g)?.join('\n')).toContain(name);
      expect(readme).toContain(name);
    }
    expect(readme).toContain('restore-look.yml');
  });
});
