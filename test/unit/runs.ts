/** How many inputs a property is tried on: all of them in `npm run test:all`, in `npm test` a tenth. */
export function runs(all: number): { readonly numRuns: number } {
  return { numRuns: process.env.RUNBOOK_TEST_ALL === 'true' ? all : Math.ceil(all / 10) };
}
