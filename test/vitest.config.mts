import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Seconds of a file that nobody has measured yet. */
const UNKNOWN = 60;
/** Half of the files take far longer where the exhaustive tests run, too. */
const DURATIONS = process.env.RUNBOOK_TEST_ALL === 'true' ? 'durations-all.json' : 'durations.json';

/**
 * The longest files first: at the end no worker is left alone with one of them. By what they took when somebody
 * measured last (`RUNBOOK_TEST_DURATIONS=test/tools/durations.json npm test`, or `durations-all.json` and `test:all`),
 * not by the last run on this machine: that may have been of one test of a file, and a fresh machine has none.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const text = readFileSync(new URL(`tools/${DURATIONS}`, import.meta.url), 'utf8');
    const seconds = JSON.parse(text) as Record<string, number>;
    const weight = (spec: TestSpecification): number => seconds[relative(root, spec.moduleId)] ?? UNKNOWN;
    return (await super.sort(files)).toSorted((a, b) => weight(b) - weight(a));
  }
}

/** `@actions/github` reads the address of GitHub once, as it is loaded; each of these files has a server of its own. */
const APART = ['test/unit/github/**/*.test.ts'];

const UNIT = {
  // Tests of scripts and connections wait more than they work.
  maxWorkers: 3,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    tags: [
      {
        name: 'exhaustive',
        description: 'Runs in `npm run test:all` only: another test that always runs keeps the same promise.',
      },
    ],
    projects: [
      {
        root,
        test: {
          ...UNIT,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: APART,
          // A third of the time went into loading the same modules again for each file.
          isolate: false,
        },
      },
      {
        root,
        test: { ...UNIT, name: 'unit-apart', include: APART },
      },
      {
        root,
        test: {
          name: 'lab',
          include: ['test/{e2e,field,faults,workflows}/**/*.test.ts'],
          setupFiles: ['test/tools/exits.ts'],
          // Half of a lab test is waiting (drains, health gates): three at once keep two cores busy.
          maxWorkers: 3,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        root,
        test: {
          // Last, for it looks at what the others made.
          name: 'summaries',
          include: ['test/summaries/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
