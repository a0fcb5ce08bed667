import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Job {
  readonly environment: string;
  readonly steps: readonly { readonly env?: Record<string, string>; readonly with?: Record<string, string> }[];
}

const workflow = (name: string) => {
  const text = readFileSync(join(__dirname, '../../../.github/workflows', name), 'utf8');
  const { jobs, concurrency } = parse(text) as { jobs: Record<string, Job>; concurrency: { group: string } };
  const [job] = Object.values(jobs);
  return { text, environment: job?.environment, step: job?.steps.at(-1), group: concurrency.group };
};

describe('the look whether a restore could begin', () => {
  it('has the environment and the secrets of the restore itself, and changes nothing', () => {
    const [restore, look] = [workflow('restore.yml'), workflow('restore-look.yml')];
    expect(look.environment).toBe(restore.environment);
    expect(look.step?.env).toEqual(restore.step?.env);
    expect(look.step?.with?.identity).toBe(restore.step?.with?.identity);
    expect(look.step?.with?.['dry-run']).toBe(true);
    // It may wait for an approval, which no deploy is to wait for.
    expect(look.group).not.toBe(restore.group);
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
