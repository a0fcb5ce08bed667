/** Two runs on one stack: at once, and one that was asleep while the other took over. */
import { expect } from 'vitest';
import { succeeded } from '../e2e/stage';
import { journalOf, overlaps } from './check';
import { prepare, runOf } from './goal';
import type { FaultLab } from './lab';

/** So many pairs of deploys, each started at the same moment. */
export async function startPairs(lab: FaultLab, count: number): Promise<void> {
  const pairs = Array.from({ length: count }, (_, index) => index + 1);
  await lab.each(pairs, async (pair, hosts) => {
    const stage = await hosts.stage();
    await prepare(stage, 'deploy');
    // What former runs on this host did, and did not bring to an end, is not about this pair.
    const former = (await journalOf(stage)).length;
    const runs = ['11', '12'].map((run) => runOf(stage, 'deploy', { env: { GITHUB_RUN_ID: `${run}${pair}` } }));
    for (const result of await Promise.all(runs)) succeeded(result);
    expect(overlaps((await journalOf(stage)).slice(former)), `pair ${pair}`).toEqual([]);
    console.log(`pair ${pair} of ${count}: one after the other`);
  });
}

export async function pauseRunner(lab: FaultLab): Promise<void> {
  const stage = await lab.stage();
  await prepare(stage, 'deploy');
  let pid = 0;
  let paused = false;
  const first = runOf(stage, 'deploy', {
    inputs: { 'watch-duration': '60s' },
    onStart: (started) => {
      pid = started;
    },
    onLine: (line) => {
      if (paused || !/^watch: 1 of/.test(line)) return;
      paused = true;
      process.kill(pid, 'SIGSTOP');
    },
  });
  await expect.poll(() => paused, { timeout: 120_000, interval: 100 }).toBe(true);
  try {
    const env = { GITHUB_RUN_ID: '2', GITHUB_API_URL: lab.api };
    succeeded(await runOf(stage, 'deploy', { env, inputs: { 'github-token': 'ghs_tokenOfTheFaults' } }));
    const before = [await stage.running(), await journalOf(stage)];
    process.kill(pid, 'SIGCONT');
    expect((await first).code).not.toBe(0);
    expect([await stage.running(), await journalOf(stage)]).toEqual(before);
  } finally {
    // A run that fails before must not stay behind, asleep.
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}
