/** Writes a line of JSON for each test: its name, how it ended, and how its last action did. */
import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

export interface FieldRow {
  readonly name: string;
  readonly state: string;
  readonly exit: number | null;
}

export default class FieldReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const row: FieldRow = { name: test.fullName, state: test.result().state, exit: test.meta().lastExit ?? null };
    appendFileSync(process.env.RUNBOOK_FIELD_ROWS ?? '/dev/null', `${JSON.stringify(row)}\n`);
  }
}
