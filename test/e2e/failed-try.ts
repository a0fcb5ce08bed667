/** A deployment that must fail and leave the stack as it was, under load. */
import { expect } from 'vitest';
import type { ErrorCode } from '../../actions/lib/errors';
import { parseJournal } from '../../actions/lib/steps/journal';
import { total } from '../load/report';
import type { ActionResult } from '../run-action';
import { annotation, type Stage } from './stage';

export interface FailedTry {
  /** Several where it is chance which of them is seen first. */
  readonly code: ErrorCode | readonly ErrorCode[];
  /** A line that the failing container or command wrote. */
  readonly log?: string;
  /** Requests may have seen the new release, until the way back was taken; see {@link secondsSeen}. */
  readonly seen?: boolean;
  readonly try: () => Promise<ActionResult>;
}

const RATE = 40;
/** Until what is wrong is noticed, and new connections are turned back. */
const SEEN_SECONDS = 2;
/** The same on a slow machine, in times that the cut of the same run took: the way back is as long. */
const SEEN_CUTS = 5;

/** @returns the message, for what else it must say */
export async function expectNeverWorse(
  stage: Stage,
  { code, log, seen = false, ...failed }: FailedTry,
): Promise<string> {
  const before = await stage.running();
  const current = await stage.current();
  const workerFailures = await stage.workerFailures();
  const load = await stage.load();
  const result = await failed.try();
  const report = await load.stop();

  expect(result.code, result.shown).toBe(1);
  const message = annotation(result);
  const codes = [code].flat().join('|');
  expect(message.split('\n')[0]).toMatch(new RegExp(`^(${codes}): .`));
  expect(message).toMatch(/^Cause: ./m);
  expect(message).toMatch(/^What to do: ./m);
  if (log !== undefined) {
    expect(message).toMatch(/^Last \d+ lines of ./m);
    expect(message).toContain(log);
  }
  expect(result.summary).toMatch(new RegExp(codes));
  expect(await stage.current()).toBe(current);
  if (result.outputs.duration !== undefined) expect(result.outputs.release).toBe(current);

  expect(await stage.running(), 'the same containers run').toEqual(before);
  expect(await stage.remains(), 'nothing of the failed try is left').toBe('');
  expect(await stage.redirected(), 'no chain is left').toBe('');
  expect(await stage.attempts(), 'nobody is sent on to a container that is gone').toBe('');

  const counts = total(report);
  const fresh = counts.requests - (counts.versions.v1 ?? 0);
  expect(counts.requests, 'the load ran').toBeGreaterThan(RATE);
  if (seen) {
    expect(fresh, JSON.stringify(report)).toBeLessThanOrEqual(
      RATE * Math.max(SEEN_SECONDS, SEEN_CUTS * (await secondsOfCut(stage))),
    );
  } else {
    expect(counts.failed, await stage.failures(report)).toBe(0);
    expect(fresh, JSON.stringify(counts)).toBe(counts.stalePosts);
    expect(await stage.workerFailures(), 'calls of the worker that failed').toBe(workerFailures);
  }
  return message;
}

/** How long the last cut over took: as long as the way back. */
export async function secondsOfCut({ host }: Stage): Promise<number> {
  const journal = parseJournal((await host.root('cat /srv/stack/.runbook/journal.jsonl')).split('\n'));
  const cut = journal.findLast(({ operation, event }) => operation?.startsWith('cut ') && event === 'end');
  if (cut?.seconds === undefined) throw new Error('the journal has no cut');
  return cut.seconds;
}
