/** Counts tests for the closing line, and shows each file as it ends. */
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export default class CountReporter implements Reporter {
  readonly #file = process.env.RUNBOOK_TEST_COUNTS;

  onTestModuleEnd(module: TestModule): void {
    let passed = 0;
    let failed = module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failed += 1;
    }
    if (this.#file !== undefined) appendFileSync(this.#file, `${passed} ${failed}\n`);
  }
}
