/** Inputs that other people's stacks have, all in one run: how many came out right, and how many wrong without a word. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FieldRow } from '../tools/field-reporter';

export async function run(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'runbook-field-'));
  const file = join(folder, 'rows');
  try {
    const args = ['run', 'test/field', '--config=test/vitest.config.mts', '--project=lab', '--reporter=verbose'];
    spawnSync('node_modules/.bin/vitest', [...args, '--reporter=./test/tools/field-reporter.ts'], {
      stdio: 'inherit',
      env: { ...process.env, RUNBOOK_FIELD_ROWS: file },
    });
    return summaryOf(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param text one JSON object per line */
export function summaryOf(text: string): { cases: number; right: number; silentlyWrong: number } {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FieldRow)
    .filter(({ state }) => state !== 'skipped');
  const wrong = rows.filter(({ state }) => state !== 'passed');
  return {
    cases: rows.length,
    right: rows.length - wrong.length,
    silentlyWrong: wrong.filter(({ exit }) => exit === 0).length,
  };
}
