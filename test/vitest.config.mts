import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  test: {
    tags: [
      {
        name: 'exhaustive',
        description: 'Runs in `npm run test:all` only: another test that always runs keeps the same promise.',
      },
    ],
    projects: [
      { root, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        root,
        test: {
          name: 'lab',
          include: ['test/{lab,e2e,field,faults,workflows}/**/*.test.ts'],
          setupFiles: ['test/tools/exits.ts'],
          // Most of a lab test is waiting (drains, health gates); more than two at once only wait for each other.
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
